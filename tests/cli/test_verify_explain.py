"""verify on what a live server sends: what is wrong in one line, and a way out. The chains come over TLS, as anybody would fetch them."""
import re
import shutil
import subprocess

import pytest

from conftest import Catena

NAME, OTHER = "web.internal.example", "db.internal.example"
URL = "http://pki.internal.example"


def fetch(folder, certificate, key, *chain):
    """The certificates that a server with these files sends, in their order, as one PEM file."""
    (folder / "sent.pem").write_text("".join((folder / c).read_text() for c in chain))
    more = ["-cert_chain", "sent.pem"] if chain else []
    with subprocess.Popen(["openssl", "s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-www", "-cert", certificate, "-key", key, *more],
                          cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        try:
            port = next(m[1] for m in (re.search(r"^ACCEPT .*:(\d+)$", line) for line in server.stdout) if m)
            shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-showcerts"], input="", timeout=60,
                                   capture_output=True, text=True).stdout
        finally:
            server.kill()
    found = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", shown, re.S)
    sent = found[:1 + sum((folder / c).read_text().count("BEGIN CERT") for c in chain)]
    (folder / "served.pem").write_text("".join(sent))
    return "served.pem"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home whose certificates say where their issuer's is, a server's certificate, the authorities as PEM."""
    pki = Catena(tmp_path_factory.mktemp("served"))
    pki.ok("init", "--org", "Example", "--domain", "internal.example", "--url", URL, "--no-passphrase")
    pki.ok("issue", "server", NAME)
    for name in ("root", "issuing"):
        (pki.folder / f"{name}.pem").write_text(pki.ok("ca", "export", name))
    return pki.folder


@pytest.fixture
def world(made, tmp_path):
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Catena(tmp_path)


@pytest.fixture
def stranger(world, tmp_path):
    """The same files where there is no home."""
    other = Catena(tmp_path)
    other.env["CATENA_HOME"] = str(tmp_path / "nowhere")
    return other


def served(pki, *chain):
    return fetch(pki.folder, f"{NAME}.crt", f"{NAME}.key", *chain)


def one_line(pki, *args):
    """The line that says why not, and the one behind `try: `; the document says the same."""
    run = pki("verify", *args)
    assert run.returncode == 1 and run.stderr.count("\n") == run.stderr.count("warning: "), run
    no, out = run.stdout.splitlines()
    assert no.startswith("served.pem: not trusted: ") and out.startswith("try: ")
    reason = pki.json("verify", *args, status=1)["reason"]
    assert no == f"served.pem: not trusted: {reason['text']} ({reason['check']}, {reason['cite']})" and out == "try: " + reason["fix"]
    return reason


def serial_of(pki):
    return pki.json("list")["certificates"][0]["serial"]


def test_a_whole_chain_is_trusted_without_a_word(world):
    answer = world.json("verify", served(world, "issuing.pem"), "--host", NAME)
    assert answer["verdict"] == "trusted" and answer["warnings"] == []
    assert list(answer) == ["ok", "verdict", "profile", "at", "path", "checks", "expires", "warnings"]


def test_an_incomplete_chain_names_what_is_missing_and_where_it_is(world, stranger):
    file = served(world)
    reason = one_line(world, file, "--trust", "root.pem", "--revocation", "off")
    assert reason["text"] == f"the issuer of CN={NAME},O=Example is missing: CN=Example Issuing CA 1,O=Example"
    assert reason["fix"] == f"it is in the home: --untrusted {world.home}/public/issuing.crt"
    world.ok("verify", file, "--trust", "root.pem", "--revocation", "off", *reason["fix"].split(": ")[1].split())
    reason = one_line(stranger, file, "--trust", "root.pem", "--revocation", "off")
    assert re.fullmatch(rf"it is at {URL}/issuing-[0-9a-f]{{8}}.crt: fetch it, then --untrusted FILE; a server must send it along", reason["fix"])


def test_an_unknown_root_is_said_to_be_that(world, stranger):
    file = served(world, "issuing.pem", "root.pem")
    other = Catena(world.folder / "other")
    (world.folder / "other").mkdir()
    other.ok("init", "--org", "Other", "--domain", "other.example", "--no-passphrase")
    reason = one_line(stranger, file, "--trust", other.home / "public" / "root.crt", "--revocation", "off")
    assert reason["text"] == "CN=Example Root CA,O=Example is self-signed and not trusted"
    assert reason["fix"] == "if you know it as your root: --trust FILE"
    reason = one_line(world, served(world, "issuing.pem"), "--trust", other.home / "public" / "root.crt", "--revocation", "off")
    assert reason["text"] == "the issuer of CN=Example Issuing CA 1,O=Example is missing: CN=Example Root CA,O=Example"
    assert reason["fix"] == "its issuer is a root of the home: --trust home"


def test_a_chain_in_the_wrong_order_is_trusted_and_warned_of(world):
    answer = world.json("verify", served(world, "root.pem", "issuing.pem"), "--host", NAME)
    assert answer["verdict"] == "trusted"
    assert answer["warnings"] == ["served.pem: the chain is in the wrong order: put the leaf first, then each issuer behind what it issued; "
                                  "servers must send it so (RFC 8446 4.4.2)"]


def test_an_expired_one_is_renewed_by_the_command_that_is_given(world):
    file = served(world, "issuing.pem")
    until = world.json("verify", file)["expires"]
    reason = one_line(world, file, "--at", f"{int(until[:4]) + 1}{until[4:]}")
    assert reason["check"] == "validity" and reason["text"] == f"CN={NAME},O=Example expired {until}, 365 days ago"
    assert reason["fix"] == f"catena renew {serial_of(world)}"
    assert reason["fix"].split()[0] == "catena" and world.ok(*reason["fix"].split()[1:], "--out", "-")
    newer = serial_of(world)
    assert one_line(world, file, "--at", f"{int(until[:4]) + 1}{until[4:]}")["fix"] == (
        f"it was renewed: put serial {newer} in its place (catena show {newer})")


def test_one_that_is_not_valid_yet_says_when(world):
    reason = one_line(world, served(world, "issuing.pem"), "--at", "2020-01-01")
    assert reason["check"] == "validity" and " is not valid yet: it begins " in reason["text"] and reason["fix"] == "wait, or look at the clock"


def test_another_s_name_says_which_names_it_has(world):
    reason = one_line(world, served(world, "issuing.pem"), "--host", OTHER)
    assert reason["text"] == f"it is not valid for '{OTHER}', only for {NAME}" and reason["check"] == "name"
    assert reason["fix"] == f"ask for a name that it has, or: catena issue server {OTHER}"
    assert one_line(world, "served.pem", "--ip", "10.0.0.1")["text"] == f"it is not valid for '10.0.0.1', only for {NAME}"


def test_a_wrong_purpose_says_what_it_is_good_for(world):
    reason = one_line(world, served(world, "issuing.pem"), "--purpose", "clientAuth")
    assert reason["text"] == "it is not for clientAuth, only for serverAuth" and reason["check"] == "purpose"
    assert reason["fix"] == "have it issued for that purpose"


def test_a_revoked_one_says_since_when_and_why(world):
    file = served(world, "issuing.pem")
    at = world.json("revoke", NAME, "--reason", "keyCompromise")["revoked"][0]["at"]
    reason = one_line(world, file)
    assert reason["text"] == f"CN={NAME},O=Example was revoked {at} (keyCompromise)" and reason["check"] == "revocation"
    assert reason["fix"] == f"catena issue server {NAME}"


def test_garbage_is_no_answer(world):
    (world.folder / "junk.pem").write_text((world.folder / served(world)).read_text().replace("MII", "AAA", 1))
    world.fails(2, "input", "verify", "junk.pem")


def test_explain_tells_every_path(world):
    run = world("verify", served(world, "issuing.pem"), "--host", OTHER, "--explain")
    assert run.returncode == 1
    assert run.stdout.splitlines()[2:] == ["path 1:", f"  CN={NAME},O=Example  (served.pem)",
                                           f"  breaks at name: it is not valid for '{OTHER}', only for {NAME} (RFC 9525 6)"]
