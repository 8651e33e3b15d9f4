"""init: a home is whole or is not there, says what comes next, and takes what people are called."""
import os
import random
import signal
import subprocess
import time

import pytest

from conftest import BIN
from judges import judge, load, run

BASICS = ("--org", "Example", "--domain", "internal.example")
OPEN = (*BASICS, "--no-passphrase")


def entries(folder):
    return sorted(p.name for p in folder.iterdir())


def modes(home):
    return {str(p.relative_to(home)): oct(p.stat().st_mode & 0o7777) for p in [home, *home.rglob("*")]}


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text("correct horse\n")
    path.chmod(0o600)
    return path


def test_it_makes_both_authorities_and_says_what_comes_next(catena):
    seen = catena("init", *OPEN)
    assert seen.returncode == 0
    assert seen.stdout == f"{catena.home} is the home of a new PKI for internal.example.\nNext: catena issue server web.internal.example\n"
    assert seen.stderr == ("Without --url certificates carry no CRL or issuer URL: whoever checks them must be given the CRL.\n"
                           f"catena init: warning: the keys of its authorities have no passphrase: whoever reads {catena.home}/keys can sign\n")
    assert [(a["name"], a["state"], a["algorithm"], a["protection"]) for a in catena.json("ca", "list")["authorities"]] == [
        ("root", "active", "ecdsa-p384", "none"), ("issuing", "active", "ecdsa-p256", "none")]
    assert catena.json("policy", "check")["ok"] is True
    assert catena.json("db", "check")["ok"] is True and catena.json("log", "verify")["problems"] == []


def test_what_comes_next_works_as_it_is_printed(catena):
    line = catena("-C", "p", "init", *OPEN).stdout.splitlines()[-1]
    assert line == "Next: catena -C p issue server web.internal.example"
    catena.ok(*line.split()[2:])


def test_its_document(catena):
    assert catena.json("init", *OPEN) == {"ok": True, "home": str(catena.home), "warnings": [
        f"the keys of its authorities have no passphrase: whoever reads {catena.home}/keys can sign"]}


def test_files_are_for_their_owner_alone_and_public_is_public(catena):
    catena.ok("init", *OPEN)
    seen = modes(catena.home)
    assert seen["."] == "0o711" and seen["public"] == "0o755" and seen["keys"] == seen["policies"] == "0o700"
    for path, mode in seen.items():
        if path.startswith("public/"):
            assert mode == "0o644", path
        elif path not in (".", "public", "keys", "policies"):
            assert mode == "0o600", path
    assert {p.name.split("-")[0].split(".")[0] for p in (catena.home / "public").iterdir()} == {"root", "issuing"}


def test_its_authorities_are_good_certificates(catena):
    catena.ok("init", *OPEN, "--url", "http://pki.internal.example/ca/")
    catena.ok("ca", "export", "root", "--out", "root.pem")
    catena.ok("ca", "export", "issuing", "--chain", "--out", "chain.pem")
    issuing = judge(catena.folder / "chain.pem", catena.folder / "root.pem")
    assert issuing.subject.rfc4514_string() == "CN=Example Issuing CA 1,O=Example"
    key = catena.json("ca", "show", "root")["key_id"][:8]
    text = run("openssl", "x509", "-in", catena.folder / "chain.pem", "-noout", "-text").stdout
    assert f"URI:http://pki.internal.example/ca/root-{key}.crl\n" in text and f"URI:http://pki.internal.example/ca/root-{key}.crt\n" in text
    assert (catena.home / "public" / f"root-{key}.crl").exists() and (catena.home / "public" / f"root-{key}.crt").exists()
    assert "CA:TRUE, pathlen:0" in text and "CA:TRUE, pathlen:1" in run("openssl", "x509", "-in", catena.folder / "root.pem", "-noout", "-text").stdout


def test_without_url_nothing_carries_one(catena):
    catena.ok("init", *OPEN)
    catena.ok("issue", "server", "web.internal.example")
    assert "URI:" not in run("openssl", "x509", "-in", catena.folder / "web.internal.example.crt", "-noout", "-text").stdout


def test_with_url_nothing_is_said_of_it(catena):
    assert "--url" not in catena("init", *OPEN, "--url", "http://pki.internal.example").stderr


def test_keys_are_encrypted_with_the_passphrase(catena, secret):
    catena.ok("init", *BASICS, "--passphrase-file", secret)
    keys = sorted((catena.home / "keys").glob("*-*.key"))
    assert len(keys) == 2 and all(k.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----") for k in keys)
    for key in keys:
        assert run("openssl", "pkey", "-in", key, "-passin", f"file:{secret}", "-noout").returncode == 0
        assert run("openssl", "pkey", "-in", key, "-passin", "pass:wrong", "-noout").returncode != 0
    planted = [p for p in catena.home.rglob("*") if p.is_file() and b"correct horse" in p.read_bytes()]
    assert planted == []


def test_only_a_root(catena):
    seen = catena("init", *OPEN, "--only", "root")
    assert seen.returncode == 0 and "Next: catena ca sign REQUEST --by root --as issuing" in seen.stdout
    assert [a["name"] for a in catena.json("ca", "list")["authorities"]] == ["root"]
    assert "issuing:" in (catena.home / "policies" / "ca.yaml").read_text()
    assert catena.fails(2, "not_found", "issue", "server", "web.internal.example")["text"] == "profile server: there is no authority 'issuing'"
    assert catena.json("policy", "check")["ok"] is True


def test_only_an_issuing_authority_prints_its_request(catena):
    seen = catena("init", *OPEN, "--only", "issuing")
    assert seen.returncode == 0
    request = run("openssl", "req", "-noout", "-verify", "-subject", input=seen.stdout[seen.stdout.index("-----BEGIN"):])
    assert request.returncode == 0 and "CN = Example Issuing CA 1" in request.stdout
    assert [(a["name"], a["state"]) for a in catena.json("ca", "list")["authorities"]] == [("issuing", "pending")]
    policy = (catena.home / "policies" / "ca.yaml").read_text()
    assert "issuer: external" in policy and "  root:" not in policy
    assert list((catena.home / "public").iterdir()) == []
    assert catena.json("policy", "check")["ok"] is True


def test_the_request_stands_in_the_document(catena):
    document = catena.json("init", *OPEN, "--only", "issuing")
    assert document["csr"].startswith("-----BEGIN CERTIFICATE REQUEST-----\n")


@pytest.mark.parametrize("what", ["home", "file", "full folder", "link to nowhere", "pending home"])
def test_what_is_there_already_is_left_alone(catena, what):
    if what == "home":
        catena.ok("init", *OPEN)
    elif what == "pending home":
        catena.ok("init", *OPEN, "--only", "issuing")
    elif what == "file":
        catena.home.write_text("mine")
    elif what == "link to nowhere":
        catena.home.symlink_to("nowhere")
    else:
        catena.home.mkdir()
        (catena.home / "mine").write_text("mine")
    before = entries(catena.folder), catena.home.is_dir() and modes(catena.home)
    error = catena.fails(3, "exists", "init", *OPEN)
    assert error["text"] == f"{catena.home} exists already; nothing was changed"
    assert error["hint"] == "use it, or name another with -C DIR"
    assert (entries(catena.folder), catena.home.is_dir() and modes(catena.home)) == before


def test_an_empty_folder_becomes_the_home(catena):
    catena.home.mkdir()
    catena.ok("init", *OPEN)
    assert (catena.home / "catena.db").exists() and entries(catena.folder) == ["home"]


def test_parents_are_made(catena):
    catena.ok("-C", "a/b/c/", "init", *OPEN)
    assert (catena.folder / "a" / "b" / "c" / "catena.db").exists() and entries(catena.folder / "a" / "b") == ["c"]


def test_a_file_among_the_parents_is_named(catena):
    (catena.folder / "file").write_text("")
    assert catena.fails(3, "file", "-C", "file/home", "init", *OPEN)["text"] == "file/home: Not a directory"


@pytest.mark.parametrize("only", [(), ("--only", "root"), ("--only", "issuing")])
def test_a_dry_run_makes_nothing(catena, only):
    assert catena.ok("-C", "a/b", "init", *OPEN, *only, "--dry-run") == "would make a home at a/b\n"
    assert catena.json("-C", "a/b", "init", *OPEN, *only, "--dry-run")["dry_run"] is True
    assert entries(catena.folder) == []


def test_a_dry_run_needs_no_passphrase_and_still_judges(catena):
    catena.ok("init", *BASICS, "--dry-run")
    catena.fails(2, "input", "init", "--org", "Example", "--domain", "a b", "--dry-run")


@pytest.mark.parametrize("org", ['O"Neill', "O'Neill & Co", "a: b", "{x}", "[x]", "# x", "Größe GmbH", "组织", "*", "x, y=z", "back\\slash", "true", "{key}",
                                 "x" * 51])
def test_an_organisation_is_called_what_it_is_called(catena, org):
    catena.ok("init", "--org", org, "--domain", "internal.example", "--no-passphrase")
    catena.ok("issue", "server", "web.internal.example", "--out", ".")
    cert = load(catena.folder / "web.internal.example.crt")
    names = {a.rfc4514_attribute_name: a.value for a in cert.subject}
    assert names["O"] == org
    assert catena.json("policy", "check")["ok"] is True


@pytest.mark.parametrize("org, text", [
    ("", "--org: an organisation's name is not empty and has no space at its ends"),
    (" x", "--org: an organisation's name is not empty and has no space at its ends"),
    ("a\nb", "--org: O has a control character"),
])
def test_an_organisation_that_cannot_be_is_refused(catena, org, text):
    assert catena.fails(2, "input", "init", "--org", org, "--domain", "internal.example", "--no-passphrase")["text"] == text
    assert entries(catena.folder) == []


def test_a_very_long_organisation_is_refused_in_words(catena):
    error = catena.fails(2, "input", "init", "--org", "x" * 200, "--domain", "internal.example", "--no-passphrase")
    assert error["text"] == "--org: 200 characters: at most 51" and "64 characters of a common name" in error["hint"]
    assert entries(catena.folder) == []


@pytest.mark.parametrize("domain, says", [
    ("a b", "not a DNS name: 'a b': a character that no DNS name has"),
    ("*.internal.example", "'*.internal.example' is a wildcard"),
    ("10.0.0.1", "not a DNS name: '10.0.0.1': its last label is a number, as in an IP address"),
    ("", "not a DNS name"), ("x" * 64 + ".example", "over 63"), ("a..b", "not a DNS name"), ("a@internal.example", "not a DNS name"),
])
def test_a_domain_that_is_none_is_refused(catena, domain, says):
    error = catena.fails(2, "input", "init", "--org", "Example", "--domain", domain, "--no-passphrase")
    assert error["text"].startswith("--domain: ") and says in error["text"]
    assert entries(catena.folder) == []


def test_a_domain_with_umlauts_becomes_its_a_labels(catena):
    catena.ok("init", "--org", "Example", "--domain", "MÜNCHEN.example", "--no-passphrase")
    document = catena.json("issue", "server", "web.münchen.example", "--out", "-")
    assert document["names"] == ["web.xn--mnchen-3ya.example"]


@pytest.mark.parametrize("url, says", [
    ("pki.internal.example", "not an absolute URI"), ("http://pki/x y", "illegal character, at byte"), ("https://pki.internal.example", "is not http"),
    ("ftp://pki.internal.example", "is not http"), ("http://", ""),
])
def test_a_url_that_cannot_be_is_refused(catena, url, says):
    error = catena.fails(2, "input", "init", *OPEN, "--url", url)
    assert error["text"].startswith("--url: ") and says in error["text"]


def test_without_terminal_a_passphrase_file_is_asked_for(catena):
    error = catena.fails(3, "passphrase", "init", *BASICS)
    assert error == {"code": "passphrase", "text": "authority root: a passphrase is needed, and there is no terminal to ask at",
                     "hint": "--passphrase-file FILE, or --no-passphrase to try it out"}
    assert entries(catena.folder) == []


def test_a_passphrase_file_that_others_can_read_is_refused(catena, secret):
    secret.chmod(0o644)
    error = catena.fails(3, "file", "init", *BASICS, "--passphrase-file", secret)
    assert "mode 0644 lets others read it" in error["text"] and error["hint"] == f"chmod 600 {secret}"
    assert entries(catena.folder) == ["secret"]


def test_both_ways_of_a_passphrase_exclude_each_other(catena, secret):
    assert catena.fails(2, "usage", "init", *OPEN, "--passphrase-file", secret)["text"] == "--no-passphrase and --passphrase-file exclude each other"


def test_organisation_and_domain_are_needed(catena):
    assert catena.fails(2, "usage", "init")["text"] == "--org NAME is missing"
    assert catena.fails(2, "usage", "init", "--org", "x")["text"] == "--domain DOMAIN is missing"


def test_a_kill_at_any_time_leaves_no_half_home(catena):
    ended = set()
    for round_ in range(12):
        process = subprocess.Popen([BIN, "init", *OPEN], env=catena.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.Random(round_).uniform(0.005, 0.4))
        process.send_signal(signal.SIGKILL)
        ended.add(process.wait())
        left = entries(catena.folder)
        assert all(name == "home" or name.startswith("home.new-") for name in left), left
        if "home" in left:
            assert len(catena.json("ca", "list")["authorities"]) == 2
            assert catena.json("log", "verify")["problems"] == []
            catena.home.rename(catena.folder / f"home.new-done{round_}")
    assert -signal.SIGKILL in ended
    catena.ok("init", *OPEN)
    catena.ok("issue", "server", "web.internal.example")


def test_of_several_at_once_one_wins(catena):
    all_ = [subprocess.Popen([BIN, "init", *OPEN], env=catena.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    ends = [p.communicate() + (p.returncode,) for p in all_]
    assert sorted(status for _, _, status in ends) == [0, 3, 3, 3]
    assert all("exists already; nothing was changed" in errors for _, errors, status in ends if status == 3)
    assert entries(catena.folder) == ["home"]
    catena.ok("issue", "server", "web.internal.example")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(catena):
    catena.folder.chmod(0o500)
    assert catena.fails(3, "file", "init", *OPEN)["text"].endswith("Permission denied")
