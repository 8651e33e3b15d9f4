"""Builds shim.c once and gives the environment that loads it."""
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("shim.c")


@functools.lru_cache(maxsize=1)
def library():
    if shutil.which("cc") is None:
        return None
    out = Path(tempfile.mkdtemp(prefix="catena-shim-")) / "shim.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-D_GNU_SOURCE", "-o", str(out), str(SOURCE), "-ldl"], check=True)
    return out


def shim_env(**settings):
    path = library()
    if path is None:
        pytest.skip("no C compiler")
    return {"LD_PRELOAD": os.fspath(path), **settings}
