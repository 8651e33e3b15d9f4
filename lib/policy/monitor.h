/* monitor.yaml: what is watched, from when on it is told, to whom, and what is renewed. */
#ifndef CTN_POLICY_MONITOR_H
#define CTN_POLICY_MONITOR_H

#include "policy/profile.h"

/** The stages that a notice can be about; a channel may want only some (a bit each). */
enum ctn_notice_stage {
	CTN_STAGE_OK,          /* nothing to tell; as a notice: "recovered" */
	CTN_STAGE_WARNING,
	CTN_STAGE_UNREACHABLE, /* an endpoint that has not answered for three runs and an hour, a file that cannot be read */
	CTN_STAGE_CRITICAL,
	CTN_STAGE_EXPIRED,
	CTN_STAGES
};
/** "recovered", "warning", "unreachable", "critical", "expired". */
const char *ctn_stage_name(enum ctn_notice_stage stage);

enum ctn_channel_kind { CTN_CHANNEL_EMAIL, CTN_CHANNEL_WEBHOOK, CTN_CHANNEL_COMMAND, CTN_CHANNEL_SYSLOG };

/** A header of a webhook whose value stands in a file (mode-checked as passphrases are). */
typedef struct ctn_secret_header {
	const char *name, *file;
} ctn_secret_header;

/** One entry of notify. */
typedef struct ctn_channel {
	enum ctn_channel_kind kind;
	const char *name;      /* how results and records call it: "email:ops@internal.example", "webhook:hooks.internal.example/b6ff1ef2": no URL */
	unsigned stages;       /* 1 << stage; critical lets expired through, warning lets unreachable through */
	ctn_where where;
	struct {
		const char **to;   /* NULL-ended */
		const char *from, *smtp, *user, *password_file, *ca_file;
		bool plaintext;    /* tls: none */
	} email;
	struct {
		const char *url, *ca_file;
		bool slack;
		ctn_secret_header *headers;
		size_t headers_n;
	} webhook;
	struct {
		const char **argv; /* NULL-ended; argv[0] is looked up in PATH */
		int64_t timeout_s;
	} command;
	struct {
		const char *facility; /* "daemon", ... */
	} syslog;
} ctn_channel;

enum ctn_watch_kind { CTN_WATCH_HOME, CTN_WATCH_FILES, CTN_WATCH_TLS };

/** One entry of watch: a list of globs or of endpoints as they are written. */
typedef struct ctn_watch_policy {
	enum ctn_watch_kind kind;
	const char **what;     /* globs, or endpoints; NULL-ended */
	size_t what_n;
	ctn_where *where;      /* of each */
} ctn_watch_policy;

/** monitor.yaml with all defaults filled in. */
typedef struct ctn_monitor_policy {
	const char *file;      /* NULL: there is none, so the home is watched and nobody is told */
	ctn_span text;
	struct {
		unsigned warning_percent, critical_percent; /* of the lifetime */
		int64_t warning_max_s, critical_max_s;
	} thresholds;
	ctn_watch_policy *watch;
	size_t watch_n;
	ctn_channel *channels;
	size_t channels_n;
	int64_t repeat_s;
	struct {
		bool wanted;
		bool same_key;         /* key: same; else new */
		const char **hook;     /* argv, NULL-ended; NULL: none */
		int64_t timeout_s;     /* of the hook */
		ctn_where where;
	} renew;
	struct {
		const char *prometheus, *ics, *html; /* as written: a relative path is below the home; NULL: none */
	} outputs;
} ctn_monitor_policy;

/**
 * Read monitor.yaml. All errors of the file come out in one run, as those of the other policies; with errors.n > 0 the call still returns
 * true. Without a file (NULL) the defaults: home: all, warning 25 % and at most 30 d, critical 10 % and at most 14 d, repeat 7 d.
 * Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_monitor_policy_parse(ctn_monitor_policy *out, ctn_policy_errors *errors, const ctn_policy_file *file, ctn_arena *a,
    struct ctn_err *e);

#endif
