/* What a text file may hold, looked for before libyaml: of broken UTF-8 and of controls that says 0:0. */
#ifndef CTN_YAML_PLAIN_H
#define CTN_YAML_PLAIN_H

#include "yaml/yaml.h"

/**
 * Is it UTF-8 of characters that YAML allows (YAML 1.1, 5.1): no control characters but tab and line ends, no U+FFFE, no U+FFFF?
 * False: the first that is none was said, with its line and column.
 */
bool ctn_yaml_is_text(ctn_span text, ctn_yaml_errors *errors);

#endif
