"""EIO, ENOSPC, EINTR and short writes at the system calls that change something: exit 3 with a reason, never a false "issued"."""
import json
import random
import resource
import signal

import pytest

from campaign import FULL, SEED, Lab, check_recovers, check_sound, each
from shim import shim_env

COMMANDS = {
    "issue": ("issue", "server", "new.internal.example"),
    "revoke": ("revoke", "one.internal.example", "--reason", "superseded"),
    "crl": ("crl",),
}
CODES = {"store", "file", "key", "crypto", "memory"}
SILENT = ("write", "writev")  # with these the answer itself may be what could not be written


def judge_success(name, lab, document, before, after):
    """Whatever was said to be done is done, and the files are whole."""
    assert document["ok"] is True
    if name == "issue":
        assert after[document["serial"]] == "valid"
        assert {lab.out / f for f in document["files"].values()} <= set(lab.out.iterdir())
        assert document["serial"] in lab.files()
        assert "PRIVATE KEY" in (lab.out / document["files"]["key"]).read_text()
    elif name == "revoke":
        serial = document["revoked"][0]["serial"]
        assert before[serial] == "valid" and after[serial] == "revoked"
    else:
        numbers = {row[0] for row in lab.query("SELECT number FROM crl WHERE der IS NOT NULL")}
        assert {c["number"] for c in document["crls"]} <= numbers


def judge_failure(document, before, after):
    """It says why; and when an act stands nevertheless, it says that too."""
    error = document["error"]
    assert document["ok"] is False and error["code"] in CODES and len(error["text"]) > 5, error
    fresh = {s: status for s, status in after.items() if s not in before}
    if "valid" in fresh.values() or any(after[s] != status for s, status in before.items()):
        assert "recorded" in error["text"], error
    if "intended" in fresh.values():
        assert "recorded as intended" in error["text"] and next(iter(fresh)) in error["text"], error


def judge_run(name, lab, run, before, silent=False):
    assert run.returncode in (0, 3), f"exit {run.returncode}: {run.stdout}{run.stderr}"
    after = check_sound(lab)
    if run.stdout.endswith("}\n"):
        document = json.loads(run.stdout)
        assert document["ok"] is (run.returncode == 0), "the status and the document disagree"
        if document["ok"]:
            judge_success(name, lab, document, before, after)
        else:
            judge_failure(document, before, after)
    else:
        assert silent and run.returncode == 3, f"exit {run.returncode} without a whole answer: {run.stdout}{run.stderr}"


def faults(points, chance):
    """(call, n, error, sticky) for every point, or one of them for a seeded few."""
    kinds = [(error, end) for error in ("EIO", "ENOSPC", "EINTR") for end in ("", "+")]
    if FULL:
        # EINTR for ever is no error that any kernel makes: a call that is begun again would never end.
        return [(c, n, error, end) for c, n in points for error, end in kinds if (error, end) != ("EINTR", "+")]
    return [(*point, *chance.choice(kinds[:5])) for point in chance.sample(points, min(16, len(points)))]


@pytest.mark.parametrize("name", COMMANDS)
def test_an_error_at_any_change_is_told_and_leaves_a_sound_home(used, name):
    args = COMMANDS[name]
    with Lab(used) as lab:
        points = lab.points(*args, reads=True)

    def judge(fault):
        call, n, error, sticky = fault
        with Lab(used) as hurt:
            before = hurt.statuses()
            run = hurt.run(*args, "--json", inject=f"{call}:error={error}:when={n}{sticky}")
            judge_run(name, hurt, run, before, silent=call in SILENT)
            check_recovers(hurt, "next")
    each(faults(points, random.Random(SEED)), judge)


OURS = ("write", "fchmod", "fsync", "renameat", "renameat2")  # SQLite has pwrite64 and fdatasync


@pytest.mark.parametrize("error, status", [("EIO", 3), ("EINTR", None)])
def test_no_error_at_a_file_of_ours_is_passed_over(used, error, status):
    """Highwater, key, certificate, chain and answer: none may fail in silence, and a signal at write or fsync is no failure."""
    with Lab(used) as lab:
        points = [p for p in lab.points(*COMMANDS["issue"]) if p[0] in OURS]
    assert len(points) > 15

    def judge(point):
        with Lab(used) as hurt:
            run = hurt.run(*COMMANDS["issue"], "--json", inject=f"{point[0]}:error={error}:when={point[1]}")
            wanted = status if status is not None else 0 if point[0] in ("write", "fsync") else 3
            if error != "EINTR" or "writing the result" not in run.stderr:  # stdio does not begin again
                assert run.returncode == wanted, f"exit {run.returncode}: {run.stdout}{run.stderr}"
            check_sound(hurt)
    each(points, judge)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_write_that_takes_half_is_written_on(used, name):
    with Lab(used) as lab:
        before = lab.statuses()
        run = lab.run(*COMMANDS[name], "--json", env=shim_env(SHIM_SHORT="1"))
        assert run.returncode == 0, run.stdout + run.stderr
        judge_run(name, lab, run, before)
        check_recovers(lab, "next")


@pytest.mark.parametrize("bytes_most", [0, 100, 300, 512, 1000, 1700, 4096, 20000, 60000, 100000, 200000])
def test_a_limit_on_file_size_is_an_error_like_a_full_disk(used, bytes_most):
    """The limit cuts a write short first and refuses it then."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_most, bytes_most))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)

    with Lab(used) as lab:
        before = lab.statuses()
        run = lab.run(*COMMANDS["issue"], "--json", preexec_fn=limit)
        judge_run("issue", lab, run, before)
        check_recovers(lab, "next")
