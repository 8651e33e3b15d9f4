"""verify: the answer, why, and what to do about it."""
import pytest

LEAF, CHAIN = "web.internal.example.crt", "web.internal.example.chain.crt"


@pytest.fixture
def served(pki):
    """A home that issued a server's certificate; root.pem and upper.pem beside it."""
    pki.ok("issue", "server", "web.internal.example")
    (pki.folder / "root.pem").write_text(pki.ok("ca", "export", "root"))
    (pki.folder / "upper.pem").write_text(pki.ok("ca", "export", "issuing"))
    return pki


def refused(catena, check, *args):
    answer = catena.json("verify", *args, status=1)
    assert answer["ok"] is True and answer["verdict"] == "untrusted" and answer["reason"]["check"] == check, answer
    assert answer["reason"]["cite"] and answer["reason"]["text"] and answer["reason"]["fix"]
    return answer


def test_a_certificate_of_the_home_is_trusted(served):
    answer = served.json("verify", LEAF, "--host", "web.internal.example", "--revocation", "require")
    assert answer["verdict"] == "trusted" and answer["profile"] == "pkix"
    assert [p["subject"] for p in answer["path"]][-1] == "CN=Example Root CA,O=Example"
    assert [p["source"] for p in answer["path"]] == [LEAF, "home", "home"]
    assert {c["check"] for c in answer["checks"]} >= {"signature", "validity", "revocation", "name", "purpose", "name_constraints"}
    assert all(c["ok"] and c["cite"] for c in answer["checks"]) and answer["expires"].endswith("Z")


def test_the_order_of_the_files_does_not_matter(served):
    for files in (("upper.pem", LEAF), (LEAF, "upper.pem"), (CHAIN,), ("root.pem", "upper.pem", LEAF)):
        answer = served.json("verify", *files, "--trust", "root.pem")
        assert answer["verdict"] == "trusted" and len(answer["path"]) == 3


def test_a_missing_intermediate_is_named(served):
    answer = refused(served, "issuer", LEAF, "--trust", "root.pem")
    assert "issuer of CN=web.internal.example" in answer["reason"]["text"]
    assert answer["candidates"][0]["failed"]["check"] == "issuer"
    assert served.json("verify", LEAF, "--trust", "root.pem", "--untrusted", "upper.pem")["verdict"] == "trusted"


def test_each_no_says_why(served):
    refused(served, "name", LEAF, "--host", "db.internal.example")
    refused(served, "name", LEAF, "--ip", "10.0.0.1")
    refused(served, "purpose", LEAF, "--purpose", "clientAuth")
    assert "expired" in refused(served, "validity", LEAF, "--at", "2099-01-01")["reason"]["text"]
    assert "not valid yet" in refused(served, "validity", LEAF, "--at", "2020-01-01")["reason"]["text"]
    refused(served, "depth", LEAF, "--max-depth", "0")
    refused(served, "policies", LEAF, "--require-policy")


def test_a_revoked_certificate_is_refused(served):
    served.ok("revoke", "web.internal.example", "--reason", "keyCompromise")
    assert "keyCompromise" in refused(served, "revocation", LEAF)["reason"]["text"]
    refused(served, "revocation", CHAIN, "--trust", "root.pem", "--crl", "home/public/issuing.crl")
    assert served.json("verify", CHAIN, "--trust", "root.pem", "--revocation", "off")["verdict"] == "trusted"


def test_without_an_answer_about_revocation_it_warns_or_cannot_be_completed(served):
    run = served("verify", CHAIN, "--trust", "root.pem")
    assert run.returncode == 0 and "revoked" in run.stderr
    assert served("verify", CHAIN, "--trust", "root.pem", "--revocation", "require").returncode == 3
    served.ok("verify", CHAIN, "--trust", "root.pem", "--revocation", "require", "--crl", "home/public/issuing.crl",
              "--crl", "home/public/root.crl")


def test_explain_shows_where_each_path_breaks(served):
    run = served("verify", LEAF, "--host", "db.internal.example", "--explain")
    assert run.returncode == 1
    assert "path 1:" in run.stdout and "breaks at name" in run.stdout and "try: " in run.stdout


def test_every_certificate_of_a_file_is_verified_with_each(served):
    answer = served.json("verify", CHAIN, "--each")
    assert [r["verdict"] for r in answer["results"]] == ["trusted", "trusted"]


def test_what_cannot_be_asked_is_refused(served):
    (served.folder / "junk").write_bytes(b"\x30\x03abc")
    served.fails(2, "input", "verify", "junk")
    served.ok("issue", "server", "db.internal.example")
    assert "--each" in served.fails(2, "input", "verify", LEAF, "db.internal.example.crt")["hint"]
    served.fails(2, "usage", "verify", LEAF, "--host", "a.internal.example", "--ip", "10.0.0.1")
    served.fails(2, "usage", "verify", LEAF, "--host", "*.internal.example")
    served.fails(3, "file", "verify", "absent.crt")


def test_without_a_home_something_must_be_trusted(served, tmp_path):
    error = served.fails(2, "usage", "-C", tmp_path / "nowhere", "verify", LEAF)
    assert "--trust" in error["hint"]
