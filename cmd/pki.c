#include "cmd/pki.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/home.h"
#include "cmd/show.h"

/* One authority's passphrase as it was typed: another authority may have another one. */
struct asked {
	struct asked *next;
	const char *authority;
	bool changing; /* the new one of a key that has one already */
	struct passphrases answer;
};

static int64_t
clock_of(void *ctx)
{
	const pki *p = ctx;

	return p->c->now_s;
}

static void
warn(void *ctx, const char *text)
{
	pki *p = ctx;

	show_warn(p->c->out, "%s", text);
}

/* A file or credential holds one passphrase and is read once; at the terminal each authority is asked for. */
static struct passphrases *
answers(pki *p, const char *authority, bool fresh)
{
	struct asked *a;

	bool changing = fresh && p->wish.changes;

	if (!changing && (p->wish.passphrase_file != NULL || getenv("CREDENTIALS_DIRECTORY") != NULL))
		return p->c->passphrases;
	for (a = p->asked; a != NULL; a = a->next)
		if (strcmp(a->authority, authority) == 0 && a->changing == changing)
			return &a->answer;
	a = ctn_arena_new(p->c->arena, struct asked, 1);
	if (a == NULL || (a->authority = ctn_arena_text(p->c->arena, authority)) == NULL)
		return NULL;
	a->changing = changing;
	a->answer.no_credential = changing;
	a->next = p->asked;
	p->asked = a;
	return &a->answer;
}

static bool
passphrase(void *ctx, const char *authority, bool fresh, ctn_secret *out, struct ctn_err *e)
{
	pki *p = ctx;
	struct passphrases *known = answers(p, authority, fresh);
	const char *file = fresh && p->wish.changes ? p->wish.new_passphrase_file : p->wish.passphrase_file;
	const ctn_secret *secret;

	if (known == NULL)
		return ctn_fail_memory(e);
	if (fresh ? !passphrase_choose(&secret, known, file, authority, e) : !passphrase_get(&secret, known, file, authority, e)) {
		if (fresh && p->wish.changes && file == NULL)
			ctn_hint(e, "--new-passphrase-file FILE, or --remove");
		return false;
	}
	if (!ctn_secret_open(out, secret->n, e))
		return false;
	memcpy(out->p, secret->p, secret->n);
	out->p[secret->n] = '\0';
	out->n = secret->n;
	return true;
}

/* "user@host", or "root(sudo: user)@host": the real user, whatever the environment says. */
static const char *
actor(ctn_arena *a)
{
	const struct passwd *pw = getpwuid(getuid());
	const char *sudo = getenv("SUDO_USER");
	CTN_OWN_BUF text = { 0 };
	char host[256] = "?";

	if (gethostname(host, sizeof host - 1) != 0)
		strcpy(host, "?");
	if (pw != NULL)
		ctn_buf_printable(&text, ctn_span_text(pw->pw_name));
	else
		ctn_buf_printf(&text, "uid%lu", (unsigned long)getuid());
	if (sudo != NULL && *sudo != '\0') {
		ctn_buf_text(&text, "(sudo: ");
		ctn_buf_printable(&text, ctn_span_text(sudo));
		ctn_buf_text(&text, ")");
	}
	ctn_buf_text(&text, "@");
	ctn_buf_printable(&text, ctn_span_text(host));
	return ctn_buf_cstr(&text) == NULL ? NULL : ctn_arena_text(a, ctn_buf_cstr(&text));
}

bool
pki_find(pki **out, struct cmd *c, const struct pki_wish *wish, struct ctn_err *e)
{
	pki *p = ctn_arena_new(c->arena, pki, 1);

	if (p == NULL || (p->env.actor = actor(c->arena)) == NULL)
		return ctn_fail_memory(e);
	if (!home_find(&p->env.home, c->globals.home, c->arena, e))
		return false;
	p->c = c;
	p->wish = *wish;
	p->env.clock = clock_of;
	p->env.passphrase = passphrase;
	p->env.warn = warn;
	p->env.ctx = p;
	p->env.wait_s = (double)c->globals.wait_s;
	p->env.read_only = wish->read_only;
	p->env.accept_clock = wish->accept_clock;
	*out = p;
	return true;
}

bool
pki_open(pki **out, struct cmd *c, const struct pki_wish *wish, struct ctn_err *e)
{
	return pki_find(out, c, wish, e) && ctn_ca_open(&(*out)->ca, &(*out)->env, e);
}

void
pki_close(pki *p)
{
	ctn_ca_close(p->ca);
	p->ca = NULL;
	for (struct asked *a = p->asked; a != NULL; a = a->next)
		passphrases_close(&a->answer);
}
