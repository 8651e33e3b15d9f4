#!/usr/bin/python3
"""
Mutation test: each condition of lib/verify, lib/name and lib/policy is inverted, dropped or fixed, one at a time, and the
unit tests of those modules must notice. Chosen at run time: one build with calls around the conditions (conditions.py),
linked to each test program with driver.c. What survives must stand in the file survivors, with its proof. BUILD/mutation/log
tells of each mutant how long it took and what caught it.
"""
import argparse
import hashlib
import json
import os
import random
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import conditions
from conditions import CASE, FALSE, INVERTED, TRUE, WORDS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODULES = ("verify", "name", "policy")
LISTED_MAX = 0.02
ROUND = 400  # requests that one process answers
ASAN = "detect_leaks=0:abort_on_error=0:allocator_may_return_null=1:max_allocation_size_mb=512:quarantine_size_mb=4:malloc_context_size=2"


@dataclass
class Mutant:
    source: str
    condition: conditions.Condition
    kind: int
    key: str

    def infects(self, seen):
        """Does the condition take a value in this test that the mutant would change?"""
        bits = int(seen[self.condition.index])
        return bits & {INVERTED: 3, TRUE: 1, FALSE: 2, CASE: 1}[self.kind] != 0


class Build:
    def __init__(self, san, jobs):
        self.san, self.jobs, self.out = san, jobs, san.parent / "mutation"
        self.out.mkdir(exist_ok=True)
        entries = json.loads((san / "compile_commands.json").read_text())
        self.commands = {}
        for entry in entries:
            self.commands.setdefault(os.path.relpath(entry["file"], ROOT), entry)
        headers = sorted(p for folder in (ROOT / "lib", ROOT / "tests" / "unit", ROOT / "tests" / "forge", HERE) for p in folder.rglob("*.h"))
        self.headers = hashlib.sha256(b"".join(p.read_bytes() for p in headers)).hexdigest()

    def flags(self, name):
        words = shlex.split(self.commands[name]["command"])
        kept = [w for w in words[1:words.index("-o")] if not w.startswith(("-W", "-g"))]
        return kept + ["-g1", "-w"]

    def fresh(self, made, *parts):
        """Was it made of just this? Else say so for the next time, once it is made."""
        key = made.with_suffix(made.suffix + ".key")
        wanted = hashlib.sha256("\0".join((self.headers,) + parts).encode()).hexdigest()
        fresh = made.exists() and key.exists() and key.read_text() == wanted
        return fresh, lambda: key.write_text(wanted)

    def compile(self, source, made, flags):
        command = [os.environ.get("CC", "cc"), *flags, f"-I{HERE}", "-c", str(source), "-o", str(made)]
        fresh, keep = self.fresh(made, source.read_text(), " ".join(command))
        if not fresh:
            ccache = [shutil.which("ccache")] if shutil.which("ccache") else []
            subprocess.run(ccache + command, check=True)
            keep()
        return made

    def source(self, name):
        """Instrumented and compiled."""
        path = ROOT / name
        flags = self.flags(name)
        found = conditions.read(name, path, flags + ["-I" + subprocess.getoutput("cc -print-file-name=include")])
        out = self.out / "src" / name
        out.parent.mkdir(parents=True, exist_ok=True)
        text = conditions.instrumented(found, path)
        if not out.exists() or out.read_bytes() != text:
            out.write_bytes(text)
        return found, self.compile(out, out.with_suffix(".o"), flags)

    def program(self, test, objects):
        name = "tests/unit/" + test
        path = ROOT / name
        flags = self.flags(name)
        made = self.out / path.stem
        libs = shlex.split(subprocess.check_output(
            ["pkg-config", "--libs", "libcrypto", "sqlite3", "yaml-0.1", "jansson", "libidn2", "libpsl", "cmocka"], text=True))
        archives = [str(self.san / f"lib{a}.a") for a in ("catena-cmd", "catena-forge", "catena")]
        parts = [str(self.compile(path, made.with_suffix(".o"), flags)), *map(str, objects)]
        subprocess.run([os.environ.get("CC", "cc"), "-fsanitize=address,undefined", "-Wl,--wrap=_cmocka_run_group_tests",
                        "-o", str(made), *parts, *archives, *libs, "-lpthread"], check=True)
        return made

    def everything(self):
        names = [str(p.relative_to(ROOT)) for m in MODULES for p in sorted((ROOT / "lib" / m).glob("*.c"))]
        tests = [p.name for m in MODULES for p in sorted((ROOT / "tests" / "unit").glob(f"test_{m}_*.c"))]
        with ThreadPoolExecutor(self.jobs) as pool:
            sources = list(pool.map(self.source, names))
            driver = self.compile(HERE / "driver.c", self.out / "driver.o", self.flags(names[0]))
            objects = [driver] + [o for _, o in sources]
            programs = list(pool.map(lambda t: self.program(t, objects), tests))
        return [s for s, _ in sources], programs


class Server:
    """One test program that waits for mutants."""

    def __init__(self, program):
        self.name = program.name
        env = dict(os.environ, ASAN_OPTIONS=ASAN, UBSAN_OPTIONS="print_stacktrace=0")
        self.process = subprocess.Popen([str(program)], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.asked, self.killers = 0, set()
        self.tests, self.failed = [], []  # (seconds, name, {source: seen})
        for line in self.process.stdout:
            word, *rest = line.split()
            if word == "ready":
                return
            if word == "test":
                self.tests.append((float(rest[2]), rest[3], {}))
                if rest[1] != "passed":
                    self.failed.append(rest[3])
            elif word == "seen":
                self.tests[-1][2][rest[0]] = rest[1]
        raise RuntimeError(f"{self.name} ended before its tests did")

    def send(self, source, index, kind, tests):
        """[how it ended, test]"""
        self.process.stdin.write(f"{source} {index} {kind} {' '.join(map(str, tests))}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            raise RuntimeError(f"{self.name} ended while it tried {source} {index} {kind}")
        return answer

    def ask(self, mutant, tests):
        """None, or how it was caught and by which test."""
        self.asked += 1
        if self.asked > ROUND:
            self.control()
        answer = self.send(mutant.source, mutant.condition.index, mutant.kind, tests)
        if answer[0] == "survived":
            return None
        if answer[0] == "caught":
            self.killers.add(int(answer[1]))
        return answer[0], int(answer[1])

    def control(self):
        """What failed with a mutant passes without one, after all of them in one process: it was the mutant each time."""
        answer = self.send("-", 0, 0, sorted(self.killers) if self.asked else range(len(self.tests)))
        if answer[0] != "survived":
            raise RuntimeError(f"{self.name}: {self.tests[int(answer[1])][1]} {answer[0]} without a mutant")
        self.asked, self.killers = 0, set()

    def end(self):
        self.control()
        self.process.stdin.close()
        self.process.wait()


class Worker:
    """Programs of one thread, started when first needed."""

    def __init__(self, programs):
        self.programs, self.servers = programs, {}

    def server(self, i):
        if i not in self.servers:
            self.servers[i] = Server(self.programs[i])
        return self.servers[i]


def mutants_of(sources):
    for source in sources:
        seen = {}
        for c in source.conditions:
            base = f"{source.name} {c.function}: {c.text}"
            seen[base] = seen.get(base, 0) + 1
            if not c.why_not:
                name = base if seen[base] == 1 else f"{base} ({seen[base]})"
                yield from (Mutant(source.name, c, k, f"{name}: {WORDS[k]}") for k in c.kinds)


def listed(path):
    """{key: proof} of the file survivors: a key in column 0, its proof on indented lines below."""
    found, key = {}, None
    for line in path.read_text().splitlines():
        if line.startswith("\t") and key:
            found[key] = (found[key] + " " + line.strip()).strip()
        elif line.strip() and not line.startswith("#"):
            key = line.strip()
            found[key] = ""
    return found


class Campaign:
    def __init__(self, programs, jobs, log):
        self.programs, self.log = programs, log
        with ThreadPoolExecutor(jobs) as pool:
            servers = list(pool.map(Server, programs))
        self.tests = [s.tests for s in servers]
        failed = [f"{s.name}: {t}" for s in servers for t in s.failed]
        if failed:
            raise SystemExit("mutation: fails without a mutant: " + ", ".join(failed))
        self.workers = [Worker(programs) for _ in range(jobs)]
        self.workers[0].servers = dict(enumerate(servers))
        self.lock = threading.Lock()
        self.killers = defaultdict(Counter)  # (source, function): tests that caught its mutants

    def plan(self, mutant):
        """[(program, tests)] that the mutant could change: first what caught others of its function, then the quickest."""
        mine = [(seconds, i, t) for i, tests in enumerate(self.tests) for t, (seconds, _, seen) in enumerate(tests)
                if mutant.source in seen and mutant.infects(seen[mutant.source])]
        with self.lock:
            caught = dict(self.killers[mutant.source, mutant.condition.function])
        mine.sort(key=lambda m: (0.004 + m[0]) / (0.02 + caught.get(m[1:], 0)))
        steps = []
        for seconds, i, t in mine:
            if steps and steps[-1][0] == i:
                steps[-1][1].append(t)
            else:
                steps.append((i, [t]))
        return steps

    def try_one(self, worker, mutant):
        """(caught, what was tried)"""
        tried = 0
        for i, tests in self.plan(mutant):
            answer = worker.server(i).ask(mutant, tests)
            tried += len(tests)
            if answer is not None:
                how, t = answer
                with self.lock:
                    self.killers[mutant.source, mutant.condition.function][i, t] += 1
                return True, f"{how} in {self.programs[i].name}: {self.tests[i][t][1]}"
        return False, f"{tried} tests evaluate it" if tried else "no test evaluates it so"

    def reach(self, mutants):
        for mutant in sorted(mutants, key=lambda m: (m.source, m.condition.line)):
            if not self.plan(mutant):
                print(f"{mutant.source}:{mutant.condition.line}: {mutant.key}")
        return 0

    def tell(self, mutant, caught, what, seconds):
        with self.lock:
            self.log.write(f"{'caught' if caught else 'survives'}\t{seconds:.3f}\t{mutant.key}\t{what}\n")
            self.log.flush()

    def run(self, mutants, deadline):
        """{key: (mutant, caught, what)} of those that were reached in time."""
        results, queue = {}, iter(mutants)

        def work(worker):
            while True:
                with self.lock:
                    mutant = next(queue, None)
                if mutant is None or time.monotonic() > deadline:
                    return
                begun = time.monotonic()
                results[mutant.key] = (mutant, *self.try_one(worker, mutant))
                self.tell(*results[mutant.key], time.monotonic() - begun)

        with ThreadPoolExecutor(len(self.workers)) as pool:
            list(pool.map(work, self.workers))
        for worker in self.workers:
            for server in worker.servers.values():
                server.end()
        return results


def judge(results, everything, known):
    """Lines that tell what is wrong."""
    bad = []
    for key, (mutant, caught, what) in sorted(results.items(), key=lambda r: (r[1][0].source, r[1][0].condition.line)):
        if caught and key in known:
            bad.append(f"{mutant.source}:{mutant.condition.line}: {key}: is listed as a survivor and caught: {what}")
        elif not caught and key not in known:
            bad.append(f"{mutant.source}:{mutant.condition.line}: {key}: survives ({what})")
    keys = {m.key for m in everything}
    bad += [f"survivors: there is no such mutant: {key}" for key in known if key not in keys]
    bad += [f"survivors: without a proof: {key}" for key, proof in known.items() if not proof]
    if len(known) > LISTED_MAX * len(everything):
        bad.append(f"survivors: {len(known)} are listed, of {len(everything)} at most {LISTED_MAX:.0%} may be")
    return bad


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--san", type=Path, default=ROOT / "build" / "san", help="the build with sanitizers")
    p.add_argument("--seconds", type=float, help="a sample for so long (without: all)")
    p.add_argument("--seed", help="of the sample; without it follows from the sources")
    p.add_argument("--only", default="", help="mutants whose key contains this")
    p.add_argument("--reach", action="store_true", help="only tell of those that no test evaluates so that they matter")
    p.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return p.parse_args()


def main():
    args = arguments()
    if conditions.cindex is None:
        print("skipped: no libclang for Python (tests/run deps tests)")
        return 77
    sources, programs = Build(args.san, args.jobs).everything()
    everything = list(mutants_of(sources))
    chosen = [m for m in everything if args.only in m.key]
    seed = args.seed or hashlib.sha256(b"".join(s.text for s in sources)).hexdigest()[:8]
    random.Random(seed).shuffle(chosen)
    begun = time.monotonic()
    with open(args.san.parent / "mutation" / "log", "w", encoding="utf-8") as log:
        campaign = Campaign(programs, args.jobs, log)
        if args.reach:
            return campaign.reach(chosen)
        results = campaign.run(chosen, begun + args.seconds if args.seconds else float("inf"))
    known = listed(HERE / "survivors")
    bad = judge(results, everything, known)
    for line in bad:
        print(line)
    survivors = [k for k, (_, caught, _) in results.items() if not caught]
    explained = [k for k in survivors if k in known]
    sample = f" (a sample, seed {seed}, of {len(everything)})" if len(results) < len(everything) else ""
    print(f"mutants {len(results)}{sample}, caught {len(results) - len(survivors)}, survivors {len(explained)} (listed), "
          f"unexplained {len(survivors) - len(explained)}, {time.monotonic() - begun:.0f} s")
    print(f"{len(results) - len(survivors) + len(explained)} passed, {len(bad)} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
