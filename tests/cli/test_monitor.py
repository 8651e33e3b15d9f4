"""The monitor: what needs a hand, who is told, how often, and that nothing is told twice. Notices go to a command that writes them down."""
import datetime
import json
import os
import pty
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import conftest
from test_clock import LIBRARY, PROGRAM, Then

WEB = "web.internal.example"
SHORT = "short.internal.example"
START = "2026-06-01 12:00:00"
RECEIVER = """\
#!/bin/sh
[ -e "$0.down" ] && exit 9
printf '%s\\n' "$(cat)" >> "$0.heard"
"""
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no libfaketime, or no program that it can be loaded into")


class Watched(Then):
    """A home with a monitor that tells one receiver."""

    def __init__(self, folder):
        super().__init__(folder)
        self.receiver = self.folder / "receiver"
        self.receiver.write_text(RECEIVER)
        self.receiver.chmod(0o755)
        self.channel = f"command:{self.receiver}"
        self.policy = self.home / "policies" / "monitor.yaml"

    def watch(self, *entries, more=""):
        """entries: of watch; more: other keys."""
        text = "watch:\n" + "".join(f"  - {e}\n" for e in ("home: all", *entries)) + f"notify:\n  - {{ command: [{self.receiver}] }}\n" + more
        self.policy.write_text(text)

    def heard(self):
        """What arrived since this was last asked."""
        path = self.folder / "receiver.heard"
        events = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        path.unlink(missing_ok=True)
        return events

    def down(self, yes):
        path = self.folder / "receiver.down"
        path.touch() if yes else path.unlink(missing_ok=True)

    def run(self, when, *args, status=0):
        return self.json("monitor", "run", *args, status=status, when=when)

    def told(self, when, *args, status=0):
        """Stage and item of what arrived by one run."""
        self.run(when, *args, status=status)
        return sorted((e["stage"], i["item"]) for e in self.heard() for i in e["items"])

    def check(self, when, *args):
        seen = self("monitor", "check", *args, when=when)
        return seen.returncode, seen.stdout

    def status(self, when):
        return {i["item"]: i for i in self.json("monitor", "status", when=when)["items"]}


@pytest.fixture(scope="session")
def watched_template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    before, conftest.BIN = conftest.BIN, PROGRAM
    home = Watched(folder)
    for name in ("tls", "tls2", "elsewhere"):
        (folder / name).mkdir()
    home.ok("init", "--org", "Example", "--domain", "internal.example", "--no-passphrase", when=START)
    home.ok("issue", "server", WEB, "--out", "tls", "--owner", "web team", when=START)
    home.ok("issue", "server", SHORT, "--lifetime", "1d", "--out", "tls", when=START)
    # so that CRLs are no part of what the tests look at
    (home.home / "policies" / "ca.yaml").write_text(
        (home.home / "policies" / "ca.yaml").read_text().replace("lifetime: 7d\n      refresh: 1d", "lifetime: 400d\n      refresh: 1d"))
    home.ok("crl", when=START)
    conftest.BIN = before
    return folder


@pytest.fixture
def watched(watched_template, tmp_path, monkeypatch):
    shutil.copytree(watched_template, tmp_path, symlinks=True, dirs_exist_ok=True)
    monkeypatch.setattr(conftest, "BIN", PROGRAM)
    home = Watched(tmp_path)
    home.watch()
    return home


def leaf(home, name, when=START):
    serials = [c["serial"] for c in home.json("list", when=when)["certificates"] if name in c["names"]]
    return f"home:leaf:{serials[0]}"


# ---- check

def test_all_is_well(watched):
    status, line = watched.check(START)
    assert status == 0 and line.startswith("CATENA OK - 7 watched") and line.count("\n") == 1 and " | " in line


def test_each_stage_has_the_status_that_nagios_gives_it(watched):
    assert [watched.check(f"2026-06-0{d} {h}:00:00")[0] for d, h in ((1, 20), (2, "07"), (2, 10), (2, 12), (3, 12))] == [0, 1, 2, 2, 2]
    assert watched.check("2026-06-02 12:00:00")[1].startswith("CATENA CRITICAL - 1 critical of 7")
    document = watched.json("monitor", "check", status=2, when="2026-06-03 12:00:00")
    assert document["ok"] is True and document["state"] == "critical" and document["counts"]["expired"] == 1
    worst = document["items"][0]
    assert (worst["item"], worst["stage"], worst["not_after"]) == (leaf(watched, SHORT), "expired", "2026-06-02T11:59:59Z")
    assert worst["remaining_s"] == -86401 and worst["reason"].startswith("expired")


def test_the_last_second_counts(watched):
    assert watched.status("2026-06-02 11:59:59")[leaf(watched, SHORT)]["stage"] == "critical"
    assert watched.status("2026-06-02 12:00:00")[leaf(watched, SHORT)]["stage"] == "expired"


def test_check_sees_what_happened_since_the_last_run_and_writes_nothing(watched):
    watched.run("2026-06-02 07:00:00")
    before = (watched.home / "catena.db").read_bytes()
    assert watched.check("2026-06-02 07:00:00")[0] == 1
    assert watched.check("2026-06-02 12:00:00")[0] == 2
    watched.ok("renew", SHORT, "--lifetime", "1d", "--out", "tls2", when="2026-06-02 08:00:00")
    assert watched.check("2026-06-02 12:00:00")[0] == 0
    other = leaf(watched, WEB).split(":")[2]
    watched.ok("revoke", other, "--yes", when="2026-06-02 08:00:00")
    assert leaf(watched, WEB) not in watched.status("2026-06-02 12:00:00")
    now = (watched.home / "catena.db").read_bytes()
    watched.check("2026-06-09 12:00:00")
    watched.heard()
    assert (watched.home / "catena.db").read_bytes() == now and before != now
    assert watched.heard() == []


def test_a_run_and_a_look_without_one_agree(watched):
    """What is computed from the records is what runs write down."""
    for when in ("2026-06-01 12:00:00", "2026-06-02 09:00:00", "2026-08-20 00:00:00", "2026-09-01 00:00:00"):
        alone = watched.json("monitor", "status", when=when)
        shutil.copytree(watched.home, watched.folder / "copy")
        ran = watched.json("-C", watched.folder / "copy", "monitor", "run", when=when)
        shutil.rmtree(watched.folder / "copy")
        assert (alone["items"], alone["counts"], alone["state"]) == (ran["items"], ran["counts"], ran["state"])


@pytest.mark.parametrize("line", [("--nonsense",), ("surplus",), ("-C", "nowhere")])
def test_whatever_fails_is_unknown_to_nagios(watched, line):
    seen = watched("monitor", "check", *line)
    assert seen.returncode == 3 and seen.stdout.startswith("CATENA UNKNOWN - ") and seen.stdout.count("\n") == 1
    assert watched.json("monitor", "check", *line, status=3)["ok"] is False


def test_a_policy_in_error_is_said_with_its_place(watched):
    watched.policy.write_text("watch:\n  - home: al\n")
    assert watched.fails(2, "input", "monitor", "run")["text"].startswith("policies/monitor.yaml:2:11: watch.home: ")
    assert watched.check(START)[0] == 3


def test_without_a_policy_the_home_is_watched(watched):
    watched.policy.unlink()
    assert watched.check("2026-06-02 12:00:00")[0] == 2


def test_thresholds_of_the_policy_count_at_once(watched):
    when = "2026-06-02 04:00:00"
    watched.run(when)
    assert watched.check(when)[0] == 0
    watched.watch(more="thresholds: { warning: 50% }\n")
    assert watched.check(when)[0] == 1
    assert watched.told(when) == [("warning", leaf(watched, SHORT))]
    watched.watch()
    assert watched.told("2026-06-02 04:30:00") == [("recovered", leaf(watched, SHORT))]


# ---- run

def test_each_stage_is_told_once_and_recovered_once(watched):
    item = leaf(watched, SHORT)
    assert watched.told(START) == []
    assert watched.told("2026-06-02 07:00:00") == [("warning", item)]
    assert watched.told("2026-06-02 08:00:00") == []
    assert watched.told("2026-06-02 10:00:00") == [("critical", item)]
    assert watched.told("2026-06-02 11:00:00") == []
    watched.ok("renew", SHORT, "--lifetime", "1d", "--out", "tls2", when="2026-06-02 11:30:00")
    assert watched.told("2026-06-02 12:30:00") == [("recovered", item)]
    assert watched.told("2026-06-02 13:30:00") == []


def test_a_notice_says_what_where_who_and_what_to_type(watched):
    watched.run(START)
    result = watched.run("2026-08-10 00:00:00")
    item = leaf(watched, WEB)
    event = next(e for e in watched.heard() if e["items"][0]["item"] == item)
    told = event["items"][0]
    assert (event["stage"], event["digest"], told["title"], told["owner"], told["profile"]) == ("warning", False, WEB, "web team", "server")
    assert told["fix"] == f"catena renew {WEB}" and told["not_after"] == "2026-08-30T11:59:59Z"
    assert {"id": event["id"], "item": item, "stage": "warning", "channel": watched.channel} in result["sent"]


def test_a_missed_stage_is_not_told_late_but_the_highest_is(watched):
    watched.run(START)
    result = watched.run("2026-06-20 00:00:00")
    assert [e["stage"] for e in watched.heard()] == ["expired"]
    assert any("past their warning before any run could see it" in w for w in result["warnings"])


def test_a_life_too_short_for_the_runs_is_said_before_it_is_over(watched):
    """A day has a warning of 3 h 36 min, and the runs were 12 hours apart."""
    watched.run(START)
    watched.ok("issue", "server", "new.internal.example", "--lifetime", "1d", "--out", "tls", when="2026-06-02 00:00:00")
    result = watched.run("2026-06-02 00:05:00")
    assert any("1 certificates live so short that no run may see their warning: runs are 12 hours apart" in w for w in result["warnings"])
    assert watched.run("2026-06-02 02:00:00").get("warnings", []) == []


def test_what_is_not_well_is_told_again_after_repeat(watched):
    watched.run(START)
    item = leaf(watched, SHORT)
    assert watched.told("2026-06-03 00:00:00") == [("expired", item)]
    assert watched.told("2026-06-09 23:59:59") == []
    watched.run("2026-06-10 00:00:00")
    (event,) = watched.heard()
    assert event["repeated"] is True and event["items"][0]["item"] == item


def test_an_expired_one_stays_until_it_is_revoked(watched):
    watched.run(START)
    watched.run("2026-07-01 00:00:00")
    assert watched.check("2026-07-02 00:00:00")[0] == 2
    watched.heard()
    watched.ok("revoke", leaf(watched, SHORT).split(":")[2], "--reason", "superseded", "--yes", when="2026-07-02 00:00:00")
    assert watched.told("2026-07-03 00:00:00") == [("recovered", leaf(watched, SHORT))]


def test_the_first_run_sends_one_digest(watched):
    watched.ok("issue", "server", "other.internal.example", "--lifetime", "1d", "--out", "tls", when=START)
    watched.run("2026-06-02 12:00:00")
    (event,) = watched.heard()
    assert event["digest"] is True and event["total"] == 2 and len(event["items"]) == 2 and event["stage"] == "expired"


def test_more_than_ten_are_a_digest_and_ten_are_not(watched):
    watched.run(START)
    for i in range(9):
        watched.ok("issue", "server", f"n{i}.internal.example", "--lifetime", "1d", "--out", "tls", when=START)
    watched.run("2026-06-02 07:00:00")
    assert [e["digest"] for e in watched.heard()] == [False] * 10
    watched.ok("issue", "server", "n9.internal.example", "--lifetime", "1d", "--out", "tls", when=START)
    result = watched.run("2026-06-02 10:00:00")
    (event,) = watched.heard()
    assert event["digest"] is True and event["total"] == 11
    assert len(result["sent"]) == 11 and {s["id"] for s in result["sent"]} == {event["id"]}


def test_a_channel_that_is_new_is_told_everything_that_is_not_well(watched):
    watched.watch()
    watched.policy.write_text("watch:\n  - home: all\n")
    watched.run("2026-06-03 00:00:00")
    watched.watch()
    watched.run("2026-06-03 01:00:00")
    (event,) = watched.heard()
    assert event["digest"] is True and event["items"][0]["item"] == leaf(watched, SHORT)


def test_stages_that_a_channel_does_not_want_are_not_told(watched):
    watched.policy.write_text(f"notify:\n  - {{ command: [{watched.receiver}], stages: [critical] }}\n")
    watched.run(START)
    assert watched.told("2026-06-02 07:00:00") == []
    assert watched.told("2026-06-02 10:00:00") == [("critical", leaf(watched, SHORT))]
    assert watched.told("2026-06-02 13:00:00") == [("expired", leaf(watched, SHORT))]


def test_a_channel_that_is_down_costs_nothing_but_time(watched):
    watched.run(START)
    watched.down(True)
    result = watched.run("2026-06-02 07:00:00", status=3)
    assert result["ok"] is True and result["sent"] == [] and result["unsent"][0]["channel"] == watched.channel
    assert watched.json("monitor", "status", when="2026-06-02 07:00:00")["waiting"][0]["item"] == leaf(watched, SHORT)
    assert "not delivered to command:" in watched.ok("monitor", "status", when="2026-06-02 07:00:00")
    watched.down(False)
    assert watched.told("2026-06-02 08:00:00") == [("warning", leaf(watched, SHORT))]
    assert watched.told("2026-06-02 09:00:00") == []


def test_a_notice_that_is_always_refused_keeps_no_other_back_for_long(watched):
    watched.ok("issue", "server", "other.internal.example", "--lifetime", "1d", "--out", "tls", when=START)
    watched.run(START)
    watched.receiver.write_text(RECEIVER.replace("printf", 'text=$(cat); case $text in *%s*) exit 65;; esac; printf' % SHORT).replace('"$(cat)"', '"$text"'))
    watched.run("2026-06-02 07:00:00", status=3)
    watched.run("2026-06-02 07:30:00", status=3)
    assert [e["items"][0]["title"] for e in watched.heard()] == ["other.internal.example"]
    watched.receiver.write_text(RECEIVER)
    assert watched.told("2026-06-02 08:00:00") == [("warning", leaf(watched, SHORT))]


def test_what_is_overtaken_while_the_channel_is_down_is_not_told(watched):
    watched.run(START)
    watched.down(True)
    watched.run("2026-06-02 07:00:00", status=3)
    watched.run("2026-06-02 10:00:00", status=3)
    watched.down(False)
    assert watched.told("2026-06-02 11:00:00") == [("critical", leaf(watched, SHORT))]


def test_a_recovery_of_what_nobody_heard_is_not_told(watched):
    watched.run(START)
    watched.down(True)
    watched.run("2026-06-02 07:00:00", status=3)
    watched.ok("renew", SHORT, "--lifetime", "1d", "--out", "tls2", when="2026-06-02 08:00:00")
    watched.run("2026-06-02 09:00:00")
    watched.down(False)
    assert watched.told("2026-06-02 10:00:00") == []


def test_a_clock_that_went_back_stops_the_run(watched):
    watched.run("2026-06-02 07:00:00")
    watched.heard()
    assert "nothing is sent" in watched.fails(3, "clock", "monitor", "run", when="2026-06-02 06:54:59")["text"]
    assert watched.heard() == []
    watched.run("2026-06-02 06:56:00")


def test_a_dry_run_says_what_would_be_told_and_changes_nothing(watched):
    watched.run(START)
    before = (watched.home / "catena.db").read_bytes()
    result = watched.run("2026-06-02 07:00:00", "--dry-run")
    assert [(s["stage"], s["item"]) for s in result["sent"]] == [("warning", leaf(watched, SHORT))] and result["dry_run"] is True
    assert watched.heard() == [] and (watched.home / "catena.db").read_bytes() == before
    assert watched.told("2026-06-02 07:00:00") == [("warning", leaf(watched, SHORT))]


def test_a_second_run_waits_for_the_first(watched):
    watched.receiver.write_text("#!/bin/sh\ntouch $0.busy\nsleep 3\n")
    watched.run(START)
    first = subprocess.Popen([PROGRAM, "monitor", "run"], cwd=watched.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env={**watched.env, "LD_PRELOAD": LIBRARY, "FAKETIME": "2026-06-02 07:00:00", "TZ": "UTC"})
    until = time.time() + 20
    while not (watched.folder / "receiver.busy").exists() and time.time() < until:
        time.sleep(0.02)
    second = watched("monitor", "run", "--wait", "0s", when="2026-06-02 07:00:00")
    issued = watched("issue", "server", "meanwhile.internal.example", "--out", "tls", "--wait", "1s", when="2026-06-02 07:00:00")
    assert first.wait(60) == 0
    first.communicate()
    assert second.returncode == 75 and "another run of the monitor" in second.stderr
    assert issued.returncode == 0, issued.stderr


def test_a_halt_does_not_stop_it(watched):
    watched.run(START)
    watched.ok("halt", "--why", "drill", when="2026-06-02 06:00:00")
    assert watched.told("2026-06-02 07:00:00") == [("warning", leaf(watched, SHORT))]


def test_the_home_can_be_left_out_and_taken_in_again(watched):
    watched.run(START)
    assert watched.told("2026-06-02 07:00:00") == [("warning", leaf(watched, SHORT))]
    watched.policy.write_text(f"watch:\n  - files: [{watched.folder}/tls/{WEB}.crt]\nnotify:\n  - {{ command: [{watched.receiver}] }}\n")
    assert watched.told("2026-06-02 08:00:00") == [("recovered", leaf(watched, SHORT))]
    assert list(watched.status("2026-06-02 08:00:00")) == [f"file:{watched.folder}/tls/{WEB}.crt"]
    watched.watch()
    assert watched.told("2026-06-02 09:00:00") == [("warning", leaf(watched, SHORT))]


def test_the_records_are_sound_after_all_this(watched):
    watched.run(START)
    watched.run("2026-06-02 07:00:00")
    watched.ok("monitor", "ack", SHORT, "--why", "x", when="2026-06-02 07:30:00")
    assert watched.json("db", "check", when="2026-06-02 08:00:00")["problems"] == []
    assert watched.json("log", "verify", when="2026-06-02 08:00:00")["problems"] == []


# ---- authorities, CRLs, the log's key

def test_the_authorities_and_crls_are_watched(watched):
    items = watched.status(START)
    assert {"home:ca:root", "home:ca:issuing", "home:crl:root", "home:crl:issuing", "home:log"} <= set(items)
    assert items["home:crl:issuing"]["not_after"] == "2027-07-06T12:00:00Z" and items["home:ca:issuing"]["fix"] == "catena ca renew issuing"


def test_an_authority_warns_in_time_and_so_do_its_crls(watched):
    assert watched.status("2031-05-01 00:00:00")["home:ca:issuing"]["stage"] == "ok"
    items = watched.status("2031-05-02 00:00:00")
    assert items["home:ca:issuing"]["stage"] == "warning" and items["home:crl:issuing"]["stage"] == "expired"


def test_a_revoked_authority_is_critical(watched):
    watched.run(START)
    serial = watched.status(START)["home:ca:issuing"]["serial"]
    watched.ok("revoke", serial, "--yes", "--reason", "cACompromise", when="2026-06-01 13:00:00")
    assert ("critical", "home:ca:issuing") in watched.told("2026-06-01 14:00:00")


def test_a_lost_log_key_is_critical(watched):
    watched.run(START)
    (watched.home / "keys" / "log.key").rename(watched.folder / "log.key")
    assert watched.told("2026-06-01 14:00:00") == [("critical", "home:log")]
    (watched.folder / "log.key").rename(watched.home / "keys" / "log.key")
    assert watched.told("2026-06-01 15:00:00") == [("recovered", "home:log")]


# ---- files

def test_files_are_watched_keys_and_folders_among_them_are_not(watched):
    (watched.folder / "tls" / "folder").mkdir()
    watched.watch(f'files: ["{watched.folder}/tls/*"]')
    files = sorted(i for i in watched.status(START) if i.startswith("file:"))
    assert files == sorted(f"file:{watched.folder}/tls/{n}{e}" for n in (WEB, SHORT) for e in (".crt", ".chain.crt"))


def test_a_file_that_still_serves_the_old_one_says_so(watched):
    watched.watch(f"files: [{watched.folder}/tls/{SHORT}.crt]")
    watched.run(START)
    new = watched.json("renew", SHORT, "--lifetime", "2d", "--out", "elsewhere", when="2026-06-02 06:00:00")["serial"]
    item = f"file:{watched.folder}/tls/{SHORT}.crt"
    assert watched.told("2026-06-02 07:00:00") == [("warning", item)]
    reason = watched.status("2026-06-02 07:00:00")[item]["reason"]
    assert reason.startswith("renewed, not deployed: ") and new in reason
    shutil.copy(watched.folder / "elsewhere" / f"{SHORT}.crt", watched.folder / "tls" / f"{SHORT}.crt")
    assert watched.told("2026-06-02 08:00:00") == [("recovered", item)]


def test_a_file_that_serves_a_revoked_one_is_critical_at_once(watched):
    watched.watch(f"files: [{watched.folder}/tls/{WEB}.crt]")
    watched.run(START)
    watched.ok("revoke", WEB, "--yes", when="2026-06-01 13:00:00")
    assert watched.told("2026-06-01 14:00:00") == [("critical", f"file:{watched.folder}/tls/{WEB}.crt")]


def test_what_matches_nothing_is_unknown_and_told_after_three_runs_and_an_hour(watched):
    watched.watch(f'files: ["{watched.folder}/gone/*.crt"]')
    item = f"file:{watched.folder}/gone/*.crt"
    assert watched.check(START)[0] == 3
    assert watched.status(START)[item]["reason"] == "it could not be looked at: nothing matches"
    assert watched.told(START, status=3) == [] and watched.told("2026-06-01 12:20:00", status=3) == []
    assert watched.told("2026-06-01 12:40:00", status=3) == []
    assert watched.told("2026-06-01 13:00:00", status=3) == [("unreachable", item)]
    assert watched.told("2026-06-01 14:00:00", status=3) == []
    (watched.folder / "gone").mkdir()
    shutil.copy(watched.folder / "tls" / f"{WEB}.crt", watched.folder / "gone" / "a.crt")
    assert watched.told("2026-06-01 15:00:00") == [("recovered", item)]


def test_of_a_file_that_cannot_be_read_the_end_stays_in_force(watched):
    path = watched.folder / "tls" / f"{SHORT}.crt"
    watched.watch(f"files: [{path}]")
    watched.run(START)
    path.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    watched.run("2026-06-01 14:00:00", status=3)
    item = watched.status("2026-06-01 14:00:00")[f"file:{path}"]
    assert item["state"] == "ok" and item["not_after"] == "2026-06-02T11:59:59Z" and "could not be looked at" in item["reason"]
    assert ("warning", f"file:{path}") in watched.told("2026-06-02 07:00:00", status=3)
    assert ("critical", f"file:{path}") in watched.told("2026-06-02 10:00:00", status=3)


def test_der_and_chains_and_foreign_certificates_are_read(watched):
    folder = watched.folder / "other"
    folder.mkdir()
    pem = (watched.folder / "tls" / f"{WEB}.crt").read_bytes()
    (folder / "web.der").write_bytes(x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER))
    shutil.copy(watched.home / "public" / "root.crt", folder / "root.crt")
    shutil.copy(watched.home / "public" / "root.crl", folder / "root.crl")
    watched.watch(f'files: ["{folder}/*"]')
    items = watched.status(START)
    assert {i for i in items if i.startswith("file:")} == {f"file:{folder}/web.der", f"file:{folder}/root.crt"}
    assert items[f"file:{folder}/web.der"]["not_after"] == "2026-08-30T11:59:59Z"


def forge(name, issuer, days, key=None, signer=None):
    """A certificate of a foreign PKI, as PEM, and its key."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    begin = datetime.datetime(2026, 5, 1)
    cert = x509.CertificateBuilder(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
        key.public_key(), x509.random_serial_number(), begin, begin + datetime.timedelta(days=days)).sign(signer or key, hashes.SHA256())
    return cert.public_bytes(serialization.Encoding.PEM), key


def test_a_leaf_is_over_when_its_chain_is(watched):
    """It would live for a year; the intermediate that stands behind it ends after 60 days."""
    _, root = forge("Root", "Root", 3650)
    middle, middle_key = forge("Middle", "Root", 60, signer=root)
    leaf_pem, _ = forge("leaf", "Middle", 365, signer=middle_key)
    path = watched.folder / "foreign.pem"
    watched.watch(f"files: [{path}]")
    path.write_bytes(leaf_pem)
    assert watched.status(START)[f"file:{path}"]["not_after"] == "2027-05-01T00:00:00Z"
    path.write_bytes(leaf_pem + middle)
    item = watched.status(START)[f"file:{path}"]
    assert (item["not_after"], item["stage"]) == ("2026-06-30T00:00:00Z", "warning")
    assert item["reason"].startswith("its chain ends before it does")


def test_a_fifo_is_not_waited_for(watched):
    os.mkfifo(watched.folder / "pipe")
    watched.watch(f"files: [{watched.folder}/pipe]")
    assert watched.status(START)[f"file:{watched.folder}/pipe"]["reason"] == "it could not be looked at: it is no regular file"


# ---- endpoints

class Server:
    """A TLS server on loopback that shows one chain."""

    def __init__(self, chain, key):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(chain, key)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                with self.context.wrap_socket(self.socket.accept()[0], server_side=True) as peer:
                    peer.recv(1)
            except ssl.SSLError:
                continue
            except OSError:
                if self.socket.fileno() == -1:
                    return

    def close(self):
        # a thread in accept() keeps a socket alive that is only closed
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)


@pytest.mark.skipif(not os.path.exists(os.path.join(os.path.dirname(PROGRAM or ""), "libcatena-net.so")), reason="no libcatena-net beside the program")
def test_an_endpoint_is_looked_at_and_its_last_known_end_stays_in_force(watched):
    server = Server(watched.folder / "tls" / f"{SHORT}.chain.crt", watched.folder / "tls" / f"{SHORT}.key")
    item = f"tls:127.0.0.1:{server.port}"
    watched.watch(f'tls: ["127.0.0.1:{server.port}"]')
    assert watched.status(START)[item]["reason"] == "monitor run has not looked at it yet"
    watched.run(START)
    assert watched.status(START)[item]["not_after"] == "2026-06-02T11:59:59Z"
    server.close()
    for when in ("13:00:00", "13:30:00"):
        assert watched.told(f"2026-06-01 {when}", status=3) == []
        seen = watched.status(f"2026-06-01 {when}")[item]
        assert seen["state"] == "ok" and "could not be looked at" in seen["reason"]
    assert watched.told("2026-06-01 14:00:00", status=3) == [("unreachable", item)]
    assert watched.check("2026-06-01 14:00:00")[0] == 3
    assert ("critical", item) in watched.told("2026-06-02 10:00:00", status=3)


# ---- renewal and outputs

def test_what_is_due_is_renewed_where_it_is_served(watched):
    path = watched.folder / "tls" / f"{SHORT}.crt"
    watched.watch(f"files: [{path}]", more=f"renew: {{ hook: [touch, {watched.folder}/reloaded] }}\n")
    watched.run(START)
    before = path.read_bytes()
    result = watched.run("2026-06-02 07:00:00")
    assert [r["renewed"] for r in result["renewals"]] == [True] and path.read_bytes() != before
    assert (watched.folder / "reloaded").exists() and watched.heard() == []
    assert watched.status("2026-06-02 07:00:00")[f"file:{path}"]["not_after"].startswith("2026-08-31")


def test_a_renewal_that_fails_is_critical_at_once_and_recovers(watched):
    path = watched.folder / "tls" / f"{SHORT}.crt"
    hook = watched.folder / "hook"
    hook.write_text("#!/bin/sh\necho it is broken >&2\nexit 1\n")
    hook.chmod(0o755)
    watched.watch(f"files: [{path}]", more=f"renew: {{ hook: [{hook}] }}\n")
    watched.run(START)
    before = path.read_bytes()
    assert ("critical", f"renewal:{path}") in watched.told("2026-06-02 07:00:00", status=3)
    assert path.read_bytes() == before
    assert "it is broken" in watched.status("2026-06-02 07:00:00")[f"renewal:{path}"]["reason"]
    assert watched.told("2026-06-02 07:10:00", "--no-renew") == []
    hook.write_text("#!/bin/sh\n")
    assert ("recovered", f"renewal:{path}") in watched.told("2026-06-02 08:00:00")
    assert path.read_bytes() != before


def test_every_run_leaves_metrics_a_calendar_and_a_page(watched):
    watched.watch(more=f"outputs: {{ prometheus: {watched.folder}/catena.prom, ics: public/expiry.ics, html: public/status.html }}\n")
    watched.run(START, "--dry-run")
    assert not (watched.folder / "catena.prom").exists()
    watched.run(START)
    assert "catena_items" in (watched.folder / "catena.prom").read_text()
    for name, begin in (("expiry.ics", "BEGIN:VCALENDAR"), ("status.html", "<!DOCTYPE html>")):
        path = watched.home / "public" / name
        assert path.read_text().lower().startswith(begin.lower()) and path.stat().st_mode & 0o777 == 0o644
    assert watched.json("db", "check", when=START)["problems"] == []


def test_an_output_that_cannot_be_written_is_said(watched):
    watched.watch(more="outputs: { html: /nowhere/status.html }\n")
    assert any("/nowhere/status.html could not be written" in w for w in watched.run(START, status=3)["warnings"])


# ---- ack

def test_who_sits_at_a_terminal_sees_what_is_waited_for(watched):
    """Until the process ends: then reading fails."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        watched.watch(f'tls: ["127.0.0.1:{silent.getsockname()[1]}"]')
        master, terminal = pty.openpty()
        run = subprocess.Popen([conftest.BIN, "monitor", "run"], cwd=watched.folder, env=watched.env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=terminal)
        os.close(terminal)
        seen = b""
        while b"looking at endpoints: 0 of 1 (0 %)" not in seen:
            seen += os.read(master, 4096)
        run.kill()
        run.wait()
        os.close(master)


def test_what_is_acknowledged_is_silent_until_then(watched):
    item = leaf(watched, SHORT)
    watched.run(START)
    assert watched.told("2026-06-02 07:00:00") == [("warning", item)]
    said = watched.json("monitor", "ack", SHORT, "--until", "4h", "--why", "being replaced", when="2026-06-02 07:30:00")
    assert (said["item"], said["until"]) == (item, "2026-06-02T11:30:00Z")
    assert watched.told("2026-06-02 10:00:00") == []
    assert watched.check("2026-06-02 10:00:00")[0] == 0
    shown = watched.status("2026-06-02 10:00:00")[item]
    assert shown["acknowledged"] == "being replaced" and shown["acknowledged_until"] == "2026-06-02T11:30:00Z"
    assert watched.told("2026-06-02 11:30:00") == [("critical", item)]
    assert watched.check("2026-06-02 11:30:00")[0] == 2


def test_an_acknowledgement_is_taken_back(watched):
    item = leaf(watched, SHORT)
    watched.run(START)
    watched.ok("monitor", "ack", item, "--why", "x", when="2026-06-02 06:00:00")
    assert watched.told("2026-06-02 10:00:00") == []
    watched.ok("monitor", "ack", item, "--clear", when="2026-06-02 10:30:00")
    assert watched.told("2026-06-02 11:00:00") == [("critical", item)]


def test_who_acknowledged_is_in_the_log(watched):
    watched.ok("monitor", "ack", "home:crl:issuing", "--until", "2026-06-05", "--why", "moved", when=START)
    leaves = watched.json("log", "list", when=START)["leaves"]
    assert leaves[0]["what"] == "monitor-ack home:crl:issuing until 2026-06-05T23:59:59Z: moved" and "@" in leaves[0]["actor"]


def test_items_are_acknowledged_by_whatever_names_them(watched):
    path = f"{watched.folder}/tls/{WEB}.crt"
    watched.watch(f"files: [{path}]", 'tls: ["localhost:1"]')
    for word, item in (("issuing", "home:ca:issuing"), (path, f"file:{path}"), ("localhost:1", "tls:localhost:1"),
                       (WEB, leaf(watched, WEB)), (leaf(watched, WEB).split(":")[2], leaf(watched, WEB))):
        if word == WEB:
            assert watched.json("monitor", "ack", WEB, "--why", "x", "--dry-run", when=START)["item"] == item
        else:
            assert watched.json("monitor", "ack", word, "--why", "x", when=START)["item"] == item


def test_what_nobody_watches_cannot_be_acknowledged(watched):
    watched.run("2026-06-03 00:00:00")
    error = watched.fails(2, "selector", "monitor", "ack", "crl", "--why", "x", when="2026-06-03 00:00:00")
    assert {r["text"] for r in error["reasons"]} == {"home:crl:issuing", "home:crl:root"} and "home:crl:issuing" in error["hint"]
    assert watched.fails(2, "selector", "monitor", "ack", "nothing.at.all", "--why", "x", when=START)["hint"] == \
        "catena monitor status lists the items"


@pytest.mark.parametrize("more, text", [
    ((), "--why is missing"), (("--why", "x", "--until", "soon"), "neither a time nor a duration"),
    (("--why", "x", "--until", "2020-01-01"), "is over already"), (("--clear", "--why", "x"), "--clear goes with neither")])
def test_an_acknowledgement_has_a_reason_and_an_end(watched, more, text):
    assert text in watched.fails(2, "usage", "monitor", "ack", WEB, *more, when=START)["text"]


# ---- test

def test_every_channel_is_tried(watched):
    watched.policy.write_text(f"notify:\n  - {{ command: [{watched.receiver}] }}\n  - {{ command: [/bin/false], name: broken }}\n")
    tests = watched.json("monitor", "test", status=3)["channels"]
    assert [(t["channel"], t["accepted"]) for t in tests] == [(watched.channel, True), ("broken", False)]
    (event,) = watched.heard()
    assert event["id"] == tests[0]["id"] and event["stage"] == "test"
    assert watched.json("monitor", "test", "--channel", watched.channel)["channels"][0]["accepted"] is True
    assert watched.fails(2, "not_found", "monitor", "test", "--channel", "brokn")["hint"] == "did you mean 'broken'?"
