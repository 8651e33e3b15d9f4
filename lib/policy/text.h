/* Values of a profile as text, as they are written in YAML: for policy show and for the rules of a decision. */
#ifndef CTN_POLICY_TEXT_H
#define CTN_POLICY_TEXT_H

#include "policy/profile.h"

/** A scalar as YAML: plain when nothing in it could mean something else, otherwise in double quotes. */
void ctn_text_scalar(ctn_buf *out, const char *text);
/** "[serverAuth, 1.2.3]" */
void ctn_text_oids(ctn_buf *out, const ctn_span *oids, size_t n);
void ctn_text_oid(ctn_buf *out, ctn_span oid);
/** "[digitalSignature, keyEncipherment]" */
void ctn_text_key_usage(ctn_buf *out, uint32_t mask);
/** "[ecdsa-p256, rsa-2048..4096]" */
void ctn_text_key_ranges(ctn_buf *out, const ctn_key_range *ranges, size_t n);
/** The i-th pattern of a rule's allow or deny, bare: "**.internal.example", "10.0.0.0/8". */
void ctn_text_pattern(ctn_buf *out, const ctn_name_rule *rule, bool deny, size_t i);
/** All of allow as people read them: "a, b and 4 more". */
void ctn_text_allowed(ctn_buf *out, const ctn_name_rule *rule);
/** "{ from: first_dns, required: false }" */
void ctn_text_subject_rule(ctn_buf *out, const ctn_subject_rule *rule);
/** "{ oid: 1.2.3, critical: false, value: "0500" }" */
void ctn_text_extension(ctn_buf *out, const ctn_raw_ext *x);

#endif
