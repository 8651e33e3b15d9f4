"""list: filters, order, forms; long lists are streamed."""
import csv
import io
import shutil
import sqlite3
import subprocess
import time

import pytest

from conftest import BIN, Catena, one_document
from issuing import issue

KEYS = {"serial", "sha256", "subject", "names", "profile", "authority", "status", "not_before", "not_after"}


@pytest.fixture(scope="module")
def many(template, tmp_path_factory):
    """a (server, 5d, owner web), b (client), c (server, revoked), d (server, on hold), e (server, expired), oldest first. Only looked at."""
    pki = Catena(tmp_path_factory.mktemp("many"))
    shutil.copytree(template, pki.folder, symlinks=True, dirs_exist_ok=True)
    issue(pki, "a.internal.example", "10.0.0.1", lifetime="5d", owner="web")
    issue(pki, "b@internal.example", profile="client")
    issue(pki, "c.deep.internal.example")
    issue(pki, "d.internal.example", lifetime="60d", owner="web")
    issue(pki, "e.internal.example", lifetime="1s")
    pki.ok("revoke", "c.deep.internal.example")
    pki.ok("revoke", "d.internal.example", "--reason", "certificateHold")
    time.sleep(2.1)
    return pki


def letters(document):
    """First letter of each leaf, in order; authorities' certificates are passed over."""
    return "".join(c["names"][0][0] for c in document["certificates"] if c["names"])


def test_a_fresh_home_has_the_certificates_of_its_authorities(pki):
    document = pki.json("list")
    assert document["total"] == 2 and {c["subject"] for c in document["certificates"]} == {"CN=Example Root CA,O=Example", "CN=Example Issuing CA 1,O=Example"}


def test_the_newest_is_first_and_every_key_is_there(many):
    document = many.json("list")
    assert letters(document) == "edcba" and document["total"] == 7
    first = document["certificates"][0]
    assert set(first) == KEYS and set(document["certificates"][4]) == KEYS | {"owner"}
    a = next(c for c in document["certificates"] if c["names"] == ["a.internal.example", "10.0.0.1"])
    assert (a["profile"], a["authority"], a["owner"], a["subject"]) == ("server", "issuing", "web", "CN=a.internal.example,O=Example")


@pytest.mark.parametrize("options, expected", [
    (["--status", "valid"], "ba"), (["--status", "expired"], "e"), (["--status", "revoked"], "c"), (["--status", "held"], "d"),
    (["--status", "intended"], ""), (["--profile", "client"], "b"), (["--profile", "nothing"], ""), (["--ca", "issuing"], "edcba"),
    (["--ca", "root"], ""), (["--name", "*.internal.example"], "edca"), (["--name", "*.DEEP.internal.example"], "c"), (["--name", "?.internal.example"], "eda"),
    (["--name", "10.0.*"], "a"), (["--name", "b@*"], "b"), (["--name", "[a].internal.example"], ""), (["--owner", "web"], "da"), (["--owner", "we"], ""),
    (["--expiring", "30d"], "a"), (["--expiring", "1d"], ""), (["--since", "2020-01-01"], "edcba"), (["--since", "2999-01-01"], ""),
    (["--owner", "web", "--status", "valid"], "a"), (["--owner", "web", "--status", "expired"], "")])
def test_filters_narrow_each_other_down(many, options, expected):
    document = many.json("list", *options)
    assert letters(document) == expected and document["total"] == len(document["certificates"])


def test_expiring_in_no_time_is_no_filter_that_lets_all_pass(many):
    assert "'0s' is too short" in many.fails(2, "usage", "list", "--expiring", "0s")["text"]


@pytest.mark.parametrize("key", ["not_after", "not_before", "subject", "serial"])
def test_it_is_sorted_by_a_key(many, key):
    values = [c[key] for c in many.json("list", "--sort", key)["certificates"]]
    assert values == sorted(values) and len(values) == 7


def test_newest_is_the_order_that_needs_no_word(many):
    assert many.ok("list", "--sort", "newest") == many.ok("list")


def test_a_limit_cuts_but_the_total_counts_all(many):
    document = many.json("list", "--limit", 2)
    assert letters(document) == "ed" and document["total"] == 7
    run = many("list", "--limit", 2)
    assert len(run.stdout.splitlines()) == 3 and run.stderr == "2 of 7 shown\n"
    assert many("list", "--limit", 2, "--quiet").stderr == ""


def test_for_people_it_is_a_table(many):
    lines = many.ok("list", "--owner", "web").splitlines()
    assert lines[0] == "STATUS    ENDS        PROFILE       SERIAL                                    NAMES"
    serials = [c["serial"] for c in many.json("list", "--owner", "web")["certificates"]]
    assert lines[1].startswith("held      2") and lines[1].endswith(f"  server        {serials[0]}  d.internal.example")
    assert lines[2].startswith("valid     2") and lines[2].endswith(f"  server        {serials[1]}  a.internal.example, 10.0.0.1")
    assert many.ok("list", "--ca", "root").splitlines()[1].endswith("  CN=Example Issuing CA 1,O=Example")


def test_csv_has_a_heading_and_is_read_by_others(many):
    rows = list(csv.DictReader(io.StringIO(many.ok("list", "--csv", "--ca", "issuing"), newline="")))
    told = many.json("list", "--ca", "issuing")["certificates"]
    assert [r["serial"] for r in rows] == [c["serial"] for c in told]
    assert rows[-1] == {**told[-1], "names": "a.internal.example 10.0.0.1"}
    assert rows[0]["owner"] == "" and rows[0]["status"] == "expired"


def test_csv_does_not_run_in_a_spreadsheet(pki):
    issue(pki, "a.internal.example", owner="=cmd|' /C calc'!A0")
    assert "'=cmd|" in pki.ok("list", "--csv")


def test_wrong_options_are_refused(pki):
    assert pki.fails(2, "usage", "list", "--csv")["text"] == "--csv and --json exclude each other"
    assert pki.fails(2, "usage", "list", "--status", "valdi")["hint"] == "did you mean valid?"
    assert pki.fails(2, "usage", "list", "--sort", "size")["text"].startswith("--sort: 'size' is none of newest, ")
    assert pki.fails(2, "usage", "list", "--limit", "0")["text"].startswith("--limit: '0' is not a number from 1 to ")
    assert pki.fails(2, "not_found", "list", "--ca", "isuing")["text"].startswith("--ca: ")
    assert pki.fails(2, "usage", "list", "--since", "yesterday")["text"].startswith("--since: ")


def test_without_a_home_it_says_how_to_make_one(catena):
    error = catena.fails(3, "store", "list")
    assert error["text"] == f"there is no home at {catena.home}" and error["hint"].startswith("catena init makes one")


def test_an_intent_left_behind_is_listed(pki):
    web = issue(pki, "a.internal.example")
    with sqlite3.connect(pki.home / "catena.db") as db:
        db.execute("UPDATE certificate SET state = 'intended', sha256 = NULL, issued_at = NULL WHERE serial = ?", (bytes.fromhex(web["serial"]),))
    (row,) = pki.json("list", "--status", "intended")["certificates"]
    assert row["serial"] == web["serial"] and "sha256" not in row


@pytest.fixture
def crowded(pki):
    """A home with 5,000 more records than were issued: enough that the document begins before it is whole."""
    web = issue(pki, "a.internal.example")
    with sqlite3.connect(pki.home / "catena.db") as db:
        db.execute("""INSERT INTO certificate (authority_id, issuer_key_id, serial, request_id, profile, is_ca, state, sha256, tbs_sha256, spki_sha256,
                names_sha256, subject, not_before, not_after, lineage, crl_shard, intended_at, issued_at)
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            SELECT authority_id, issuer_key_id, randomblob(20), request_id, profile, 0, 'issued', randomblob(32), tbs_sha256, spki_sha256, names_sha256,
                   'CN=copy ' || i, not_before, not_after, lineage, 0, intended_at, issued_at FROM certificate, n WHERE serial = ?""",
                   (bytes.fromhex(web["serial"]),))
    return pki


def test_a_long_list_is_one_document_still(crowded):
    document = one_document(crowded.ok("list", "--json"))
    assert document["ok"] is True and document["total"] == len(document["certificates"]) == 5003
    assert list(document)[-2:] == ["total", "ok"]
    assert len({c["serial"] for c in document["certificates"]}) == 5003
    assert len(crowded.ok("list").splitlines()) == len(crowded.ok("list", "--csv").splitlines()) == 5004


def test_a_long_list_that_fails_in_its_middle_is_one_document_still(crowded):
    """The oldest leaf's row is damaged, which shows only when most of the list is out."""
    with sqlite3.connect(crowded.home / "catena.db") as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute("UPDATE certificate SET authority_id = 99 WHERE id = 3")
    document = crowded.json("list", status=2)
    assert document["ok"] is False and document["error"]["code"] == "not_found" and len(document["certificates"]) == 5000
    assert document["error"]["text"] == "there is no certificate record 3"


def test_a_reader_that_goes_away_ends_it_quietly(crowded):
    process = subprocess.Popen([BIN, "list", "--json"], env=crowded.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait() == -13 and process.stderr.read() == b""
