"""What the fault campaigns share: a home to hurt, strace to hurt it with, and what must be true of it afterwards."""
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography import x509

ROOT = Path(__file__).resolve().parents[2]
BIN = os.path.abspath(os.environ.get("CATENA_BIN", ROOT / "build" / "catena"))
FULL = os.environ.get("CATENA_FAULTS", "short") == "full"
SEED = int(os.environ.get("CATENA_SEED", "1"))
CHANGING = ("open", "openat", "openat2", "creat", "write", "writev", "pwrite64", "pwritev", "fsync", "fdatasync", "sync_file_range",
            "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "rmdir", "ftruncate",
            "fallocate", "mkdir", "mkdirat", "chmod", "fchmod", "fchmodat", "fchown")
READING = ("read", "pread64")
OPENING = re.compile(r"^(open|openat|openat2)\(.*O_(CREAT|WRONLY|RDWR|TRUNC)")
CALL = re.compile(r"^(\d+) +(\w+)\(")
LEAK_FREE = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}


def scratch():
    """Where homes are hurt: in memory when there is room, for a campaign is a million syncs."""
    shm = Path("/dev/shm")
    if os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > 1 << 30:
        return str(shm)
    return None


class Lab:
    """A folder with a home of its own and a folder `out` for the files that leave it."""

    def __init__(self, template=None):
        self.folder = Path(tempfile.mkdtemp(prefix="catena-faults-", dir=scratch()))
        self.home = self.folder / "home"
        self.out = self.folder / "out"
        self.out.mkdir()
        if template is not None:
            shutil.copytree(template.home, self.home)
            shutil.copytree(template.out, self.out, dirs_exist_ok=True)
        self.env = {**LEAK_FREE, "CATENA_HOME": str(self.home), "HOME": str(self.folder)}

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def run(self, *args, inject=None, env=None, timeout=120, **more):
        """Run the program; inject is what strace is to do, such as "write:error=EIO:when=3"."""
        line = [BIN, *map(str, args)]
        if inject is not None:
            call = inject.split(":")[0]
            line = ["strace", "-f", "-qq", "-o", str(self.folder / "trace"), "-e", f"trace={call}", "-e", f"inject={inject}", *line]
        return subprocess.run(line, cwd=self.out, env={**self.env, **(env or {})}, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=timeout, start_new_session=True, **more)

    def json(self, *args, status=0, **more):
        run = self.run(*args, "--json", **more)
        assert run.returncode == status, f"catena {args}: exit {run.returncode}\n{run.stdout}{run.stderr}"
        return json.loads(run.stdout)

    def points(self, *args, reads=False, status=0):
        """Run once and give every system call that changed something, as (call, n): the n-th of its name.
        With reads also those that read, from the first look at the home on. status: how that run ends."""
        trace = self.folder / "trace"
        names = ",".join("?" + c for c in CHANGING + (READING if reads else ()))
        at_home = False
        run = subprocess.run(["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={names}", BIN, *map(str, args)], cwd=self.out,
                             env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
        assert run.returncode == status, f"catena {args}: exit {run.returncode}\n{run.stdout}{run.stderr}"
        seen, found = {}, []
        for line in trace.read_text(errors="replace").splitlines():
            call = CALL.match(line)
            if call is None:
                continue
            name = call.group(2)
            key = (call.group(1), name)
            seen[key] = seen.get(key, 0) + 1
            at_home = at_home or "catena.db" in line
            if name in READING:
                if at_home:
                    found.append((name, seen[key]))
            elif name not in ("open", "openat", "openat2") or OPENING.match(line.split(None, 1)[1]):
                found.append((name, seen[key]))
        return sorted(set(found), key=found.index)

    def query(self, sql):
        """Rows straight from the file, past the program."""
        with sqlite3.connect(self.home / "catena.db", timeout=60) as db:
            rows = db.execute(sql).fetchall()
        db.close()
        return rows

    def files(self):
        """Serial and digest of each certificate that is outside; each file must be whole."""
        found = {}
        for path in self.out.rglob("*.crt"):
            first = path.read_text().split("-----END CERTIFICATE-----\n")
            assert first[-1] == "", f"{path} is cut short"
            cert = x509.load_pem_x509_certificate((first[0] + "-----END CERTIFICATE-----\n").encode())
            found[f"{cert.serial_number:040x}"] = path
        return found

    def statuses(self):
        """Serial to status, over all certificates."""
        document = self.json("list")
        assert document["total"] == len(document["certificates"])
        return {c["serial"]: c["status"] for c in document["certificates"]}


def crl_number(path):
    crl = x509.load_der_x509_crl(path.read_bytes())
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def published(lab):
    """The numbers of the CRLs that the world can fetch, by file."""
    return {p.name: crl_number(p) for p in (lab.home / "public").glob("*.crl")}


def revoked_outside(lab):
    """The serials that the published CRLs hold."""
    return {f"{entry.serial_number:040x}" for path in (lab.home / "public").glob("*.crl")
            for entry in x509.load_der_x509_crl(path.read_bytes())}


def check_numbers(lab):
    """No serial and no CRL number twice; nothing outside that the records do not know."""
    serials = [r[0] for r in lab.query("SELECT hex(serial) FROM certificate")]
    assert len(serials) == len(set(serials)), "a serial stands twice"
    numbers = lab.query("SELECT issuer_key_id, shard, number FROM crl")
    assert len(numbers) == len(set(numbers)), "a CRL number stands twice"
    highest = max((n for _, _, n in numbers), default=0)
    for name, number in published(lab).items():
        assert number <= highest, f"{name} has number {number}, the records know {highest}"


def check_files(lab):
    """Each certificate outside has its record as issued, and no temporary file looks like one."""
    statuses = lab.statuses()
    for serial, path in lab.files().items():
        assert statuses.get(serial) in ("valid", "revoked", "held"), f"{path.name}: its record is {statuses.get(serial)}"
    return statuses


def check_highwater(lab):
    """The file outside is never ahead of the database."""
    text = (lab.home / "highwater").read_text()
    size = int(re.search(r"^size (\d+)$", text, re.M).group(1))
    have = lab.query("SELECT count(*) FROM log_leaf")[0][0]
    assert size <= have, f"highwater says {size} acts, the database has {have}"


def check_sound(lab, told=None):
    """What is true after any interruption, before anything is repaired; told: words of the one problem that may be told besides."""
    verdict = lab.json("log", "verify")
    assert verdict["ok"] and verdict["problems"] == [], verdict
    run = lab.run("db", "check", "--json")
    assert run.returncode in (0, 1), f"db check: exit {run.returncode}\n{run.stdout}{run.stderr}"
    for problem in json.loads(run.stdout)["problems"]:
        # What is published may lag behind the records until the next crl.
        assert problem["where"].startswith("public/") or (told is not None and told in problem["text"]), problem
    check_numbers(lab)
    check_highwater(lab)
    return check_files(lab)


def check_recovers(lab, mark):
    """The next act works, leftovers can be revoked by serial, CRL numbers grow, and then all agrees."""
    before = published(lab)
    statuses = lab.statuses()
    left = [s for s, status in statuses.items() if status == "intended"]
    assert sorted(c["serial"] for c in lab.json("list", "--status", "intended")["certificates"]) == sorted(left)
    made = lab.json("issue", "server", f"{mark}.internal.example")
    assert made["serial"] not in statuses
    for serial in left:
        assert lab.json("revoke", serial, "--yes")["revoked"][0]["serial"] == serial
    crls = {c["authority"]: c["number"] for c in lab.json("crl")["crls"]}
    for name, number in before.items():
        assert crls[name.split("-")[0].split(".")[0]] > number, f"{name} was published with number {number}, and then {crls}"
    run = lab.run("db", "check", "--json")
    assert run.returncode == 0, run.stdout
    assert revoked_outside(lab) == {s for s, status in check_sound(lab).items() if status == "revoked"}, "a revocation is lost"


def sample(points, most):
    """All of them, or a seeded choice that keeps the first of every kind."""
    if FULL or len(points) <= most:
        return points
    chance = random.Random(SEED)
    kept = [p for p in points if p[1] == 1][:most]
    rest = [p for p in points if p not in kept]
    return kept + chance.sample(rest, min(most - len(kept), len(rest)))


def each(points, judge):
    """Judge every point, two at a time; all that fail are told together."""
    def one(point):
        try:
            judge(point)
        except (AssertionError, subprocess.SubprocessError, ValueError, KeyError, OSError, sqlite3.Error) as why:
            return f"{point}: {type(why).__name__}: {why}"
        return None
    with ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        failed = [f for f in pool.map(one, points) if f is not None]
    print(f"{len(points)} points", file=sys.stderr)
    assert not failed, f"{len(failed)} of {len(points)} points:\n" + "\n".join(failed[:20])
