"""A process that may hold a CA key: what can be read of it, what it trusts, where passphrases come from and never go."""
import base64
import os
import re
import shutil
import signal
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives import serialization

from processes import NOBODY, Terminal, Unprivileged, as_user

SECRET = "Planted-Passphrase-7f3a91"
ASK = "Passphrase for issuing: "
ISSUE = ("issue", "server", "a.internal.example")


@pytest.fixture(scope="module")
def open_template():
    user = Unprivileged()
    user.ok("init", "--org", "Example", "--domain", "internal.example", "--no-passphrase")
    yield user
    user.close()


@pytest.fixture(scope="module")
def sealed_template():
    user = Unprivileged()
    user.ok("init", "--org", "Example", "--domain", "internal.example", "--passphrase-file", user.file("passphrase", SECRET + "\n"))
    yield user
    user.close()


@pytest.fixture
def plain(open_template):
    """A home without passphrases, and a user without privileges."""
    user = Unprivileged(open_template)
    yield user
    user.close()


@pytest.fixture
def sealed(sealed_template):
    """The same with a passphrase; the file `passphrase` in the folder holds it."""
    user = Unprivileged(sealed_template)
    yield user
    user.close()


def at_terminal(user, *args, **more):
    return Terminal(user.line(*args), user.folder, {**user.env, **more})


def refused(user, code, *args, **more):
    """Exit 3, that code; gives the text."""
    return user.fails(3, code, *args, **more)["text"]


# ---- what can be read of it


def test_a_process_at_the_prompt_cannot_be_looked_into(sealed):
    with at_terminal(sealed, *ISSUE) as terminal:
        terminal.expect(ASK)
        assert os.stat(f"/proc/{terminal.pid}/environ").st_uid == 0, "it is dumpable"
        status = terminal.proc("status")
        assert re.search(r"^NoNewPrivs:\s+1$", status, re.M)
        assert re.search(r"^Umask:\s+0077$", status, re.M)
        assert re.search(r"^Max core file size\s+0\s+0\s", terminal.proc("limits"), re.M)
        for name in ("mem", "environ", "maps"):
            run = subprocess.run(["cat", f"/proc/{terminal.pid}/{name}"], capture_output=True, check=False, **as_user())
            assert run.returncode != 0 and b"denied" in run.stderr, name
        if shutil.which("strace"):
            run = subprocess.run(["strace", "-p", str(terminal.pid)], capture_output=True, timeout=20, check=False, **as_user())
            assert run.returncode != 0 and b"not permitted" in run.stderr.lower()


def test_a_process_that_aborts_leaves_no_core(sealed):
    with at_terminal(sealed, *ISSUE) as terminal:
        terminal.expect(ASK)
        os.kill(terminal.pid, signal.SIGABRT)
        assert terminal.wait() == -signal.SIGABRT
    assert not [p for p in sealed.folder.rglob("core*")]


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_the_umask_opens_nothing_that_is_secret(open_template, mask):
    user = Unprivileged()
    try:
        user.ok("init", "--org", "Example", "--domain", "internal.example", "--no-passphrase", umask=mask)
        user.ok(*ISSUE, umask=mask)
        modes = {str(p.relative_to(user.folder)): stat.S_IMODE(p.lstat().st_mode) for p in user.folder.rglob("*")}
        assert modes["home"] & 0o022 == 0
        assert modes["home/keys"] == 0o700 and modes["home/catena.db"] == 0o600 and modes["home/highwater"] == 0o600
        keys = [name for name in modes if name.endswith(".key")]
        assert len(keys) == 4 and {modes[k] for k in keys} == {0o600}
        assert modes["a.internal.example.crt"] == modes["a.internal.example.chain.crt"] == 0o666 & ~mask
        assert not [n for n, mode in modes.items() if mode & 0o022 and not n.endswith(".crt")]
    finally:
        user.close()


def test_closed_standard_descriptors_receive_no_secret(plain):
    """A key file that became descriptor 1 would be written over by the result."""
    run = subprocess.run(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *plain.line(*ISSUE)], cwd=plain.folder, env=plain.env, check=False, **as_user())
    assert run.returncode in (0, 3)
    for path in (plain.home / "keys").iterdir():
        assert path.read_text().startswith("-----BEGIN") and "Serial" not in path.read_text()
    assert plain.json("db", "check")["problems"] == []


# ---- what it trusts


HOSTILE = ("OPENSSL_CONF", "OPENSSL_CONF_INCLUDE", "OPENSSL_MODULES", "OPENSSL_ENGINES", "SSL_CERT_FILE", "SSL_CERT_DIR", "SQLITE_TMPDIR",
           "TMPDIR", "RANDFILE", "http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY")
EVIL = """\
openssl_conf = here
[here]
providers = list
engines = engines
alg_section = algorithms
[list]
evil = evil_provider
[evil_provider]
module = {folder}/evil.so
activate = 1
[engines]
evil = evil_engine
[evil_engine]
dynamic_path = {folder}/evil.so
[algorithms]
default_properties = provider=evil
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace")
@pytest.mark.parametrize("line", [ISSUE, ("crl",), ("revoke", "seen.internal.example"), ("list",), ("inspect", "seen.internal.example.crt"),
                                  ("db", "check"), ("log", "verify")], ids=lambda line: line[0])
def test_variables_that_steer_libraries_change_nothing(plain, line):
    plain.ok("issue", "server", "seen.internal.example")
    evil = plain.folder / "evil"
    evil.mkdir()
    (evil / "openssl.cnf").write_text(EVIL.format(folder=evil))
    plain.own()
    env = {name: str(evil / "openssl.cnf") if "CONF" in name else f"{evil}/{name}" for name in HOSTILE}
    env.update({name: f"http://{evil}/" for name in HOSTILE if "roxy" in name.lower()})
    for name in ("OPENSSL_MODULES", "OPENSSL_ENGINES", "SSL_CERT_DIR", "SQLITE_TMPDIR", "TMPDIR"):
        (evil / name).mkdir()
    trace = plain.file("trace", "")
    run = plain(*line, "--json", env=env, before=["strace", "-f", "-qq", "-s", "4096", "-o", str(trace), "-e", "trace=file,network"])
    assert run.returncode == 0, run.stdout + run.stderr
    calls = [c for c in trace.read_text().splitlines() if "execve" not in c]
    assert len(calls) > 20 and not [c for c in calls if str(evil) in c]
    assert sorted(p.name for p in evil.iterdir() if p.is_file()) == ["openssl.cnf"]
    assert not [p for folder in evil.iterdir() if folder.is_dir() for p in folder.iterdir()]


# ---- files by their mode


def tried(user, path, probe):
    """The modes of path with which probe says yes, of all that there are. Each thread has a copy of the home."""
    copies = [user] + [Unprivileged(user) for _ in range(max(1, (os.cpu_count() or 2) - 1))]

    def some(job):
        copy, modes = job
        target = copy.folder / path
        good = []
        for mode in modes:
            target.chmod(mode)
            if probe(copy):
                good.append(mode)
        target.chmod(0o600)
        return good

    try:
        with ThreadPoolExecutor(len(copies)) as pool:
            jobs = [(copy, range(i, 0o1000, len(copies))) for i, copy in enumerate(copies)]
            return sorted(m for good in pool.map(some, jobs) for m in good)
    finally:
        for copy in copies[1:]:
            copy.close()


def test_a_key_opens_only_when_nobody_else_may(plain):
    key = next((plain.home / "keys").glob("issuing-*")).relative_to(plain.folder)

    def opens(user):
        run = user("db", "check")
        assert run.returncode in (0, 1), run.stderr
        return run.returncode == 0

    assert tried(plain, key, opens) == [0o400, 0o500, 0o600, 0o700]
    for mode, status in ((0o400, 0), (0o600, 0), (0o640, 3), (0o604, 3), (0o000, 3), (0o777, 3)):
        (plain.folder / key).chmod(mode)
        assert plain("crl", "issuing").returncode == status


def test_a_database_opens_only_when_others_can_neither_read_nor_write(plain):
    def opens(user):
        run = user("crl", "issuing", "--dry-run")
        assert run.returncode == 0 or (run.returncode == 3 and ("catena.db" in run.stderr or "database" in run.stderr)), run.stderr
        return run.returncode == 0

    good = tried(plain, "home/catena.db", opens)
    assert not [oct(m) for m in good if m & 0o026 or not m & 0o400]
    assert not [oct(m) for m in range(0o1000) if m & 0o600 == 0o600 and not m & 0o026 and m not in good]


def test_a_policy_counts_only_when_nobody_else_may_write_it(plain):
    def opens(user):
        run = user("issue", "server", "a.internal.example", "--dry-run")
        assert run.returncode in (0, 3) and (run.returncode == 0 or "server.yaml" in run.stderr), run.stderr
        return run.returncode == 0

    assert tried(plain, "home/policies/server.yaml", opens) == [m for m in range(0o1000) if m & 0o400 and not m & 0o022]


def test_a_passphrase_file_counts_only_when_nobody_else_may(sealed):
    def opens(user):
        run = user("crl", "issuing", "--passphrase-file", user.folder / "passphrase")
        assert run.returncode in (0, 3) and (run.returncode == 0 or "passphrase" in run.stderr), run.stderr
        return run.returncode == 0

    assert tried(sealed, "passphrase", opens) == [0o400, 0o500, 0o600, 0o700]


def issuing_key(user):
    return next((user.home / "keys").glob("issuing-*"))


def test_a_key_that_is_a_symbolic_link_is_refused(plain):
    key = issuing_key(plain)
    key.rename(plain.folder / "away.key")
    key.symlink_to(plain.folder / "away.key")
    plain.own()
    assert "symbolic link" in refused(plain, "file", "crl", "issuing")


def test_a_key_with_a_second_name_is_refused(plain):
    os.link(issuing_key(plain), plain.folder / "second.key")
    assert "2 hard links" in refused(plain, "file", "crl", "issuing")


@pytest.mark.parametrize("what", ["FIFO", "folder", "device"])
def test_a_key_that_is_no_file_is_refused_at_once(plain, what):
    key = issuing_key(plain)
    key.unlink()
    if what == "FIFO":
        os.mkfifo(key, 0o600)
    elif what == "folder":
        key.mkdir(0o700)
    else:
        if os.geteuid() != 0:
            pytest.skip("only root makes a device")
        os.mknod(key, 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    plain.own()
    text = refused(plain, "file", "crl", "issuing", timeout=10)
    assert what in text or "denied" in text


def test_a_key_of_another_user_is_refused(plain):
    if os.geteuid() != 0:
        pytest.skip("only root can open such a key at all")
    key = issuing_key(plain)
    os.chown(key, NOBODY - 1, NOBODY)
    text = subprocess.run([plain.program, "crl", "issuing"], env=plain.env, capture_output=True, text=True, check=False).stderr
    assert f"belongs to user {NOBODY - 1}" in text


# ---- where a passphrase comes from


def test_a_passphrase_file_may_be_a_symbolic_link_whose_target_is_judged(sealed):
    link = sealed.folder / "link"
    link.symlink_to(sealed.folder / "passphrase")
    sealed.own()
    assert sealed.json("crl", "issuing", "--passphrase-file", link)["crls"]
    (sealed.folder / "passphrase").chmod(0o644)
    assert "mode 0644" in refused(sealed, "file", "crl", "issuing", "--passphrase-file", link)


@pytest.mark.parametrize("text", [SECRET, SECRET + "\n", SECRET + "\r\n"])
def test_a_passphrase_comes_through_a_descriptor(sealed, text):
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    try:
        assert sealed.json("crl", "issuing", "--passphrase-file", f"/dev/fd/{reader}", pass_fds=(reader,))["crls"]
    finally:
        os.close(reader)


def test_a_descriptor_that_is_not_there_is_refused(sealed):
    assert "/dev/fd/77" in refused(sealed, "file", "crl", "issuing", "--passphrase-file", "/dev/fd/77")


@pytest.mark.parametrize("mode", [0o400, 0o440, 0o444])
def test_a_systemd_credential_counts_whatever_its_mode(sealed, mode):
    folder = sealed.folder / "credentials"
    folder.mkdir()
    sealed.file("credentials/catena-passphrase", SECRET, mode)
    assert sealed.json("crl", "issuing", env={"CREDENTIALS_DIRECTORY": str(folder)})["crls"]


def test_a_named_file_comes_before_a_credential(sealed):
    (sealed.folder / "credentials").mkdir()
    sealed.file("credentials/catena-passphrase", "wrong")
    env = {"CREDENTIALS_DIRECTORY": str(sealed.folder / "credentials")}
    assert sealed.json("crl", "issuing", "--passphrase-file", sealed.folder / "passphrase", env=env)["crls"]
    assert "wrong passphrase" in refused(sealed, "passphrase", "crl", "issuing", env=env)


def test_no_source_at_all_is_told(sealed):
    error = sealed.fails(3, "passphrase", *ISSUE)
    assert error["text"].endswith("a passphrase is needed, and there is no terminal to ask at") and "--passphrase-file" in error["hint"]
    assert sealed.json("list", "--status", "intended")["total"] == 0


def test_a_passphrase_is_typed_without_echo(sealed):
    with at_terminal(sealed, *ISSUE) as terminal:
        terminal.expect(ASK)
        assert not terminal.echoes()
        terminal.type(SECRET + "\n")
        assert terminal.wait() == 0, terminal.seen
        assert SECRET not in terminal.seen and terminal.echoes()
    assert (sealed.folder / "a.internal.example.crt").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, "ctrl-c"], ids=str)
def test_an_interrupted_prompt_gives_the_echo_back(sealed, how):
    with at_terminal(sealed, *ISSUE) as terminal:
        terminal.expect(ASK)
        assert not terminal.echoes()
        terminal.type(SECRET[:7])
        if how == "ctrl-c":
            terminal.type("\x03")
        else:
            os.kill(terminal.pid, how)
        assert terminal.wait() == -(signal.SIGINT if how == "ctrl-c" else how), terminal.seen
        assert terminal.echoes() and SECRET[:7] not in terminal.seen
    assert sealed.json("list", "--status", "intended")["total"] == 0


def test_a_stopped_prompt_gives_the_echo_back_and_asks_again(sealed):
    with at_terminal(sealed, *ISSUE) as terminal:
        terminal.expect(ASK)
        os.kill(terminal.pid, signal.SIGTSTP)
        for _ in range(100):
            if terminal.proc("stat").rsplit(")", 1)[1].split()[0] == "T" or terminal.seen.count(ASK) > 1:
                break
            terminal.read(0.05)
        if terminal.seen.count(ASK) == 1:
            assert terminal.echoes()
            os.kill(terminal.pid, signal.SIGCONT)
        terminal.expect(ASK, times=2)
        assert not terminal.echoes()
        terminal.type(SECRET + "\n")
        assert terminal.wait() == 0, terminal.seen


def test_the_end_of_input_at_the_prompt_is_told(sealed):
    with at_terminal(sealed, *ISSUE) as terminal:
        terminal.expect(ASK)
        terminal.type("\x04")
        assert terminal.wait() == 3 and "no passphrase was typed" in terminal.seen and terminal.echoes()


# ---- where it never goes


def needles(user):
    """The passphrase and the private halves of every authority, as bytes that a leak would hold."""
    found = {"passphrase": SECRET.encode(), "passphrase in hex": SECRET.encode().hex().encode(),
             "passphrase in base64": base64.b64encode(SECRET.encode())[:-2]}
    for path in (user.home / "keys").glob("*-*.key"):
        key = serialization.load_pem_private_key(path.read_bytes(), SECRET.encode())
        der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        number = key.private_numbers().private_value.to_bytes((key.key_size + 7) // 8, "big")
        found.update({f"{path.name} number": number, f"{path.name} hex": number.hex().encode(), f"{path.name} PEM": base64.b64encode(der)[40:100]})
    return found


def test_a_planted_passphrase_and_key_never_leave(sealed):
    wrong = sealed.file("wrong", SECRET + "x\n")
    good = ("--passphrase-file", sealed.folder / "passphrase")
    outputs = []
    for line in ((*ISSUE, *good), (*ISSUE, "--force", "--passphrase-file", wrong), (*ISSUE, "--force", "-v", *good),
                 ("revoke", "a.internal.example", "--all", *good), ("crl", "--json", *good), ("list", "--json"), ("ca", "show", "issuing", "--json"),
                 ("db", "check", "--json"), ("log", "list", "--json"), ("db", "backup", sealed.folder / "backup.tar", "--json")):
        run = sealed(*line)
        outputs.append((line, (run.stdout + run.stderr).encode()))
    secrets = needles(sealed)
    leaf = serialization.load_pem_private_key((sealed.folder / "a.internal.example.key").read_bytes(), None)
    leaf_number = leaf.private_numbers().private_value.to_bytes(32, "big")
    assert len(secrets) == 9
    for line, text in outputs:
        assert not [name for name, needle in secrets.items() if needle in text], line
    for path in sealed.folder.rglob("*"):
        if path.is_file() and path.name not in ("passphrase", "wrong"):
            held = path.read_bytes()
            assert not [name for name, needle in secrets.items() if needle in held], path
            assert leaf_number not in held and leaf_number.hex().encode() not in held, path
            if sealed.home in path.parents:
                assert b"BEGIN PRIVATE KEY" not in held or path.name == "log.key", path


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace")
def test_a_typed_or_read_passphrase_is_never_written_or_handed_on(sealed):
    trace = sealed.file("trace", "")
    run = sealed(*ISSUE, "--passphrase-file", sealed.folder / "passphrase",
                 before=["strace", "-f", "-qq", "-v", "-s", "100000", "-o", str(trace), "-e", "trace=execve,write,pwrite64,sendto,writev,mmap"])
    assert run.returncode == 0, run.stderr
    text = trace.read_text()
    assert "execve" in text and "pwrite64" in text and SECRET not in text
