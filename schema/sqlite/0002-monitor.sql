-- The monitor: what ends when, what is not well, and who was told. No leaf of the log covers these rows: they say nothing that the
-- records do not say, and are made again by a run when they are lost. Stages: 0 ok, 1 warning, 2 unreachable, 3 critical, 4 expired.

DROP TABLE notice;
DROP TABLE watch;

-- One row: where the last run came to.
CREATE TABLE monitor (
	id           INTEGER PRIMARY KEY CHECK (id = 1),
	first_run_at INTEGER NOT NULL,
	last_run_at  INTEGER NOT NULL,
	log_size     INTEGER NOT NULL,                    -- acts before it are in expiry
	leaves       INTEGER NOT NULL,                    -- rows of expiry; by stage, so that a look need not count them:
	warning      INTEGER NOT NULL,
	critical     INTEGER NOT NULL,
	expired      INTEGER NOT NULL,
	thresholds   TEXT NOT NULL,                       -- that its instants were computed with
	repeat       INTEGER NOT NULL
) STRICT;

-- When the chain above each key is over: no certificate of that key lives longer.
CREATE TABLE issuer_end (
	issuer_key_id INTEGER PRIMARY KEY REFERENCES issuer_key (id),
	ends_at       INTEGER NOT NULL
) STRICT;

-- Every leaf that somebody may miss when it ends, and the instants at which its stage changes.
CREATE TABLE expiry (
	certificate_id INTEGER PRIMARY KEY REFERENCES certificate (id),
	stage          INTEGER NOT NULL CHECK (stage IN (0, 1, 3, 4)),
	warning_at     INTEGER NOT NULL,
	critical_at    INTEGER NOT NULL,
	ends_at        INTEGER NOT NULL,                  -- its last second
	next_at        INTEGER                            -- of the instants the next one; NULL: it is over
) STRICT;
-- expiry_crossed, expiry_advance: what changes now
CREATE INDEX expiry_next ON expiry (next_at) WHERE next_at IS NOT NULL;
-- expiry_worst, expiry_counts
CREATE INDEX expiry_stage ON expiry (stage DESC, ends_at);
-- Leaves whose stage changed in a run; empty between runs.
CREATE TABLE expiry_changed (
	certificate_id INTEGER PRIMARY KEY
) STRICT;

-- Leaves that are watched: issued, in force, and not replaced by one that is. superseded: its successors are all revoked.
CREATE VIEW leaf_watched AS
SELECT c.id AS certificate_id, c.issuer_key_id, c.not_after, c.not_after - c.not_before + 1 AS lifetime, c.superseded,
       min(c.not_after, coalesce(i.ends_at, c.not_after)) AS ends_at
FROM certificate AS c LEFT JOIN issuer_end AS i ON i.issuer_key_id = c.issuer_key_id
WHERE c.state = 'issued' AND c.revoked = 0 AND c.is_ca = 0
  AND (c.superseded = 0 OR NOT EXISTS (SELECT 1 FROM certificate AS n WHERE n.lineage = c.lineage AND n.replaces IS NOT NULL AND n.id > c.id
                                                                       AND n.state = 'issued' AND n.revoked = 0));

-- What is remembered of an item: all that are no leaves, and those leaves that are not well or acknowledged.
CREATE TABLE watch (
	id             INTEGER PRIMARY KEY,
	item           TEXT NOT NULL UNIQUE,              -- "home:leaf:<serial>", "file:/path", "tls:host:port"
	kind           TEXT NOT NULL CHECK (kind IN ('certificate', 'authority', 'CRL', 'log key', 'file', 'endpoint', 'renewal')),
	certificate_id INTEGER UNIQUE REFERENCES certificate (id), -- of a leaf
	stage          INTEGER NOT NULL CHECK (stage BETWEEN 0 AND 4),
	since          INTEGER NOT NULL,                  -- of this stage
	title          TEXT,
	serial         TEXT,                              -- as last seen, what follows too
	not_before     INTEGER,
	ends_at        INTEGER,
	lifetime       INTEGER,
	at_least       INTEGER NOT NULL DEFAULT 0,        -- a stage that it has whatever its end is
	detail         TEXT,                              -- why
	failures       INTEGER NOT NULL DEFAULT 0,        -- runs in a row that could not look at it
	failing_since  INTEGER,
	failure        TEXT,
	looked_at      INTEGER NOT NULL,                  -- by the run of this time
	told_stage     INTEGER NOT NULL DEFAULT 0,
	told_at        INTEGER,
	due_at         INTEGER,                           -- when there is something to tell: a new stage, or a repetition
	acked_until    INTEGER,
	acked_why      TEXT,
	acked_by       TEXT,
	CHECK ((kind = 'certificate') = (certificate_id IS NOT NULL))
) STRICT;
-- watch_due and its like
CREATE INDEX watch_due ON watch (due_at) WHERE due_at IS NOT NULL;
-- leaves_acked
CREATE INDEX watch_acked ON watch (acked_until) WHERE acked_until IS NOT NULL;
-- watch_clean
CREATE INDEX watch_well ON watch (id) WHERE stage = 0 AND told_stage = 0;

-- Channels that were told something once; a new one is told everything that is not well.
CREATE TABLE channel (
	name  TEXT PRIMARY KEY,
	since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Written before it is sent, marked when it was delivered.
CREATE TABLE notice (
	id           INTEGER PRIMARY KEY,
	stable_id    TEXT NOT NULL UNIQUE,
	channel      TEXT NOT NULL,
	stage        INTEGER NOT NULL CHECK (stage BETWEEN 0 AND 4), -- the highest in it; 0: recovered
	item         TEXT,                                -- NULL: a digest
	items        INTEGER NOT NULL CHECK (items > 0),
	message      BLOB,                                -- what goes out, byte for byte; NULL once it needs to go no more
	written_at   INTEGER NOT NULL,
	attempts     INTEGER NOT NULL DEFAULT 0,
	failure      TEXT,                                -- of the last attempt
	delivered_at INTEGER,
	withdrawn_at INTEGER,                             -- overtaken before it went out
	CHECK ((message IS NULL) = (delivered_at IS NOT NULL OR withdrawn_at IS NOT NULL)),
	CHECK (delivered_at IS NULL OR withdrawn_at IS NULL)
) STRICT;
-- notice_next, notices_undelivered
CREATE INDEX notice_undelivered ON notice (channel, id) WHERE message IS NOT NULL;
-- news_of_withdrawn
CREATE INDEX notice_withdrawn ON notice (channel, withdrawn_at) WHERE withdrawn_at IS NOT NULL;

-- The newest notice about an item on a channel. heard: an alarm of it got through since it was last well.
CREATE TABLE told (
	watch_id  INTEGER NOT NULL REFERENCES watch (id) ON DELETE CASCADE,
	channel   TEXT NOT NULL,
	notice_id INTEGER NOT NULL REFERENCES notice (id),
	heard     INTEGER NOT NULL CHECK (heard IN (0, 1)),
	PRIMARY KEY (watch_id, channel)
) STRICT, WITHOUT ROWID;
-- told_delivered, news_of_withdrawn
CREATE INDEX told_notice ON told (notice_id);
-- What one channel is to be told in a run; empty between runs.
CREATE TABLE news (
	watch_id INTEGER PRIMARY KEY,
	stage    INTEGER NOT NULL,
	repeated INTEGER NOT NULL CHECK (repeated IN (0, 1))
) STRICT;
