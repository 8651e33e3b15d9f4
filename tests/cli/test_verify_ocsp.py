"""verify --ocsp: what responders say counts, and one that says nothing is named with its reason."""
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from conftest import BIN
from cryptography.x509.oid import ExtendedKeyUsageOID
from responder import Party, Responder, signer


class World:
    """root, and a leaf "web" that names one responder."""

    def __init__(self, catena, bad=None):
        self.catena, self.folder = catena, catena.folder
        self.root = Party(self.folder, "root", ca=True)
        self.responder = Responder(self.folder, bad)
        self.responder.issuer = self.root
        self.leaf = Party(self.folder, "web", self.root, urls=[self.responder.url])

    def verify(self, *args, status=0, trust="root.crt", files=("web.crt",)):
        return self.catena.json("verify", *files, "--trust", trust, "--ocsp", *args, status=status)

    def undetermined(self, reason, *args, **more):
        """With require it is exit 3 and says why; preferred, it warns with the same words."""
        answer = self.verify("--revocation", "require", *args, status=3, **more)
        assert answer["verdict"] == "untrusted" and answer["reason"]["check"] == "revocation", answer
        assert reason in answer["reason"]["text"], answer["reason"]
        preferred = self.verify(*args, **more)
        assert preferred["verdict"] == "trusted" and any(reason in str(w) for w in preferred["warnings"]), preferred
        return answer


@pytest.fixture
def world(catena):
    made = []

    def make(bad=None):
        made.append(World(catena, bad))
        return made[-1]
    yield make
    for w in made:
        w.responder.close()


def test_a_good_answer_is_an_answer(world):
    w = world()
    w.responder.good(w.leaf)
    answer = w.verify("--revocation", "require")
    assert answer["verdict"] == "trusted" and not answer.get("warnings")
    headers, body = w.responder.asked[0]
    assert len(w.responder.asked) == 1
    assert headers["Content-Type"] == "application/ocsp-request" and headers["User-Agent"].startswith("catena/")
    assert "Expect" not in headers


def test_the_request_is_what_openssl_asks(world, tmp_path):
    w = world()
    w.responder.good(w.leaf)
    w.verify()
    subprocess.run(["openssl", "ocsp", "-issuer", "root.crt", "-cert", "web.crt", "-no_nonce", "-reqout", "theirs"],
                   cwd=w.folder, check=True, capture_output=True)
    assert w.responder.asked[0][1] == (w.folder / "theirs").read_bytes()


def test_a_revoked_certificate_is_refused(world):
    w = world()
    w.responder.revoked(w.leaf)
    answer = w.verify(status=1)
    assert answer["reason"]["check"] == "revocation" and "keyCompromise" in answer["reason"]["text"]


def test_unknown_to_its_responder_is_no_answer(world):
    w = world()
    w.undetermined("it does not know the certificate")


def test_an_unreachable_responder_is_named_with_its_reason(world):
    w = world()
    port = w.responder.server.server_address[1]
    w.responder.close()
    w.undetermined(f"127.0.0.1:{port}: could not connect: Connection refused")


def test_a_silent_responder_costs_its_deadline_and_no_more(world):
    w = world("silent")
    start = time.monotonic()
    answer = w.verify("--revocation", "require", status=3)
    assert 9 < time.monotonic() - start < 25
    assert "did not answer in time" in answer["reason"]["text"]


@pytest.mark.parametrize("bad, reason", [
    ("endless", "the answer is too large"),
    (b"garbage", "its answer is no OCSP response"),
    (b"", "it answered with HTTP status 200 and nothing else"),
    (b"\x30", "its answer is no OCSP response"),
    (b"\x30\x03\x0a\x01\x03", "it refused to answer: tryLater"),
    (b"\x30\x03\x0a\x01\x06", "it refused to answer: unauthorized"),
    (503, "it answered with HTTP status 503"),
])
def test_what_is_no_answer_is_told(world, bad, reason):
    world(bad).undetermined(reason)


def test_a_redirect_is_not_followed(world, catena):
    w = world()
    other = Responder(w.folder)
    w.responder.bad = other.url
    try:
        w.undetermined("it answered with HTTP status 302")
        assert other.asked == []
    finally:
        other.close()


def test_a_delegated_signer_is_believed_if_the_issuer_appointed_it(world):
    w = world()
    w.responder.good(w.leaf)
    w.responder.signer = signer(w.root)
    assert w.verify("--revocation", "require")["verdict"] == "trusted"
    w.responder.signer = signer(w.root, eku=ExtendedKeyUsageOID.SERVER_AUTH, cn="no-signer")
    w.undetermined("not signed by the issuer")
    other = Party(w.folder, "other", ca=True)
    w.responder.signer = signer(other, cn="foreign")
    w.undetermined("not signed by the issuer")


def test_an_answer_about_another_certificate_does_not_count(world):
    w = world()
    other = Party(w.folder, "other", w.root, urls=[w.responder.url])
    w.responder.good(other)
    w.verify(files=("other.crt",))
    w.responder.bad = (w.folder / "response").read_bytes()
    w.undetermined("its answer is about another certificate")


def test_an_old_answer_does_not_count(world):
    w = world()
    w.responder.good(w.leaf)
    w.verify()
    w.responder.bad = (w.folder / "response").read_bytes()
    answer = w.catena.json("verify", "web.crt", "--trust", "root.crt", "--ocsp", "--revocation", "require", "--at", soon(3), status=3)
    assert "its answer was good until" in answer["reason"]["text"]
    answer = w.catena.json("verify", "web.crt", "--trust", "root.crt", "--ocsp", "--revocation", "require", "--at", soon(-0.5), status=3)
    assert "from the future" in answer["reason"]["text"]


def soon(days):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + days * 86400))


def test_the_whole_path_is_asked_about_and_each_only_once(world, catena):
    w = world()
    upper = Responder(w.folder / "upper")
    (w.folder / "upper").mkdir()
    upper.issuer = w.root
    try:
        issuing = Party(w.folder, "issuing", w.root, ca=True, urls=[upper.url])
        w.responder.issuer = issuing
        leaves = [Party(w.folder, f"leaf{i}", issuing, urls=[w.responder.url]) for i in range(3)]
        upper.good(issuing)
        for leaf in leaves:
            w.responder.good(leaf)
        answer = catena.json("verify", "leaf0.crt", "leaf1.crt", "leaf2.crt", "--untrusted", "issuing.crt", "--trust", "root.crt",
                             "--ocsp", "--revocation", "require", "--each")
        assert [r["verdict"] for r in answer["results"]] == ["trusted"] * 3
        assert len(upper.asked) == 1 and len(w.responder.asked) == 3
        upper.index.clear()
        upper.revoked(issuing)
        answer = catena.json("verify", "leaf0.crt", "--untrusted", "issuing.crt", "--trust", "root.crt", "--ocsp", status=1)
        assert answer["reason"]["check"] == "revocation" and answer["reason"]["certificate"] == 1
    finally:
        upper.close()


def test_the_second_responder_is_asked_when_the_first_is_silent(world):
    w = world()
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{s.getsockname()[1]}/"
    w.leaf = Party(w.folder, "web", w.root, urls=[nobody, w.responder.url])
    w.responder.good(w.leaf)
    assert w.verify("--revocation", "require")["verdict"] == "trusted"


def test_nobody_is_asked_about_a_chain_that_does_not_hold(world):
    w = world()
    w.responder.good(w.leaf)
    Party(w.folder, "stranger", ca=True)
    assert w.verify(status=1, trust="stranger.crt")["verdict"] == "untrusted"
    assert w.verify("--host", "elsewhere.example", status=1)["reason"]["check"] == "name"
    assert w.responder.asked == []


@pytest.mark.parametrize("scheme", ["https", "ftp", "file", "ldap"])
def test_only_http_is_asked(world, scheme):
    w = world()
    w.responder.good(w.leaf)
    w.leaf = Party(w.folder, "web", w.root, urls=[w.responder.url.replace("http", scheme, 1)])
    w.undetermined("it names no OCSP responder that is asked by http")
    assert w.responder.asked == []


def test_no_proxy_of_the_environment_sees_the_question(world):
    w = world()
    w.responder.good(w.leaf)
    proxy = {"http_proxy": "http://127.0.0.1:1", "ALL_PROXY": "socks5://127.0.0.1:1"}
    w.catena.ok("verify", "web.crt", "--trust", "root.crt", "--ocsp", "--revocation", "require", env=proxy)


def test_no_answer_wanted_and_asked_for_is_a_mistake(world):
    w = world()
    w.catena.fails(2, "usage", "verify", "web.crt", "--trust", "root.crt", "--ocsp", "--revocation", "off")
    assert w.responder.asked == []


@pytest.fixture
def moved(tmp_path, world):
    """The program in a folder of its own, and libcatena-net in none."""
    folder = tmp_path / "prefix" / "bin"
    folder.mkdir(parents=True)
    shutil.copy(BIN, folder / "catena")
    w = world()
    w.responder.good(w.leaf)

    def run(**env):
        return subprocess.run([folder / "catena", "verify", "web.crt", "--trust", "root.crt", "--ocsp"], cwd=w.folder,
                              env={**w.catena.env, **env}, capture_output=True, text=True)
    run.folder = folder
    return run


def test_without_libcatena_net_it_says_so_and_looks_in_no_path_of_the_environment(moved, tmp_path):
    library = Path(BIN).resolve().parent / "libcatena-net.so"
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(library, tmp_path / "elsewhere")
    run = moved(LD_LIBRARY_PATH=str(tmp_path / "elsewhere"))
    assert run.returncode == 3 and "libcatena-net is not installed" in run.stderr and "try: " in run.stderr
    shutil.copy(library, moved.folder)
    assert moved().returncode == 0


def test_a_library_of_another_version_is_refused(moved, tmp_path):
    source = tmp_path / "other.c"
    source.write_text('const struct { const char *version; void *fetch, *send; } ctn_net_table = { "0.0.0", 0, 0 };\n')
    subprocess.run(["cc", "-shared", "-fPIC", source, "-o", moved.folder / "libcatena-net.so"], check=True)
    run = moved()
    assert run.returncode == 3 and "is of version 0.0.0" in run.stderr


def test_it_is_found_where_cmake_installs_it(world, tmp_path):
    release = Path(os.environ.get("CATENA_RELEASE", Path(BIN).parent))
    subprocess.run(["cmake", "--install", release, "--prefix", tmp_path / "usr"], check=True, capture_output=True)
    w = world()
    w.responder.good(w.leaf)
    run = subprocess.run([tmp_path / "usr" / "bin" / "catena", "verify", "web.crt", "--trust", "root.crt", "--ocsp", "--revocation",
                          "require"], cwd=w.folder, env=w.catena.env, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
