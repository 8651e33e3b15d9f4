"""What the built program and libraries are: symbols, links, hardening."""
import re
import subprocess

import pytest

import house

STATIC = house.RELEASE / "libcatena.a"
SHARED = house.RELEASE / "libcatena.so.0"
NET = house.RELEASE / "libcatena-net.so"
NET_OBJECTS = sorted((house.RELEASE / "CMakeFiles/catena-net-objects.dir").rglob("*.o"))
# printing, ending the process, the environment, the clock: cmd/ alone has these. assert() is allowed.
FORBIDDEN = {"printf", "puts", "putchar", "vprintf", "fprintf", "vfprintf", "fputs", "fputc", "perror", "__printf_chk",
             "__fprintf_chk", "__vprintf_chk", "__vfprintf_chk", "stdout", "stderr", "exit", "_exit", "_Exit", "quick_exit",
             "abort", "err", "errx", "warn", "warnx", "getenv", "secure_getenv", "setenv", "unsetenv", "environ", "time",
             "gettimeofday", "clock_gettime", "signal", "sigaction", "system", "popen", "setlocale", "atexit", "rand",
             "random", "srand", "strtok", "gmtime", "localtime", "mktime", "strerror", "getopt_long", "umask", "chdir"}


def output(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, check=True).stdout


def writable(library):
    """{object:symbol} of data that can be written; constants that hold addresses (.data.rel.ro) cannot."""
    found, member = set(), ""
    for line in output("objdump", "-t", library).splitlines():
        heading = re.match(r"(\S+):\s+file format", line)
        words = re.match(r"[0-9a-f]+ .{6}O (\S+)\s+[0-9a-f]+ +(?:\.hidden )?(\S+)", line)
        if heading:
            member = heading.group(1).split("/")[-1]
        elif words and re.match(r"(\.data(?!\.rel\.ro)|\.bss|\.tdata|\.tbss|\*COM\*)", words.group(1)):
            found.add(f"{member}:{re.sub(r'[.][0-9]+$', '', words.group(2))}")
    return found


def undefined():
    """{(object, symbol)} that the library's objects want from outside, those of libcatena-net too."""
    found = set()
    for line in output("nm", "-A", "-u", STATIC, *NET_OBJECTS).splitlines():
        match = re.search(r"([^/:]+): +U (\w+)", line)
        if match:
            found.add(match.groups())
    return found


def test_the_library_neither_prints_nor_ends_nor_reads_clock_or_environment():
    allowed = house.exceptions("symbol")
    found = {f"{o}:{s}" for o, s in undefined() if s in FORBIDDEN}
    assert sorted(found - set(allowed)) == []
    assert sorted(set(allowed) - found) == [], "needless lines in tests/arch/exceptions"


def test_the_program_does_use_what_the_library_may_not():
    """The same question asked of the program answers yes, so that the test above can fail."""
    wanted = {line.split()[-1].split("@")[0] for line in output("nm", "-D", "-u", house.BIN).splitlines()}
    assert {"getenv", "time", "umask"} <= wanted


def public_headers(name="catena.h"):
    """catena.h and all that it includes, below lib/."""
    found = {name}
    for other in re.findall(r'^#include "(\S+)"', house.text(f"lib/{name}"), flags=re.M):
        found |= public_headers(other) if other not in found else set()
    return found


def marked(headers):
    """Functions that these headers declare with CTN_PUBLIC."""
    source = "".join(house.without_comments(house.text(f"lib/{h}")) for h in headers)
    return set(re.findall(r"CTN_PUBLIC(?!\s+__attribute__)[^;(]*?\b(ctn_\w+)\s*\(", source))


def test_only_what_is_marked_public_is_exported():
    public = marked(public_headers())
    exported = {line.split()[-1].split("@")[0] for line in output("nm", "-D", "--defined-only", SHARED).splitlines()}
    assert public != set()
    assert exported == public


def test_what_is_marked_public_is_declared_for_others():
    """A mark in a header that catena.h does not include would export what nobody can call."""
    everywhere = {str(p.relative_to("lib")) for p in house.c_files("lib", suffixes=(".h",))}
    assert sorted(marked(everywhere) - marked(public_headers())) == []


def test_no_global_of_the_library_changes():
    """Writable data is a global that changes; a once-flag and what it guards is named in exceptions with its reason."""
    allowed = house.exceptions("global")
    found = writable(STATIC).union(*(writable(o) for o in NET_OBJECTS))
    assert sorted(found - set(allowed)) == []
    assert sorted(set(allowed) - found) == [], "needless lines in tests/arch/exceptions"


def test_a_global_that_changes_is_seen(tmp_path):
    source = tmp_path / "t.c"
    source.write_text("int counter;\nint preset = 3;\nstatic const char *const names[] = { \"a\" };\n"
                      "const char *name(int i);\nconst char *name(int i) { static int calls; calls++; return names[i + calls]; }\n")
    subprocess.run(["gcc", "-fPIC", "-c", source, "-o", tmp_path / "t.o"], check=True)
    assert {s.split(":")[1] for s in writable(tmp_path / "t.o")} == {"counter", "preset", "calls"}


def test_libcatena_net_offers_two_tables_and_nothing_of_the_library_in_it():
    exported = {line.split()[-1].split("@")[0] for line in output("nm", "-D", "--defined-only", NET).splitlines()}
    assert exported <= {"ctn_net_table", "ctn_probe_table"} and "ctn_net_table" in exported


def test_libcatena_net_is_hardened_and_searches_nowhere():
    dynamic = output("readelf", "-dW", NET)
    assert re.search(r"FLAGS.*NOW", dynamic) and "GNU_RELRO" in output("readelf", "-lW", NET)
    assert "RPATH" not in dynamic and "RUNPATH" not in dynamic
    assert re.search(r"NEEDED.*libcurl", dynamic)


def test_neither_curl_nor_libssl_is_linked():
    linked = output("ldd", house.BIN)
    assert "libcrypto" in linked
    assert not re.search(r"libcurl|libssl\b|libssl\.", linked)


def test_the_program_is_hardened():
    headers, dynamic = output("readelf", "-hW", house.BIN), output("readelf", "-dW", house.BIN)
    segments = output("readelf", "-lW", house.BIN)
    assert "DYN" in headers
    assert re.search(r"FLAGS.*NOW", dynamic) and "GNU_RELRO" in segments
    assert re.search(r"GNU_STACK\s+(\S+\s+){5}RW\s", segments)
    assert "__stack_chk_fail" in output("nm", "-D", house.BIN)
    assert re.search(r"__\w+_chk\b", output("nm", "-D", house.BIN))


def test_the_shared_library_is_named_by_its_promise():
    assert re.search(r"SONAME.*\[libcatena\.so\.0\]", output("readelf", "-dW", SHARED))


def test_install_puts_everything_where_a_distribution_expects_it(tmp_path):
    subprocess.run(["cmake", "--install", house.RELEASE, "--prefix", tmp_path], capture_output=True, check=True)
    names = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    wanted = [r"bin/catena", r"lib/.*libcatena\.a", r"lib/.*libcatena\.so\.0.*", r"lib/(.*/)?catena/libcatena-net\.so", r"include/catena\.h", r"include/catena/ca/issue\.h",
              r"lib/.*pkgconfig/catena\.pc", r"share/man/man1/catena\.1", r"share/man/man1/catena-version\.1",
              r"share/bash-completion/completions/catena", r"share/zsh/vendor-completions/_catena",
              r"lib/systemd/system/catena-monitor\.service", r"lib/systemd/system/catena-monitor\.timer"]
    wanted += [f"share/catena/policies/{p.name}" for p in (house.ROOT / "policies").glob("*.yaml")]
    assert [w for w in wanted if not any(re.fullmatch(w, n) for n in names)] == []
    unit = (tmp_path / "lib/systemd/system/catena-monitor.service").read_text()
    assert f"ExecStart={tmp_path}/bin/catena -C /var/lib/catena monitor run\n" in unit


@pytest.mark.parametrize("compiler", ["gcc", "cc"])
def test_a_stranger_can_compile_against_the_installed_header(tmp_path, compiler):
    source, program = tmp_path / "t.c", tmp_path / "t"
    source.write_text('#include <catena.h>\n#include <stdio.h>\nint main(void) { puts(ctn_version()); return 0; }\n')
    subprocess.run([compiler, f"-I{house.ROOT / 'lib'}", source, f"-L{house.RELEASE}", "-lcatena",
                    f"-Wl,-rpath,{house.RELEASE}", "-o", program], check=True)
    version = re.search(r'#define CTN_VERSION "(.*)"', house.text("lib/base/version.h")).group(1)
    assert output(program) == version + "\n"
