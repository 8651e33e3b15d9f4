"""What the README files say works: their commands run, their files exist, their policies are good ones."""
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = os.environ.get("CATENA_BIN", str(ROOT / "build" / "catena"))
PAGES = sorted(p.relative_to(ROOT) for p in ROOT.rglob("*.md") if not p.relative_to(ROOT).parts[0].startswith(("build", ".")))


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), flags=re.M | re.S)


def lines(page):
    return [line for block in blocks(page, "sh") for line in block.splitlines() if line.startswith("catena ")]


@pytest.fixture
def shell(catena):
    """A shell in a new folder, where catena is on the path; a passphrase comes as systemd would give it."""
    (catena.folder / "bin").mkdir()
    (catena.folder / "bin" / "catena").symlink_to(Path(BIN).resolve())
    (catena.folder / "credentials").mkdir()
    (catena.folder / "credentials" / "catena-passphrase").write_text("correct horse battery\n")

    def run(line):
        env = {**catena.env, "PATH": f"{catena.folder / 'bin'}:{catena.env['PATH']}",
               "CREDENTIALS_DIRECTORY": str(catena.folder / "credentials")}
        return subprocess.run(["bash", "-c", line], cwd=catena.folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return run


def test_the_five_examples_do_what_they_say(shell, catena):
    examples = lines("README.md")
    assert len(examples) == 5
    for line in examples:
        run = shell(line)
        assert run.returncode == 0, f"{line}\n{run.stdout}{run.stderr}"
    assert {p.name for p in catena.folder.glob("web.internal.example.*")} == {f"web.internal.example.{x}" for x in ("key", "crt", "chain.crt")}
    listed = catena.json("list", "--name", "web.internal.example")["certificates"]
    assert [c["status"] for c in listed] == ["revoked"]


def test_the_two_commands_are_words_of_tests_run():
    words = subprocess.run([ROOT / "tests" / "run", "help"], capture_output=True, text=True, check=True).stdout
    first = [line for line in blocks("README.md", "sh")[0].splitlines() if line]
    assert [line.split("#")[0].split() for line in first] == [["tests/run", "demo"], ["tests/run"]]
    assert re.search(r"^  demo ", words, flags=re.M) and re.search(r"^  all ", words, flags=re.M)


def test_every_top_folder_is_in_the_table():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    folders = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith((".", "build", "__"))}
    assert folders == set(re.findall(r"^\| `(\w+)/` \|", text, flags=re.M))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_to_a_file(page):
    found = re.findall(r"\]\(([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    local = [f for f in found if "://" not in f]
    assert [f for f in local if not (ROOT / page.parent / f).exists()] == []


def test_every_module_is_in_the_table_of_floors():
    floors = [line.split()[:2] for line in (ROOT / "lib" / "FLOORS").read_text().splitlines() if line and not line.startswith("#")]
    table = re.findall(r"^\| (\d+|roof) \| `(\w+)` \|", (ROOT / "lib" / "README.md").read_text(encoding="utf-8"), flags=re.M)
    assert [["roof" if name == "cmd" else floor, name] for floor, name in floors] == [list(row) for row in table]


def test_every_table_and_every_act_of_the_schema_is_explained():
    sql = "".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "schema" / "sqlite").glob("[0-9]*.sql")))
    page = (ROOT / "schema" / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    tables = [name for row in rows for name in re.findall(r"`(\w+)`", row[1])]
    acts = {act for row in rows for act in re.findall(r"`(\w+)`", row[3])}
    made = set(re.findall(r"^CREATE TABLE (\w+)", sql, flags=re.M))
    assert sorted(tables) == sorted(made)
    known = re.search(r"act IN \((.*?)\)", re.search(r"CREATE TABLE log_leaf \((.*?)STRICT", sql, flags=re.S).group(1), flags=re.S)
    assert acts == set(re.findall(r"'(\w+)'", known.group(1)))


def test_the_policies_that_are_explained_are_good(pki):
    examples = blocks("policies/README.md", "yaml")
    assert examples
    for i, text in enumerate(examples):
        name = re.match(r"# policies/(\S+)\.yaml\n", text)
        assert name, f"example {i} does not begin with the name of its file"
        (pki.home / "policies" / f"{name.group(1)}.yaml").write_text(text, encoding="utf-8")
    pki.ok("policy", "check")


def test_the_commands_of_the_policies_page_work(pki, shell):
    for text in blocks("policies/README.md", "yaml"):
        name = re.match(r"# policies/(\S+)\.yaml\n", text).group(1)
        (pki.home / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    examples = lines("policies/README.md")
    assert examples
    for line in examples:
        run = shell(line)
        assert run.returncode == 0, f"{line}\n{run.stdout}{run.stderr}"
