-- Named queries. Parameters are numbered in the order in which they first appear; every column is named.

-- name: set_wal :one
PRAGMA journal_mode = WAL;

-- name: set_synchronous :exec
PRAGMA synchronous = FULL;

-- name: set_temp_store :exec
PRAGMA temp_store = MEMORY;

-- name: set_cache :exec
PRAGMA cache_size = -8192;

-- name: set_cell_check :exec
PRAGMA cell_size_check = ON;

-- name: set_no_mmap :exec
PRAGMA mmap_size = 0;

-- name: schema_number :one
SELECT max(version) FROM schema_version;

-- name: schema_add :exec
INSERT INTO schema_version (version, applied_at) VALUES ($1, $2);

-- name: look_begin :exec
BEGIN;

-- name: tx_begin :exec
BEGIN IMMEDIATE;

-- name: tx_commit :exec
COMMIT;

-- name: tx_rollback :exec
ROLLBACK;

-- name: act_begin :exec
SAVEPOINT act;

-- name: act_release :exec
RELEASE act;

-- name: act_undo :exec
ROLLBACK TO act;

-- The home

-- name: home_add :exec
INSERT INTO home (id, origin, log_key, org, domain, url, created_at) VALUES (1, $1, $2, $3, $4, $5, $6);

-- name: home_get :one
SELECT origin, log_key, org, domain, url, created_at FROM home WHERE id = 1;

-- name: event_add :exec
INSERT INTO event (kind, issuer_key_id, detail) VALUES ($1, $2, $3);

-- name: halt_add :exec
INSERT INTO halt (since, why) VALUES ($1, $2);

-- name: halt_in_force :one
SELECT h.id, h.since, h.why, a.name
-- From the few halts to their leaves, never the other way round.
FROM halt AS h
CROSS JOIN log_leaf AS l ON l.row_id = h.id AND l.act = 'halt'
CROSS JOIN actor AS a ON a.id = l.actor_id
WHERE h.ended IS NULL;

-- name: halt_end :exec
UPDATE halt SET ended = $1 WHERE id = $2;

-- name: last_act :one
SELECT at FROM log_leaf ORDER BY id DESC LIMIT 1;

-- name: actor_get :one
SELECT id FROM actor WHERE name = $1;

-- name: actor_add :exec
INSERT INTO actor (name) VALUES ($1);

-- Authorities

-- name: authority_get :one
SELECT id, kind = 'foreign' FROM authority WHERE name = $1;

-- name: issuer_key_taken :one
SELECT count(*) FROM issuer_key WHERE authority_id = $1 AND key_id = $2;

-- name: authority_names :many
SELECT name FROM authority ORDER BY id;

-- name: authority_add :exec
INSERT INTO authority (name, kind, created_at) VALUES ($1, $2, $3);

-- name: issuer_key_add :exec
INSERT INTO issuer_key (authority_id, key_id, spki, algorithm, protection, file, state, shards, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: issuer_key_change :exec
UPDATE issuer_key SET protection = $1, file = $2, state = $3 WHERE id = $4;

-- name: issuer_keys :many
SELECT k.id, k.authority_id, a.name, a.kind, k.key_id, k.spki, k.algorithm, k.protection, k.file, k.state, k.shards, k.created_at
FROM issuer_key AS k
JOIN authority AS a ON a.id = k.authority_id
WHERE ($1 IS NULL OR k.id = $1) AND ($2 IS NULL OR a.name = $2)
ORDER BY a.id, CASE k.state WHEN 'active' THEN 0 WHEN 'pending' THEN 1 ELSE 2 END, k.id;

-- name: issuer_key_of_id :one
SELECT k.id, k.authority_id, a.name, a.kind, k.key_id, k.spki, k.algorithm, k.protection, k.file, k.state, k.shards, k.created_at
FROM issuer_key AS k
JOIN authority AS a ON a.id = k.authority_id
WHERE k.id = $1;

-- name: ca_cert_add :exec
INSERT INTO ca_certificate (issuer_key_id, certificate_id, sha256, der, subject, issuer, serial, not_before, not_after, is_anchor, installed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: ca_certs_of_key :many
SELECT id, issuer_key_id, certificate_id, sha256, der, subject, issuer, serial, not_before, not_after, is_anchor, installed_at
FROM ca_certificate
WHERE issuer_key_id = $1
ORDER BY not_after DESC, id DESC;

-- name: ca_certs_all :many
SELECT id, issuer_key_id, certificate_id, sha256, der, subject, issuer, serial, not_before, not_after, is_anchor, installed_at
FROM ca_certificate
ORDER BY issuer_key_id, not_after DESC, id DESC;

-- name: ca_certs_by_subject :many
SELECT id, issuer_key_id, certificate_id, sha256, der, subject, issuer, serial, not_before, not_after, is_anchor, installed_at
FROM ca_certificate
WHERE subject = $1
ORDER BY not_after DESC, id DESC;

-- Requests and certificates

-- name: profile_version_get :one
SELECT id FROM profile_version WHERE digest = $1;

-- name: profile_version_add :exec
INSERT INTO profile_version (name, digest, text, first_used) VALUES ($1, $2, $3, $4);

-- name: request_add :exec
INSERT INTO request (at, actor_id, kind, profile, profile_version_id, names, csr, lifetime, owner, note, decision, reasons)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: request_get :one
SELECT r.id, r.at, a.name, r.kind, r.profile, r.profile_version_id, r.names, r.csr, r.lifetime, r.owner, r.note, r.decision, r.reasons
FROM request AS r
JOIN actor AS a ON a.id = r.actor_id
WHERE r.id = $1;

-- name: certificate_next :one
SELECT coalesce(max(id), 0) + 1 FROM certificate;

-- name: serial_taken :one
SELECT id FROM certificate WHERE authority_id = $1 AND serial = $2;

-- name: certificate_add :exec
INSERT INTO certificate (id, authority_id, issuer_key_id, serial, request_id, profile, is_ca, state, tbs_sha256, spki_sha256, names_sha256,
                         subject, not_before, not_after, lineage, replaces, owner, note, crl_shard, intended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'intended', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19);

-- name: name_add :exec
INSERT INTO name (certificate_id, position, type, value, reversed) VALUES ($1, $2, $3, $4, $5);

-- name: tbs_add :exec
INSERT INTO certificate_der (certificate_id, tbs) VALUES ($1, $2);

-- name: tbs_get :one
SELECT tbs FROM certificate_der WHERE certificate_id = $1;

-- name: certificate_issued :exec
UPDATE certificate SET state = 'issued', sha256 = $1, issued_at = $2 WHERE id = $3 AND state = 'intended';

-- name: der_set :exec
UPDATE certificate_der SET tbs = NULL, der = $1 WHERE certificate_id = $2;

-- name: supersede :exec
UPDATE certificate SET superseded = 1 WHERE id = (SELECT replaces FROM certificate WHERE id = $1);

-- name: certificate_get :one
SELECT c.id, c.authority_id, c.issuer_key_id, c.request_id, a.name, c.serial, c.profile, c.is_ca, c.state, c.revoked, c.sha256,
       c.tbs_sha256, c.spki_sha256, c.names_sha256, c.subject, c.not_before, c.not_after, c.lineage, c.replaces, c.superseded,
       c.owner, c.note, c.crl_shard, c.intended_at, c.issued_at
FROM certificate AS c
JOIN authority AS a ON a.id = c.authority_id
WHERE c.id = $1;

-- name: names_of_certificate :many
SELECT type, value, reversed FROM name WHERE certificate_id = $1 ORDER BY position;

-- name: der_get :one
SELECT der FROM certificate_der WHERE certificate_id = $1;

-- name: certs_by_serial :many
SELECT id FROM certificate
WHERE authority_id IN (SELECT id FROM authority) AND serial = $1
ORDER BY id DESC LIMIT $2;

-- name: cert_by_sha256 :many
SELECT id FROM certificate WHERE sha256 = $1;

-- name: certs_by_name :many
-- A CN ends where RFC 4514 writes '+' or ',': both stand before '-'.
SELECT certificate_id FROM name WHERE value = $1
UNION SELECT id FROM certificate WHERE subject = $1
UNION SELECT id FROM certificate WHERE subject = 'CN=' || $1
UNION SELECT id FROM certificate WHERE subject >= 'CN=' || $1 || '+' AND subject < 'CN=' || $1 || '-'
ORDER BY 1 DESC LIMIT $2;

-- name: certs_of_lineage :many
SELECT id FROM certificate WHERE id = $1 OR (lineage = $1 AND replaces IS NOT NULL) ORDER BY id DESC;

-- name: key_in_other_lineage :one
SELECT serial FROM certificate WHERE spki_sha256 = $1 AND lineage <> $2 LIMIT 1;

-- The list. $1 status, $2 now, $3 profile, $4 authority, $5 name as a GLOB, $6 and $7 a range of reversed names, $8 owner, $9 since, $10 end before.

-- name: list_newest :many
SELECT c.id FROM certificate AS c
WHERE ($1 IS NULL OR $1 = CASE WHEN c.revoked = 1 THEN 'revoked' WHEN c.revoked = 2 THEN 'held' WHEN c.state = 'intended' THEN 'intended'
                               WHEN c.not_after < $2 THEN 'expired' ELSE 'valid' END)
  AND ($3 IS NULL OR c.profile = $3)
  AND ($4 IS NULL OR c.authority_id = (SELECT id FROM authority WHERE name = $4))
  AND ($5 IS NULL OR EXISTS (SELECT 1 FROM name AS n WHERE n.certificate_id = c.id AND lower(n.value) GLOB $5))
  AND ($6 IS NULL OR c.id IN (SELECT n.certificate_id FROM name AS n WHERE n.reversed >= $6 AND n.reversed < $7))
  AND ($8 IS NULL OR c.owner = $8)
  AND ($9 IS NULL OR c.intended_at >= $9)
  AND ($10 IS NULL OR (c.state = 'issued' AND c.revoked = 0 AND c.not_after >= $2 AND c.not_after < $10))
ORDER BY c.id DESC LIMIT $11;

-- name: list_sorted :many
SELECT c.id FROM certificate AS c
WHERE ($1 IS NULL OR $1 = CASE WHEN c.revoked = 1 THEN 'revoked' WHEN c.revoked = 2 THEN 'held' WHEN c.state = 'intended' THEN 'intended'
                               WHEN c.not_after < $2 THEN 'expired' ELSE 'valid' END)
  AND ($3 IS NULL OR c.profile = $3)
  AND ($4 IS NULL OR c.authority_id = (SELECT id FROM authority WHERE name = $4))
  AND ($5 IS NULL OR EXISTS (SELECT 1 FROM name AS n WHERE n.certificate_id = c.id AND lower(n.value) GLOB $5))
  AND ($6 IS NULL OR c.id IN (SELECT n.certificate_id FROM name AS n WHERE n.reversed >= $6 AND n.reversed < $7))
  AND ($8 IS NULL OR c.owner = $8)
  AND ($9 IS NULL OR c.intended_at >= $9)
  AND ($10 IS NULL OR (c.state = 'issued' AND c.revoked = 0 AND c.not_after >= $2 AND c.not_after < $10))
ORDER BY CASE $11 WHEN 'subject' THEN c.subject WHEN 'serial' THEN hex(c.serial)
                  WHEN 'not_before' THEN printf('%020d', c.not_before) ELSE printf('%020d', c.not_after) END, c.id
LIMIT $12;

-- name: list_count :one
SELECT count(*) FROM certificate AS c
WHERE ($1 IS NULL OR $1 = CASE WHEN c.revoked = 1 THEN 'revoked' WHEN c.revoked = 2 THEN 'held' WHEN c.state = 'intended' THEN 'intended'
                               WHEN c.not_after < $2 THEN 'expired' ELSE 'valid' END)
  AND ($3 IS NULL OR c.profile = $3)
  AND ($4 IS NULL OR c.authority_id = (SELECT id FROM authority WHERE name = $4))
  AND ($5 IS NULL OR EXISTS (SELECT 1 FROM name AS n WHERE n.certificate_id = c.id AND lower(n.value) GLOB $5))
  AND ($6 IS NULL OR c.id IN (SELECT n.certificate_id FROM name AS n WHERE n.reversed >= $6 AND n.reversed < $7))
  AND ($8 IS NULL OR c.owner = $8)
  AND ($9 IS NULL OR c.intended_at >= $9)
  AND ($10 IS NULL OR (c.state = 'issued' AND c.revoked = 0 AND c.not_after >= $2 AND c.not_after < $10));

-- The same when the name is a suffix: then its range says where to look.

-- name: list_suffix :many
SELECT c.id FROM certificate AS c
WHERE ($1 IS NULL OR $1 = CASE WHEN c.revoked = 1 THEN 'revoked' WHEN c.revoked = 2 THEN 'held' WHEN c.state = 'intended' THEN 'intended'
                               WHEN c.not_after < $2 THEN 'expired' ELSE 'valid' END)
  AND ($3 IS NULL OR c.profile = $3)
  AND ($4 IS NULL OR c.authority_id = (SELECT id FROM authority WHERE name = $4))
  AND ($5 IS NULL OR EXISTS (SELECT 1 FROM name AS n WHERE n.certificate_id = c.id AND lower(n.value) GLOB $5))
  AND c.id IN (SELECT n.certificate_id FROM name AS n WHERE n.reversed >= $6 AND n.reversed < $7)
  AND ($8 IS NULL OR c.owner = $8)
  AND ($9 IS NULL OR c.intended_at >= $9)
  AND ($10 IS NULL OR (c.state = 'issued' AND c.revoked = 0 AND c.not_after >= $2 AND c.not_after < $10))
ORDER BY c.id DESC LIMIT $11;

-- name: list_suffix_count :one
SELECT count(*) FROM certificate AS c
WHERE ($1 IS NULL OR $1 = CASE WHEN c.revoked = 1 THEN 'revoked' WHEN c.revoked = 2 THEN 'held' WHEN c.state = 'intended' THEN 'intended'
                               WHEN c.not_after < $2 THEN 'expired' ELSE 'valid' END)
  AND ($3 IS NULL OR c.profile = $3)
  AND ($4 IS NULL OR c.authority_id = (SELECT id FROM authority WHERE name = $4))
  AND ($5 IS NULL OR EXISTS (SELECT 1 FROM name AS n WHERE n.certificate_id = c.id AND lower(n.value) GLOB $5))
  AND c.id IN (SELECT n.certificate_id FROM name AS n WHERE n.reversed >= $6 AND n.reversed < $7)
  AND ($8 IS NULL OR c.owner = $8)
  AND ($9 IS NULL OR c.intended_at >= $9)
  AND ($10 IS NULL OR (c.state = 'issued' AND c.revoked = 0 AND c.not_after >= $2 AND c.not_after < $10));

-- name: list_expiring :many
SELECT id FROM certificate
WHERE state = 'issued' AND revoked = 0 AND not_after >= $1 AND not_after < $2
ORDER BY not_after LIMIT $3;

-- name: count_expiring :one
SELECT count(*) FROM certificate WHERE state = 'issued' AND revoked = 0 AND not_after >= $1 AND not_after < $2;

-- name: count_all :one
-- Their numbers have no gaps: certificate_next gives the next one, and certificate_is_kept keeps it.
SELECT coalesce(max(id), 0) FROM certificate;

-- Revocation

-- name: revocation_in_force :one
SELECT id, reason FROM revocation WHERE certificate_id = $1 AND lifted_at IS NULL;

-- name: revocation_add :exec
INSERT INTO revocation (certificate_id, issuer_key_id, serial, crl_shard, reason, revoked_at, invalid_since, not_after)
SELECT id, issuer_key_id, serial, crl_shard, $1, $2, $3, not_after FROM certificate WHERE id = $4;

-- name: revocation_lift :exec
UPDATE revocation SET lifted_at = $1 WHERE id = $2 AND lifted_at IS NULL;

-- name: certificate_revoked :exec
UPDATE certificate SET revoked = $1 WHERE id = $2;

-- name: revocations_of :many
SELECT id, certificate_id, issuer_key_id, serial, crl_shard, reason, revoked_at, invalid_since, lifted_at
FROM revocation WHERE certificate_id = $1 ORDER BY id DESC;

-- CRLs

-- name: crl_number_max :one
SELECT coalesce(max(number), 0) FROM crl WHERE issuer_key_id = $1 AND shard = $2;

-- name: crl_add :exec
INSERT INTO crl (issuer_key_id, shard, number, state, is_delta, this_update, next_update, entries, sha256, der, der_len, covers)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: crl_last_update :one
SELECT coalesce((SELECT this_update FROM crl WHERE issuer_key_id = $1 AND shard = $2 AND state = 'issued' ORDER BY number DESC LIMIT 1), 0);

-- name: crl_entries :many
SELECT id, certificate_id, issuer_key_id, serial, crl_shard, reason, revoked_at, invalid_since, lifted_at
FROM revocation
WHERE issuer_key_id = $1 AND crl_shard = $2 AND not_after >= $3 AND lifted_at IS NULL;

-- name: crl_bind :exec
UPDATE crl SET tbs_sha256 = $1, entries = $2 WHERE id = $3 AND state = 'intended';

-- name: crl_issued :exec
UPDATE crl SET state = 'issued', sha256 = $1, der = $2, der_len = $3 WHERE id = $4 AND state = 'intended' AND tbs_sha256 IS NOT NULL;

-- name: crl_get :one
SELECT id, issuer_key_id, shard, number, state, is_delta, this_update, next_update, entries, sha256, tbs_sha256, der, covers
FROM crl WHERE id = $1;

-- name: crls_newest :many
-- From shard to shard by index: the CRLs of years are not walked through.
WITH RECURSIVE shard_in_use (issuer_key_id, shard) AS (
	SELECT k.id, (SELECT min(c.shard) FROM crl AS c WHERE c.issuer_key_id = k.id) FROM issuer_key AS k WHERE ($1 IS NULL OR k.id = $1)
	UNION ALL
	SELECT u.issuer_key_id, (SELECT min(c.shard) FROM crl AS c WHERE c.issuer_key_id = u.issuer_key_id AND c.shard > u.shard)
	FROM shard_in_use AS u WHERE u.shard IS NOT NULL)
SELECT id, issuer_key_id, shard, number, state, is_delta, this_update, next_update, entries, sha256, tbs_sha256, der, covers
FROM crl
WHERE id IN (SELECT (SELECT m.id FROM crl AS m WHERE m.issuer_key_id = s.issuer_key_id AND m.shard = s.shard AND m.state = 'issued'
                     ORDER BY m.number DESC LIMIT 1)
             FROM shard_in_use AS s)
ORDER BY issuer_key_id, shard;

-- name: revoked_since :one
SELECT EXISTS (
	SELECT 1 FROM log_leaf AS l JOIN revocation AS r ON r.id = l.row_id
	WHERE l.id >= $1 AND l.act IN ('revoke', 'unhold') AND r.issuer_key_id = $2 AND r.crl_shard = $3);

-- name: ocsp_add :exec
INSERT INTO ocsp_response (issuer_key_id, serial, this_update, next_update, sha256, der) VALUES ($1, $2, $3, $4, $5, $6);

-- The log

-- name: log_size :one
SELECT coalesce(max(id), -1) + 1 FROM log_leaf;

-- name: leaf_add :exec
INSERT INTO log_leaf (id, at, act, actor_id, row_id, hash) VALUES ($1, $2, $3, $4, $5, $6);

-- name: leaf_hash :one
SELECT hash FROM log_leaf WHERE id = $1;

-- name: node_add :exec
INSERT INTO log_node (level, number, hash) VALUES ($1, $2, $3);

-- name: node_get :one
SELECT hash FROM log_node WHERE level = $1 AND number = $2;

-- name: node_count :one
SELECT count(*) FROM log_node;

-- name: leaves_oldest :many
SELECT l.id, l.at, l.act, a.name, l.row_id, l.hash
FROM log_leaf AS l LEFT JOIN actor AS a ON a.id = l.actor_id
ORDER BY l.id;

-- name: leaves_newest :many
SELECT l.id, l.at, l.act, a.name, l.row_id, l.hash
FROM log_leaf AS l LEFT JOIN actor AS a ON a.id = l.actor_id
WHERE l.at >= $1
ORDER BY l.id DESC LIMIT $2;

-- name: leaves_of_certificate :many
SELECT l.id, l.at, l.act, a.name, l.row_id, l.hash
FROM log_leaf AS l JOIN actor AS a ON a.id = l.actor_id
WHERE (l.act IN ('intend', 'issue') AND l.row_id = $1)
   OR (l.act IN ('revoke', 'unhold') AND l.row_id IN (SELECT r.id FROM revocation AS r WHERE r.certificate_id = $1))
ORDER BY l.id;

-- name: checkpoint_add :exec
INSERT INTO checkpoint (size, root, note) VALUES ($1, $2, $3);

-- What each act's leaf covers: the columns that never change again, in an order that never changes again either (a leaf is their hash).
-- Contents are covered by their digests.

-- name: record_home :many
SELECT origin, log_key, org, domain, url, created_at FROM home WHERE id = $1;

-- name: record_event :many
SELECT kind, issuer_key_id, detail FROM event WHERE id = $1;

-- name: record_policy :many
SELECT name, digest, text, first_used FROM profile_version WHERE id = $1;

-- name: record_key :many
SELECT k.authority_id, a.name, a.kind, a.created_at, k.key_id, k.spki, k.algorithm, k.shards, k.created_at
FROM issuer_key AS k JOIN authority AS a ON a.id = k.authority_id WHERE k.id = $1;

-- name: record_refuse :many
SELECT at, actor_id, kind, profile, profile_version_id, names, csr, lifetime, owner, note, decision, reasons FROM request WHERE id = $1;

-- name: record_intend :many
SELECT c.authority_id, c.issuer_key_id, c.serial, c.request_id, c.profile, c.is_ca, c.tbs_sha256, c.spki_sha256, c.names_sha256, c.subject,
       c.not_before, c.not_after, c.lineage, c.replaces, c.owner, c.note, c.crl_shard, c.intended_at,
       r.at, r.actor_id, r.kind, r.profile, r.profile_version_id, r.names, r.csr, r.lifetime, r.owner, r.note, r.decision, r.reasons
FROM certificate AS c JOIN request AS r ON r.id = c.request_id WHERE c.id = $1;

-- name: record_issue :many
SELECT serial, state, sha256, issued_at FROM certificate WHERE id = $1;

-- name: record_install :many
SELECT issuer_key_id, certificate_id, sha256, der, subject, issuer, serial, not_before, not_after, is_anchor, installed_at
FROM ca_certificate WHERE id = $1;

-- name: record_revoke :many
SELECT certificate_id, issuer_key_id, serial, crl_shard, reason, revoked_at, invalid_since, not_after FROM revocation WHERE id = $1;

-- name: record_unhold :many
SELECT certificate_id, serial, reason, lifted_at FROM revocation WHERE id = $1;

-- name: record_crl :many
SELECT issuer_key_id, shard, number, state, is_delta, this_update, next_update, entries, tbs_sha256, sha256, der_len, covers
FROM crl WHERE id = $1;

-- name: record_halt :many
SELECT since, why FROM halt WHERE id = $1;

-- name: record_resume :many
SELECT since, ended FROM halt WHERE id = $1;

-- name: record_checkpoint :many
SELECT size, root, note FROM checkpoint WHERE id = $1;

-- What a person reads of an act.

-- name: title_home :one
SELECT origin || ' ' || domain FROM home WHERE id = $1;

-- name: title_certificate :one
SELECT a.name || ' ' || lower(hex(c.serial)) || ' ' || coalesce((SELECT n.value FROM name AS n WHERE n.certificate_id = c.id ORDER BY n.position LIMIT 1), c.subject)
FROM certificate AS c JOIN authority AS a ON a.id = c.authority_id WHERE c.id = $1;

-- name: title_revocation :one
SELECT a.name || ' ' || lower(hex(r.serial)) || ' reason ' || r.reason
FROM revocation AS r JOIN certificate AS c ON c.id = r.certificate_id JOIN authority AS a ON a.id = c.authority_id WHERE r.id = $1;

-- name: title_request :one
SELECT profile || ' ' || replace(names, char(10), ' ') FROM request WHERE id = $1;

-- name: title_event :one
SELECT kind || ' ' || detail FROM event WHERE id = $1;

-- name: title_policy :one
SELECT name || ' ' || lower(hex(substr(digest, 1, 4))) FROM profile_version WHERE id = $1;

-- name: title_key :one
SELECT a.name || ' ' || lower(hex(substr(k.key_id, 1, 4))) || ' ' || k.algorithm
FROM issuer_key AS k JOIN authority AS a ON a.id = k.authority_id WHERE k.id = $1;

-- name: title_install :one
SELECT a.name || ' ' || lower(hex(c.serial))
FROM ca_certificate AS c JOIN issuer_key AS k ON k.id = c.issuer_key_id JOIN authority AS a ON a.id = k.authority_id WHERE c.id = $1;

-- name: title_crl :one
SELECT a.name || ' number ' || c.number || ', ' || c.entries || CASE c.entries WHEN 1 THEN ' entry' ELSE ' entries' END
FROM crl AS c JOIN issuer_key AS k ON k.id = c.issuer_key_id JOIN authority AS a ON a.id = k.authority_id WHERE c.id = $1;

-- name: title_halt :one
SELECT why FROM halt WHERE id = $1;

-- name: title_checkpoint :one
SELECT 'size ' || size FROM checkpoint WHERE id = $1;

-- Contents against the digests that the leaves cover.

-- name: content_intent :one
SELECT c.tbs_sha256, d.tbs FROM certificate AS c JOIN certificate_der AS d ON d.certificate_id = c.id WHERE c.id = $1 AND (d.tbs IS NOT NULL OR c.state <> 'issued');

-- name: content_der :one
SELECT c.sha256, d.der FROM certificate AS c JOIN certificate_der AS d ON d.certificate_id = c.id WHERE c.id = $1;

-- name: names_said :one
SELECT names_sha256 FROM certificate WHERE id = $1;

-- name: content_crl :one
-- One that is too long for the row is held against its file by whoever has it.
SELECT sha256, der FROM crl WHERE id = $1 AND (der IS NOT NULL OR der_len <= 1048576);

-- What must agree beyond the leaves: each row is a problem, where and what.

-- name: agree_leaf_of_rows :many
SELECT 'certificate ' || c.id, 'no leaf of the log covers its intent' FROM certificate AS c
WHERE NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = c.id AND l.act = 'intend')
UNION ALL
SELECT 'certificate ' || c.id, 'is marked as issued, but no leaf of the log says so' FROM certificate AS c
WHERE (c.state <> 'intended' OR c.sha256 IS NOT NULL OR c.issued_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = c.id AND l.act = 'issue')
UNION ALL
SELECT 'certificate ' || c.id, 'its bytes are gone' FROM certificate AS c
WHERE NOT EXISTS (SELECT 1 FROM certificate_der AS d WHERE d.certificate_id = c.id)
UNION ALL
SELECT 'request ' || r.id, 'no leaf of the log covers it' FROM request AS r
WHERE NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = r.id AND l.act = 'refuse')
  AND r.id NOT IN (SELECT c.request_id FROM certificate AS c)
UNION ALL
SELECT 'revocation ' || r.id, 'no leaf of the log covers it' FROM revocation AS r
WHERE NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = r.id AND l.act = 'revoke')
UNION ALL
SELECT 'revocation ' || r.id, 'was lifted, but no leaf of the log says so' FROM revocation AS r
WHERE r.lifted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = r.id AND l.act = 'unhold')
UNION ALL
SELECT 'crl ' || c.id, 'is marked as issued, but no leaf of the log says so' FROM crl AS c
WHERE c.state <> 'intended' AND NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = c.id AND l.act = 'crl')
UNION ALL
SELECT 'home ' || h.id, 'no leaf of the log covers it' FROM home AS h
WHERE NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = h.id AND l.act = 'home')
UNION ALL
SELECT 'authority ' || a.id, 'it has no key, so no leaf of the log covers it' FROM authority AS a
WHERE a.id NOT IN (SELECT k.authority_id FROM issuer_key AS k)
UNION ALL
SELECT 'issuer_key ' || k.id, 'no leaf of the log covers it' FROM issuer_key AS k
WHERE NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = k.id AND l.act = 'key')
UNION ALL
SELECT 'ca_certificate ' || c.id, 'no leaf of the log covers it' FROM ca_certificate AS c
WHERE NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = c.id AND l.act = 'install')
UNION ALL
SELECT 'profile_version ' || p.id, 'no leaf of the log covers it' FROM profile_version AS p
WHERE NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = p.id AND l.act = 'policy')
UNION ALL
SELECT 'event ' || v.id, 'no leaf of the log covers it' FROM event AS v
WHERE NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = v.id AND l.act = 'event')
UNION ALL
SELECT 'halt ' || h.id, 'no leaf of the log covers it' FROM halt AS h
WHERE NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = h.id AND l.act = 'halt')
   OR (h.ended IS NOT NULL AND NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = h.id AND l.act = 'resume'))
UNION ALL
SELECT 'checkpoint ' || p.id, 'no leaf of the log covers it' FROM checkpoint AS p
WHERE NOT EXISTS (SELECT 1 FROM log_leaf AS l WHERE l.row_id = p.id AND l.act = 'checkpoint');

-- name: agree_states :many
SELECT 'certificate ' || c.id, 'its revoked mark does not agree with its revocations' FROM certificate AS c
LEFT JOIN revocation AS r ON r.certificate_id = c.id AND r.lifted_at IS NULL
WHERE c.revoked <> CASE WHEN r.id IS NULL THEN 0 WHEN r.reason = 6 THEN 2 ELSE 1 END
UNION ALL
SELECT 'certificate ' || c.id, 'its superseded mark does not agree with what replaces it' FROM certificate AS c
WHERE c.superseded <> (c.id IN (SELECT n.replaces FROM certificate AS n WHERE n.replaces IS NOT NULL AND n.state = 'issued'))
UNION ALL
SELECT 'issuer_key ' || k.id, 'its state does not agree with the newest event of it' FROM issuer_key AS k
WHERE k.state || ' ' || k.protection || coalesce(' ' || k.file, '') IS NOT
      (SELECT v.detail FROM event AS v WHERE v.issuer_key_id = k.id AND v.kind LIKE 'key-%' ORDER BY v.id DESC LIMIT 1)
UNION ALL
SELECT 'name of certificate ' || n.certificate_id, 'its positions are not 0, 1, 2 and so on, or there is no such certificate' FROM name AS n
GROUP BY n.certificate_id
HAVING max(n.position) + 1 <> count(*) OR NOT EXISTS (SELECT 1 FROM certificate AS c WHERE c.id = n.certificate_id)
UNION ALL
SELECT 'certificate_der ' || d.certificate_id, 'there is no certificate of this number in the state that it shows' FROM certificate_der AS d
WHERE NOT EXISTS (SELECT 1 FROM certificate AS c WHERE c.id = d.certificate_id
                  AND (c.state = 'issued') = (d.der IS NOT NULL) AND (c.state = 'issued') = (d.tbs IS NULL));

-- name: check_intended :many
SELECT 'certificate ' || c.id, 'intended, never issued: ' || a.name || ' serial ' || lower(hex(c.serial)) || ' ' || c.subject
FROM certificate AS c JOIN authority AS a ON a.id = c.authority_id WHERE c.state = 'intended' AND c.revoked = 0;

-- name: schema_parts :many
SELECT m.type || ' ' || m.name, m.sql FROM sqlite_schema AS m WHERE m.name NOT LIKE 'sqlite_%' ORDER BY 1;

-- name: check_integrity :many
SELECT 'database', integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok';

-- name: check_foreign_keys :many
SELECT c."table" || ' row ' || coalesce(c.rowid, '?'), 'points to a row of ' || c.parent || ' that is not there' FROM pragma_foreign_key_check AS c;

-- Highwater

-- name: high_serials :many
SELECT a.name, (SELECT max(c.serial) FROM certificate AS c WHERE c.authority_id = a.id) FROM authority AS a WHERE a.kind = 'own' ORDER BY a.id;

-- name: high_crls :many
WITH RECURSIVE shard_in_use (issuer_key_id, shard) AS (
	SELECT k.id, (SELECT min(c.shard) FROM crl AS c WHERE c.issuer_key_id = k.id) FROM issuer_key AS k
	UNION ALL
	SELECT u.issuer_key_id, (SELECT min(c.shard) FROM crl AS c WHERE c.issuer_key_id = u.issuer_key_id AND c.shard > u.shard)
	FROM shard_in_use AS u WHERE u.shard IS NOT NULL)
SELECT lower(hex(substr(k.key_id, 1, 8))), s.shard,
       (SELECT max(c.number) FROM crl AS c WHERE c.issuer_key_id = s.issuer_key_id AND c.shard = s.shard)
FROM shard_in_use AS s JOIN issuer_key AS k ON k.id = s.issuer_key_id
WHERE s.shard IS NOT NULL ORDER BY s.issuer_key_id, s.shard;

-- The monitor. $1 is now; thresholds are percent and longest of the warning, then of critical.

-- name: monitor_get :one
SELECT first_run_at, last_run_at, log_size, leaves, warning, critical, expired, thresholds, repeat FROM monitor WHERE id = 1;

-- name: monitor_set :exec
INSERT INTO monitor (id, first_run_at, last_run_at, log_size, leaves, warning, critical, expired, thresholds, repeat)
VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO UPDATE SET last_run_at = excluded.last_run_at, log_size = excluded.log_size, leaves = excluded.leaves,
                               warning = excluded.warning, critical = excluded.critical, expired = excluded.expired,
                               thresholds = excluded.thresholds, repeat = excluded.repeat;

-- name: issuer_ends :many
SELECT issuer_key_id, ends_at FROM issuer_end ORDER BY issuer_key_id;

-- name: issuer_end_set :exec
INSERT INTO issuer_end (issuer_key_id, ends_at) VALUES ($1, $2) ON CONFLICT (issuer_key_id) DO UPDATE SET ends_at = excluded.ends_at;

-- name: expiry_fill :exec
INSERT INTO expiry (certificate_id, stage, warning_at, critical_at, ends_at, next_at)
SELECT t.certificate_id,
       CASE WHEN $1 > t.ends_at THEN 4 WHEN $1 >= t.critical_at THEN 3 WHEN $1 >= t.warning_at THEN 1 ELSE 0 END,
       t.warning_at, t.critical_at, t.ends_at,
       CASE WHEN $1 < t.warning_at THEN t.warning_at WHEN $1 < t.critical_at THEN t.critical_at WHEN $1 <= t.ends_at THEN t.ends_at + 1 END
FROM (SELECT v.certificate_id, v.ends_at, v.ends_at - min(v.lifetime * $2 / 100, $3) AS warning_at,
             v.ends_at - min(v.lifetime * $4 / 100, $5) AS critical_at
      FROM leaf_watched AS v WHERE v.superseded = 0 OR v.not_after >= $1) AS t;

-- name: expiry_filled :exec
INSERT INTO expiry_changed (certificate_id) SELECT certificate_id FROM expiry WHERE stage > 0;

-- name: expiry_touched :exec
-- What acts behind the last run concern: a certificate and what it replaces; of a revocation the whole lineage.
INSERT OR IGNORE INTO expiry_changed (certificate_id)
SELECT l.row_id FROM log_leaf AS l WHERE l.id >= $1 AND l.act = 'issue'
UNION SELECT c.replaces FROM log_leaf AS l CROSS JOIN certificate AS c ON c.id = l.row_id WHERE l.id >= $1 AND l.act = 'issue' AND c.replaces IS NOT NULL
UNION SELECT m.id FROM log_leaf AS l CROSS JOIN revocation AS r ON r.id = l.row_id CROSS JOIN certificate AS c ON c.id = r.certificate_id
      CROSS JOIN certificate AS m ON m.id = c.lineage
      WHERE l.id >= $1 AND l.act IN ('revoke', 'unhold')
UNION SELECT m.id FROM log_leaf AS l CROSS JOIN revocation AS r ON r.id = l.row_id CROSS JOIN certificate AS c ON c.id = r.certificate_id
      CROSS JOIN certificate AS m ON m.lineage = c.lineage AND m.replaces IS NOT NULL
      WHERE l.id >= $1 AND l.act IN ('revoke', 'unhold');

-- name: expiry_forget :exec
DELETE FROM expiry WHERE certificate_id IN (SELECT certificate_id FROM expiry_changed);

-- name: expiry_refill :exec
-- Their stage is found by expiry_advance.
INSERT INTO expiry (certificate_id, stage, warning_at, critical_at, ends_at, next_at)
SELECT v.certificate_id, 0, v.ends_at - min(v.lifetime * $1 / 100, $2), v.ends_at - min(v.lifetime * $3 / 100, $4), v.ends_at, $5
FROM expiry_changed AS x CROSS JOIN leaf_watched AS v ON v.certificate_id = x.certificate_id
WHERE v.superseded = 0 OR v.not_after >= $5;

-- name: expiry_reset :exec
-- With other thresholds ($6 NULL), or below a key whose chain ends at another time.
UPDATE expiry SET warning_at = v.ends_at - min(v.lifetime * $1 / 100, $2), critical_at = v.ends_at - min(v.lifetime * $3 / 100, $4),
                  ends_at = v.ends_at, next_at = $5
FROM leaf_watched AS v
WHERE v.certificate_id = expiry.certificate_id AND ($6 IS NULL OR (v.issuer_key_id = $6 AND v.ends_at <> expiry.ends_at));

-- name: expiry_skipped :one
-- Whose warning is shorter than the time between this run and the last, at $2: it was missed, or may be the next time. The shortest one.
SELECT count(*) FILTER (WHERE critical_at <= $1 AND warning_at > $2), count(*) FILTER (WHERE critical_at > $1), min(critical_at - warning_at)
FROM expiry WHERE next_at <= $1 AND stage = 0 AND critical_at - warning_at < $1 - $2;

-- name: expiry_crossing :exec
INSERT OR IGNORE INTO expiry_changed (certificate_id)
SELECT certificate_id FROM expiry
WHERE next_at <= $1
  AND stage <> CASE WHEN $1 > ends_at THEN 4 WHEN $1 >= critical_at THEN 3 WHEN $1 >= warning_at THEN 1 ELSE 0 END;

-- name: expiry_advance :exec
UPDATE expiry
SET stage = CASE WHEN $1 > ends_at THEN 4 WHEN $1 >= critical_at THEN 3 WHEN $1 >= warning_at THEN 1 ELSE 0 END,
    next_at = CASE WHEN $1 < warning_at THEN warning_at WHEN $1 < critical_at THEN critical_at WHEN $1 <= ends_at THEN ends_at + 1 END
WHERE next_at <= $1;

-- name: leaf_alarms :exec
INSERT INTO watch (item, kind, certificate_id, stage, since, looked_at, due_at)
SELECT 'home:leaf:' || lower(hex(c.serial)), 'certificate', c.id, e.stage, $1, $1, $1
FROM expiry_changed AS x CROSS JOIN expiry AS e ON e.certificate_id = x.certificate_id CROSS JOIN certificate AS c ON c.id = x.certificate_id
WHERE e.stage > 0
ON CONFLICT (item) DO UPDATE SET stage = excluded.stage,
                                 since = CASE WHEN stage <> excluded.stage THEN excluded.since ELSE since END,
                                 due_at = CASE WHEN stage <> excluded.stage THEN excluded.due_at ELSE due_at END;

-- name: leaf_recoveries :exec
UPDATE watch SET stage = 0, since = $1, due_at = CASE WHEN told_stage > 0 THEN $1 END
WHERE certificate_id IN (SELECT certificate_id FROM expiry_changed) AND stage > 0
  AND NOT EXISTS (SELECT 1 FROM expiry AS e WHERE e.certificate_id = watch.certificate_id AND e.stage > 0);

-- name: expiry_none :exec
DELETE FROM expiry;

-- name: leaves_gone :exec
-- The home is not watched any more.
UPDATE watch SET stage = 0, since = $1, due_at = CASE WHEN told_stage > 0 THEN $1 END WHERE certificate_id IS NOT NULL AND stage > 0;

-- name: expiry_changed_clear :exec
DELETE FROM expiry_changed;

-- name: expiry_total :one
SELECT count(*) FROM expiry;

-- name: expiry_counts :many
SELECT stage, count(*) FROM expiry WHERE stage > 0 GROUP BY stage;

-- name: expiry_worst :many
SELECT certificate_id, stage, ends_at FROM expiry WHERE stage > 0 ORDER BY stage DESC, ends_at LIMIT $1;

-- name: expiry_well :many
SELECT certificate_id, stage, ends_at FROM expiry WHERE stage = 0 ORDER BY ends_at LIMIT $1;

-- name: expiry_crossed :many
SELECT certificate_id, stage, CASE WHEN $1 > ends_at THEN 4 WHEN $1 >= critical_at THEN 3 WHEN $1 >= warning_at THEN 1 ELSE 0 END, ends_at
FROM expiry WHERE next_at <= $1;

-- name: expiry_since :many
-- For whoever only looks: what acts behind the last run concern, its stage then (NULL: it was not watched), and its facts now.
WITH touched (id) AS (
	SELECT l.row_id FROM log_leaf AS l WHERE l.id >= $1 AND l.act = 'issue'
	UNION SELECT c.replaces FROM log_leaf AS l CROSS JOIN certificate AS c ON c.id = l.row_id WHERE l.id >= $1 AND l.act = 'issue' AND c.replaces IS NOT NULL
	UNION SELECT m.id FROM log_leaf AS l CROSS JOIN revocation AS r ON r.id = l.row_id CROSS JOIN certificate AS c ON c.id = r.certificate_id
	      CROSS JOIN certificate AS m ON m.id = c.lineage
	      WHERE l.id >= $1 AND l.act IN ('revoke', 'unhold')
	UNION SELECT m.id FROM log_leaf AS l CROSS JOIN revocation AS r ON r.id = l.row_id CROSS JOIN certificate AS c ON c.id = r.certificate_id
	      CROSS JOIN certificate AS m ON m.lineage = c.lineage AND m.replaces IS NOT NULL
	      WHERE l.id >= $1 AND l.act IN ('revoke', 'unhold'))
SELECT t.id, e.stage,
       EXISTS (SELECT 1 FROM leaf_watched AS v WHERE v.certificate_id = t.id AND (v.superseded = 0 OR v.not_after >= $2)),
       c.issuer_key_id, c.not_after, c.not_after - c.not_before + 1
FROM touched AS t CROSS JOIN certificate AS c ON c.id = t.id LEFT JOIN expiry AS e ON e.certificate_id = t.id
ORDER BY t.id;

-- name: leaves_watched :many
-- All of them, where no run has written down yet what ends when.
SELECT v.certificate_id, NULL, 1, v.issuer_key_id, v.not_after, v.lifetime FROM leaf_watched AS v WHERE v.superseded = 0 OR v.not_after >= $1;

-- name: watch_others :many
SELECT id, item, kind, stage, since, title, serial, not_before, ends_at, lifetime, at_least, detail, failures, failing_since, failure, looked_at,
       acked_until, acked_why, acked_by
FROM watch WHERE certificate_id IS NULL ORDER BY id;

-- name: watch_by_item :one
SELECT id, item, kind, stage, since, title, serial, not_before, ends_at, lifetime, at_least, detail, failures, failing_since, failure, looked_at,
       acked_until, acked_why, acked_by
FROM watch WHERE item = $1;

-- name: watch_of_leaf :one
SELECT id, item, kind, stage, since, title, serial, not_before, ends_at, lifetime, at_least, detail, failures, failing_since, failure, looked_at,
       acked_until, acked_why, acked_by
FROM watch WHERE certificate_id = $1;

-- name: watch_put :exec
INSERT INTO watch (item, kind, stage, since, title, serial, not_before, ends_at, lifetime, at_least, detail, failures, failing_since, failure,
                   looked_at, due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $4, CASE WHEN $3 > 0 THEN $4 END)
ON CONFLICT (item) DO UPDATE SET
	stage = excluded.stage, since = CASE WHEN stage <> excluded.stage THEN excluded.since ELSE since END,
	title = excluded.title, serial = excluded.serial, not_before = excluded.not_before, ends_at = excluded.ends_at,
	lifetime = excluded.lifetime, at_least = excluded.at_least, detail = excluded.detail, failures = excluded.failures,
	failing_since = excluded.failing_since, failure = excluded.failure, looked_at = excluded.looked_at,
	due_at = CASE WHEN stage = excluded.stage THEN due_at WHEN excluded.stage > 0 OR told_stage > 0 THEN excluded.looked_at END;

-- name: watch_gone :exec
-- What this run did not see is watched no more. Kinds that it did not look for stay as they are.
UPDATE watch SET stage = 0, since = $1, detail = 'it is not watched any more', at_least = 0, failures = 0, failing_since = NULL, failure = NULL,
                 due_at = CASE WHEN told_stage > 0 THEN $1 END
WHERE certificate_id IS NULL AND looked_at <> $1 AND ($2 IS NULL OR kind <> $2);

-- name: watch_clean :exec
-- Nothing is to be remembered of what is well, was told so, and is not acknowledged.
DELETE FROM watch
WHERE stage = 0 AND told_stage = 0 AND due_at IS NULL AND (acked_until IS NULL OR acked_until <= $1)
  AND (certificate_id IS NOT NULL OR looked_at <> $1) AND ($2 IS NULL OR kind <> $2)
  AND NOT EXISTS (SELECT 1 FROM told AS t WHERE t.watch_id = watch.id);

-- name: leaves_acked :many
SELECT w.certificate_id, NULL,
       EXISTS (SELECT 1 FROM leaf_watched AS v WHERE v.certificate_id = w.certificate_id AND (v.superseded = 0 OR v.not_after >= $1)),
       c.issuer_key_id, c.not_after, c.not_after - c.not_before + 1
FROM watch AS w CROSS JOIN certificate AS c ON c.id = w.certificate_id WHERE w.acked_until > $1 AND w.certificate_id IS NOT NULL;

-- name: watch_ack :exec
INSERT INTO watch (item, kind, certificate_id, stage, since, looked_at, acked_until, acked_why, acked_by) VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)
ON CONFLICT (item) DO UPDATE SET acked_until = excluded.acked_until, acked_why = excluded.acked_why, acked_by = excluded.acked_by,
                                 due_at = CASE WHEN due_at = acked_until THEN excluded.looked_at ELSE due_at END;

-- name: watch_items :many
SELECT item FROM watch WHERE item LIKE '%' || $1 || '%' ORDER BY item LIMIT $2;

-- Who is told what. $1 is now.

-- name: channels_known :many
SELECT name FROM channel ORDER BY name;

-- name: channel_add :exec
INSERT INTO channel (name, since) VALUES ($1, $2);

-- name: channel_forget :exec
DELETE FROM channel WHERE name = $1;

-- name: channel_told_forget :exec
DELETE FROM told WHERE channel = $1;

-- name: channel_withdraw :exec
UPDATE notice SET withdrawn_at = $1, message = NULL WHERE channel = $2 AND message IS NOT NULL;

-- name: repeat_moved :exec
UPDATE watch SET due_at = told_at + $1 WHERE due_at IS NOT NULL AND told_stage > 0 AND stage = told_stage;

-- name: due_acked :exec
-- The silence that was asked for.
UPDATE watch SET due_at = acked_until WHERE due_at <= $1 AND acked_until > $1 AND stage > 0;

-- name: told_acked_well :exec
DELETE FROM told WHERE watch_id IN (SELECT w.id FROM watch AS w WHERE w.due_at <= $1 AND w.acked_until > $1 AND w.stage = 0);

-- name: due_acked_well :exec
UPDATE watch SET told_stage = 0, told_at = NULL, due_at = NULL WHERE due_at <= $1 AND acked_until > $1 AND stage = 0;

-- name: due_lower :exec
-- Better, but not well: nobody is told.
UPDATE watch SET told_stage = stage, due_at = coalesce(told_at, $1) + $2 WHERE due_at <= $1 AND stage > 0 AND stage < told_stage;

-- name: news_due :exec
-- $2 the channel, $3 the stages that it wants, a bit each. Recoveries of what it never heard of are none.
INSERT INTO news (watch_id, stage, repeated)
SELECT w.id, w.stage, w.stage > 0 AND w.stage = w.told_stage FROM watch AS w
WHERE w.due_at <= $1 AND (w.stage > 0 OR EXISTS (SELECT 1 FROM told AS t WHERE t.watch_id = w.id AND t.channel = $2 AND t.heard = 1))
  AND ($3 >> w.stage) & 1;

-- name: news_all :exec
-- For a channel that is new: everything that is not well.
INSERT OR IGNORE INTO news (watch_id, stage, repeated)
SELECT w.id, w.stage, 0 FROM watch AS w WHERE w.stage > 0 AND (w.acked_until IS NULL OR w.acked_until <= $1) AND ($2 >> w.stage) & 1;

-- name: notices_overtaken :exec
UPDATE notice SET withdrawn_at = $1, message = NULL
WHERE message IS NOT NULL AND channel = $2
  AND id IN (SELECT t.notice_id FROM watch AS w CROSS JOIN told AS t ON t.watch_id = w.id AND t.channel = $2
             WHERE w.due_at <= $1 AND (w.stage = 0 OR (w.stage > w.told_stage AND ($3 >> w.stage) & 1)));

-- name: news_of_withdrawn :exec
-- What else stood in a digest that was withdrawn is told anew.
INSERT OR IGNORE INTO news (watch_id, stage, repeated)
SELECT w.id, w.stage, 0
FROM notice AS n CROSS JOIN told AS t ON t.notice_id = n.id CROSS JOIN watch AS w ON w.id = t.watch_id
WHERE n.withdrawn_at = $1 AND n.channel = $2 AND n.item IS NULL AND (w.stage > 0 OR t.heard = 1)
  AND (w.acked_until IS NULL OR w.acked_until <= $1) AND ($3 >> w.stage) & 1;

-- name: news_waiting :exec
-- What still waits for its channel is not repeated.
DELETE FROM news
WHERE repeated = 1 AND watch_id IN (SELECT t.watch_id FROM told AS t JOIN notice AS n ON n.id = t.notice_id
                                    WHERE t.watch_id = news.watch_id AND t.channel = $1 AND n.message IS NOT NULL);

-- name: news_counts :one
SELECT count(*), coalesce(max(stage), 0), coalesce(min(repeated), 0) FROM news;

-- name: news_list :many
SELECT n.watch_id, w.item, w.kind, coalesce(w.certificate_id, 0), n.stage, n.repeated, w.title, w.detail, coalesce(w.ends_at, e.ends_at, 0)
FROM news AS n CROSS JOIN watch AS w ON w.id = n.watch_id LEFT JOIN expiry AS e ON e.certificate_id = w.certificate_id
ORDER BY n.stage DESC, coalesce(w.ends_at, e.ends_at), w.id LIMIT $1;

-- name: notice_add :exec
INSERT INTO notice (stable_id, channel, stage, item, items, message, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: told_one :exec
INSERT INTO told (watch_id, channel, notice_id, heard) VALUES ($1, $2, $3, 0)
ON CONFLICT (watch_id, channel) DO UPDATE SET notice_id = excluded.notice_id;

-- name: told_all :exec
INSERT INTO told (watch_id, channel, notice_id, heard) SELECT watch_id, $1, $2, 0 FROM news WHERE true
ON CONFLICT (watch_id, channel) DO UPDATE SET notice_id = excluded.notice_id;

-- name: news_clear :exec
DELETE FROM news;

-- name: told_unheard :exec
-- It is well again, and the channel had never heard that it was not.
DELETE FROM told WHERE heard = 0 AND watch_id IN (SELECT w.id FROM watch AS w WHERE w.due_at <= $1 AND w.stage = 0);

-- name: due_told :exec
UPDATE watch SET told_stage = stage, told_at = CASE WHEN stage > 0 THEN $1 END, due_at = CASE WHEN stage > 0 THEN $1 + $2 END WHERE due_at <= $1;

-- name: notice_next :one
-- What was refused before stands behind what was not tried yet, or one message that nobody takes would keep all others back.
SELECT id, stable_id, stage, item, items, message, attempts FROM notice
WHERE channel = $1 AND message IS NOT NULL AND (attempts, id) > ($2, $3) ORDER BY attempts, id LIMIT 1;

-- name: notice_delivered :exec
UPDATE notice SET delivered_at = $1, message = NULL, attempts = attempts + 1, failure = NULL WHERE id = $2;

-- name: notice_failed :exec
UPDATE notice SET attempts = attempts + 1, failure = $1 WHERE id = $2;

-- name: told_delivered :exec
UPDATE told SET heard = 1 WHERE notice_id = $1;

-- name: told_recovered :exec
DELETE FROM told WHERE notice_id = $1 AND EXISTS (SELECT 1 FROM watch AS w WHERE w.id = told.watch_id AND w.told_stage = 0 AND w.stage = 0);

-- name: notice_items :many
SELECT w.item, w.told_stage FROM told AS t JOIN watch AS w ON w.id = t.watch_id WHERE t.notice_id = $1 ORDER BY w.told_stage DESC, w.id LIMIT $2;

-- name: notice_withdraw_of :exec
UPDATE notice SET withdrawn_at = $1, message = NULL
WHERE message IS NOT NULL AND item IS NOT NULL AND id IN (SELECT notice_id FROM told WHERE watch_id = $2);

-- name: notices_undelivered :one
SELECT count(*) FROM notice WHERE message IS NOT NULL;

-- name: notices_waiting :many
SELECT stable_id, channel, stage, item, items, written_at, attempts, failure FROM notice WHERE message IS NOT NULL ORDER BY channel, id LIMIT $1;
