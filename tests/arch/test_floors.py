"""Modules include downwards only, and each foreign header where lib/FLOORS allows it."""
import re
import subprocess

import pytest

import house

LIBC = re.compile(r"^(sys/|arpa/|netinet/|linux/)|^(assert|ctype|dirent|errno|fcntl|float|getopt|grp|inttypes|limits|math|mntent|"
                  r"poll|pthread|pwd|sched|signal|spawn|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings|"
                  r"syslog|termios|threads|time|unistd|wchar|netdb|sysexits|glob|syslog|stdalign|stdnoreturn|fnmatch|endian)\.h$")
GENERATED = {"schema_sql.h": {"store"}, "policies_embedded.h": {"policy", "ca", "cmd"}, "page_pieces.h": {"report"}}
INCLUDE = re.compile(r'^\s*#\s*include\s+(<[^>]+>|"[^"]+")', flags=re.M)


def sources():
    return house.c_files("lib", "cmd")


def fault(path, included, floors):
    """Why this file may not include that, or None."""
    module, name = house.module_of(path), included[1:-1]
    if included[0] == "<":
        allowed = LIBC.search(name) or any(name == a or name.startswith(a + "/") for a in floors[module][1])
        return None if allowed else f"<{name}> is not for {module}"
    if name == "catena.h":
        return None
    if name in GENERATED:
        return None if module in GENERATED[name] else f"{name} is not for {module}"
    other = name.split("/")[0]
    if "/" not in name or other not in floors:
        return f'"{name}" is no module of lib/FLOORS'
    if other != module and floors[other][0] >= floors[module][0]:
        return f"{module} (floor {floors[module][0]}) may not see {other} (floor {floors[other][0]})"
    return None


def test_every_include_goes_down():
    floors = house.floors()
    found = [f"{p}: {why}" for p in sources() if p.parts != ("lib", "catena.h")
             for inc in INCLUDE.findall(house.text(p)) for why in [fault(p, inc, floors)] if why]
    assert found == []


@pytest.mark.parametrize("path, include", [
    ("lib/base/err.c", '"der/der.h"'), ("lib/der/der.c", "<openssl/evp.h>"), ("lib/yaml/tree.c", '"json/json.h"'),
    ("cmd/issue.c", "<sqlite3.h>"), ("lib/ca/issue.c", '"schema_sql.h"'),
])
def test_an_include_that_goes_up_is_seen(path, include):
    assert fault(house.Path(path), include, house.floors())


def test_every_module_has_a_floor():
    assert sorted({house.module_of(p) for p in sources() if len(p.parts) > 2 or p.parts[0] == "cmd"} - set(house.floors())) == []


def test_every_library_file_has_its_header():
    assert [str(p) for p in sources() if p.parts[0] == "lib" and p.suffix == ".c" and not (house.ROOT / p.with_suffix(".h")).exists()
            and not declared_elsewhere(p)] == []


def declared_elsewhere(path):
    """A noun in several files: rules_key.c is declared in rules.h, or the first line says `/* Part of key/private.h: ... */`."""
    if (house.ROOT / path.with_name(path.stem.split("_")[0] + ".h")).exists():
        return True
    match = re.match(r"/\* Part of (\S+\.h)", house.text(path))
    return match is not None and (house.ROOT / "lib" / match.group(1)).exists()


def test_every_header_compiles_alone(tmp_path):
    bad = []
    for path in house.c_files("lib", "cmd", suffixes=(".h",)):
        unit = tmp_path / "unit.c"
        unit.write_text(f'#include "{house.ROOT / path}"\nextern int unit_is_not_empty;\n')
        run = subprocess.run(["cc", "-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                              f"-I{house.ROOT / 'lib'}", f"-I{house.ROOT}", f"-I{house.RELEASE / 'generated'}", str(unit)],
                             capture_output=True, text=True)
        if run.returncode != 0:
            bad.append(f"{path}: {run.stderr[:400]}")
    assert bad == []
