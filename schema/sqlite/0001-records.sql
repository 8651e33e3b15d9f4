-- The records of one home. Constraints hold the invariants, so that no bug in a program can break them.
-- Times are seconds since 1970-01-01T00:00:00Z. Serials are INTEGER content octets (positive, so never with the top bit set).

CREATE TABLE schema_version (
	version    INTEGER PRIMARY KEY,
	applied_at INTEGER NOT NULL
) STRICT;

-- One row: which home this is.
CREATE TABLE home (
	id         INTEGER PRIMARY KEY CHECK (id = 1),
	origin     TEXT NOT NULL,                         -- of the log: "catena/" and 16 hex digits
	log_key    BLOB NOT NULL CHECK (length(log_key) = 32),
	org        TEXT NOT NULL,
	domain     TEXT NOT NULL,
	url        TEXT,
	created_at INTEGER NOT NULL
) STRICT;

-- Who did something: "user@host", "user(sudo: other)@host".
CREATE TABLE actor (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE authority (
	id         INTEGER PRIMARY KEY,
	name       TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
	kind       TEXT NOT NULL CHECK (kind IN ('own', 'foreign')), -- foreign: known by certificate and CRL alone
	created_at INTEGER NOT NULL
) STRICT;

-- A signing key of an authority over its time. Exactly one is active; pending: no certificate yet.
CREATE TABLE issuer_key (
	id           INTEGER PRIMARY KEY,
	authority_id INTEGER NOT NULL REFERENCES authority (id),
	key_id       BLOB NOT NULL CHECK (length(key_id) BETWEEN 1 AND 64), -- subject key identifier
	spki         BLOB NOT NULL,
	algorithm    TEXT NOT NULL,
	protection   TEXT NOT NULL CHECK (protection IN ('passphrase', 'none', 'absent')),
	file         TEXT,                                -- below the home; NULL: the key is not here
	state        TEXT NOT NULL CHECK (state IN ('pending', 'active', 'retired')),
	shards       INTEGER NOT NULL DEFAULT 1 CHECK (shards BETWEEN 1 AND 4096),
	created_at   INTEGER NOT NULL,
	UNIQUE (authority_id, key_id)
) STRICT;
CREATE UNIQUE INDEX issuer_key_active ON issuer_key (authority_id) WHERE state = 'active';

-- Every policy text that ever decided anything.
CREATE TABLE profile_version (
	id         INTEGER PRIMARY KEY,
	name       TEXT NOT NULL,
	digest     BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
	text       BLOB NOT NULL,
	first_used INTEGER NOT NULL
) STRICT;

-- What was asked for, and the decision. Refusals too.
CREATE TABLE request (
	id                 INTEGER PRIMARY KEY,
	at                 INTEGER NOT NULL,
	actor_id           INTEGER NOT NULL REFERENCES actor (id),
	kind               TEXT NOT NULL CHECK (kind IN ('issue', 'renew', 'rekey', 'authority')),
	profile            TEXT NOT NULL,
	profile_version_id INTEGER REFERENCES profile_version (id),
	names              TEXT NOT NULL,                 -- as asked for, one a line
	csr                BLOB,
	lifetime           INTEGER,
	owner              TEXT,
	note               TEXT,
	decision           TEXT NOT NULL CHECK (decision IN ('allow', 'deny')),
	reasons            TEXT                           -- JSON: of a refusal
) STRICT;

-- Every certificate that was ever meant to be signed. The row is durable before the signature exists.
CREATE TABLE certificate (
	id                 INTEGER PRIMARY KEY,
	authority_id       INTEGER NOT NULL REFERENCES authority (id),
	issuer_key_id      INTEGER NOT NULL REFERENCES issuer_key (id),
	serial             BLOB NOT NULL CHECK (length(serial) BETWEEN 1 AND 20),
	request_id         INTEGER NOT NULL REFERENCES request (id),
	profile            TEXT NOT NULL,
	is_ca              INTEGER NOT NULL CHECK (is_ca IN (0, 1)),
	state              TEXT NOT NULL CHECK (state IN ('intended', 'issued')),
	revoked            INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1, 2)), -- 2: on hold
	sha256             BLOB UNIQUE CHECK (length(sha256) = 32),
	tbs_sha256         BLOB NOT NULL CHECK (length(tbs_sha256) = 32),
	spki_sha256        BLOB NOT NULL CHECK (length(spki_sha256) = 32),
	names_sha256       BLOB NOT NULL CHECK (length(names_sha256) = 32),
	subject            TEXT NOT NULL,
	not_before         INTEGER NOT NULL,
	not_after          INTEGER NOT NULL CHECK (not_after >= not_before),
	lineage            INTEGER NOT NULL,              -- id of its first certificate
	replaces           INTEGER REFERENCES certificate (id),
	superseded         INTEGER NOT NULL DEFAULT 0 CHECK (superseded IN (0, 1)),
	owner              TEXT,
	note               TEXT,
	crl_shard          INTEGER NOT NULL DEFAULT 0 CHECK (crl_shard >= 0),
	intended_at        INTEGER NOT NULL,
	issued_at          INTEGER,
	CHECK ((state = 'issued') = (sha256 IS NOT NULL AND issued_at IS NOT NULL))
) STRICT;
-- serial_taken, certs_by_serial, high_serials; the serial is unique per authority forever
CREATE UNIQUE INDEX certificate_serial ON certificate (authority_id, serial);
-- key_in_other_lineage
CREATE INDEX certificate_spki ON certificate (spki_sha256);
-- list_expiring, count_expiring: revoked and state stand in it so that neither looks at the rows
CREATE INDEX certificate_end ON certificate (not_after, revoked, state) WHERE state = 'issued' AND revoked = 0;
-- certs_of_lineage
CREATE INDEX certificate_lineage ON certificate (lineage) WHERE replaces IS NOT NULL;
-- certs_by_name: the whole subject, or its CN, which RFC 4514 writes first
CREATE INDEX certificate_subject ON certificate (subject);
-- check_intended
CREATE INDEX certificate_intended ON certificate (id) WHERE state = 'intended';

CREATE TRIGGER certificate_is_kept BEFORE DELETE ON certificate
BEGIN
	SELECT RAISE (ABORT, 'a certificate is never forgotten');
END;

-- Apart from the row, so that scans stay small. tbs until it is signed, der from then on.
CREATE TABLE certificate_der (
	certificate_id INTEGER PRIMARY KEY REFERENCES certificate (id),
	tbs            BLOB,
	der            BLOB,
	CHECK ((tbs IS NULL) <> (der IS NULL))
) STRICT;

CREATE TABLE name (
	certificate_id INTEGER NOT NULL REFERENCES certificate (id),
	position       INTEGER NOT NULL CHECK (position >= 0),
	type           TEXT NOT NULL CHECK (type IN ('dns', 'ip', 'email', 'uri', 'dn', 'other')),
	value          TEXT NOT NULL,
	reversed       TEXT,                              -- "example.internal.web": suffix search by index
	PRIMARY KEY (certificate_id, position)
) STRICT, WITHOUT ROWID;
-- certs_by_name
CREATE INDEX name_value ON name (value);
-- list_newest, list_sorted, list_count: names that end alike
CREATE INDEX name_reversed ON name (reversed) WHERE reversed IS NOT NULL;

-- Certificates of authorities: their own (several over time: renewal) and foreign ones.
CREATE TABLE ca_certificate (
	id             INTEGER PRIMARY KEY,
	issuer_key_id  INTEGER NOT NULL REFERENCES issuer_key (id),
	certificate_id INTEGER UNIQUE REFERENCES certificate (id), -- NULL: signed elsewhere
	sha256         BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
	der            BLOB NOT NULL,
	subject        BLOB NOT NULL,                     -- Name
	issuer         BLOB NOT NULL,                     -- Name
	serial         BLOB NOT NULL,
	not_before     INTEGER NOT NULL,
	not_after      INTEGER NOT NULL,
	is_anchor      INTEGER NOT NULL CHECK (is_anchor IN (0, 1)),
	installed_at   INTEGER NOT NULL
) STRICT;
-- ca_certs_by_subject
CREATE INDEX ca_certificate_subject ON ca_certificate (subject);
-- ca_certs_of_key
CREATE INDEX ca_certificate_key ON ca_certificate (issuer_key_id, not_after);

-- One row an act; a hold that was lifted keeps its row. At most one row in force per serial.
CREATE TABLE revocation (
	id             INTEGER PRIMARY KEY,
	certificate_id INTEGER NOT NULL REFERENCES certificate (id),
	issuer_key_id  INTEGER NOT NULL REFERENCES issuer_key (id),
	serial         BLOB NOT NULL,
	crl_shard      INTEGER NOT NULL,
	reason         INTEGER NOT NULL CHECK (reason IN (0, 1, 2, 3, 4, 5, 6, 9, 10)),
	revoked_at     INTEGER NOT NULL,
	invalid_since  INTEGER,
	not_after      INTEGER NOT NULL,                  -- of the certificate: the CRL holds the entry until one CRL after it
	lifted_at      INTEGER,
	CHECK (lifted_at IS NULL OR reason = 6)
) STRICT;
CREATE UNIQUE INDEX revocation_in_force ON revocation (certificate_id) WHERE lifted_at IS NULL;
-- revocations_of, leaves_of_certificate
CREATE INDEX revocation_certificate ON revocation (certificate_id);
-- crl_entries
CREATE INDEX revocation_crl ON revocation (issuer_key_id, crl_shard, not_after) WHERE lifted_at IS NULL;
CREATE TRIGGER revocation_is_kept BEFORE DELETE ON revocation
BEGIN
	SELECT RAISE (ABORT, 'a revocation is never forgotten');
END;

-- The number is taken, durably, before the CRL is signed.
CREATE TABLE crl (
	id            INTEGER PRIMARY KEY,
	issuer_key_id INTEGER NOT NULL REFERENCES issuer_key (id),
	shard         INTEGER NOT NULL CHECK (shard >= 0),
	number        INTEGER NOT NULL CHECK (number > 0),
	state         TEXT NOT NULL CHECK (state IN ('intended', 'issued')),
	is_delta      INTEGER NOT NULL CHECK (is_delta IN (0, 1)),
	this_update   INTEGER NOT NULL,
	next_update   INTEGER NOT NULL CHECK (next_update > this_update),
	entries       INTEGER NOT NULL CHECK (entries >= 0),
	tbs_sha256    BLOB CHECK (length(tbs_sha256) = 32),
	sha256        BLOB CHECK (length(sha256) = 32),
	der           BLOB,                               -- NULL when over 1 MiB: then it is the file in public/ with that digest
	der_len       INTEGER,                            -- octets, also of one that is not kept here
	covers        INTEGER NOT NULL DEFAULT 0,         -- size of the log when it was intended: it holds every revocation before
	CHECK ((state = 'issued') = (sha256 IS NOT NULL)),
	CHECK ((state = 'issued') = (der_len IS NOT NULL)),
	CHECK ((der IS NOT NULL) = coalesce(der_len <= 1048576, 0)),
	UNIQUE (issuer_key_id, shard, number)
) STRICT;

CREATE TABLE ocsp_response (
	id            INTEGER PRIMARY KEY,
	issuer_key_id INTEGER NOT NULL REFERENCES issuer_key (id),
	serial        BLOB NOT NULL,
	this_update   INTEGER NOT NULL,
	next_update   INTEGER NOT NULL CHECK (next_update > this_update),
	sha256        BLOB NOT NULL CHECK (length(sha256) = 32),
	der           BLOB NOT NULL
) STRICT;
CREATE INDEX ocsp_response_serial ON ocsp_response (issuer_key_id, serial, next_update);

-- Signing stops while a row has no end.
CREATE TABLE halt (
	id      INTEGER PRIMARY KEY,
	since   INTEGER NOT NULL,
	why     TEXT NOT NULL,
	ended   INTEGER
) STRICT;
CREATE UNIQUE INDEX halt_in_force ON halt ((1)) WHERE ended IS NULL;

-- Acts that are no record of another kind: a home made, a key made, moved or given a new passphrase, a clock accepted, a restore.
CREATE TABLE event (
	id            INTEGER PRIMARY KEY,
	kind          TEXT NOT NULL,
	issuer_key_id INTEGER REFERENCES issuer_key (id),
	detail        TEXT NOT NULL
) STRICT;

-- One leaf an act, in the same transaction as the act. hash covers the leaf's own columns and the rows that the act wrote.
CREATE TABLE log_leaf (
	id       INTEGER PRIMARY KEY,                     -- index in the tree, from 0
	at       INTEGER NOT NULL,
	act      TEXT NOT NULL CHECK (act IN ('home', 'event', 'policy', 'key', 'refuse', 'intend', 'issue', 'install', 'revoke', 'unhold',
	                                      'crl', 'halt', 'resume', 'checkpoint')),
	actor_id INTEGER NOT NULL REFERENCES actor (id),
	row_id   INTEGER NOT NULL,
	hash     BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
-- leaves_of_certificate, halt_in_force, agree_leaf_of_rows
CREATE INDEX log_leaf_row ON log_leaf (row_id, act);
CREATE TABLE log_node (
	level  INTEGER NOT NULL,
	number INTEGER NOT NULL,
	hash   BLOB NOT NULL CHECK (length(hash) = 32),
	PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoint (
	id   INTEGER PRIMARY KEY,
	size INTEGER NOT NULL,
	root BLOB NOT NULL CHECK (length(root) = 32),
	note TEXT NOT NULL
) STRICT;

-- What is watched, and which notices went out.
CREATE TABLE watch (
	id         INTEGER PRIMARY KEY,
	item       TEXT NOT NULL UNIQUE,                  -- "home:leaf:<serial>", "file:/path", "tls:host:port"
	state      TEXT NOT NULL,
	not_after  INTEGER,
	since      INTEGER NOT NULL,
	looked_at  INTEGER NOT NULL,
	detail     TEXT
) STRICT;
CREATE TABLE notice (
	id           INTEGER PRIMARY KEY,
	watch_id     INTEGER NOT NULL REFERENCES watch (id),
	stage        TEXT NOT NULL,
	channel      TEXT NOT NULL,
	stable_id    TEXT NOT NULL UNIQUE,
	written_at   INTEGER NOT NULL,
	delivered_at INTEGER
) STRICT;
