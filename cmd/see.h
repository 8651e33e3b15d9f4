/*
 * One description of an object, seen by people as indented lines and by scripts as JSON: every call writes both forms, so that
 * neither can say what the other does not.
 */
#ifndef CTN_CMD_SEE_H
#define CTN_CMD_SEE_H

#include "base/bytes.h"
#include "cmd/show.h"
#include "der/der.h"

/** Where is written, how deep, and when is now. Zeroed but for out and now_s. */
struct see {
	struct show *out;
	unsigned indent; /* columns */
	int64_t now_s;
};

/** A line of text form alone, at this depth. */
void see_line(const struct see *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** "Label:   text". Octets that would steer a terminal are escaped. key NULL: text form alone. NULL text: nothing. */
void see_text(const struct see *s, const char *key, const char *label, const char *text);
/** The same from a buffer that was filled for it, emptied afterwards; running out of memory spoils the result as a whole. */
void see_buf(const struct see *s, const char *key, const char *label, ctn_buf *text);
void see_int(const struct see *s, const char *key, const char *label, int64_t v);
/** "yes" or "no" for people. */
void see_bool(const struct see *s, const char *key, const char *label, bool v);
void see_time(const struct see *s, const char *key, const char *label, int64_t at_s);
/** Lower-case hex; over several lines where it is long. */
void see_hex(const struct see *s, const char *key, const char *label, ctn_span bytes);
/** INTEGER content as hex without the octet that only keeps it positive. */
void see_serial(const struct see *s, const char *key, const char *label, ctn_span integer);
/** A Name as RFC 4514 text; "(empty)" for people when it is. */
void see_dn(const struct see *s, const char *key, const char *label, ctn_span name);
/** An OID by its name, or dotted; key gets the same text. */
void see_oid(const struct see *s, const char *key, const char *label, ctn_span oid);
/** An end of validity: the time and how far away it is, and for scripts "days_left". */
void see_end_of_life(const struct see *s, const char *key, const char *label, int64_t at_s);

/** An object of its own under a heading; what follows is two columns deeper until see_close. NULL heading: JSON alone. */
void see_open(struct see *s, const char *key, const char *heading);
void see_close(struct see *s);
/** An array; its elements are objects (see_open with key NULL) or words. */
void see_array(struct see *s, const char *key, const char *heading);
void see_array_close(struct see *s);

/** A list of short words: in JSON an array of texts, for people "Label:  a, b, c". */
struct see_words {
	const struct see *see;
	const char *label;
	ctn_buf joined;
};
void see_words_open(struct see_words *w, const struct see *s, const char *key, const char *label);
void see_word(struct see_words *w, const char *text);
void see_words_close(struct see_words *w);

/** An array of GeneralNames, [{"type":"dns","value":"..."}], for people one a line. names: content of GeneralNames. Nothing when empty. */
void see_names(const struct see *s, const char *key, const char *label, ctn_span names);
/** One GeneralName as an object. False when r does not stand at one; r moves on. */
CTN_MUST bool see_name_next(const struct see *s, const char *label, ctn_der *r);

#endif
