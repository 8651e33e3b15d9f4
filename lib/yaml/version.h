/* Which libyaml is in use. */
#ifndef CTN_YAML_VERSION_H
#define CTN_YAML_VERSION_H

/** "0.2.5". */
const char *ctn_libyaml_version(void);

#endif
