#include "cmd/schedule.h"

#include <string.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR, LEAST = 5 * MINUTE };

static bool
fits_a_line(const char *text)
{
	for (const char *c = text; text != NULL && *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	return true;
}

bool
schedule_check(const struct schedule *s, struct ctn_err *e)
{
	bool ok = fits_a_line(s->program) && fits_a_line(s->home) && fits_a_line(s->user) && fits_a_line(s->passphrase_file);

	for (size_t i = 0; i < s->writable_n; i++)
		ok = ok && fits_a_line(s->writable[i]);
	if (!ok)
		return ctn_fail(e, CTN_EUSAGE, "a name with a control character in it stands in no unit and no crontab");
	if (s->every_s >= LEAST && s->every_s % MINUTE == 0 && (s->every_s <= HOUR ? HOUR % s->every_s == 0 : s->every_s % HOUR == 0 && DAY % s->every_s == 0))
		return true;
	return ctn_fail(e, CTN_EUSAGE, "--every: 5m to 1d, and a whole part of an hour or a day") || ctn_hint(e, "--every 15m, 1h, 6h or 1d");
}

/* ---- systemd */

static bool
is_plain(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+=:@,")] == '\0';
}

/* One word of a unit's list; in a command line a dollar would be a variable. */
static void
unit_word(ctn_buf *out, const char *text, bool command)
{
	bool plain = is_plain(text);

	ctn_buf_text(out, plain ? "" : "\"");
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '\\' || *c == '"')
			ctn_buf_byte(out, '\\');
		else if (*c == '%' || (*c == '$' && command))
			ctn_buf_byte(out, (uint8_t)*c);
		ctn_buf_byte(out, (uint8_t)*c);
	}
	ctn_buf_text(out, plain ? "" : "\"");
}

/* A value that is taken as it stands, but for specifiers. */
static void
unit_rest(ctn_buf *out, const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		ctn_buf_printf(out, *c == '%' ? "%%%c" : "%c", *c);
}

static void
put_start(ctn_buf *out, const struct schedule *s, const char *flag, const char *words)
{
	ctn_buf_printf(out, "ExecStart=%s", flag);
	unit_word(out, s->program, true);
	ctn_buf_text(out, " -C ");
	unit_word(out, s->home, true);
	ctn_buf_printf(out, " %s\n", words);
}

/* What a hook is not expected to need. Those of the second kind take from a user without privileges the means to gain any (sudo). */
static const struct {
	const char *line;
	bool no_gain;
} fences[] = {
	{ "ProtectSystem=strict", false },
	{ "ProtectHome=read-only", false },
	{ "ProtectControlGroups=yes", false },
	{ "NoNewPrivileges=yes", true },
	{ "PrivateDevices=yes", true },
	{ "ProtectClock=yes", true },
	{ "ProtectHostname=yes", true },
	{ "ProtectKernelLogs=yes", true },
	{ "ProtectKernelModules=yes", true },
	{ "ProtectKernelTunables=yes", true },
	{ "LockPersonality=yes", true },
	{ "RestrictNamespaces=yes", true },
	{ "RestrictRealtime=yes", true },
	{ "RestrictSUIDSGID=yes", true },
	{ "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK", true },
	{ "SystemCallArchitectures=native", true },
	{ "SystemCallFilter=@system-service", true },
};

static bool
is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool
uses_tmp(const struct schedule *s)
{
	bool yes = is_below(s->home, "/tmp") || is_below(s->home, "/var/tmp");

	for (size_t i = 0; i < s->writable_n; i++)
		yes = yes || is_below(s->writable[i], "/tmp") || is_below(s->writable[i], "/var/tmp");
	return yes;
}

static void
put_fences(ctn_buf *out, const struct schedule *s)
{
	bool root = s->user == NULL || strcmp(s->user, "root") == 0;

	ctn_buf_text(out, "\n# Hooks and notify commands run behind these fences too. What a hook writes needs its folder in ReadWritePaths.\n");
	if (s->sudo)
		ctn_buf_text(out, "# sudo in a hook needs new privileges: most fences would forbid them, and are left out.\n");
	ctn_buf_text(out, "ReadWritePaths=");
	unit_word(out, s->home, false);
	for (size_t i = 0; i < s->writable_n; i++) {
		ctn_buf_text(out, " ");
		unit_word(out, s->writable[i], false);
	}
	ctn_buf_text(out, "\n");
	for (size_t i = 0; i < sizeof fences / sizeof fences[0]; i++)
		if (!s->sudo || !fences[i].no_gain)
			ctn_buf_printf(out, "%s\n", fences[i].line);
	if (!uses_tmp(s))
		ctn_buf_text(out, "PrivateTmp=yes\n");
	if (root && !s->sudo) /* owners of replaced files are kept; nginx -s reload sends a signal */
		ctn_buf_text(out, "CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL\n");
	else if (!s->sudo)
		ctn_buf_text(out, "CapabilityBoundingSet=\n");
}

void
schedule_service(ctn_buf *out, const struct schedule *s)
{
	ctn_buf_text(out, "[Unit]\nDescription=catena: due CRLs, what ends soon, renewals\n"
			  "Documentation=man:catena-monitor-run(1) man:catena-crl(1)\nConditionPathExists=");
	unit_rest(out, s->home);
	ctn_buf_text(out, "/catena.db\nWants=network-online.target\nAfter=network-online.target\n\n[Service]\nType=oneshot\nTimeoutStartSec=30min\n");
	if (s->user != NULL)
		ctn_buf_printf(out, "User=%s\n", s->user);
	if (s->passphrase_file != NULL) {
		ctn_buf_text(out, "LoadCredential=catena-passphrase:");
		unit_rest(out, s->passphrase_file);
		ctn_buf_text(out, "\n");
	}
	ctn_buf_text(out, "# A CRL that could not be made is told by the monitor, which must run in any case.\n");
	put_start(out, s, "-", "crl --due");
	put_start(out, s, "", "monitor run");
	put_fences(out, s);
}

void
schedule_timer(ctn_buf *out, const struct schedule *s)
{
	int64_t spread_s = s->every_s / 6 < HOUR ? s->every_s / 6 : HOUR;

	ctn_buf_text(out, "[Unit]\nDescription=catena: due CRLs, what ends soon, renewals\n\n[Timer]\nOnCalendar=");
	if (s->every_s < HOUR)
		ctn_buf_printf(out, "*:0/%d\n", (int)(s->every_s / MINUTE));
	else if (s->every_s < DAY)
		ctn_buf_printf(out, "*-*-* 0/%d:00:00\n", (int)(s->every_s / HOUR));
	else
		ctn_buf_text(out, "daily\n");
	ctn_buf_printf(out, "RandomizedDelaySec=%d\nFixedRandomDelay=yes\nPersistent=yes\n\n[Install]\nWantedBy=timers.target\n", (int)spread_s);
}

/* ---- cron */

/* A word for the shell, in a line in which cron takes % for a line end. */
static void
cron_word(ctn_buf *out, const char *text)
{
	bool plain = is_plain(text);

	ctn_buf_text(out, plain ? "" : "'");
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '\'')
			ctn_buf_text(out, "'\\''");
		else
			ctn_buf_printf(out, *c == '%' ? "\\%c" : "%c", *c);
	}
	ctn_buf_text(out, plain ? "" : "'");
}

/* Some minute, the same each time for this home: not everybody at the full hour. */
static int
minute_of(const struct schedule *s)
{
	unsigned sum = 0;

	for (const char *c = s->home; *c != '\0'; c++)
		sum = sum * 31 + (unsigned char)*c;
	return (int)(sum % (unsigned)((s->every_s < HOUR ? s->every_s : HOUR) / MINUTE));
}

static void
put_command(ctn_buf *out, const struct schedule *s, const char *words)
{
	cron_word(out, s->program);
	ctn_buf_text(out, " -C ");
	cron_word(out, s->home);
	ctn_buf_printf(out, " %s", words);
	if (s->passphrase_file != NULL) {
		ctn_buf_text(out, " --passphrase-file ");
		cron_word(out, s->passphrase_file);
	}
	ctn_buf_text(out, " >/dev/null");
}

/* What goes wrong comes on standard error, and cron mails it. */
void
schedule_cron(ctn_buf *out, const struct schedule *s, bool with_user)
{
	int minute = minute_of(s);

	if (s->every_s < HOUR)
		ctn_buf_printf(out, "%d-59/%d * * * * ", minute, (int)(s->every_s / MINUTE));
	else if (s->every_s == HOUR)
		ctn_buf_printf(out, "%d * * * * ", minute);
	else if (s->every_s < DAY)
		ctn_buf_printf(out, "%d */%d * * * ", minute, (int)(s->every_s / HOUR));
	else
		ctn_buf_printf(out, "%d 3 * * * ", minute);
	if (with_user)
		ctn_buf_printf(out, "%s ", s->user != NULL ? s->user : "root");
	put_command(out, s, "crl --due");
	ctn_buf_text(out, "; ");
	put_command(out, s, "monitor run");
	ctn_buf_text(out, "\n");
}
