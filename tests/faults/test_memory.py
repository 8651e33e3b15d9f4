"""No memory at any allocation, no randomness at any request: no crash, no wrong output, nothing half done."""
import itertools
import json
import random

import pytest

from campaign import FULL, SEED, Lab, check_recovers, check_sound, each
from shim import shim_env

COMMANDS = {
    "issue": ("issue", "server", "new.internal.example", "--force"),
    "revoke": ("revoke", "one.internal.example", "--reason", "superseded"),
    "crl": ("crl",),
}
MEMORY = {"memory", "crypto"}  # libcrypto does not always say that it was memory


def count(used, args):
    with Lab(used) as lab:
        lab.json(*args, env=shim_env(SHIM_COUNT=str(lab.folder / "count")))
        return [int(n) for n in (lab.folder / "count").read_text().split()]


def spread(most, n, chance):
    """All, or a few from every part of the way."""
    if FULL:
        return list(range(1, most + 1))
    step = most / n
    return sorted({min(most, int(i * step) + chance.randint(1, max(1, int(step)))) for i in range(n)})


def judge_answer(run, codes):
    assert run.returncode in (0, 3), f"exit {run.returncode}: {run.stdout}{run.stderr}"
    assert run.stdout.count("\n") == 1, f"no whole answer: {run.stdout}{run.stderr}"
    document = json.loads(run.stdout)
    assert document["ok"] is (run.returncode == 0)
    if run.returncode == 3:
        assert document["error"]["code"] in codes, document
    return document


def judge_issue(lab, document, before):
    after = lab.statuses()
    if document["ok"]:
        assert after[document["serial"]] == "valid" and document["serial"] in lab.files()
    elif set(after) != set(before):
        assert "recorded" in document["error"]["text"], document


@pytest.mark.parametrize("sticky", ["", "+"])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_memory_at_any_allocation_is_told(used, name, sticky):
    """Reuses one home for a stretch of points, so that all of them can be had."""
    args = COMMANDS[name]
    allocations, _ = count(used, args)
    points = spread(allocations, 5 if sticky else 9, random.Random(SEED))
    stretches = [points[i:i + 50] for i in range(0, len(points), 50)] if FULL else [[p] for p in points]

    def judge(stretch):
        with Lab(used) as hurt:
            for at in stretch:
                before = hurt.statuses()
                try:
                    run = hurt.run(*args, "--json", env=shim_env(SHIM_MEMORY=f"{at}{sticky}"))
                    document = judge_answer(run, {"memory", "crypto"})
                    if name == "issue":
                        judge_issue(hurt, document, before)
                except AssertionError as why:
                    raise AssertionError(f"allocation {at}{sticky}: {why}") from why
                if document["ok"] and name == "revoke":
                    break
            check_sound(hurt)
            check_recovers(hurt, "next")
    each(stretches, judge)


@pytest.mark.parametrize("name", ["issue", "crl", "revoke"])
def test_no_randomness_is_told_and_nothing_is_signed(used, name):
    args = COMMANDS[name]
    _, requests = count(used, args)
    for at in itertools.chain(range(1, requests + 1)):
        with Lab(used) as hurt:
            before = hurt.statuses()
            document = judge_answer(hurt.run(*args, "--json", env=shim_env(SHIM_RANDOM=str(at))), {"crypto"})
            if name == "issue":
                assert document["ok"] is False and hurt.statuses() == before
            check_sound(hurt)
            check_recovers(hurt, "next")


def test_the_kernel_without_getrandom_is_no_hindrance(used):
    """The devices are there; what counts is that two runs never draw the same."""
    serials = set()
    for _ in range(3):
        with Lab(used) as hurt:
            run = hurt.run(*COMMANDS["issue"], "--json", inject="getrandom:error=ENOSYS:when=1+")
            document = judge_answer(run, {"crypto"})
            if document["ok"]:
                serials.add(document["serial"][-30:])
            else:
                serials.add(len(serials))
            check_sound(hurt)
    assert len(serials) == 3
