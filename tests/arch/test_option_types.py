"""An option row whose field has another type does not compile: the table cannot lie about its struct."""
import subprocess

import pytest

import house

SOURCE = """
#include "cmd/options.h"
struct a { bool flag; const char *text; int64_t number; struct opt_list list; char *writable; int small; };
extern const struct opt rows[];
const struct opt rows[] = { { .name = "x", %s, .help = "-" }, { 0 } };
"""


def compiles(row, folder):
    source = folder / "t.c"
    source.write_text(SOURCE % row)
    run = subprocess.run(["gcc", "-std=gnu17", "-fsyntax-only", f"-I{house.ROOT / 'lib'}", f"-I{house.ROOT}", source], capture_output=True)
    return run.returncode == 0


@pytest.mark.parametrize("row", ["FLAG(a, flag)", 'TEXT(a, text, "T")', 'PATH(a, text, "F")', "TIME(a, text)", 'DURATION(a, number, "T")',
                                 'COUNT(a, number, "N", 1, 2)', 'LIST(a, list, "L")', "ARG(a, text)", "ARGS(a, list)"])
def test_the_right_type_is_taken(row, tmp_path):
    assert compiles(row, tmp_path)


@pytest.mark.parametrize("row", ["FLAG(a, small)", "FLAG(a, text)", 'TEXT(a, writable, "T")', 'PATH(a, list, "F")', "TIME(a, number)",
                                 'DURATION(a, small, "T")', 'COUNT(a, flag, "N", 1, 2)', 'LIST(a, text, "L")', "ARG(a, list)", "ARGS(a, text)"])
def test_a_wrong_type_is_refused(row, tmp_path):
    assert not compiles(row, tmp_path)
