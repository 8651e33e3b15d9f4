"""Authorities: made, shown, renewed, taken off, and an offline root that is used as a person with a USB stick uses it."""
import datetime
import os
import pty
import re
import select
import shutil

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conftest import BIN, Catena, one_document
from issuing import crl_number, tree
from judges import certtool_accepts, ders, extension_titles, judge, load, openssl_accepts, run

WEB = "web.internal.example"
BASICS = ("--org", "Example", "--domain", "internal.example")


def states(pki):
    return {a["name"]: a["state"] for a in pki.json("ca", "list")["authorities"]}


def log_size(pki):
    return pki.json("log", "verify")["size"]


def acts(pki):
    return [leaf["what"] for leaf in pki.json("log", "list")["leaves"]]


def secret(folder, name, text):
    path = folder / name
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


def add_authority(pki, text):
    with (pki.home / "policies" / "ca.yaml").open("a") as f:
        f.write(text)


PEOPLE = """
  people:
    issuer: root
    subject: { CN: Example People CA 1, O: Example }
    key: { algorithm: ecdsa-p256, protection: none }
    lifetime: 5y
    path_length: 0
    name_constraints: { permitted: { email: [internal.example] } }
    extended_key_usage: [emailProtection, clientAuth]
    crl: { lifetime: 7d, refresh: 1d, urls: ["http://pki.internal.example/people-{key}.crl"] }
"""


# ---- create
def test_a_refused_create_leaves_no_key_that_a_later_one_would_take(pki):
    """ca.yaml now allows authorities below issuing; issuing's certificate does not."""
    policy = pki.home / "policies" / "ca.yaml"
    wider = policy.read_text().replace("path_length: 1", "path_length: 2").replace("path_length: 0", "path_length: 1")
    deeper = PEOPLE.replace("people", "deeper").replace("issuer: root", "issuer: issuing")
    policy.write_text(wider + deeper)
    keys = sorted(p.name for p in (pki.home / "keys").iterdir())
    refused = pki.fails(1, "policy", "ca", "create", "deeper")
    assert "path_length" in [r["rule"] for r in refused["reasons"]] and acts(pki)[0] == "ca deeper"
    assert sorted(p.name for p in (pki.home / "keys").iterdir()) == keys and "deeper" not in states(pki)
    policy.write_text(wider + deeper.replace("issuer: issuing", "issuer: root").replace("p256", "p384"))
    pki.ok("ca", "create", "deeper")
    assert pki.json("ca", "show", "deeper")["algorithm"] == "ecdsa-p384"


def test_an_authority_is_made_as_it_is_described(pki):
    add_authority(pki, PEOPLE)
    document = pki.json("ca", "create", "people")
    assert document["authority"] == "people" and document["protection"] == "none" and document["key_file"].startswith("keys/people-")
    assert states(pki) == {"root": "active", "issuing": "active", "people": "active"}
    pki.ok("ca", "export", "people", "--chain", "--out", "chain.pem")
    pki.ok("ca", "export", "root", "--out", "root.pem")
    cert = judge(pki.folder / "chain.pem", pki.folder / "root.pem")
    assert cert.subject.rfc4514_string() == document["subject"] == "CN=Example People CA 1,O=Example"
    assert (cert.not_valid_after - cert.not_valid_before).total_seconds() in (5 * 365 * 86400 - 1, 5 * 365 * 86400 + 299)
    assert sorted(extension_titles(pki.folder / "chain.pem")) == sorted([
        "X509v3 Basic Constraints (critical)", "X509v3 Key Usage (critical)", "X509v3 Extended Key Usage", "X509v3 Name Constraints (critical)",
        "X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier"])
    assert (pki.home / "public" / "people.crl").exists() and crl_number(pki, "people") == 1


def test_it_is_described_first(pki):
    error = pki.fails(2, "not_found", "ca", "create", "people")
    assert error["text"] == "policies/ca.yaml has no authority 'people'" and error["hint"] == "describe it there first"
    assert pki.fails(2, "not_found", "ca", "create", "isuing")["hint"] == "did you mean 'issuing'?"


def test_it_is_made_once(pki):
    error = pki.fails(3, "exists", "ca", "create", "issuing")
    assert error["text"] == "authority issuing exists already" and "catena ca renew issuing" in error["hint"]


def test_a_dry_run_of_it_makes_nothing(pki):
    add_authority(pki, PEOPLE)
    before = tree(pki.home)
    lines = pki.ok("ca", "create", "people", "--dry-run").splitlines()
    assert lines[0] == "authority people would be made" and lines[2].split(None, 1) == ["Subject:", "CN=Example People CA 1,O=Example"]
    assert "key_file" not in pki.json("ca", "create", "people", "--dry-run") and tree(pki.home) == before


def test_a_passphrase_is_needed_where_ca_yaml_says_so(pki):
    add_authority(pki, PEOPLE.replace("protection: none", "protection: passphrase"))
    before = tree(pki.home)
    assert pki.fails(3, "passphrase", "ca", "create", "people")["hint"] == "--passphrase-file FILE"
    assert tree(pki.home) == before
    pki.ok("ca", "create", "people", "--passphrase-file", secret(pki.folder, "pw", "long enough"))
    assert next((pki.home / "keys").glob("people-*")).read_text().startswith("-----BEGIN ENCRYPTED")


def test_an_authority_below_one_that_may_have_none_is_refused(pki):
    add_authority(pki, PEOPLE.replace("issuer: root", "issuer: issuing"))
    before = tree(pki.home)
    error = pki.fails(2, "input", "ca", "create", "people")
    assert error["text"].endswith("issuer: 'issuing' has path_length 0: it cannot issue authorities (RFC 5280 4.2.1.9)")
    assert error["hint"] == "raise the issuer's path_length, or choose another issuer" and tree(pki.home) == before


# ---- list, show, export

def test_list_for_people(pki):
    lines = pki.ok("ca", "list").splitlines()
    assert lines[0].split() == ["NAME", "STATE", "KEY", "ALGORITHM", "ENDS"]
    assert [line.split()[:2] for line in lines[1:]] == [["root", "active"], ["issuing", "active"]]


def test_show_is_aligned_and_names_the_chain(pki):
    lines = pki.ok("ca", "show", "issuing").splitlines()
    assert all(len(line) > 18 and line[17] == " " and line[18] != " " for line in lines)
    assert lines[-3].split(None, 1) == ["Chain:", "CN=Example Issuing CA 1,O=Example"] and lines[-2].strip() == "CN=Example Root CA,O=Example"
    assert lines[-1].startswith("CRL:              number 1, 0 entries, next update 2")
    document = pki.json("ca", "show", "issuing")
    assert document["chain"] == ["CN=Example Issuing CA 1,O=Example", "CN=Example Root CA,O=Example"] and document["crls"][0]["number"] == 1


@pytest.mark.parametrize("word", ["show", "export", "renew", "passphrase", "detach"])
def test_an_authority_that_is_not_there_is_named(pki, word):
    more = ["--out", "x"] if word == "detach" else []
    error = pki.fails(2, "not_found", "ca", word, "foo", *more)
    assert error["text"] == "there is no authority 'foo'" and "catena ca list" in error["hint"]
    assert pki.fails(2, "not_found", "ca", word, "isuing", *more)["hint"] == "did you mean 'issuing'?"


def test_export_is_pem_of_one_or_of_the_whole_chain(pki):
    assert pki.ok("ca", "export", "root").count("BEGIN CERTIFICATE") == 1
    pki.ok("ca", "export", "issuing", "--chain", "--out", "chain.pem")
    issuing, root = ders(pki.folder / "chain.pem")
    assert issuing == (pki.home / "public" / "issuing.crt").read_bytes() and root == (pki.home / "public" / "root.crt").read_bytes()
    error = pki.fails(3, "exists", "ca", "export", "root", "--out", "chain.pem")
    assert error["text"].startswith("chain.pem") and error["hint"] == "name another file, or say --force"
    assert pki.json("ca", "export", "root", "--out", "chain.pem", "--force")["file"] == "chain.pem"
    assert len(ders(pki.folder / "chain.pem")) == 1


# ---- renew

@pytest.mark.parametrize("name", ["root", "issuing"])
def test_what_was_issued_stays_good_under_a_renewed_authority(pki, name):
    pki.ok("ca", "export", "root", "--out", "old-root.pem")
    pki.ok("issue", "server", WEB)
    old = pki.json("ca", "show", name)
    document = pki.json("ca", "renew", name)
    assert document["serial"] != old["serial"] and pki.json("ca", "show", name)["key_id"] == old["key_id"]
    pki.ok("ca", "export", "root", "--out", "root.pem")
    pki.ok("ca", "export", "issuing", "--out", "issuing.pem")
    for anchor in ("old-root.pem", "root.pem"):
        for between in (f"{WEB}.chain.crt", "issuing.pem"):
            openssl_accepts(pki.folder / f"{WEB}.crt", pki.folder / between, pki.folder / anchor, "sslserver")
    certtool_accepts(pki.folder / f"{WEB}.chain.crt", pki.folder / "root.pem", "serverAuth")
    judge(pki.folder / pki.json("issue", "server", "b.internal.example")["files"]["chain"], pki.folder / "root.pem", "sslserver", "serverAuth")
    assert (pki.home / "public" / f"{name}.crt").read_bytes() == ders(pki.folder / f"{name}.pem")[0]


@pytest.mark.parametrize("reason, word", [("cACompromise", "revoked"), ("certificateHold", "on hold")])
def test_a_revoked_authority_issues_nothing_and_gets_no_new_dates(pki, reason, word):
    pki.ok("issue", "server", WEB)
    serial = pki.json("ca", "show", "issuing")["serial"]
    pki.ok("revoke", serial, "--yes", "--reason", reason)
    text = f"nobody trusts authority 'issuing': its CA certificate with serial {serial} is {word}"
    for line in (["issue", "server", WEB, "--out", "-"], ["renew", WEB, "--out", "-"], ["issue", "server", WEB, "-n"]):
        reasons = pki.fails(1, "policy", *line)["reasons"]
        assert [(r["rule"], r["text"]) for r in reasons] == [("issuer", text)], line
    refused = pki.fails(1, "policy", "ca", "renew", "issuing")["reasons"]
    assert [(r["rule"], r["text"]) for r in refused] == [("renew.revoked", text.split(": ", 1)[1])]
    assert pki.json("policy", "explain", "server", WEB, status=1)["decision"] == "deny"
    pki.ok("crl", "issuing")
    pki.ok("revoke", WEB)
    assert pki.json("log", "verify")["problems"] == []


def test_below_a_revoked_root_nothing_is_issued(pki):
    pki.ok("revoke", pki.json("ca", "show", "root")["serial"], "--yes")
    assert "nobody trusts authority 'issuing'" in pki.fails(1, "policy", "issue", "server", WEB)["text"]
    assert "nobody trusts authority 'root'" in pki.fails(1, "policy", "ca", "renew", "issuing")["text"]


def test_a_dry_run_of_renew_changes_nothing(pki):
    before = tree(pki.home)
    assert pki.ok("ca", "renew", "issuing", "--dry-run").startswith("authority issuing would be renewed\n")
    assert tree(pki.home) == before


# ---- passphrase

def test_the_passphrase_is_given_changed_and_removed(pki):
    one, two = secret(pki.folder, "one", "first words"), secret(pki.folder, "two", "other words")
    pki.ok("ca", "passphrase", "issuing", "--new-passphrase-file", one)
    assert pki.fails(3, "passphrase", "issue", "server", WEB)["hint"] == "--passphrase-file FILE"
    pki.ok("issue", "server", WEB, "--passphrase-file", one)
    pki.ok("ca", "passphrase", "issuing", "--passphrase-file", one, "--new-passphrase-file", two)
    before = tree(pki.home)
    error = pki.fails(3, "passphrase", "ca", "passphrase", "issuing", "--passphrase-file", one, "--new-passphrase-file", two)
    assert error["text"].endswith("wrong passphrase") and tree(pki.home) == before
    pki.ok("issue", "server", WEB, "--force", "--passphrase-file", two)
    assert "Protection:       passphrase" in pki.ok("ca", "show", "issuing")
    seen = pki("ca", "passphrase", "issuing", "--passphrase-file", two, "--remove")
    assert seen.returncode == 0 and "warning: it has no passphrase now" in seen.stderr
    pki.ok("issue", "server", WEB, "--force")
    assert pki.json("ca", "show", "issuing")["protection"] == "none"


def test_a_credential_is_the_old_passphrase_and_never_the_new_one(pki):
    folder = pki.folder / "credentials"
    folder.mkdir()
    (folder / "catena-passphrase").write_text("first words\n")
    pki.ok("ca", "passphrase", "issuing", "--new-passphrase-file", secret(pki.folder, "one", "first words"))
    env = {"CREDENTIALS_DIRECTORY": str(folder)}
    error = pki.fails(3, "passphrase", "ca", "passphrase", "issuing", env=env)
    assert error["hint"] == "--new-passphrase-file FILE, or --remove"
    pki.ok("ca", "passphrase", "issuing", "--new-passphrase-file", secret(pki.folder, "two", "other words"), env=env)
    assert "wrong passphrase" in pki.fails(3, "passphrase", "crl", "issuing", env=env)["text"]


def test_a_key_that_does_not_open_stops_no_other_crl(pki):
    for name in ("one", "two"):
        secret(pki.folder, name, name)
    pki.ok("ca", "passphrase", "root", "--new-passphrase-file", "one")
    pki.ok("ca", "passphrase", "issuing", "--new-passphrase-file", "two")
    seen = pki("crl", "--passphrase-file", "two")
    assert seen.returncode == 3 and seen.stderr.splitlines()[0] == "catena crl: warning: what else was to be made is made and published"
    assert "key of authority root" in seen.stderr and "wrong passphrase" in seen.stderr
    assert [pki.json("ca", "show", name)["crls"][0]["number"] for name in ("root", "issuing")] == [1, 2]
    assert pki.json("db", "check")["ok"] is True and pki.json("log", "verify")["problems"] == []


def test_a_new_passphrase_is_asked_for_by_its_own_option(pki):
    error = pki.fails(3, "passphrase", "ca", "passphrase", "issuing")
    assert error["text"] == "a passphrase is needed, and there is no terminal to ask at" and error["hint"] == "--new-passphrase-file FILE, or --remove"
    error = pki.fails(2, "usage", "ca", "passphrase", "issuing", "--remove", "--new-passphrase-file", "x")
    assert error["text"] == "--remove and --new-passphrase-file exclude each other"


def test_a_dry_run_of_passphrase_only_opens_the_key(pki):
    before = tree(pki.home)
    assert pki.ok("ca", "passphrase", "issuing", "--remove", "-n") == "the key of authority issuing opens; it would be written anew\n"
    assert tree(pki.home) == before


# ---- detach

def test_a_detached_key_is_whole_elsewhere_and_gone_here(pki):
    key = (pki.home / pki.json("ca", "show", "root")["key_file"])
    text = key.read_bytes()
    before = tree(pki.home)
    pki.ok("ca", "detach", "root", "--out", "root.key", "--dry-run")
    assert tree(pki.home) == before and not (pki.folder / "root.key").exists()
    assert pki.ok("ca", "detach", "root", "--out", "root.key") == (
        "the key of authority root is in root.key and no longer in this home: put it into a safe\n")
    assert (pki.folder / "root.key").read_bytes() == text and not key.exists()
    assert oct((pki.folder / "root.key").stat().st_mode & 0o777) == "0o600"
    assert states(pki) == {"root": "offline", "issuing": "active"} and pki.json("db", "check")["ok"] is True
    pki.ok("issue", "server", WEB)
    assert [c["authority"] for c in pki.json("crl")["crls"]] == ["issuing"]


@pytest.mark.parametrize("arguments", [
    ["ca", "renew", "root"], ["ca", "renew", "issuing"], ["crl", "root"], ["ca", "passphrase", "root", "--remove"],
    ["ca", "detach", "root", "--out", "again.key"],
])
def test_what_needs_a_detached_key_says_that_it_is_away(pki, arguments):
    pki.ok("ca", "detach", "root", "--out", "root.key")
    before = tree(pki.home)
    error = pki.fails(3, "key", *arguments)
    assert error["text"] == "the key of authority root is not in this home"
    assert error["hint"] == "catena ca attach root FILE brings a detached key back"
    assert tree(pki.home) == before


def test_detach_overwrites_nothing(pki):
    (pki.folder / "root.key").write_text("mine")
    error = pki.fails(3, "exists", "ca", "detach", "root", "--out", "root.key")
    assert error["text"] == "root.key exists" and error["hint"] == "name another file, or say --force"
    assert states(pki)["root"] == "active"
    pki.ok("ca", "detach", "root", "--out", "root.key", "--force")


@pytest.mark.parametrize("folder", ["keys", "public", "."])
def test_a_key_is_not_detached_to_a_place_in_its_home(pki, folder):
    """--out the key file itself, with --force, was a copy onto itself that was then removed."""
    name = pki.json("ca", "show", "root")["key_file"].split("/")[1]
    out = pki.home / folder / name
    before = tree(pki.home)
    error = pki.fails(2, "usage", "ca", "detach", "root", "--out", out, "--force")
    assert error["text"] == f"{out}: lies in the home itself"
    (pki.folder / "link").symlink_to(pki.home / "keys")
    pki.fails(2, "usage", "ca", "detach", "root", "--out", f"link/{name}", "--force")
    assert tree(pki.home) == before and states(pki)["root"] == "active"


def test_a_detached_key_that_is_still_here_is_a_problem(pki):
    """As a kill between the record and the removal leaves it."""
    key = pki.home / pki.json("ca", "show", "root")["key_file"]
    text = key.read_bytes()
    pki.ok("ca", "detach", "root", "--out", "root.key")
    key.write_bytes(text)
    key.chmod(0o600)
    found = pki.json("db", "check", status=1)
    assert [(p["where"], p["text"]) for p in found["problems"]] == [
        (f"keys/{key.name}", "the key of authority root is recorded as detached, but is still here: when the copy is safe, remove this file")]
    key.unlink()
    assert pki.json("db", "check")["notices"] == []


# ---- attach

def test_a_detached_key_comes_back_for_its_day_of_the_year(pki):
    pki.ok("issue", "server", WEB)
    pki.ok("ca", "detach", "root", "--out", "root.key")
    before = tree(pki.home)
    assert pki.ok("ca", "attach", "root", "root.key", "-n") == "root.key is the key of authority root; it would be copied into this home\n"
    assert tree(pki.home) == before
    assert pki.ok("ca", "attach", "root", "root.key") == "the key of authority root is back in this home; root.key is left as it is\n"
    shown = pki.json("ca", "show", "root")
    assert shown["state"] == "active" and shown["protection"] == "none"
    assert (pki.home / shown["key_file"]).read_bytes() == (pki.folder / "root.key").read_bytes()
    assert oct((pki.home / shown["key_file"]).stat().st_mode & 0o777) == "0o600"
    assert pki.json("crl", "root")["crls"][0]["number"] == 2
    pki.ok("ca", "renew", "issuing")
    assert any(what.startswith("key-attached") for what in acts(pki))
    assert pki.json("db", "check")["ok"] is True and pki.json("log", "verify")["problems"] == []
    pki.ok("ca", "detach", "root", "--out", "root.key", "--force")
    assert states(pki)["root"] == "offline"


def test_a_key_with_a_passphrase_comes_back_with_it(pki):
    pw, wrong = secret(pki.folder, "pw", "long words"), secret(pki.folder, "wrong", "other words")
    pki.ok("ca", "passphrase", "root", "--new-passphrase-file", pw)
    pki.ok("ca", "detach", "root", "--out", "root.key")
    before = tree(pki.home)
    assert pki.fails(3, "passphrase", "ca", "attach", "root", "root.key")["hint"] == "--passphrase-file FILE"
    error = pki.fails(3, "passphrase", "ca", "attach", "root", "root.key", "--passphrase-file", wrong)
    assert error["text"] == "key of authority root: root.key: wrong passphrase" and tree(pki.home) == before
    pki.ok("ca", "attach", "root", "root.key", "--passphrase-file", pw)
    assert pki.json("ca", "show", "root")["protection"] == "passphrase"
    pki.ok("crl", "root", "--passphrase-file", pw)


@pytest.mark.parametrize("how, status, code, text", [
    ("other", 3, "key", "key of authority root: other.key holds another key"), ("mode", 3, "file", "key of authority root: root.key: mode 0644 lets others"),
    ("missing", 3, "file", "key of authority root: missing.key: No such file or directory"), ("here", 3, "exists", "the key of authority issuing is in"),
    ("garbage", 3, "key", "key of authority root: garbage.key: "),
])
def test_only_the_authority_s_own_key_comes_back(pki, how, status, code, text):
    pki.ok("ca", "detach", "root", "--out", "root.key")
    run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", pki.folder / "other.key")
    secret(pki.folder, "garbage.key", "no key at all")
    (pki.folder / "other.key").chmod(0o600)
    if how == "mode":
        (pki.folder / "root.key").chmod(0o644)
    name = "issuing" if how == "here" else "root"
    path = "root.key" if how in ("mode", "here") else f"{how}.key"
    before = tree(pki.home)
    seen = pki("ca", "attach", name, path, "--json")
    error = one_document(seen.stdout)["error"]
    assert (seen.returncode, error["code"]) == (status, code) or how == "garbage", error
    assert error["text"].startswith(text) and tree(pki.home) == before


# ---- an offline root

class Two:
    """An offline root, an online issuing authority, and the stick that is carried between them."""

    def __init__(self, folder):
        self.stick = folder / "stick"
        for name in ("stick", "off", "on"):
            (folder / name).mkdir()
        self.off, self.on = Catena(folder / "off"), Catena(folder / "on")


@pytest.fixture(scope="session")
def carried(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    two = Two(folder)
    two.off.ok("init", *BASICS, "--no-passphrase", "--only", "root")
    two.on.ok("init", *BASICS, "--no-passphrase", "--only", "issuing")
    two.on.ok("ca", "csr", "issuing", "--out", two.stick / "issuing.csr")
    return folder


@pytest.fixture
def two(carried, tmp_path):
    shutil.copytree(carried, tmp_path, symlinks=True, dirs_exist_ok=True)
    (tmp_path / "made").mkdir()
    two = Two(tmp_path / "made")
    two.stick, two.off, two.on = tmp_path / "stick", Catena(tmp_path / "off"), Catena(tmp_path / "on")
    return two


def sign(two, *more, csr="issuing.csr", out="issuing.pem"):
    return two.off.json("ca", "sign", two.stick / csr, "--by", "root", "--as", "issuing", "--out", two.stick / out, *more)


def test_an_offline_root_from_beginning_to_end(two):
    document = sign(two)
    assert document["authority"] == "issuing" and document["subject"] == "CN=Example Issuing CA 1,O=Example"
    assert len(ders(two.stick / "issuing.pem")) == 2
    shown = two.on.ok("ca", "install", "issuing", two.stick / "issuing.pem", "--yes").splitlines()
    assert [line.strip().split(",")[0] for line in shown[:5]] == [
        "the path to the root:", "CN=Example Issuing CA 1", f"SHA-256 {document['sha256']}", "CN=Example Root CA", shown[4].strip().split(",")[0]]
    assert shown[5] == "authority issuing is ready to issue"
    two.off.ok("ca", "export", "root", "--out", two.stick / "root.pem")
    assert run("openssl", "x509", "-in", two.stick / "root.pem", "-noout", "-fingerprint", "-sha256").stdout.split("=")[1].replace(":", "").lower().strip() \
        == shown[4].split("SHA-256 ")[1].split(",")[0]
    assert states(two.on) == {"issuing": "active", "example-root-ca": "foreign"}
    issued = two.on.json("issue", "server", WEB)
    judge(two.on.folder / issued["files"]["chain"], two.stick / "root.pem", "sslserver", "serverAuth")
    assert crl_number(two.on, "issuing") == 1
    assert two.on.json("db", "check")["ok"] is True and two.on.json("log", "verify")["problems"] == []


def test_nothing_is_issued_before_the_certificate_came(two):
    error = two.on.fails(3, "key", "issue", "server", WEB)
    assert error["text"] == "profile server: authority issuing has no certificate yet" and "catena ca install issuing CERT" in error["hint"]
    assert two.on.fails(3, "key", "crl")["text"] == "no authority of this home has both its key and its certificate here"
    assert two.on.fails(3, "key", "crl", "issuing")["text"] == "authority issuing has no certificate yet"
    seen = two.on("ca", "show", "issuing")
    assert "State:            pending" in seen.stdout and "it has no certificate yet" in seen.stderr


def test_an_installed_authority_is_renewed_over_the_same_way(two):
    sign(two)
    two.on.ok("ca", "install", "issuing", two.stick / "issuing.pem", "--yes")
    issued = two.on.json("issue", "server", WEB)
    assert two.on.fails(2, "input", "ca", "renew", "issuing")["hint"] == "catena ca csr issuing makes the request for it"
    two.on.ok("ca", "csr", "issuing", "--out", two.stick / "again.csr")
    second = sign(two, csr="again.csr", out="again.pem")
    two.on.ok("ca", "install", "issuing", two.stick / "again.pem")
    assert two.on.json("ca", "show", "issuing")["serial"] == second["serial"]
    two.off.ok("ca", "export", "root", "--out", two.stick / "root.pem")
    openssl_accepts(two.on.folder / issued["files"]["certificate"], two.stick / "again.pem", two.stick / "root.pem", "sslserver")


def test_only_the_root_s_own_ca_yaml_says_what_is_signed(two):
    """A request that asks for everything gets the entry's subject, lifetime, path length and constraints."""
    key = two.stick / "evil.key"
    run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
    made = run("openssl", "req", "-new", "-key", key, "-subj", "/CN=Evil Root/O=Evil", "-out", two.stick / "evil.csr", "-addext",
               "basicConstraints=critical,CA:TRUE,pathlen:5", "-addext", "keyUsage=keyCertSign,cRLSign,digitalSignature", "-addext",
               "extendedKeyUsage=anyExtendedKeyUsage", "-addext", "nameConstraints=permitted;DNS:com", "-addext", "subjectAltName=DNS:evil.com")
    assert made.returncode == 0
    sign(two, csr="evil.csr", out="evil.pem")
    sign(two)
    evil, honest = load(two.stick / "evil.pem"), load(two.stick / "issuing.pem")
    assert evil.subject == honest.subject and evil.subject.rfc4514_string() == "CN=Example Issuing CA 1,O=Example"
    for cert in (evil, honest):
        constraints = cert.extensions.get_extension_for_class(x509.BasicConstraints)
        assert constraints.critical and constraints.value.ca and constraints.value.path_length == 0
        usage = cert.extensions.get_extension_for_class(x509.KeyUsage).value
        assert usage.key_cert_sign and usage.crl_sign and not usage.digital_signature
    own = {x509.SubjectKeyIdentifier.oid}
    assert {e.oid: e.value for e in evil.extensions if e.oid not in own} == {e.oid: e.value for e in honest.extensions if e.oid not in own}
    assert abs((evil.not_valid_after - honest.not_valid_after).total_seconds()) < 60


@pytest.mark.parametrize("by, as_, text, hint", [
    ("root", "root", "policies/ca.yaml:8: root is a root, which no other authority signs", "--as names the entry of the authority"),
    ("issuing", "issuing", "policies/ca.yaml:20: the issuer of issuing is root, not issuing", "sign it with --by root"),
    ("root", "isuing", "policies/ca.yaml has no authority 'isuing'", "did you mean 'issuing'?"),
])
def test_sign_names_what_does_not_fit(two, by, as_, text, hint):
    before = log_size(two.off)
    seen = two.off.json("ca", "sign", two.stick / "issuing.csr", "--by", by, "--as", as_, status=2)
    assert seen["error"]["text"] == text and seen["error"]["hint"].startswith(hint) and log_size(two.off) == before


def test_sign_checks_its_file_and_its_request_first(two):
    (two.stick / "there.pem").write_text("mine")
    before = log_size(two.off)
    error = two.off.fails(3, "exists", "ca", "sign", two.stick / "issuing.csr", "--by", "root", "--as", "issuing", "--out", two.stick / "there.pem")
    assert error["text"] == f"{two.stick / 'there.pem'} exists; nothing was signed"
    error = two.off.fails(3, "file", "ca", "sign", two.stick / "issuing.csr", "--by", "root", "--as", "issuing", "--out", "nowhere/y.pem")
    assert error["text"] == "--out nowhere/y.pem: No such file or directory"
    assert two.off.fails(2, "input", "ca", "sign", two.stick / "there.pem", "--by", "root", "--as", "issuing")["text"].startswith("request: ")
    assert log_size(two.off) == before


def test_a_dry_run_of_sign_and_csr_changes_nothing(two):
    off, on = tree(two.off.home), tree(two.on.home)
    assert two.off.ok("ca", "sign", two.stick / "issuing.csr", "--by", "root", "--as", "issuing", "-n").startswith("authority issuing would be signed\n")
    assert two.on.ok("ca", "csr", "issuing", "-n") == "would make a request for authority issuing\n"
    assert tree(two.off.home) == off and tree(two.on.home) == on


def test_csr_is_for_those_whose_issuer_is_elsewhere(pki):
    error = pki.fails(2, "input", "ca", "csr", "issuing")
    assert error["text"] == "the key of its issuer root is in this home" and error["hint"] == "catena ca create issuing"
    assert "signs itself" in pki.fails(2, "input", "ca", "csr", "root")["text"]


# ---- install

def test_csr_checks_its_file_before_it_makes_a_key(pki):
    ca = pki.home / "policies" / "ca.yaml"
    ca.write_text(ca.read_text() + "  third:\n    issuer: external\n    subject: { CN: Third }\n"
                                   "    key: { algorithm: ecdsa-p256, protection: none }\n    lifetime: 5y\n")
    (pki.folder / "there.csr").write_text("mine")
    before = tree(pki.home)
    error = pki.fails(3, "exists", "ca", "csr", "third", "--out", "there.csr")
    assert error["text"] == "there.csr exists; nothing was signed" and tree(pki.home) == before
    error = pki.fails(3, "file", "ca", "csr", "third", "--out", "nowhere/y.csr")
    assert error["text"] == "--out nowhere/y.csr: No such file or directory" and tree(pki.home) == before
    pki.ok("ca", "csr", "third", "--out", "there.csr", "--force")


def test_install_again_is_no_second_act(two):
    sign(two)
    two.on.ok("ca", "install", "issuing", two.stick / "issuing.pem", "--yes")
    size = log_size(two.on)
    assert two.on.ok("ca", "install", "issuing", two.stick / "issuing.pem").endswith("authority issuing had this certificate already\n")
    assert log_size(two.on) == size


def test_a_dry_run_of_install_shows_the_path_alone(two):
    sign(two)
    before = tree(two.on.home)
    assert two.on.ok("ca", "install", "issuing", two.stick / "issuing.pem", "-n").endswith("it would become the certificate of authority issuing\n")
    document = two.on.json("ca", "install", "issuing", two.stick / "issuing.pem", "-n")
    assert document["root_known"] is False and [p["subject"].split(",")[0] for p in document["path"]] == ["CN=Example Issuing CA 1", "CN=Example Root CA"]
    assert tree(two.on.home) == before


def test_a_root_that_is_not_in_the_file_comes_by_trust(two):
    sign(two)
    text = (two.stick / "issuing.pem").read_text()
    (two.stick / "alone.pem").write_text(text[:text.index("-----END") + 26])
    error = two.on.fails(2, "input", "ca", "install", "issuing", two.stick / "alone.pem", "--yes")
    assert error["text"] == "no path to a root: the certificate of CN=Example Root CA,O=Example that signed it is not at hand"
    assert error["hint"] == "give it with --trust FILE" and states(two.on) == {"issuing": "pending"}
    two.off.ok("ca", "export", "root", "--out", two.stick / "root.pem")
    two.on.ok("ca", "install", "issuing", two.stick / "alone.pem", "--trust", two.stick / "root.pem", "--yes")


def test_without_its_passphrase_nothing_is_installed(tmp_path, two):
    pw = secret(tmp_path, "pw", "long words")
    two.on.ok("ca", "passphrase", "issuing", "--new-passphrase-file", pw)
    sign(two)
    before = tree(two.on.home)
    assert two.on.fails(3, "passphrase", "ca", "install", "issuing", two.stick / "issuing.pem", "--yes")["hint"] == "--passphrase-file FILE"
    assert tree(two.on.home) == before and states(two.on) == {"issuing": "pending"}
    two.on.ok("ca", "install", "issuing", two.stick / "issuing.pem", "--yes", "--passphrase-file", pw)
    assert crl_number(two.on, "issuing") == 1


def test_an_unknown_root_needs_a_person(two):
    sign(two)
    before = tree(two.on.home)
    error = two.on.fails(2, "usage", "ca", "install", "issuing", two.stick / "issuing.pem")
    assert error["text"] == "this home does not know the root yet, and there is no terminal to ask"
    assert error["hint"] == "compare the SHA-256 of the root, then run it again with --yes" and tree(two.on.home) == before


def on_terminal(catena, *args, answer, until):
    """Run at a terminal of its own; type answer when `until` was shown. Gives status and what the screen showed."""
    pid, screen = pty.fork()
    if pid == 0:
        os.chdir(catena.folder)
        os.execve(BIN, [BIN, *map(str, args)], catena.env)
    shown, typed = b"", False
    while select.select([screen], [], [], 30)[0]:
        try:
            got = os.read(screen, 4096)
        except OSError:
            break
        if not got:
            break
        shown += got
        if not typed and until in shown:
            os.write(screen, answer)
            typed = True
    os.close(screen)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


@pytest.mark.parametrize("answer, ready", [(b"y\n", True), (b"Y\n", True), (b"yes\n", True), (b"n\n", False), (b"\n", False), (b"\x04", False)])
def test_at_a_terminal_the_root_is_confirmed(two, answer, ready):
    sign(two)
    status, shown = on_terminal(two.on, "ca", "install", "issuing", two.stick / "issuing.pem", answer=answer, until=b"[y/N] ")
    fingerprint = ders(two.stick / "issuing.pem")[1]
    assert x509.load_der_x509_certificate(fingerprint).fingerprint(hashes.SHA256()).hex() in shown.split("Is the root's fingerprint")[0]
    assert (status == 0) is ready and states(two.on)["issuing"] == ("active" if ready else "pending"), shown
    if not ready:
        assert status == 2 and "not confirmed; nothing was changed" in shown


def forge(csr, *, ca=True, path_length=0, days=(-1, 365), root_days=(-1, 3650), root_path=None, usage=True, root_nc=None, name="Forged Root",
          sign_with=None, own_key=None):
    """What a foreign root could send back for a request: PEM of certificate and root."""
    key = ec.generate_private_key(ec.SECP256R1())
    title = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.utcnow()

    def build(subject, public, is_ca, length, span, more=None):
        b = x509.CertificateBuilder().subject_name(subject).issuer_name(title).public_key(public).serial_number(x509.random_serial_number())
        b = b.not_valid_before(now + datetime.timedelta(days=span[0])).not_valid_after(now + datetime.timedelta(days=span[1]))
        b = b.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        b = b.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False)
        b = b.add_extension(x509.BasicConstraints(is_ca, length if is_ca else None), True)
        b = b.add_extension(x509.KeyUsage(not is_ca, False, False, False, False, is_ca and usage, True, False, False), True)
        return b.add_extension(more, True) if more is not None else b

    request = x509.load_pem_x509_csr(csr.read_bytes())
    root = build(title, key.public_key(), True, root_path, root_days, root_nc).sign(key, hashes.SHA256())
    leaf = build(request.subject, own_key or request.public_key(), ca, path_length, days).sign(sign_with or key, hashes.SHA256())
    return b"".join(c.public_bytes(serialization.Encoding.PEM) for c in (leaf, root))


def test_a_foreign_root_is_as_good_as_an_own_one(two):
    (two.stick / "foreign.pem").write_bytes(forge(two.stick / "issuing.csr"))
    two.on.ok("ca", "install", "issuing", two.stick / "foreign.pem", "--yes")
    assert states(two.on) == {"issuing": "active", "forged-root": "foreign"}
    two.on.ok("issue", "server", WEB)


@pytest.mark.parametrize("how, text", [
    (dict(days=(-20, -10)), r"validity: CN=Example Issuing CA 1,O=Example expired \d{4}-"), (dict(days=(10, 20)), "is not valid yet: it begins "),
    (dict(root_days=(-20, -10)), r"validity: CN=Forged Root expired \d{4}-"), (dict(days=(-1, 4000)), r"validity: it would end on .*, after CN=Forged Root \(\d{4}-"),
    (dict(ca=False), "basic_constraints: .* is no authority .*RFC 5280 6.1.4"),
    (dict(usage=False), "key_usage: .* may not sign certificates"), (dict(root_path=0), r"path_length: .*RFC 5280"),
    (dict(sign_with=ec.generate_private_key(ec.SECP256R1())), "signature: the signature of CN=Example Issuing CA 1,O=Example is not by CN=Forged Root"),
    (dict(own_key=ec.generate_private_key(ec.SECP256R1()).public_key()), "certificate: no certificate in it is for the key of authority issuing"),
])
def test_a_certificate_that_will_not_do_is_refused_and_nothing_is_changed(two, how, text):
    (two.stick / "bad.pem").write_bytes(forge(two.stick / "issuing.csr", **how))
    before = tree(two.on.home)
    error = two.on.fails(2, "input", "ca", "install", "issuing", two.stick / "bad.pem", "--yes")
    assert re.search(text, error["text"]), error
    assert tree(two.on.home) == before


def test_without_its_root_a_certificate_is_not_installed(two):
    pem = forge(two.stick / "issuing.csr")
    (two.stick / "alone.pem").write_bytes(pem[:pem.index(b"-----END CERTIFICATE-----") + 26])
    error = two.on.fails(2, "input", "ca", "install", "issuing", two.stick / "alone.pem", "--yes")
    assert error["text"] == "no path to a root: the certificate of CN=Forged Root that signed it is not at hand"
    assert error["hint"] == "give it with --trust FILE"
    (two.stick / "root.pem").write_bytes(pem[pem.index(b"-----END CERTIFICATE-----") + 26:])
    two.on.ok("ca", "install", "issuing", two.stick / "alone.pem", "--trust", two.stick / "root.pem", "--yes")


@pytest.mark.parametrize("bytes_, text", [(b"", ""), (b"hello\n", ""), (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "")])
def test_what_is_no_certificate_is_refused(two, bytes_, text):
    (two.stick / "bad.pem").write_bytes(bytes_)
    assert two.on.fails(2, "input", "ca", "install", "issuing", two.stick / "bad.pem", "--yes")["text"].startswith("certificate: " + text)


def test_a_foreign_root_s_key_stays_where_it_is(two):
    sign(two)
    two.on.ok("ca", "install", "issuing", two.stick / "issuing.pem", "--yes")
    two.off.ok("ca", "detach", "root", "--out", two.stick / "root.key")
    assert two.on.fails(2, "input", "ca", "attach", "example-root-ca", two.stick / "root.key")["text"] == (
        "authority example-root-ca is of another home: its key belongs there")
    error = two.on.fails(3, "key", "ca", "detach", "example-root-ca", "--out", "x")
    assert error["hint"] == "it is in the home that example-root-ca is of"
    assert two.on.fails(3, "key", "crl", "example-root-ca")["hint"] == "make its CRL where the key is, then: catena crl install FILE"


def test_a_home_knows_its_own_root_and_does_not_ask_again(two):
    sign(two)
    two.on.ok("ca", "install", "issuing", two.stick / "issuing.pem", "--yes")
    two.on.ok("ca", "csr", "issuing", "--out", two.stick / "again.csr")
    sign(two, csr="again.csr", out="again.pem")
    document = two.on.json("ca", "install", "issuing", two.stick / "again.pem")
    assert document["root_known"] is True


# ---- the offline root's CRL

@pytest.fixture
def joined(two):
    sign(two)
    two.on.ok("ca", "install", "issuing", two.stick / "issuing.pem", "--yes")
    return two


def test_the_root_s_crl_is_carried_and_published(joined):
    two = joined
    shown = two.off.json("crl", "root", "--out", two.stick / "root.crl")["crls"][0]
    assert shown["files"][-1] == str(two.stick / "root.crl")
    document = two.on.json("crl", "install", two.stick / "root.crl")["crls"][0]
    assert (document["authority"], document["number"]) == ("example-root-ca", shown["number"])
    assert (two.on.home / "public" / "example-root-ca.crl").read_bytes() == (two.stick / "root.crl").read_bytes()
    error = two.on.fails(2, "input", "crl", "install", two.stick / "root.crl")
    assert error["text"] == f"CRL number {shown['number']} is not newer than the one this home has, {shown['number']}"
    two.off.ok("crl", "root", "--out", two.stick / "new.pem")
    assert "BEGIN X509 CRL" in (two.stick / "new.pem").read_text()
    assert two.on.json("crl", "install", two.stick / "new.pem")["crls"][0]["number"] == shown["number"] + 1
    two.on.fails(2, "input", "crl", "install", two.stick / "root.crl")


def test_nothing_is_issued_under_an_authority_that_its_root_s_crl_revokes(joined):
    two = joined
    two.on.ok("issue", "server", WEB, "-n")
    serial = two.off.json("list", "--ca", "root")["certificates"][0]["serial"]
    two.off.ok("revoke", serial, "--reason", "cACompromise", "--yes")
    number = two.off.json("crl", "root", "--out", two.stick / "root.crl")["crls"][0]["number"]
    two.on.ok("crl", "install", two.stick / "root.crl")
    error = two.on.fails(1, "policy", "issue", "server", WEB)
    assert f"its CA certificate with serial {serial} is revoked (CRL {number} of example-root-ca)" in error["text"], error
    error = two.on.fails(2, "input", "ca", "install", "issuing", two.stick / "issuing.pem")
    assert error["text"].startswith("revocation: CN=Example Issuing CA 1,O=Example was revoked ") and "cACompromise" in error["text"]


def test_a_dry_run_of_crl_install_says_so(joined):
    joined.off.ok("crl", "root", "--out", joined.stick / "root.crl")
    before = tree(joined.on.home)
    assert joined.on.ok("crl", "install", joined.stick / "root.crl", "-n").startswith("it would be installed, nothing was changed:\nCRL 2 of ")
    assert tree(joined.on.home) == before


def test_an_altered_crl_is_refused(joined):
    joined.off.ok("crl", "root", "--out", joined.stick / "root.crl")
    der = bytearray((joined.stick / "root.crl").read_bytes())
    der[-1] ^= 1
    (joined.stick / "root.crl").write_bytes(der)
    before = tree(joined.on.home)
    error = joined.on.fails(2, "input", "crl", "install", joined.stick / "root.crl")
    assert error["text"] == "CRL: its signature is not by the authority it names" and tree(joined.on.home) == before


def test_a_stranger_s_crl_is_refused(joined, pki):
    pki.ok("init", "--org", "Other", "--domain", "other.example", "--no-passphrase", "-C", "other")
    error = joined.on.fails(2, "input", "crl", "install", pki.folder / "other" / "public" / "root.crl")
    assert error["text"] == "CRL: no authority that this home knows has the name of its issuer"


def test_an_own_authority_s_crl_is_not_installed(joined):
    error = joined.on.fails(2, "input", "crl", "install", joined.on.home / "public" / "issuing.crl")
    assert error["text"] == "CRL: authority issuing makes its CRLs in this home" and error["hint"] == "catena crl issuing"


def test_crl_out_is_checked_first_and_needs_a_name(pki):
    (pki.folder / "x.crl").write_text("mine")
    number = crl_number(pki)
    assert pki.fails(3, "exists", "crl", "issuing", "--out", "x.crl")["text"] == "x.crl exists; nothing was signed"
    assert pki.fails(2, "usage", "crl", "--out", "y.crl")["text"] == "--out needs the NAME of one authority"
    assert crl_number(pki) == number
    before = tree(pki.home)
    assert pki.fails(3, "file", "crl", "issuing", "--out", "nowhere/y.crl")["text"] == "--out nowhere/y.crl: No such file or directory"
    assert tree(pki.home) == before
