"""No function is so tangled that a reader loses the thread: cognitive complexity of at most 15."""
import json
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

import house

CHECKS = "-*,readability-function-cognitive-complexity"
LIMIT = ('{ CheckOptions: [ { key: readability-function-cognitive-complexity.Threshold, value: 15 },'
         ' { key: readability-function-cognitive-complexity.IgnoreMacros, value: true } ] }')
FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", f"-I{house.ROOT / 'lib'}", f"-I{house.ROOT}", f"-I{house.RELEASE / 'generated'}"]


def tangled(path):
    run = subprocess.run(["clang-tidy", f"--checks={CHECKS}", f"--config={LIMIT}", "--quiet", str(path), "--", *FLAGS],
                         capture_output=True, text=True)
    return re.findall(r"(?:warning|error): (function .*?) \[readability", run.stdout)


@pytest.fixture(autouse=True)
def tool():
    if not shutil.which("clang-tidy"):
        pytest.skip("no clang-tidy (tests/run deps tests)")


def test_no_function_is_tangled():
    paths = house.c_files("lib", "cmd", "schema", suffixes=(".c",))
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        found = {str(p): f for p, f in zip(paths, pool.map(lambda p: tangled(house.ROOT / p), paths)) if f}
    assert found == {}, json.dumps(found, indent=1)


def test_a_tangled_function_is_seen(tmp_path):
    source = tmp_path / "t.c"
    source.write_text("int f(int a);\nint f(int a)\n{\n" + "".join("\tif (a) { while (a--) { if (a > 3) return 1; } }\n" * 4) + "\treturn a;\n}\n")
    assert len(tangled(source)) == 1
