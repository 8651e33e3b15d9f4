"""What the tests of keeping a home share: a home with a little of everything, and hands on its database."""
import shutil
import sqlite3
from pathlib import Path

import pytest

from conftest import Catena


@pytest.fixture(scope="session")
def lived_in(template, tmp_path_factory):
    """A folder whose home has acts of every kind; copied, never used itself."""
    folder = tmp_path_factory.mktemp("lived-in")
    shutil.copytree(template, folder, symlinks=True, dirs_exist_ok=True)
    c = Catena(folder)
    (folder / "out").mkdir()
    for name in ("web", "db", "mail"):
        c.ok("issue", "server", f"{name}.internal.example", "--out", "out")
    assert c("issue", "server", "www.example.com", "--out", "out").returncode == 1
    c.ok("revoke", "db.internal.example", "--reason", "keyCompromise")
    c.ok("revoke", "mail.internal.example", "--reason", "certificateHold")
    c.ok("unhold", "mail.internal.example")
    c.ok("halt", "--why", "a drill")
    c.ok("resume")
    c.ok("log", "checkpoint", "--out", "kept.checkpoint")
    c.ok("issue", "server", "late.internal.example", "--out", "out")
    return folder


@pytest.fixture
def old_home(lived_in, tmp_path):
    shutil.copytree(lived_in, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Catena(tmp_path)


def meddle(home, *statements):
    """As somebody with the file in hand would: no constraint, no trigger, no foreign key in the way."""
    db = sqlite3.connect(Path(home) / "catena.db")
    try:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute("PRAGMA foreign_keys = OFF")
        triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(*statement if isinstance(statement, tuple) else (statement,))
        for _, sql in triggers:
            db.execute(sql)
        db.commit()
    finally:
        db.close()


def ask(home, statement):
    db = sqlite3.connect(Path(home) / "catena.db")
    try:
        return db.execute(statement).fetchall()
    finally:
        db.close()


def snapshot(folder):
    """Every file below a folder, with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(Path(folder).rglob("*")) if p.is_file() and p.suffix != ".db-shm"
            and not p.name.endswith(("-shm", "-wal"))}
