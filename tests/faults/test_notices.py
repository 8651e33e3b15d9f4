"""SIGKILL at the system calls of a monitor's run, the receiver writing everything down: nothing is missing, and a repetition has the same id."""
import json
import subprocess
import time

import pytest

from campaign import BIN, Lab, check_sound, each, sample

RECEIVER = "printf '%s\\n' \"$(cat)\" >> heard"
RUN = ("monitor", "run")
NAMES = ("a", "b", "c")


@pytest.fixture(scope="module")
def watched(fresh):
    """The next run has three things to tell: certificates that expired since the last one."""
    with Lab(fresh) as lab:
        with open(lab.home / "policies" / "monitor.yaml", "a", encoding="utf-8") as policy:
            policy.write(f"notify:\n  - {{ command: [/bin/sh, -c, {json.dumps(RECEIVER)}], name: pen }}\n")
        lab.json(*RUN)
        for name in NAMES:
            lab.json("issue", "server", f"{name}.internal.example", "--lifetime", "1s", "--out", "-")
        time.sleep(2.1)
        yield lab


def heard(lab):
    """Whole messages: the kill hits whatever process makes the call, the one that feeds the receiver among them."""
    path = lab.out / "heard"
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def judge_all(lab):
    """After one more run everything was told, and the same thing only under the same id."""
    done = lab.json(*RUN)
    events = heard(lab)
    told = {}
    for event in events:
        assert event["stage"] == "expired" and event["digest"] is False
        told.setdefault(event["items"][0]["title"], []).append(event)
    assert sorted(told) == [f"{n}.internal.example" for n in NAMES], f"missing: {sorted(told)}"
    for title, same in told.items():
        assert all(e == same[0] for e in same), f"{title} was told with other words: {same}"
    assert len(events) <= len(NAMES) + 1, "more than one was told twice"
    lab.json(*RUN)
    assert heard(lab) == events, "a run after that told something again"
    return done


def test_a_kill_at_any_change_loses_no_notice(watched):
    with Lab(watched) as lab:
        points = sample(lab.points(*RUN), 16)
        assert len(heard(lab)) == len(NAMES)

    def judge(point):
        with Lab(watched) as hurt:
            run = hurt.run(*RUN, "--json", inject=f"{point[0]}:signal=KILL:when={point[1]}")
            assert run.returncode in (-9, 137, 0, 3), f"exit {run.returncode}: {run.stdout}{run.stderr}"
            judge_all(hurt)
            check_sound(hurt)
    each(points, judge)
    assert len(points) >= 16


def start_and_note(lab):
    """Run it, its process id in the file `victim`; gives how it ended."""
    process = subprocess.Popen(["/bin/sh", "-c", f'echo $$ > victim; exec "{BIN}" monitor run'], cwd=lab.out, env=lab.env,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process.wait(60)


def test_a_kill_between_yes_and_mark_repeats_with_the_same_id(watched):
    """The receiver writes it down and then ends the one who told it, who cannot mark it any more."""
    with Lab(watched) as lab:
        pen = lab.folder / "pen"
        pen.write_text(f"#!/bin/sh\n{RECEIVER}\n[ -e killed ] || {{ touch killed; kill -9 $(cat victim); sleep 1; }}\n")
        pen.chmod(0o755)
        policy = lab.home / "policies" / "monitor.yaml"
        policy.write_text(policy.read_text().replace(json.dumps(RECEIVER), json.dumps(str(pen))))
        assert start_and_note(lab) == -9
        assert len(heard(lab)) == 1
        judge_all(lab)
        assert len(heard(lab)) == len(NAMES) + 1


@pytest.mark.parametrize("call, error", [("fdatasync", "EIO"), ("pwrite64", "ENOSPC")])
def test_what_cannot_be_written_down_is_not_sent(watched, call, error):
    with Lab(watched) as lab:
        run = lab.run(*RUN, "--json", inject=f"{call}:error={error}")
        assert run.returncode == 3 and json.loads(run.stdout)["error"]["code"] == "store"
        assert heard(lab) == []
        judge_all(lab)
