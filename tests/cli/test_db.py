"""The records' own care: check, backup, restore, migrate."""
import fcntl
import io
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import time

import pytest
from cryptography import x509

from conftest import BIN, Catena, commands
from keeping import ask, lived_in, meddle, old_home, snapshot  # noqa: F401

pytestmark = pytest.mark.skipif("db restore" not in commands(), reason="there is no db restore")


def serial_of(c, name):
    return c.json("show", name)["serial"] if "show" in commands() else \
        next(r["serial"] for r in c.json("list")["certificates"] if name in r["names"])


def crl(c, name="issuing"):
    return x509.load_der_x509_crl((c.home / "public" / f"{name}.crl").read_bytes())


def number(c, name="issuing"):
    return crl(c, name).extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def on_crl(c):
    return {format(entry.serial_number, "x").rjust(40, "0") for entry in crl(c)}


def beside(c):
    """What stands beside the home that a restore may have put there."""
    return sorted(p.name for p in c.home.parent.iterdir() if p.name.startswith("home."))


def repack(source, target, change):
    """A copy of an archive in which change(name, bytes) gives the new bytes, or None to leave a file out."""
    with tarfile.open(source) as old, tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as new:
        for entry in old:
            data = change(entry.name, old.extractfile(entry).read())
            if data is not None:
                entry.size = len(data)
                new.addfile(entry, io.BytesIO(data))


# ---- check

def test_a_sound_home_has_no_problems(old_home):
    found = old_home.json("db", "check")
    assert found["ok"] is True and found["problems"] == [] and found["notices"] == []
    assert "agree" in old_home.ok("db", "check")


def test_check_changes_nothing(old_home):
    before = snapshot(old_home.home)
    old_home.ok("db", "check")
    assert snapshot(old_home.home) == before


def damage(home, what):
    public, keys = home / "public", home / "keys"
    key = next(keys.glob("issuing-*.key"))
    if what == "missing key":
        key.unlink()
    elif what == "unsafe key":
        key.chmod(0o644)
    elif what == "wrong key":
        shutil.copy(next(keys.glob("root-*.key")), key)
    elif what == "encrypted key":
        meddle(home, "UPDATE issuer_key SET protection = 'passphrase'")
    elif what == "log key":
        shutil.copy(next(keys.glob("root-*.key")), keys / "log.key")
    elif what == "stale crl":
        shutil.copy(public / "root.crl", next(public.glob("issuing-*.crl")))
    elif what == "missing crt":
        next(public.glob("issuing-*.crt")).unlink()
    elif what == "highwater":
        (home / "highwater").unlink()
    elif what == "home mode":
        home.chmod(0o777)
    elif what == "folder":
        shutil.rmtree(home / "policies")
    elif what == "mark":
        meddle(home, "UPDATE certificate SET revoked = 1 WHERE id = 3")
    elif what == "trigger":
        db = sqlite3.connect(home / "catena.db")
        db.execute("DROP TRIGGER certificate_is_kept")
        db.close()


@pytest.mark.parametrize("what,where,text", [
    ("missing key", "keys/issuing-", "the key file is missing"), ("unsafe key", "keys/issuing-", "0644"),
    ("wrong key", "keys/issuing-", "it is not the key of authority issuing"), ("encrypted key", "keys/", "it is not encrypted, but the records say"),
    ("log key", "keys/log.key", "not the key that this home's log was made with"), ("stale crl", "public/issuing-", "not the newest CRL of this key"),
    ("missing crt", "public/issuing-", "No such file"), ("highwater", "highwater", "missing"), ("home mode", ".", "lets others change the home"),
    ("folder", "policies", "missing"), ("mark", "certificate 3", "revoked mark"), ("trigger", "schema: missing", "certificate_is_kept")])
def test_check_finds(old_home, what, where, text):
    damage(old_home.home, what)
    found = old_home.json("db", "check", status=1)
    assert found["ok"] is True
    assert any(p["where"].startswith(where) and text in p["text"] for p in found["problems"]), found


def test_intents_left_behind_and_stray_keys_are_notices_and_no_failure(old_home):
    meddle(old_home.home, "UPDATE certificate SET state = 'intended', sha256 = NULL, issued_at = NULL WHERE id = 3",
           "UPDATE certificate_der SET tbs = der, der = NULL WHERE certificate_id = 3")
    (old_home.home / "keys" / "stray.key").write_text("x")
    notices = old_home.json("db", "check")["notices"]
    assert any("intended, never issued" in n["text"] for n in notices)
    assert any(n["where"] == "keys/stray.key" for n in notices)


# ---- backup

def test_a_backup_is_a_tar_of_the_whole_home_for_its_owner_alone(old_home):
    made = old_home.json("db", "backup", "b.tar")
    path = old_home.folder / "b.tar"
    assert path.stat().st_mode & 0o777 == 0o600 and path.stat().st_size == made["bytes"]
    assert made["size"] == old_home.json("log", "verify")["size"]
    with tarfile.open(path) as tar:
        held = {e.name: tar.extractfile(e).read() for e in tar}
        assert all(e.isreg() for e in tar)
    here = snapshot(old_home.home)
    assert set(held) == set(here) and len(held) == made["files"]
    assert all(held[name] == here[name] for name in held if name not in ("catena.db",))


def test_a_backup_replaces_nothing_without_force_and_lies_outside_the_home(old_home):
    (old_home.folder / "b.tar").write_text("mine")
    assert "exists already" in old_home.fails(3, "exists", "db", "backup", "b.tar")["text"]
    assert (old_home.folder / "b.tar").read_text() == "mine"
    old_home.ok("db", "backup", "b.tar", "--force")
    assert "lies in the home" in old_home.fails(2, "usage", "db", "backup", old_home.home / "public" / "b.tar")["text"]
    assert "No such file" in old_home.fails(3, "file", "db", "backup", "nowhere/b.tar")["text"]


def test_a_backup_changes_nothing_in_the_home_and_a_dry_run_writes_nothing(old_home):
    before = snapshot(old_home.home)
    assert "would write" in old_home.ok("db", "backup", "b.tar", "--dry-run")
    assert not (old_home.folder / "b.tar").exists()
    old_home.ok("db", "backup", "b.tar")
    assert snapshot(old_home.home) == before and not (old_home.home / ".backup").exists()


def test_what_cannot_be_in_a_backup_is_left_out_with_a_warning(old_home):
    (old_home.home / "public" / "link").symlink_to("/etc/passwd")
    (old_home.home / "policies" / ("x" * 120 + ".yaml")).write_text("")
    next((old_home.home / "keys").glob("root-*.key")).unlink()
    warnings = old_home.json("db", "backup", "b.tar")["warnings"]
    assert [w.split(":")[0].split("/")[0] for w in warnings] == ["public", "keys", "policies"]
    assert "no regular file" in warnings[0] and "missing" in warnings[1] and "100 octets" in warnings[2]


def test_a_backup_goes_over_no_device(old_home):
    assert "not a file" in old_home.fails(3, "file", "db", "backup", "/dev/full", "--force")["text"]
    assert not (old_home.home / ".backup").exists()


def test_a_second_backup_waits_for_nobody(old_home):
    """The first one holds its folder in the home; what it left there when it was killed does not."""
    work = old_home.home / ".backup"
    work.mkdir()
    (work / "catena.db").write_text("half")
    held = os.open(work, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    assert "another backup" in old_home.fails(75, "locked", "db", "backup", "b.tar")["text"]
    os.close(held)
    old_home.ok("db", "backup", "b.tar")
    assert not work.exists()


def test_backups_taken_while_four_processes_issue_are_whole(old_home):
    script = "i=0; while [ ! -e stop ]; do i=$((i+1)); \"$0\" issue server p$1-$i.internal.example --out out >/dev/null 2>>errors || exit 1; done"
    issuers = [subprocess.Popen(["sh", "-c", script, BIN, str(n)], cwd=old_home.folder, env=old_home.env) for n in range(4)]
    try:
        for i in range(5):
            time.sleep(0.2)
            old_home.ok("db", "backup", f"b{i}.tar")
    finally:
        (old_home.folder / "stop").write_text("")
        ended = [p.wait(60) for p in issuers]
    assert ended == [0] * 4, (old_home.folder / "errors").read_text()
    sizes = []
    for i in range(5):
        other = Catena(old_home.folder)
        other.env["CATENA_HOME"] = str(old_home.folder / f"other{i}")
        other.ok("db", "restore", f"b{i}.tar")
        assert other.json("db", "check")["problems"] == [] and other.json("log", "verify")["problems"] == []
        sizes.append(other.json("log", "verify")["size"])
    assert sizes == sorted(sizes) and old_home.json("log", "verify")["problems"] == []


# ---- restore

def test_a_backup_comes_back_as_it_was(old_home):
    old_home.ok("db", "backup", "b.tar")
    listed = old_home.json("list")["certificates"]
    before = snapshot(old_home.home)
    restored = old_home.json("db", "restore", "b.tar")
    assert restored["against"] == ["database"] and restored["window"] == [] and restored["revocations"] == 0
    assert old_home.json("list")["certificates"] == listed
    after = snapshot(old_home.home)
    assert {n: b for n, b in after.items() if n not in ("catena.db", "highwater")} == \
        {n: b for n, b in before.items() if n not in ("catena.db", "highwater")}
    assert old_home.json("log", "list", "--limit", "1")["leaves"][0]["what"].startswith("restored from a backup of")
    assert old_home.json("log", "verify")["problems"] == [] and old_home.json("db", "check")["problems"] == []
    old_home.ok("issue", "server", "after.internal.example", "--out", "out")


def test_the_old_home_is_kept_beside_and_signs_no_more(old_home):
    old_home.ok("db", "backup", "b.tar")
    aside = old_home.json("db", "restore", "b.tar")["aside"]
    assert beside(old_home) == [os.path.basename(aside)] and "home.before-restore-" in aside
    old = Catena(old_home.folder)
    old.env["CATENA_HOME"] = aside
    assert "a backup was restored in its place" in old.fails(3, "key", "issue", "server", "x.internal.example")["text"]
    assert old.json("log", "verify")["problems"] == []


def test_a_restore_onto_a_new_machine_jumps_and_says_what_is_unknown(old_home):
    old_home.ok("db", "backup", "b.tar")
    was = number(old_home)
    shutil.rmtree(old_home.home)
    restored = old_home.json("db", "restore", "b.tar")
    assert restored["against"] == [] and "aside" not in restored and beside(old_home) == []
    assert any("whatever happened after" in row["text"] for row in restored["window"])
    assert "nothing to compare" in restored["warnings"][0]
    old_home.ok("crl")
    assert number(old_home) > was + 65536 and old_home.json("log", "verify")["problems"] == []


def test_parents_of_a_new_home_are_made(old_home):
    old_home.ok("db", "backup", "b.tar")
    deep = old_home.folder / "a" / "b" / "home"
    old_home.ok("-C", deep, "db", "restore", "b.tar")
    assert old_home.json("-C", deep, "db", "check")["problems"] == []


def test_a_backup_that_would_forget_a_revocation_is_refused(old_home):
    old_home.ok("db", "backup", "b.tar")
    serial = serial_of(old_home, "web.internal.example")
    old_home.ok("revoke", "web.internal.example", "--reason", "keyCompromise")
    before = snapshot(old_home.home)
    error = old_home.fails(3, "store", "db", "restore", "b.tar")
    rules = {r["rule"] for r in error["reasons"]}
    assert {"log", "revocation", "crl"} <= rules and any(serial in r["text"] for r in error["reasons"])
    assert snapshot(old_home.home) == before and beside(old_home) == []


def test_a_backup_that_lacks_a_single_act_is_refused(old_home):
    old_home.ok("db", "backup", "b.tar")
    old_home.ok("log", "checkpoint")
    assert "log sizes would be used twice" in old_home.fails(3, "store", "db", "restore", "b.tar")["text"]


def test_a_backup_of_another_home_is_refused(old_home, template):
    other = Catena(old_home.folder)
    other.env["CATENA_HOME"] = str(old_home.folder / "other")
    other.ok("init", "--org", "Other", "--domain", "other.example", "--no-passphrase")
    other.ok("db", "backup", "other.tar")
    assert "the backup is of catena/" in old_home.fails(3, "store", "db", "restore", "other.tar")["text"]
    (old_home.home / "catena.db").unlink()
    assert "none of the keys" in old_home.fails(3, "store", "db", "restore", "other.tar")["text"]


def test_a_backup_that_went_another_way_is_refused(old_home):
    shutil.copytree(old_home.home, old_home.folder / "twin")
    old_home.ok("-C", "twin", "issue", "server", "one.internal.example", "--out", "out")
    old_home.ok("-C", "twin", "log", "checkpoint")
    old_home.ok("-C", "twin", "db", "backup", "twin.tar")
    old_home.ok("log", "checkpoint")
    assert "went different ways" in old_home.fails(3, "store", "db", "restore", "twin.tar")["text"]
    (old_home.home / "catena.db").unlink()
    assert "vouches for" in old_home.fails(3, "store", "db", "restore", "twin.tar")["text"]


def lose_records(home, how):
    for name in ("catena.db-wal", "catena.db-shm"):
        (home / name).unlink(missing_ok=True)
    database = home / "catena.db"
    if how == "gone":
        database.unlink()
    elif how == "junk":
        database.write_bytes(b"not a database" * 1000)
    elif how == "cut":
        os.truncate(database, database.stat().st_size // 2)
    elif how == "tampered":
        meddle(home, "UPDATE request SET owner = 'nobody'")


@pytest.mark.parametrize("how", ["gone", "junk", "cut", "tampered"])
def test_with_the_records_lost_highwater_and_crls_keep_what_the_backup_would_forget(old_home, how):
    old_home.ok("db", "backup", "b.tar")
    old_home.ok("issue", "server", "young.internal.example", "--out", "out")
    known, unknown = serial_of(old_home, "web.internal.example"), serial_of(old_home, "young.internal.example")
    old_home.ok("revoke", "web.internal.example", "--reason", "keyCompromise")
    old_home.ok("revoke", "young.internal.example", "--reason", "superseded")
    old_home.ok("crl")
    was, listed = number(old_home), on_crl(old_home)
    assert {known, unknown} <= listed
    lose_records(old_home.home, how)
    before = snapshot(old_home.home)
    planned = old_home.json("db", "restore", "b.tar", "--dry-run")
    assert snapshot(old_home.home) == before and beside(old_home) == []
    restored = old_home.json("db", "restore", "b.tar")
    assert restored["window"] == planned["window"] and restored["revocations"] == 2
    assert restored["against"] == ["highwater", "crl"]
    assert any("acts, up to" in row["text"] for row in restored["window"])
    assert how == "gone" or any(row["where"] == "database" for row in restored["window"])
    assert number(old_home) == was
    old_home.ok("crl")
    assert number(old_home) == was + 1 and on_crl(old_home) == listed
    reasons = {format(e.serial_number, "x").rjust(40, "0"): e.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
               for e in crl(old_home)}
    assert reasons[known] == "keyCompromise" and reasons[unknown] == "superseded"
    assert old_home.json("log", "verify")["problems"] == [] and old_home.json("db", "check")["problems"] == []


def test_a_revocation_that_no_crl_has_yet_is_taken_from_a_database_that_still_reads(old_home):
    old_home.ok("db", "backup", "b.tar")
    old_home.ok("halt", "--why", "so that no CRL is made")
    old_home.ok("revoke", "web.internal.example", "--reason", "keyCompromise")
    lose_records(old_home.home, "tampered")
    restored = old_home.json("db", "restore", "b.tar")
    assert restored["revocations"] == 1
    assert any("from the database that was there" in row["text"] for row in restored["window"])
    old_home.ok("crl", "issuing")
    assert serial_of(old_home, "web.internal.example") in on_crl(old_home)


def test_crl_numbers_go_on_above_highwater_where_the_crl_itself_is_lost(old_home):
    old_home.ok("db", "backup", "b.tar")
    for _ in range(3):
        old_home.ok("crl", "issuing")
    was = number(old_home)
    lose_records(old_home.home, "gone")
    shutil.rmtree(old_home.home / "public")
    restored = old_home.json("db", "restore", "b.tar")
    assert restored["against"] == ["highwater"] and any(row["where"] == "crl" and str(was) in row["text"] for row in restored["window"])
    old_home.ok("crl", "issuing")
    assert number(old_home) == was + 1


def test_a_forged_crl_in_public_tells_nothing(old_home):
    old_home.ok("db", "backup", "b.tar")
    path = next((old_home.home / "public").glob("issuing-*.crl"))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    (old_home.home / "public" / "issuing.crl").write_bytes(b"junk")
    lose_records(old_home.home, "gone")
    restored = old_home.json("db", "restore", "b.tar")
    told = [row for row in restored["window"] if "it was not looked at" in row["text"]]
    assert len(told) == 2 and any("signature" in row["text"] for row in told)


def test_keys_made_after_the_backup_are_named_and_stay_with_the_old_home(old_home):
    old_home.ok("db", "backup", "b.tar")
    (old_home.home / "keys" / "younger.key").write_text("x")
    restored = old_home.json("db", "restore", "b.tar")
    assert any("keys/younger.key is not in the backup" in row["text"] for row in restored["window"])
    assert os.path.exists(os.path.join(restored["aside"], "keys", "younger.key"))


# ---- what is no backup

def test_what_is_no_archive_is_refused(old_home):
    (old_home.folder / "junk").write_bytes(b"junk" * 1000)
    assert "not a ustar header" in old_home.fails(2, "input", "db", "restore", "junk")["text"]
    (old_home.folder / "empty").write_bytes(b"")
    assert "cut off after 0" in old_home.fails(2, "input", "db", "restore", "empty")["text"]
    assert "No such file" in old_home.fails(3, "file", "db", "restore", "missing")["text"]
    assert beside(old_home) == []


@pytest.mark.parametrize("cut", [100, 511, 512, 700, 5000, -1024, -512, -1])
def test_an_archive_that_was_cut_off_is_refused(old_home, cut):
    old_home.ok("db", "backup", "b.tar")
    data = (old_home.folder / "b.tar").read_bytes()
    (old_home.folder / "cut.tar").write_bytes(data[:cut])
    before = snapshot(old_home.home)
    assert "cut off" in old_home.fails(2, "input", "db", "restore", "cut.tar")["text"]
    assert snapshot(old_home.home) == before and beside(old_home) == []


@pytest.mark.parametrize("name,text", [("/etc/passwd", "leads elsewhere"), ("../x", "leads elsewhere"), ("keys/../x", "leads elsewhere"),
                                       ("keys/a/b", "no part of a home"), ("other", "no part of a home"), ("keys/.x", "no part of a home"),
                                       ("highwater", "comes twice")])
def test_an_archive_with_another_entry_is_refused(old_home, name, text):
    old_home.ok("db", "backup", "b.tar")
    with tarfile.open(old_home.folder / "b.tar", "a", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))
    assert text in old_home.fails(2, "input", "db", "restore", "b.tar")["text"]
    assert beside(old_home) == []


def test_an_archive_with_a_link_is_refused(old_home):
    old_home.ok("db", "backup", "b.tar")
    with tarfile.open(old_home.folder / "b.tar", "a", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo("keys/link.key")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/shadow"
        tar.addfile(entry)
    assert "no regular file" in old_home.fails(2, "input", "db", "restore", "b.tar")["text"]


@pytest.mark.parametrize("missing", ["catena.db", "highwater"])
def test_an_archive_without_its_heart_is_refused(old_home, missing):
    old_home.ok("db", "backup", "b.tar")
    repack(old_home.folder / "b.tar", old_home.folder / "c.tar", lambda name, data: None if name == missing else data)
    assert f"there is no {missing} in it" in old_home.fails(2, "input", "db", "restore", "c.tar")["text"]


def test_a_backup_that_was_tampered_with_is_refused(old_home):
    work = old_home.folder / "work"
    old_home.ok("db", "backup", "b.tar")
    with tarfile.open(old_home.folder / "b.tar") as tar:
        work.mkdir()
        (work / "catena.db").write_bytes(tar.extractfile("catena.db").read())
    meddle(work, "UPDATE revocation SET reason = 0")
    changed = (work / "catena.db").read_bytes()
    repack(old_home.folder / "b.tar", old_home.folder / "c.tar", lambda name, data: changed if name == "catena.db" else data)
    assert "not as it was written" in old_home.fails(2, "input", "db", "restore", "c.tar")["text"]
    repack(old_home.folder / "b.tar", old_home.folder / "d.tar", lambda name, data: b"junk" * 999 if name == "catena.db" else data)
    assert old_home("db", "restore", "d.tar").returncode == 2


def test_a_folder_in_the_way_and_a_file_for_a_home_are_named(old_home):
    old_home.ok("db", "backup", "b.tar")
    (old_home.folder / "home.restoring").write_text("mine")
    assert "is in the way" in old_home.fails(3, "file", "db", "restore", "b.tar")["text"]
    (old_home.folder / "home.restoring").unlink()
    (old_home.folder / "plain").write_text("mine")
    assert "is not a folder" in old_home.fails(3, "file", "-C", old_home.folder / "plain", "db", "restore", "b.tar")["text"]


# ---- killed

def kill_after(c, delay, *args):
    run = subprocess.Popen([BIN, *args], cwd=c.folder, env=c.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    run.send_signal(signal.SIGKILL)
    return run.wait()


def how_long(c, *args):
    began = time.monotonic()
    c.ok(*args)
    return time.monotonic() - began


def test_a_backup_that_is_killed_leaves_the_home_and_the_older_backup_whole(old_home):
    took = how_long(old_home, "db", "backup", "b.tar")
    held, rng = (old_home.folder / "b.tar").read_bytes(), random.Random(7)
    for _ in range(12):
        kill_after(old_home, rng.uniform(0, took), "db", "backup", "b.tar", "--force")
        with tarfile.open(old_home.folder / "b.tar") as tar:
            assert len(tar.getnames()) > 20
    assert len((old_home.folder / "b.tar").read_bytes()) == len(held)
    old_home.ok("db", "backup", "b.tar", "--force")
    assert not (old_home.home / ".backup").exists() and old_home.json("db", "check")["problems"] == []


def test_a_restore_that_is_killed_leaves_a_whole_home_and_the_next_clears_up(old_home):
    old_home.ok("db", "backup", "b.tar")
    took = how_long(old_home, "db", "restore", "b.tar")
    rng = random.Random(8)
    for _ in range(12):
        old_home.ok("db", "backup", "b.tar", "--force")
        kill_after(old_home, rng.uniform(0, took), "db", "restore", "b.tar")
        assert old_home.json("log", "verify")["problems"] == [] and old_home.json("db", "check")["problems"] == []
    old_home.ok("db", "backup", "b.tar", "--force")
    old_home.ok("db", "restore", "b.tar")
    assert all(name.startswith("home.before-restore-") for name in beside(old_home))
    assert all((old_home.folder / name / "catena.db").exists() for name in beside(old_home))


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not there")
def test_where_folders_cannot_be_exchanged_the_old_home_still_stays(old_home):
    old_home.ok("db", "backup", "b.tar")
    run = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "inject=renameat2:error=EINVAL:when=2+", BIN, "db", "restore", "b.tar"],
                         cwd=old_home.folder, env=old_home.env, capture_output=True, text=True)
    if "ptrace" in run.stderr:
        pytest.skip("no ptrace here")
    assert run.returncode == 0, run.stderr
    assert len(beside(old_home)) == 1 and old_home.json("db", "check")["problems"] == []


@pytest.mark.parametrize("has_target", [True, False])
def test_what_a_restore_killed_at_its_last_step_left_is_kept(old_home, has_target):
    """A whole sibling: the old home after the exchange, or the new one before it came in place."""
    old_home.ok("db", "backup", "b.tar")
    shutil.copytree(old_home.home, old_home.folder / "home.restoring")
    if not has_target:
        shutil.rmtree(old_home.home)
    restored = old_home.json("db", "restore", "b.tar")
    assert restored["against"] == ["database"]
    assert len(beside(old_home)) == (2 if has_target else 1)


# ---- migrate

def test_the_newest_schema_needs_nothing(old_home):
    done = old_home.json("db", "migrate")
    assert done["from"] == done["to"] and done["migrations"] == 0
    assert "nothing to do" in old_home.ok("db", "migrate")


def test_a_newer_schema_is_refused(old_home):
    meddle(old_home.home, "INSERT INTO schema_version VALUES (9000, 0)")
    assert "schema 9000" in old_home.fails(3, "store", "db", "migrate")["text"]
    assert "schema 9000" in old_home.fails(3, "store", "db", "check")["text"]


def test_an_older_schema_is_counted_by_a_dry_run(old_home):
    meddle(old_home.home, "DELETE FROM schema_version")
    before = snapshot(old_home.home)
    assert old_home.json("db", "migrate", "--dry-run")["migrations"] >= 1
    assert "would migrate" in old_home.ok("db", "migrate", "--dry-run")
    assert snapshot(old_home.home) == before
    assert "migration 1" in old_home.fails(3, "store", "db", "migrate")["text"]


def test_without_a_home_they_say_so(catena):
    (catena.folder / "b.tar").write_bytes(b"x" * 512)
    for line in (["db", "check"], ["db", "backup", "c.tar"], ["log", "verify"], ["halt", "--why", "x"], ["resume"]):
        assert "there is no home at" in catena.fails(3, "store", *line)["text"]
    assert catena.fails(3, "store", "db", "migrate")
