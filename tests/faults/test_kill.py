"""SIGKILL at the system calls that change something: nothing corrupt, nothing out without its record, nothing twice."""
import json
import os
import random
import shutil

import pytest

from campaign import FULL, SEED, Lab, check_recovers, check_sound, each, revoked_outside, sample

COMMANDS = {
    "issue": ("issue", "server", "new.internal.example"),
    "revoke": ("revoke", "one.internal.example", "--reason", "superseded"),
    "crl": ("crl",),
    "renew": ("renew", "two.internal.example", "--force"),
    "ca-create": ("ca", "create", "second"),
    "db-backup": ("db", "backup", "home.backup"),
}
SHORT = {"issue": 26, "revoke": 22, "crl": 14}
SECOND = """\
  second:
    issuer: root
    subject: { CN: Second Issuing CA, O: Example }
    key: { algorithm: ecdsa-p256, protection: none }
    lifetime: 5y
    path_length: 0
    crl: { lifetime: 7d, refresh: 1d }
"""


def describe_second(lab):
    with open(lab.home / "policies" / "ca.yaml", "a", encoding="utf-8") as policy:
        policy.write(SECOND)


def kill(lab, point, args):
    """Killed there, or finished when the point lies behind its end; what it said was true if it said anything."""
    run = lab.run(*args, "--json", inject=f"{point[0]}:signal=KILL:when={point[1]}")
    assert run.returncode in (-9, 137, 0), f"exit {run.returncode}: {run.stdout}{run.stderr}"
    if run.stdout.endswith("}\n"):
        assert json.loads(run.stdout)["ok"] is True
    else:
        assert '"ok":true' not in run.stdout or run.returncode != 0


def campaign(used, args, most, prepare=None):
    with Lab(used) as lab:
        if prepare is not None:
            prepare(lab)
        points = sample(lab.points(*args), most)

    def judge(point):
        with Lab(used) as hurt:
            if prepare is not None:
                prepare(hurt)
            before = hurt.statuses()
            kill(hurt, point, args)
            after = check_sound(hurt)
            assert set(before) <= set(after), "a record is lost"
            assert all(after[s] == "revoked" for s, status in before.items() if status == "revoked"), "a revocation is lost"
            assert len(after) - len(before) <= 1
            check_recovers(hurt, "next")
            if args[0] == "ca":
                again = hurt.run(*args, "--json")
                assert again.returncode == 0 or json.loads(again.stdout)["error"]["code"] == "exists", again.stdout
    each(points, judge)
    return points


@pytest.mark.parametrize("name", COMMANDS if FULL else SHORT)
def test_a_kill_at_any_change_leaves_a_sound_home(used, name):
    points = campaign(used, COMMANDS[name], SHORT.get(name, 20), describe_second if name == "ca-create" else None)
    assert len(points) >= SHORT.get(name, 10)


def test_issue_revoke_and_crl_have_two_hundred_points(used):
    total = 0
    for name in SHORT:
        with Lab(used) as lab:
            total += len(lab.points(*COMMANDS[name]))
    assert total >= 200


def test_a_kill_during_recovery_leaves_a_sound_home(used):
    """The first leaves a log to be played back, the second falls into playing it."""
    with Lab(used) as lab:
        first = sample(lab.points(*COMMANDS["issue"]), 40)
        second = lab.points(*COMMANDS["crl"])
    chance = random.Random(SEED)
    pairs = [(chance.choice(first), chance.choice(second), chance.choice(second)) for _ in range(150 if FULL else 10)]

    def judge(points):
        with Lab(used) as hurt:
            kill(hurt, points[0], COMMANDS["issue"])
            kill(hurt, points[1], COMMANDS["crl"])
            kill(hurt, points[2], ("revoke", "one.internal.example"))
            check_sound(hurt)
            check_recovers(hurt, "next")
    each(pairs, judge)


def test_a_revoke_that_was_killed_can_be_said_again(used):
    """Said once more after any kill, the revocation is recorded once and is on the CRL."""
    args = COMMANDS["revoke"]
    with Lab(used) as lab:
        points = sample(lab.points(*args), 10)

    def judge(point):
        with Lab(used) as hurt:
            kill(hurt, point, args)
            again = hurt.json("revoke", "one.internal.example", "--all") if "revoked" in hurt.json(
                "show", "one.internal.example")["status"] else hurt.json(*args)
            assert again["crl_pending"] is False
            rows = hurt.query("SELECT count(*) FROM revocation WHERE certificate_id = (SELECT max(certificate_id) FROM name "
                              "WHERE value = 'one.internal.example')")
            assert rows == [(1,)]
            serial = next(c["serial"] for c in hurt.json("list")["certificates"] if c["names"] == ["one.internal.example"])
            assert serial in revoked_outside(hurt), "what is published does not have it"
            check_recovers(hurt, "next")
    each(points, judge)


@pytest.mark.parametrize("name", ["revoke", "crl"])
def test_what_a_kill_left_unpublished_the_timer_publishes(used, name):
    """The records know of a CRL that is not outside: nothing is due, and yet it must get there."""
    with Lab(used) as lab:
        points = lab.points(*COMMANDS[name])
    late = points[len(points) // 2:]

    def judge(point):
        with Lab(used) as hurt:
            kill(hurt, point, COMMANDS[name])
            hurt.json("crl", "--due")
            check = hurt.json("db", "check")
            assert check["problems"] == [], check
            check_recovers(hurt, "next")
    each(sample(late, 12), judge)


def test_a_crl_too_large_for_the_records_is_made_again_when_it_is_lost(used):
    """Over 1 MiB it lies in public/ alone; emptying its row makes a small one look so."""
    with Lab(used) as lab:
        lab.query("UPDATE crl SET der = NULL, der_len = 2000000 WHERE state = 'issued'")
        assert lab.json("crl", "--due")["crls"] == [], "it is outside, so nothing is lost"
        for path in (lab.home / "public").glob("issuing-*.crl"):
            path.unlink()
        made = lab.json("crl", "--due")["crls"]
        assert [c["authority"] for c in made] == ["issuing"]
        assert lab.json("db", "check")["problems"] == []


@pytest.mark.skipif(not FULL, reason="only with --full")
def test_a_kill_during_init_leaves_no_half_home():
    args = ("init", "--org", "Example", "--domain", "internal.example", "--no-passphrase")
    with Lab() as lab:
        points = lab.points(*args)

    def judge(point):
        with Lab() as hurt:
            kill(hurt, point, args)
            if not hurt.home.exists():
                hurt.json(*args)
            check_sound(hurt)
            check_recovers(hurt, "next")
    each(points, judge)


def test_a_kill_while_a_passphrase_changes_leaves_a_key_that_opens(used):
    """With the old or the new one; and said again, the change is made and recorded."""
    def args(lab):
        fresh = lab.folder / "fresh"
        fresh.write_text("battery staple")
        fresh.chmod(0o600)
        return ("ca", "passphrase", "issuing", "--passphrase-file", fresh, "--new-passphrase-file", fresh)

    with Lab(used) as lab:
        points = sample(lab.points(*args(lab)), 8)

    def judge(point):
        with Lab(used) as hurt:
            line = args(hurt)
            kill(hurt, point, line)
            opened = ("--passphrase-file", hurt.folder / "fresh")
            assert hurt.json("issue", "server", "a.internal.example", *opened)["ok"]
            hurt.json(*line)
            assert hurt.json("crl", *opened)["crls"] and hurt.json("db", "check")["problems"] == []
    each(points, judge)


def test_a_kill_while_a_key_is_taken_away_loses_no_key(used):
    with Lab(used) as lab:
        points = sample(lab.points("ca", "detach", "issuing", "--out", "safe.key"), 8)

    def judge(point):
        with Lab(used) as hurt:
            key = next((hurt.home / "keys").glob("issuing-*.key"))
            whole = key.read_bytes()
            kill(hurt, point, ("ca", "detach", "issuing", "--out", "safe.key"))
            away = hurt.out / "safe.key"
            here = key.exists() and key.read_bytes() == whole
            there = away.exists() and away.read_bytes() == whole
            assert here or there, "the key is lost"
            check_sound(hurt, told="recorded as detached, but is still here: when the copy is safe, remove this file")
            run = hurt.run("ca", "detach", "issuing", "--out", "safe.key", "--force", "--json")
            assert run.returncode == 0 or json.loads(run.stdout)["error"]["code"] == "key", run.stdout
            assert away.read_bytes() == whole
            key.unlink(missing_ok=True)  # what db check says to do, the copy being safe
            check_sound(hurt)
    each(points, judge)


def test_a_kill_during_restore_leaves_the_old_home_or_the_new(used):
    with Lab(used) as template:
        template.json("db", "backup", "kept.tar")
        os.truncate(template.home / "catena.db", 8192)
        with Lab(template) as lab:
            shutil.copy(template.out / "kept.tar", lab.out)
            points = sample(lab.points("db", "restore", "kept.tar"), 10)

        def judge(point):
            with Lab(template) as hurt:
                kill(hurt, point, ("db", "restore", "kept.tar"))
                if hurt.run("list").returncode != 0:
                    hurt.json("db", "restore", "kept.tar")
                check_sound(hurt)
                check_recovers(hurt, "next")
        each(points, judge)
