"""Help, man pages and completion come from the tables, so they name the same things."""
import json
import re
import shutil
import subprocess

import pytest

import house


def catena(*args):
    return subprocess.run([house.BIN, *args], capture_output=True, text=True, check=True).stdout


def commands():
    return [c["name"] for c in json.loads(catena("help", "--json"))["commands"]]


def options(name):
    return json.loads(catena("help", *name.split(), "--json"))["options"]


def test_every_command_of_the_list_is_a_file_and_every_file_a_line():
    listed = set(re.findall(r"\bX\((\w+)\)", house.text("cmd/commands.h")))
    defined = {m for p in house.c_files("cmd", suffixes=(".c",))
               for m in re.findall(r"^const struct command (\w+)_command = \{", house.text(p), flags=re.M)}
    assert listed == defined
    assert {c.replace(" ", "_").replace("-", "_") for c in commands()} == listed


@pytest.mark.parametrize("name", commands())
def test_help_and_page_name_every_option(name):
    shown, page = catena("help", *name.split()), catena("help", "--man", *name.split())
    for option in options(name):
        if option["argument"]:
            assert option["name"] in shown and f"Ar {option['name']}" in page
        else:
            assert f"--{option['name']}" in shown and f"Fl \\-{option['name']}" in page


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_names_every_command_and_option(shell):
    script = catena("completion", shell)
    for name in commands():
        for option in options(name):
            assert option["argument"] or f"--{option['name']}" in script
        assert name.split()[0] in script and name.split()[-1] in script


def test_the_completion_is_a_script_that_bash_reads():
    subprocess.run(["bash", "-n"], input=catena("completion", "bash"), text=True, check=True)


@pytest.mark.parametrize("line, expected", [
    (["catena", "vers"], ["version"]), (["catena", "completion", ""], ["bash", "zsh"]), (["catena", "version", "--js"], ["--json"]),
])
def test_bash_completes(line, expected):
    script = catena("completion", "bash") + f"""
COMP_WORDS=({' '.join(repr(w) for w in line)}); COMP_CWORD={len(line) - 1}; _catena; printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    run = subprocess.run(["bash", "--norc"], input=script, capture_output=True, text=True, check=True)
    assert run.stdout.split() == expected


def page_of(pages, name):
    return pages / "man1" / f"catena{'-' if name else ''}{name.replace(' ', '-')}.1"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """All of them: each may point to any other."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "man1").mkdir()
    for name in [""] + commands():
        page_of(folder, name).write_text(catena("help", "--man", *name.split()))
    return folder


@pytest.mark.parametrize("name", [""] + commands())
def test_mandoc_has_nothing_to_say_about_the_page(name, pages):
    if not shutil.which("mandoc"):
        pytest.skip("no mandoc")
    run = subprocess.run(["mandoc", "-Tlint", page_of(pages, name)], capture_output=True, text=True, env={"MANPATH": str(pages)})
    assert run.stdout + run.stderr == ""


def test_no_option_is_typed_in_a_readme_that_no_command_has():
    """What README.md and cmd/README.md show of options exists."""
    known = {o["name"] for name in commands() for o in options(name)} | {"home", "json", "quiet", "verbose", "wait", "help", "version"}
    page = "\n".join(house.text(p) for p in house.tracked() if p.name == "README.md" and p.parts[0] == "README.md")
    shown = {o for line in re.findall(r"^ *\$? *catena .*$", page, flags=re.M) for o in re.findall(r" --([a-z-]+)", line)}
    assert sorted(shown - known) == []
