"""Many processes on one home: every serial once, nothing lost, the log whole, records and files the same; also when some are killed."""
import json
import random
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from campaign import BIN, FULL, SEED, Lab, check_recovers, check_sound

PROCESSES = 8
EACH = 200 if FULL else 25


def issue_many(lab, worker):
    out = lab.folder / "out" / f"w{worker}"
    out.mkdir()
    made = []
    for i in range(EACH):
        run = lab.run("--wait", "5m", "issue", "server", f"w{worker}-{i}.internal.example", "--out", out, "--json", timeout=400)
        assert run.returncode == 0, run.stdout + run.stderr
        made.append(json.loads(run.stdout)["serial"])
    return made


def test_eight_processes_at_once_lose_nothing(fresh):
    with Lab(fresh) as lab:
        with ThreadPoolExecutor(PROCESSES) as pool:
            serials = [s for made in pool.map(lambda w: issue_many(lab, w), range(PROCESSES)) for s in made]
        assert len(set(serials)) == PROCESSES * EACH
        statuses = check_sound(lab)
        assert {s for s in statuses if s in set(serials)} == set(serials) == set(lab.files())
        assert set(statuses.values()) == {"valid"}
        acts = lab.query("SELECT count(*) FROM log_leaf WHERE act = 'issue'")[0][0]
        assert acts >= len(serials)
        check_recovers(lab, "next")


def issue_or_die(lab, worker, chance, told):
    """Starts issuing and kills some of what it started at a random moment."""
    out = lab.folder / "out" / f"k{worker}"
    out.mkdir()
    for i in range(EACH):
        process = subprocess.Popen([BIN, "--wait", "5m", "--json", "issue", "server", f"k{worker}-{i}.internal.example", "--out", str(out)],
                                   env=lab.env, cwd=lab.out, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        timer = None
        if chance.random() < 0.3:
            timer = threading.Timer(chance.random() * 0.15, process.kill)
            timer.start()
        stdout, stderr = process.communicate(timeout=400)
        if timer is not None:
            timer.cancel()
            timer.join()
        assert process.returncode in (0, -9), f"exit {process.returncode}: {stdout}{stderr}"
        if process.returncode == 0:
            told.append(json.loads(stdout)["serial"])


def test_random_kills_among_many_lose_nothing(fresh):
    told = []
    with Lab(fresh) as lab:
        with ThreadPoolExecutor(PROCESSES) as pool:
            list(pool.map(lambda w: issue_or_die(lab, w, random.Random(SEED * 100 + w), told), range(PROCESSES)))
        statuses = check_sound(lab)
        assert len(set(told)) == len(told)
        assert set(told) <= {s for s, status in statuses.items() if status == "valid"}
        assert set(told) <= set(lab.files())
        check_recovers(lab, "next")


def test_revocations_and_crls_at_once_lose_nothing(fresh):
    """Each revokes its own and makes the CRL: numbers grow one by one, and the last CRL has them all."""
    with Lab(fresh) as lab:
        serials = [lab.json("issue", "server", f"r{i}.internal.example")["serial"] for i in range(PROCESSES)]
        deadline = time.monotonic() + 300

        def revoke(serial):
            document = lab.json("--wait", "5m", "revoke", serial)
            assert document["crl_pending"] is False and time.monotonic() < deadline
            return lab.json("--wait", "5m", "crl", "issuing")["crls"][0]["number"]

        with ThreadPoolExecutor(PROCESSES) as pool:
            numbers = list(pool.map(revoke, serials))
        assert len(set(numbers)) == PROCESSES
        assert {s for s, status in check_sound(lab).items() if status == "revoked"} == set(serials)
        run = lab.run("db", "check", "--json")
        assert run.returncode == 0, run.stdout
        check_recovers(lab, "next")
