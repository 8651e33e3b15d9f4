"""The program as an unprivileged user, and at a terminal: what the tests of safe processes share."""
import os
import select
import shutil
import signal
import subprocess
import tempfile
import termios
import time
from pathlib import Path

from conftest import BIN, KEPT, Catena

NOBODY = 65534
RELEASE = Path(os.environ["CATENA_RELEASE"]) / "catena" if "CATENA_RELEASE" in os.environ else Path(BIN)
PROGRAM = str(RELEASE if RELEASE.exists() else BIN)  # the sanitized build stays dumpable for its leak check


def as_user():
    """What subprocess is told so that a command runs unprivileged; nothing when we are."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


class Unprivileged(Catena):
    """The Release program in a folder that belongs to a user without privileges."""

    def __init__(self, template=None):
        folder = Path(tempfile.mkdtemp(prefix="catena-user-"))
        if template is not None:
            shutil.copytree(template.folder, folder, symlinks=True, dirs_exist_ok=True)
        super().__init__(folder)
        self.program = str(folder / "program")
        shutil.copy(PROGRAM, self.program)
        os.chmod(self.program, 0o755)
        self.env = {k: v for k, v in self.env.items() if k in KEPT and k != "TMPDIR"}
        self.env.update(CATENA_HOME=str(self.home), HOME=str(folder))
        self.own()

    def own(self):
        """All of the folder belongs to that user."""
        if os.geteuid() == 0:
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)

    def line(self, *args):
        return [self.program, *map(str, args)]

    def __call__(self, *args, env=None, timeout=120, before=(), **more):
        return subprocess.run([*before, *self.line(*args)], cwd=self.folder, env={**self.env, **(env or {})}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout, start_new_session=True, **as_user(), **more)

    def file(self, name, text, mode=0o600):
        path = self.folder / name
        path.write_text(text)
        self.own()
        path.chmod(mode)
        return path

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Terminal:
    """A program at a terminal of its own."""

    def __init__(self, line, cwd, env):
        self.pid, self.master = os.forkpty()
        if self.pid == 0:
            try:
                if os.geteuid() == 0:
                    os.setgroups([])
                    os.setgid(NOBODY)
                    os.setuid(NOBODY)
                os.chdir(cwd)
                for each in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
                    signal.signal(each, signal.SIG_DFL)  # a test run in the background has them ignored
                os.execvpe(line[0], line, env)
            finally:
                os._exit(127)
        self.seen = ""
        self.status = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
        os.close(self.master)

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            try:
                self.seen += os.read(self.master, 4096).decode(errors="replace")
                return True
            except OSError:  # the other side is closed
                return False
        return False

    def expect(self, text, times=1, seconds=20):
        end = time.monotonic() + seconds
        while self.seen.count(text) < times:
            assert time.monotonic() < end, f"no {text!r} in {self.seen!r}"
            self.read(0.2)

    def type(self, text):
        os.write(self.master, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def wait(self, seconds=30):
        """The exit status, negative for a signal."""
        end = time.monotonic() + seconds
        while self.status is None:
            assert time.monotonic() < end, f"still running: {self.seen!r}"
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid != 0:
                self.status = os.waitstatus_to_exitcode(status)
        while self.read(0.05):
            pass
        return self.status

    def proc(self, name):
        return Path(f"/proc/{self.pid}/{name}").read_text()
