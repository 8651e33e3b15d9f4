"""How the tests of the program run it: CATENA_BIN, a home of their own, no terminal."""
import itertools
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for variable in ("CATENA_BIN", "CATENA_RELEASE"):  # a test runs in a folder of its own
    if variable in os.environ:
        os.environ[variable] = os.path.abspath(os.environ[variable])
BIN = os.environ.get("CATENA_BIN", str(ROOT / "build" / "catena"))
KEPT = ("PATH", "LANG", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TMPDIR")
LEAKS_EVERY = 5  # to look for leaks takes as long as most commands do; the unit tests look every time
processes = itertools.count()


def sanitized(env):
    """The environment of one process: without the look for leaks in most."""
    looks = next(processes) % LEAKS_EVERY == 0
    return env if looks or "ASAN_OPTIONS" not in env else {**env, "ASAN_OPTIONS": env["ASAN_OPTIONS"] + ":detect_leaks=0"}


class Catena:
    """Runs the program in a folder of its own; `home` is what -C would be."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.home = self.folder / "home"
        self.env = {k: os.environ[k] for k in KEPT if k in os.environ}
        self.env.update(CATENA_HOME=str(self.home), HOME=str(self.folder))

    def __call__(self, *args, env=None, input=None, text=True, timeout=120, **more):
        """Run and give the finished process. No terminal, no inherited variables."""
        return subprocess.run([BIN, *map(str, args)], cwd=more.pop("cwd", self.folder), env={**sanitized(self.env), **(env or {})},
                              input=input, stdin=None if input is not None else subprocess.DEVNULL, capture_output=True,
                              text=text, timeout=timeout, start_new_session=True, **more)

    def ok(self, *args, **more):
        """Run, must exit 0; gives standard output."""
        run = self(*args, **more)
        assert run.returncode == 0, f"catena {args}: exit {run.returncode}\n{run.stdout}{run.stderr}"
        return run.stdout

    def json(self, *args, status=0, **more):
        """Run with --json, must exit with status; gives the one document."""
        run = self(*args, "--json", **more)
        assert run.returncode == status, f"catena {args}: exit {run.returncode}\n{run.stdout}{run.stderr}"
        return one_document(run.stdout)

    def fails(self, status, code, *args, **more):
        """Must fail so, in text and with --json; gives the error object."""
        error = self.json(*args, status=status, **more)
        assert error["ok"] is False and error["error"]["code"] == code, error
        return error["error"]


def one_document(text):
    """Exactly one JSON document, keys not repeated, and a newline at its end."""
    def unique(pairs):
        assert len({k for k, _ in pairs}) == len(pairs), pairs
        return dict(pairs)
    assert text.endswith("\n") and text.count("\n") == 1, text
    return json.loads(text, object_pairs_hook=unique)


@pytest.fixture
def catena(tmp_path):
    return Catena(tmp_path)


def commands():
    run = subprocess.run([BIN, "help", "--json"], capture_output=True, text=True, check=True)
    return [c["name"] for c in json.loads(run.stdout)["commands"]]


def about(name):
    """What the tables say about one command: usage, options, examples."""
    run = subprocess.run([BIN, "help", *name.split(), "--json"], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A folder with a home as `init` makes it; copied, never used itself."""
    folder = tmp_path_factory.mktemp("template")
    if "init" in commands():
        Catena(folder).ok("init", "--org", "Example", "--domain", "internal.example", "--no-passphrase")
    return folder


@pytest.fixture
def pki(template, tmp_path):
    """The program with a fresh home of its own: authorities root and issuing without passphrase."""
    shutil.copytree(template, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Catena(tmp_path)


def pytest_generate_tests(metafunc):
    """A test that takes `command` runs for every command; one that takes `example` for every example."""
    if "command" in metafunc.fixturenames:
        metafunc.parametrize("command", commands())
    if "example" in metafunc.fixturenames:
        metafunc.parametrize("example", [e["line"] for c in commands() for e in about(c)["examples"]])
