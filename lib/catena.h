/*
 * libcatena: a private certificate authority for other programs. lib/README.md has an example that can be built as it stands.
 *
 * What there is    an opened home (ca/ca.h) and the acts on it, one header each; verification (verify/verify.h), and the arithmetic and
 *                  notes of the log, which need no home. What is marked CTN_PUBLIC can be called; the rest of these headers describes what goes in and comes out.
 *                  SOVERSION 0: no promise before 1.0.
 * How it fails     false, and why in the struct ctn_err that the caller gave: a code, a text, perhaps a hint. A refusal by policy is no
 *                  failure: true, with `allowed` false and every reason in the result. Lack of memory is an error like any other.
 * Who owns         Arguments are borrowed for the call; a ctn_ca_env and what it points to as long as the ctn_ca is open. Results live in
 *                  the ctn_ca until it is closed, or in the arena that was given; exceptions are named at the member, such as a new
 *                  private key, which ctn_issued_free ends. A ctn_buf is the caller's: start with { 0 }, end with ctn_buf_free.
 *                  CTN_OWN(T) and CTN_OWN_BUF do that at the end of the scope.
 * Threads          One ctn_ca or ctn_verifier is for one thread at a time; open one for each. They may be of the same home, also in several processes:
 *                  the home orders their acts, and waits up to env.wait_s. Nothing global changes. Callbacks are called in the thread
 *                  that made the call.
 * What it leaves   It never prints, never ends the process, installs no signal handler, reads no environment, no arguments and no
 *                  clock, and has its own libcrypto context, so that it neither reads nor changes the host's OpenSSL configuration.
 *                  Clock, passphrases and the actor's name come through ctn_ca_env. The process is the caller's: no core dumps, a
 *                  umask of 077 and the like are its own to see to before it opens a key.
 */
#ifndef CATENA_H
#define CATENA_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/version.h"

/* Values that go in and come out. */
#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"
#include "der/pem.h"
#include "key/private.h"

/* A home, and the acts on it. */
#include "ca/authority.h"
#include "ca/backup.h"
#include "ca/ca.h"
#include "ca/check.h"
#include "ca/crl.h"
#include "ca/custody.h"
#include "ca/halt.h"
#include "ca/init.h"
#include "ca/install.h"
#include "ca/issue.h"
#include "ca/renew.h"
#include "ca/request.h"
#include "ca/restore.h"
#include "ca/revoke.h"
#include "ca/select.h"
#include "ca/verdict.h"
#include "ca/vouch.h"

/* Is a certificate trusted, and if not, why? By chains from anywhere. */
#include "name/general.h"
#include "verify/verify.h"

/* The log without a home: anybody can check what it vouched for. */
#include "log/checkpoint.h"
#include "log/merkle.h"

#ifdef __cplusplus
}
#endif

#endif
