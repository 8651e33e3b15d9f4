"""What the rules of the house are checked against: the tree, its files and lib/FLOORS."""
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RELEASE = Path(os.environ.get("CATENA_RELEASE", ROOT / "build"))
BIN = Path(os.environ.get("CATENA_BIN", RELEASE / "catena"))


def tracked():
    """Paths of the tree relative to ROOT: what git knows, or every file where there is no git."""
    run = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                         capture_output=True)
    if run.returncode == 0:
        names = [n for n in run.stdout.decode().split("\0") if n]
    else:
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file()]
        names = [n for n in names if not n.startswith(("build", ".git/"))]
    return [Path(n) for n in names if (ROOT / n).is_file()]


def c_files(*folders, suffixes=(".c", ".h")):
    return [p for p in tracked() if p.suffix in suffixes and p.parts[0] in folders]


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def floors():
    """{module: (floor, [third-party headers or prefixes])}"""
    found = {}
    for line in text("lib/FLOORS").splitlines():
        words = line.split("#")[0].split()
        if len(words) >= 3:
            found[words[1]] = (int(words[0]), [w for w in words[2:] if w != "-"])
    return found


def module_of(path):
    """lib/der/der.c -> der, cmd/show.c -> cmd"""
    return path.parts[1] if path.parts[0] == "lib" and len(path.parts) > 2 else path.parts[0]


def without_comments(source):
    """Comments blanked, strings kept, line numbers unchanged."""
    def blank(match):
        found = match.group(0)
        return found if found[0] in "\"'" else re.sub(r"[^\n]", " ", found)
    return re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', blank, source, flags=re.S)


def without_strings(source):
    """Comments blanked, the insides of strings and characters too."""
    return re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
                  lambda m: m.group(0)[0] + " " * (len(m.group(0)) - 2) + m.group(0)[0], without_comments(source))


def functions(source):
    """(name, first line, lines) of each function body: a '{' in column 0 after a line that ends a parameter list."""
    lines = without_strings(source).split("\n")
    start = None
    for i, line in enumerate(lines):
        if line.startswith("{") and start is None and i > 0 and lines[i - 1].rstrip().endswith(")"):
            start = i
        elif line.startswith("}") and start is not None:
            head = "\n".join(lines[max(0, start - 6):start])
            names = re.findall(r"^([A-Za-z_]\w*)\(", head, flags=re.M)
            yield (names[-1] if names else "?"), start + 1, i - start + 1
            start = None


def exceptions(kind):
    """Names in tests/arch/exceptions under this kind: `kind name  reason`."""
    found = {}
    for line in text("tests/arch/exceptions").splitlines():
        words = line.split(None, 2)
        if len(words) == 3 and words[0] == kind:
            found[words[1]] = words[2]
    return found
