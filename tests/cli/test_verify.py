"""verify: the answer, why, and what to do about it."""
import subprocess

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


# ---- every option

PEM_JUNK = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def der_of(pki, name):
    return subprocess.run(["openssl", "x509", "-in", name, "-outform", "DER"], cwd=pki.folder, capture_output=True, check=True).stdout


def test_pem_and_der_are_the_same(served):
    (served.folder / "leaf.der").write_bytes(der_of(served, LEAF))
    (served.folder / "upper.der").write_bytes(der_of(served, "upper.pem"))
    answer = served.json("verify", "leaf.der", "upper.der", "--trust", "root.pem", "--revocation", "off")
    assert [p["source"] for p in answer["path"]] == ["leaf.der", "upper.der", "root.pem"]


def test_trust_is_a_file_a_folder_the_home_or_the_system(served):
    (served.folder / "anchors").mkdir()
    (served.folder / "anchors" / "root.pem").write_text((served.folder / "root.pem").read_text())
    for trust in ("anchors", "home", "root.pem"):
        assert served.json("verify", CHAIN, "--trust", trust, "--revocation", "off")["verdict"] == "trusted"
    run = served("verify", CHAIN, "--trust", "system", "--revocation", "off")
    assert run.returncode in (1, 3) and ("is missing: CN=Example Root CA" in run.stdout or "no bundle of trusted certificates" in run.stderr)
    # An anchor need not be a root.
    assert len(served.json("verify", LEAF, "--trust", "upper.pem", "--revocation", "off")["path"]) == 2


def test_addresses_of_mail_and_hosts_are_asked_for(served):
    served.ok("issue", "server", "app.internal.example", "10.1.2.3")
    for asked in (("--host", "app.internal.example"), ("--ip", "10.1.2.3"), ("--host", "10.1.2.3")):
        assert served.json("verify", "app.internal.example.crt", *asked)["verdict"] == "trusted"
    assert refused(served, "name", "app.internal.example.crt", "--ip", "10.1.2.4")["reason"]["certificate"] == 0
    refused(served, "purpose", "app.internal.example.crt", "--email", "anna@internal.example")
    refused(served, "name", "app.internal.example.crt", "--email", "anna@internal.example", "--purpose", "any")


def test_purposes_are_words_or_numbers(served):
    for purpose in ("serverAuth", "any", "1.3.6.1.5.5.7.3.1"):
        assert served.json("verify", LEAF, "--purpose", purpose)["verdict"] == "trusted"
    for purpose in ("clientAuth", "codeSigning", "emailProtection", "timeStamping", "OCSPSigning", "1.2.3.4"):
        assert "only for serverAuth" in refused(served, "purpose", LEAF, "--purpose", purpose)["reason"]["text"]
    served.fails(2, "input", "verify", LEAF, "--purpose", "bread")


def test_policies_are_asked_for(served):
    assert served.json("verify", LEAF, "--policy", "1.2.3.4")["verdict"] == "trusted"
    refused(served, "policies", LEAF, "--policy", "1.2.3.4", "--require-policy")
    refused(served, "policies", LEAF, "--require-policy", "--inhibit-any", "--inhibit-mapping")
    assert served.json("verify", LEAF, "--inhibit-any", "--inhibit-mapping")["verdict"] == "trusted"
    served.fails(2, "input", "verify", LEAF, "--policy", "x.y")


def test_the_depth_counts_intermediates(served):
    assert served.json("verify", LEAF, "--max-depth", "1")["verdict"] == "trusted"
    assert refused(served, "depth", LEAF, "--max-depth", "0")["reason"]["text"] == "the path has more than 0 intermediates"
    served.fails(2, "usage", "verify", LEAF, "--max-depth", "31")


def test_profiles_differ(served):
    assert [served.json("verify", LEAF, "--host", "web.internal.example", "--profile", p)["profile"] for p in ("pkix", "rfc5280")] == ["pkix", "rfc5280"]
    served.fails(2, "usage", "verify", LEAF, "--profile", "strict")


def test_a_crl_of_the_wrong_issuer_or_an_old_one_is_no_answer(served):
    crls = ("--crl", "home/public/issuing.crl", "--crl", "home/public/root.crl")
    assert served("verify", CHAIN, "--trust", "root.pem", "--revocation", "require", "--crl", "home/public/root.crl").returncode == 3
    run = served("verify", CHAIN, "--trust", "root.pem", "--revocation", "require", *crls, "--at", "2026-12-31T00:00:00Z")
    assert run.returncode in (1, 3)
    answer = served.json("verify", CHAIN, "--trust", "root.pem", "--crl", "home/public/root.crl")
    assert answer["verdict"] == "trusted" and "no fresh answer tells whether CN=web.internal.example" in answer["warnings"][0]


def test_each_tells_the_worst(served):
    served.ok("issue", "server", "db.internal.example")
    assert served("verify", LEAF, "db.internal.example.crt", "--each").returncode == 0
    served.ok("revoke", "db.internal.example")
    answer = served.json("verify", LEAF, "db.internal.example.crt", "--each", status=1)
    assert answer["ok"] is True and [(r["file"], r["verdict"]) for r in answer["results"]] == [
        (LEAF, "trusted"), ("db.internal.example.crt", "untrusted")]
    assert answer["results"][1]["reason"]["check"] == "revocation"
    assert served("verify", CHAIN, "--each", "--trust", "root.pem", "--revocation", "require").returncode == 3


def test_a_certificate_given_twice_is_one(served):
    assert len(served.json("verify", LEAF, CHAIN, LEAF, "--each")["results"]) == 2
    assert served.json("verify", LEAF, LEAF)["verdict"] == "trusted"


@pytest.mark.parametrize("option, name", [(o, n) for o in ("--trust", "--untrusted", "--crl", "--ocsp-response", None) for n in ("junk", "junk.pem", "empty")])
def test_garbage_is_never_an_answer(served, option, name):
    (served.folder / "junk").write_bytes(b"\x30\x03abc")
    (served.folder / "junk.pem").write_text(PEM_JUNK)
    (served.folder / "empty").write_bytes(b"")
    args = [LEAF, option, name] if option else [name]
    run = served("verify", *args)
    assert run.returncode == 2 and run.stdout == "" and f"catena verify: {name}" in run.stderr, run


def test_files_that_are_not_there_are_named(served):
    for option in ("--trust", "--untrusted", "--crl", "--ocsp-response"):
        assert "absent" in served.fails(3, "file", "verify", LEAF, option, "absent")["text"]


def test_an_untrusted_answer_has_its_keys(served):
    answer = refused(served, "name", LEAF, "--host", "db.internal.example")
    assert list(answer) == ["ok", "verdict", "profile", "at", "reason", "candidates", "warnings"]
    assert list(answer["reason"]) == ["certificate", "check", "cite", "text", "fix"]
    assert list(answer["candidates"][0]) == ["path", "failed"] and list(answer["candidates"][0]["path"][0]) == ["subject", "sha256", "source"]
