"""The library as another program meets it: installed, found by pkg-config, linked both ways; the example of lib/README.md."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RELEASE = Path(os.environ.get("CATENA_RELEASE", ROOT / "build"))
WARNINGS = ["-std=gnu17", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wpedantic", "-Werror"]


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """Where the Release build is installed: any folder will do."""
    folder = tmp_path_factory.mktemp("prefix")
    subprocess.run(["cmake", "--install", RELEASE, "--prefix", folder], check=True, capture_output=True)
    return folder


def example(folder, number):
    text = (ROOT / "lib" / "README.md").read_text(encoding="utf-8")
    source = folder / "example.c"
    source.write_text(re.findall(r"^```c\n(.*?)^```$", text, flags=re.M | re.S)[number], encoding="utf-8")
    return source


@pytest.fixture
def source(tmp_path):
    return example(tmp_path, 0)


def flags(prefix, *wanted, of=("catena",)):
    paths = {str(p.parent) for p in prefix.rglob("catena.pc")}
    assert len(paths) == 1
    return subprocess.run(["pkg-config", *wanted, *of], env={**os.environ, "PKG_CONFIG_PATH": paths.pop()}, check=True,
                          capture_output=True, text=True).stdout.split()


def compiled(source, *more, compiler="cc"):
    program = source.with_suffix("")
    run = subprocess.run([compiler, *WARNINGS, "-o", program, source, *more], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return program


def run_example(program, home, name, **env):
    return subprocess.run([program, home, name], env={**os.environ, **env}, capture_output=True, text=True)


def issues(program, pki, **env):
    run = run_example(program, pki.home, "web.internal.example", **env)
    assert run.returncode == 0 and run.stderr == "", run.stderr
    assert re.fullmatch(r"-----BEGIN CERTIFICATE-----.*-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----.*\n", run.stdout, re.S)
    listed = pki.json("list", "--owner", "web team")["certificates"]
    assert [c["names"] for c in listed] == [["web.internal.example"]]
    pki.ok("log", "verify")


def test_the_example_issues_with_the_shared_library(prefix, source, pki):
    program = compiled(source, *flags(prefix, "--cflags", "--libs"))
    issues(program, pki, LD_LIBRARY_PATH=str(next(prefix.rglob("libcatena.so")).parent))
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    assert "libcatena.so.0" in linked and "libcrypto" not in subprocess.run(
        ["readelf", "-d", program], capture_output=True, text=True, check=True).stdout


def test_the_example_issues_with_the_static_library(prefix, source, pki):
    """libcatena alone is linked statically; what it needs comes from the system's shared libraries."""
    own = ["-l:libcatena.a" if f == "-lcatena" else f for f in flags(prefix, "--cflags", "--libs")]
    needed = flags(prefix, "--print-requires-private")
    program = compiled(source, *own, *flags(prefix, "--libs", of=needed))
    issues(program, pki)
    assert "libcatena" not in subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout


THREADS = r"""
#include <pthread.h>

static void *
worker(void *arg)
{
	const char **words = arg;
	struct ctn_err e = { 0 };
	ctn_ca_env env = { .home = words[0], .clock = now, .passphrase = no_passphrase, .warn = warn, .actor = "thread@localhost", .wait_s = 60 };

	for (int i = 0; i < 5; i++) {
		CTN_OWN(ctn_ca) ca = NULL;
		ctn_issue_args args = { .profile = "server", .names = &words[1], .names_n = 1 };
		ctn_issued issued;

		if (!ctn_ca_open(&ca, &env, &e) || !ctn_ca_issue(&issued, ca, &args, &e))
			return fprintf(stderr, "%s\n", e.text), arg;
		ctn_issued_free(&issued);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	pthread_t threads[4];
	const char *words[] = { argv[1], argv[2] };
	void *bad;
	int failed = argc != 3;

	for (int i = 0; i < 4; i++)
		failed |= pthread_create(&threads[i], NULL, worker, words);
	for (int i = 0; i < 4; i++)
		failed |= pthread_join(threads[i], &bad) != 0 || bad != NULL;
	return failed;
}
"""


def test_threads_with_a_home_each_issue_side_by_side(prefix, source, pki):
    text = source.read_text(encoding="utf-8")
    text = text[:text.index("/* Certificate, then its key")] + THREADS
    source.write_text(text, encoding="utf-8")
    program = compiled(source, "-pthread", *flags(prefix, "--cflags", "--libs"))
    run = run_example(program, pki.home, "web.internal.example", LD_LIBRARY_PATH=str(next(prefix.rglob("libcatena.so")).parent))
    assert run.returncode == 0 and run.stderr == ""
    listed = pki.json("list", "--profile", "server")["certificates"]
    assert len({c["serial"] for c in listed}) == 20 and {c["status"] for c in listed} == {"valid"}
    pki.ok("log", "verify")
    pki.ok("db", "check")


def test_a_refusal_reaches_the_caller_with_its_reason(prefix, source, pki):
    program = compiled(source, *flags(prefix, "--cflags", "--libs"))
    run = run_example(program, pki.home, "www.example.com", LD_LIBRARY_PATH=str(next(prefix.rglob("libcatena.so")).parent))
    assert run.returncode == 1 and run.stdout == ""
    assert run.stderr == f"{program}: names.dns: 'www.example.com' is outside **.internal.example, localhost\n"


def test_a_key_with_a_passphrase_asks_the_caller_for_it(prefix, source, catena):
    secret = catena.folder / "passphrase"
    secret.write_text("correct horse\n")
    secret.chmod(0o600)
    catena.ok("init", "--org", "Example", "--domain", "internal.example", "--passphrase-file", secret)
    program = compiled(source, *flags(prefix, "--cflags", "--libs"))
    run = run_example(program, catena.home, "web.internal.example", LD_LIBRARY_PATH=str(next(prefix.rglob("libcatena.so")).parent))
    assert run.returncode == 1 and "the key of issuing needs a passphrase" in run.stderr


def test_a_chain_is_verified_without_a_home(prefix, pki, tmp_path):
    program = compiled(example(tmp_path, 1), *flags(prefix, "--cflags", "--libs"))
    library = {"LD_LIBRARY_PATH": str(next(prefix.rglob("libcatena.so")).parent)}
    (pki.folder / "tls").mkdir()
    pki.ok("issue", "server", "web.internal.example", "--out", "tls")
    (pki.folder / "root.pem").write_text(pki.ok("ca", "export", "root"))
    chain = next((pki.folder / "tls").glob("*chain*"), pki.folder / "tls" / "web.internal.example.crt")

    def ask(*words):
        return subprocess.run([program, *words], env={**os.environ, **library}, cwd=pki.folder, capture_output=True, text=True)

    good = ask("root.pem", chain, "web.internal.example")
    assert (good.returncode, good.stdout) == (0, "trusted, 3 certificates\n"), good.stderr
    other = ask("root.pem", chain, "www.internal.example")
    assert other.returncode == 1 and re.fullmatch(r"name: .*www\.internal\.example.* \(RFC 9525 6\)\n", other.stdout)
    assert ask("/dev/null", chain, "web.internal.example").stdout.startswith("issuer: ")


@pytest.mark.parametrize("compiler, language", [("gcc", "c11"), ("clang", "c11"), ("g++", "c++17")])
def test_the_header_is_good_for_other_compilers(prefix, tmp_path, compiler, language):
    if shutil.which(compiler) is None:
        pytest.skip(f"no {compiler}")
    source = tmp_path / ("t.cc" if "++" in language else "t.c")
    source.write_text("#include <catena.h>\nint main(void) { return ctn_version() == 0; }\n")
    subprocess.run([compiler, f"-std={language}", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", source, *flags(prefix, "--cflags")], check=True)


def test_no_installed_header_names_one_of_another_project(prefix):
    """Each includes what lies in catena/ by that name, and catena.h alone stands beside it."""
    folder = prefix / "include"
    assert sorted(p.name for p in folder.iterdir()) == ["catena", "catena.h"]
    for header in folder.rglob("*.h"):
        for included in re.findall(r'^#include "(\S+)"', header.read_text(encoding="utf-8"), flags=re.M):
            assert included.startswith("catena/") and (folder / included).is_file(), f"{header}: {included}"


def test_an_installed_tree_can_be_moved(prefix, source, tmp_path, pki):
    moved = tmp_path / "elsewhere"
    shutil.copytree(prefix, moved, symlinks=True)
    program = compiled(source, *flags(moved, "--cflags", "--libs"))
    issues(program, pki, LD_LIBRARY_PATH=str(next(moved.rglob("libcatena.so")).parent))
