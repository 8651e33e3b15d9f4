/* What makes `monitor run` and `crl --due` run by themselves: systemd units and crontab lines, as text. */
#ifndef CTN_CMD_SCHEDULE_H
#define CTN_CMD_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct schedule {
	const char *program, *home; /* absolute */
	const char *user;           /* NULL: root (units), who owns the crontab */
	const char *passphrase_file; /* absolute; NULL: none */
	int64_t every_s;
	const char *const *writable; /* folders that are written beside the home */
	size_t writable_n;
	bool sudo;                  /* hooks may gain privileges */
};

/** Can it be said in a calendar: 5m to 1d, a whole part of an hour or of a day; and do all words fit on a line? Fails CTN_EUSAGE. */
CTN_MUST bool schedule_check(const struct schedule *s, struct ctn_err *e);

/** NAME.service and NAME.timer. out is checked by the caller. */
void schedule_service(ctn_buf *out, const struct schedule *s);
void schedule_timer(ctn_buf *out, const struct schedule *s);
/** A line for `crontab -e`, or with the user in it for /etc/cron.d. */
void schedule_cron(ctn_buf *out, const struct schedule *s, bool with_user);

#endif
