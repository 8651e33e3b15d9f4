"""What goes wrong around a home: it is locked, read-only, full, damaged, without its key. Each says so, says what to do, and loses nothing."""
import hashlib
import os
import shutil
import sqlite3
import subprocess
import threading
import time

import pytest

from campaign import Lab, check_recovers, check_sound

ROOT = os.geteuid() == 0


def digests(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def fails(lab, code, *args, status=3, **more):
    """Must fail so and give a hint."""
    error = lab.json(*args, status=status, **more)["error"]
    assert error["code"] == code, error
    assert error.get("hint"), error
    return error


@pytest.mark.parametrize("command", [("issue", "server", "a.internal.example"), ("revoke", "one.internal.example"), ("crl",)])
def test_a_held_lock_is_waited_for_as_long_as_said(used, command):
    with Lab(used) as lab:
        before = digests(lab.home)
        holder = sqlite3.connect(lab.home / "catena.db", isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        error = fails(lab, "locked", "--wait", "1s", *command, status=75)
        took = time.monotonic() - began
        holder.execute("ROLLBACK")
        holder.close()
        assert 0.9 <= took < 4 and "--wait" in error["hint"]
        after = digests(lab.home)
        assert {k: v for k, v in after.items() if "-shm" not in k and "-wal" not in k} == before
        check_recovers(lab, "next")


def test_a_lock_that_is_given_up_in_time_is_no_error(used):
    with Lab(used) as lab:
        holder = sqlite3.connect(lab.home / "catena.db", isolation_level=None, check_same_thread=False)
        holder.execute("BEGIN EXCLUSIVE")
        try:
            freed = threading.Timer(0.7, lambda: holder.execute("ROLLBACK"))
            freed.start()
            assert lab.json("--wait", "20s", "issue", "server", "a.internal.example")["ok"]
            freed.join()
        finally:
            holder.close()
        check_recovers(lab, "next")


def test_no_wait_is_no_wait(used):
    with Lab(used) as lab:
        holder = sqlite3.connect(lab.home / "catena.db", isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        fails(lab, "locked", "--wait", "0s", "issue", "server", "a.internal.example", status=75)
        assert time.monotonic() - began < 1
        holder.close()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB of its own, where the user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not ROOT or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(folder)],
                                  capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def on_disk(lab, disk):
    shutil.copytree(lab.home, disk / "home")
    lab.env["CATENA_HOME"] = str(disk / "home")
    lab.home = disk / "home"


def test_a_read_only_disk_is_told(used, small_disk):
    with Lab(used) as lab:
        on_disk(lab, small_disk)
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        before = digests(lab.home)
        for command in (("issue", "server", "a.internal.example"), ("revoke", "one.internal.example"), ("crl",)):
            fails(lab, "store", *command)
        assert digests(lab.home) == before
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
        assert check_sound(lab)
        check_recovers(lab, "next")


def test_a_full_disk_is_told_and_nothing_is_lost(used, small_disk):
    """Filled to the last byte, then with a little more room each time, until the act fits."""
    with Lab(used) as lab:
        on_disk(lab, small_disk)
        told, room = set(), 0
        while True:
            with open(small_disk / "ballast", "wb", buffering=0) as ballast:
                try:
                    while True:
                        ballast.write(bytes(4096))
                except OSError:
                    ballast.truncate(max(0, ballast.tell() - room))
            before = lab.statuses() if room >= 131072 else None
            run = lab.run("issue", "server", f"room{room}.internal.example", "--json")
            assert run.returncode in (0, 3), run.stdout + run.stderr
            os.unlink(small_disk / "ballast")
            after = check_sound(lab)
            if run.returncode == 0:
                break
            told.add("space" in run.stdout or run.stdout)
            assert before is None or set(before) <= set(after)
            room += 16384
            assert room < 1 << 20
        assert told == {True}, "a failure did not say that there was no space"
        check_recovers(lab, "next")


def test_a_full_disk_for_the_files_is_told_and_the_record_stands(used, small_disk):
    with Lab(used) as lab:
        with open(small_disk / "ballast", "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                pass
        error = lab.json("issue", "server", "a.internal.example", "--out", small_disk, status=3)["error"]
        assert error["code"] == "file" and "recorded" in error["text"] and "No space left" in error["text"]
        assert [p.name for p in small_disk.iterdir()] == ["ballast"]
        check_recovers(lab, "next")


def test_a_home_that_may_not_be_written_is_told(used):
    if ROOT:
        pytest.skip("root may write everywhere")
    with Lab(used) as lab:
        os.chmod(lab.home, 0o500)
        try:
            fails(lab, "store", "issue", "server", "a.internal.example")
        finally:
            os.chmod(lab.home, 0o700)
        check_recovers(lab, "next")


@pytest.mark.parametrize("how", ["head", "page", "cut", "empty", "text"])
def test_a_damaged_database_is_told_and_not_made_worse(used, how):
    with Lab(used) as lab:
        path = lab.home / "catena.db"
        whole = path.read_bytes()
        damaged = {"head": b"\0" * 100 + whole[100:], "page": whole[:4096] + os.urandom(4096 * 4) + whole[4096 * 5:],
                   "cut": whole[:len(whole) // 2], "empty": b"", "text": b"not a database\n" * 1000}[how]
        path.write_bytes(damaged)
        for command in (("issue", "server", "a.internal.example"), ("crl",), ("list",)):
            fails(lab, "store", *command)
        if how != "empty":
            assert path.read_bytes() == damaged
        path.write_bytes(whole)
        for leftover in ("-wal", "-shm"):
            (lab.home / f"catena.db{leftover}").unlink(missing_ok=True)
        check_sound(lab)
        check_recovers(lab, "next")


def test_a_missing_database_is_told_and_none_is_made(used):
    with Lab(used) as lab:
        os.rename(lab.home / "catena.db", lab.folder / "away")
        fails(lab, "store", "issue", "server", "a.internal.example")
        assert not (lab.home / "catena.db").exists()


def test_a_missing_key_is_told_before_anything_is_recorded(used):
    with Lab(used) as lab:
        before = lab.statuses()
        for key in (lab.home / "keys").glob("issuing-*.key"):
            os.rename(key, lab.folder / key.name)
        fails(lab, "key", "issue", "server", "a.internal.example")
        fails(lab, "key", "crl", "issuing")
        assert lab.statuses() == before
        pending = lab.json("revoke", "one.internal.example")
        assert pending["crl_pending"] is True
        for key in lab.folder.glob("issuing-*.key"):
            os.rename(key, lab.home / "keys" / key.name)
        check_recovers(lab, "next")


def test_a_newer_schema_is_told_and_left_alone(used):
    with Lab(used) as lab:
        db = sqlite3.connect(lab.home / "catena.db", isolation_level=None)
        db.execute("INSERT INTO schema_version (version, applied_at) VALUES (9000, 0)")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        before = digests(lab.home)
        for command in (("issue", "server", "a.internal.example"), ("crl",), ("list",), ("db", "migrate")):
            assert "9000" in fails(lab, "store", *command)["text"]
        assert digests(lab.home) == before


@pytest.fixture(scope="module")
def locked_away(tmp_path_factory):
    """A home whose keys have a passphrase."""
    secret = tmp_path_factory.mktemp("secret") / "passphrase"
    secret.write_text("correct horse\n")
    secret.chmod(0o600)
    with Lab() as lab:
        lab.json("init", "--org", "Example", "--domain", "internal.example", "--passphrase-file", secret)
        yield lab, secret


def test_a_wrong_or_missing_passphrase_is_told_before_anything_is_recorded(locked_away):
    template, secret = locked_away
    with Lab(template) as lab:
        wrong = lab.folder / "wrong"
        wrong.write_text("incorrect horse\n")
        wrong.chmod(0o600)
        before = lab.query("SELECT count(*) FROM log_leaf"), lab.statuses()
        error = lab.json("issue", "server", "a.internal.example", "--passphrase-file", wrong, status=3)["error"]
        assert error["code"] == "passphrase" and "wrong passphrase" in error["text"]
        fails(lab, "passphrase", "issue", "server", "a.internal.example")
        assert lab.json("crl", "--passphrase-file", wrong, status=3)["error"]["code"] == "passphrase"
        assert (lab.query("SELECT count(*) FROM log_leaf"), lab.statuses()) == before
        made = lab.json("issue", "server", "a.internal.example", "--passphrase-file", secret)
        pending = lab.json("revoke", made["serial"])
        assert pending["crl_pending"] is True
        crls = lab.json("crl", "issuing", "--passphrase-file", secret)["crls"]
        assert crls[0]["entries"] == 1
        check_sound(lab)
