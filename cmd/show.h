/*
 * What people and scripts see. Results go to standard output, everything else to standard error. With --json standard output
 * holds exactly one document, on failure too; a command fills both forms and this decides which is shown.
 */
#ifndef CTN_CMD_SHOW_H
#define CTN_CMD_SHOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/jsonout.h"

struct show {
	const char *who; /* "catena issue": in front of every error line */
	bool json, quiet, verbose;
	bool colour;      /* standard output is a terminal and NO_COLOR is not set */
	bool list_warnings; /* "warnings" stands in the document also when there are none */
	bool not_ok;      /* the document says "ok":false */
	bool streamed;    /* the document has begun on standard output: "ok" comes at its end */
	int write_errno;  /* the first failure of standard output; 0: none */
	ctn_buf body;     /* the document's members */
	ctn_json_out j;   /* writes into body */
	ctn_buf warnings; /* elements of "warnings" */
	ctn_json_out w;
	ctn_buf reasons; /* elements of error.reasons */
	ctn_buf more;    /* text form: further error lines, each ended by NUL */
	ctn_json_out r;
	struct ctn_err err; /* code CTN_OK: none */
};

void show_open(struct show *s, const char *who);
/** Free everything without showing anything. */
void show_free(struct show *s);

/** The document's members are written through this; in text mode they go nowhere. A command of many rows looks at s->json first. */
ctn_json_out *show_json(struct show *s);
/**
 * Let a long document begin: once much of it is there it goes to standard output, so that a list of millions stays small. A failure behind
 * this point still gives one document, with "ok":false at its end; the command closes its arrays and objects before show_fail then.
 */
void show_flush(struct show *s);
/** The document says "ok":false though the command ran to its end. */
void show_not_ok(struct show *s);

/** Text mode only: one line on standard output. Bytes that would steer a terminal are escaped. */
void show_line(struct show *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Text mode only: bytes as they are (PEM, DER). */
void show_raw(struct show *s, ctn_span bytes);
/** A member of the document and, in text mode, an aligned line "Label:  text". NULL text shows nothing. */
void show_field(struct show *s, const char *key, const char *label, const char *text);

/** Standard error: "catena issue: warning: TEXT" unless --quiet; with --json also in "warnings". */
void show_warn(struct show *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** The document has its "warnings" also when there are none. */
void show_list_warnings(struct show *s);
/** Standard error, unless --quiet or --json: what happens, for people. */
void show_note(struct show *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** One of several reasons of a failure, before show_fail. file is NULL and line 0 when there is none. */
void show_reason(struct show *s, const char *rule, const char *text, const char *file, int line);
/** Text form of a failure alone: one more error line behind the first, "catena issue: TEXT". */
void show_also(struct show *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** The command failed: remembers e (the document written so far is dropped) and gives the exit status to return. */
int show_fail(struct show *s, const struct ctn_err *e);
/** The exit status that INTERFACE section 2 gives to an error. */
int show_status(enum ctn_code code);

/**
 * The end: prints error lines or the document, flushes standard output, frees everything.
 * Gives status, or 3 when standard output could not be written; a reader that went away ends the process by SIGPIPE.
 */
int show_close(struct show *s, int status);

/** Rows under headings, columns aligned, two blanks between; the last column is not padded. Text mode only. */
struct show_table {
	size_t columns;
	const char *const *headings;
	const char *const *cells; /* rows times columns; NULL shows as "-" */
	size_t rows;
};
void show_table(struct show *s, const struct show_table *t);

#endif
