"""Hostile files, selectors, names, values and homes: refused in words, never in a crash, and no terminal is steered by what is said."""
import os
import shutil
import sqlite3
import unicodedata

import pytest

from conftest import Catena, one_document
from hostile import SHA256_ECDSA, bits, is_cheap, name, nested, number, oid, pem, request, san, seq, set_of, tlv

STEERING = "\x1b[31mred\x07 \u009b2J \u202egnp.exe\u2069 \u2028\x7f"
ODD = {
    "depth 100,000": lambda: nested(100_000),
    "1 MB of zeros": lambda: bytes(1_000_000),
    "an indefinite length": lambda: b"\x30\x80\0\0",
    "a length of 4 GiB": lambda: b"\x30\x84\xff\xff\xff\xff\0",
    "3 MiB": lambda: b"\x30" * (3 << 20),
    "one octet": lambda: b"\x30",
    "a request": lambda: request(san(b"web.internal.example")),
    "a request over 1 MiB": lambda: request(seq(oid("1.2.3"), set_of(tlv(0x04, bytes(1 << 20))))),
    "20,000 beginnings": lambda: b"-----BEGIN CERTIFICATE-----\n" * 20_000,
    "a certificate of zeros": lambda: pem(bytes(100_000), "CERTIFICATE"),
    "a CRL of 40,000 entries": lambda: seq(seq(number(1), SHA256_ECDSA, name(b"x"), tlv(0x17, b"260101000000Z"), tlv(0x17, b"260102000000Z"),
                                               seq(*[seq(number(i + 1), tlv(0x17, b"260101000000Z")) for i in range(40_000)])),
                                           SHA256_ECDSA, bits(b"abc")),
    "escapes": lambda: STEERING.encode() * 100,
}
# commands that read a file; none has a use for any of ODD, but ca sign for the request
READERS = {
    "crl install": ["crl", "install", "FILE"],
    "ca install": ["ca", "install", "issuing", "FILE", "--yes"],
    "ca sign": ["ca", "sign", "FILE", "--by", "root", "--as", "issuing"],
    "db restore": ["db", "restore", "FILE"],
    "log verify": ["log", "verify", "--against", "FILE"],
    "show": ["show", "FILE"],
    "history": ["history", "FILE"],
    "revoke": ["revoke", "FILE"],
    "renew": ["renew", "FILE"],
}


@pytest.fixture(scope="module")
def target(template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("target")
    shutil.copytree(template, folder, symlinks=True, dirs_exist_ok=True)
    return Catena(folder)


def steers(text):
    """Characters that make a terminal do or show something else than is written."""
    return [c for c in text if c != "\n" and (unicodedata.category(c) in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(c) in
                                              ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))]


def both_ways(catena, *args, statuses=(2,), **more):
    """As text and as a document: one of the statuses, no escapes, one document; gives the error object."""
    plain = catena(*args, **more)
    assert plain.returncode in statuses, f"exit {plain.returncode}\n{plain.stdout}{plain.stderr}"
    assert not steers(plain.stdout + plain.stderr), plain.stdout + plain.stderr
    run = catena(*args, "--json", **more) if "--" not in args else catena("--json", *args, **more)
    assert run.returncode in statuses and not steers(run.stdout + run.stderr), run.stdout + run.stderr
    return one_document(run.stdout).get("error")


# ---- files

@pytest.mark.parametrize("what, reader", [(w, r) for w in ODD for r in READERS if (w, r) != ("a request", "ca sign")])
def test_a_file_that_makes_no_sense_is_refused_as_input(target, what, reader):
    (target.folder / "odd").write_bytes(ODD[what]())
    error = both_ways(target, *["odd" if word == "FILE" else word for word in READERS[reader]])
    assert error["code"] in ("input", "selector") and "memory" not in error["text"], error


@pytest.mark.parametrize("what", ODD)
def test_looking_at_it_neither_fails_nor_steers(target, what):
    (target.folder / "odd").write_bytes(ODD[what]())
    both_ways(target, "inspect", "odd", statuses=(0, 2))


@pytest.mark.parametrize("reader", ["crl install", "ca sign", "log verify", "show"])
@pytest.mark.parametrize("what", ["depth 100,000", "1 MB of zeros", "20,000 beginnings", "a length of 4 GiB"])
def test_refusing_it_costs_little(target, reader, what):
    (target.folder / "odd").write_bytes(ODD[what]())
    is_cheap(target, 2, *["odd" if word == "FILE" else word for word in READERS[reader]])


@pytest.mark.parametrize("reader", ["crl install", "ca install", "ca sign", "log verify"])
@pytest.mark.parametrize("path, words", [
    (".", ".: is a folder, not a file"), ("loop", "Too many levels of symbolic links"), ("a" * 5_000, "File name too long"),
    (f"no{STEERING}", "No such file or directory"), ("", "a file name that is empty")])
def test_a_path_that_leads_nowhere_is_named(target, reader, path, words):
    if not (target.folder / "loop").is_symlink():
        (target.folder / "loop").symlink_to("loop")
    error = both_ways(target, *[path if word == "FILE" else word for word in READERS[reader]], statuses=(3,))
    assert error["code"] == "file" and words in error["text"], error


@pytest.mark.parametrize("reader", ["crl install", "ca sign", "log verify", "show"])
def test_an_endless_file_ends(target, reader):
    error = both_ways(target, *["/dev/zero" if word == "FILE" else word for word in READERS[reader]])
    assert "larger than" in error["text"], error


# ---- selectors

@pytest.mark.parametrize("selector, words", [
    ("a" * 65_536, "no certificate of this home matches"), ("0" * 65_536, "no certificate of this home matches"),
    ("00:" * 20_000 + "00", "no certificate of this home matches"), ("*.*.x", "no certificate of this home matches"),
    (STEERING, "no certificate of this home matches"), ("--", "no certificate of this home matches"), ("-", "no certificate of this home matches"),
    ("", "no certificate of this home matches"), ("' OR 1=1 --", "no certificate of this home matches"), ("%", "no certificate of this home matches"),
    (b"\xff\xfe", "no certificate of this home matches")], ids=range(11))
@pytest.mark.parametrize("verb", [["show"], ["history"], ["revoke"], ["renew"]], ids=lambda c: c[0])
def test_a_selector_that_means_nothing_matches_nothing(target, verb, selector, words):
    selector = os.fsdecode(selector)
    error = both_ways(target, *verb, "--", selector)
    assert error["code"] in ("selector", "input", "usage") and "memory" not in error["text"], error
    assert len(error["text"]) < 2_000


# ---- names

NAMES = {
    "": "an empty name", " ": "a character that no DNS name has", "a" * 300: "over 253 characters", "a" * 64 + ".internal.example": "over 63",
    "a" * 65_536: "a name over 8192 octets", "a..internal.example": "an empty label", ".internal.example": "an empty label",
    "a.internal.example..": "an empty label", "-a.internal.example": "a hyphen at an end of a label", "a-.internal.example": "a hyphen at an end",
    "--": "a hyphen at an end of a label", "xn--.internal.example": "IDNA", "xn--a.internal.example": "IDNA", "\U0001f600.internal.example": "IDNA",
    "a\u202eb.internal.example": "IDNA", "*.*.internal.example": "whole left-most label", "*": "whole left-most label",
    "a*.internal.example": "whole left-most label", "**.internal.example": "whole left-most label", "*.*.x": "whole left-most label",
    "a\x1b[31m.internal.example": "a control character", "a\nb.internal.example": "a control character", "a\u009b.internal.example": "",
    b"\xff\xfe": "not UTF-8", "10.0.0.0/8": "", "10.0.0.256": "its last label is a number", "010.0.0.1": "its last label is a number",
    "1.2.3.4.5": "its last label is a number", "fe80::1%eth0": "", "[::1]": "", "a@": "not an e-mail address", "@internal.example": "not an e-mail",
    "a@@internal.example": "not an e-mail address", "http://": "names a host", "http://x y/": "not a URI", "spiffe://": "not a SPIFFE ID",
}


@pytest.mark.parametrize("given", NAMES, ids=range(len(NAMES)))
def test_what_is_no_name_is_refused_in_words(target, given):
    before = target.json("log", "verify")["size"]
    error = both_ways(target, "issue", "server", "--", os.fsdecode(given))
    assert error["code"] == "input" and NAMES[given] in error["text"], error
    assert target.json("log", "verify")["size"] == before


@pytest.mark.parametrize("given, becomes", [
    ("a.internal.example.", "a.internal.example"), ("A.Internal.Example", "a.internal.example"), ("\uff21.internal.example", "a.internal.example"),
    ("a\u3002internal.example", "a.internal.example"), ("m\u00fcnchen.internal.example", "xn--mnchen-3ya.internal.example")])
def test_an_odd_name_becomes_what_it_means(target, given, becomes):
    assert target.json("issue", "server", given, "--dry-run")["names"] == [becomes]


def test_a_thousand_and_one_names_are_refused(target):
    error = both_ways(target, "issue", "server", "--dry-run", *[f"h{i}.internal.example" for i in range(1_001)], statuses=(1,))
    assert {"rule": "names.total", "text": "more than 1000 names"}.items() <= error["reasons"][-1].items(), error


# ---- values of options

@pytest.mark.parametrize("args, words", [
    (["list", "--limit", "99999999999999999999"], "--limit: "), (["list", "--limit", "-1"], "--limit: "), (["list", "--limit", ""], "--limit: "),
    (["list", "--limit", "1e3"], "--limit: "), (["list", "--limit", "0x10"], "--limit: "), (["list", "--limit", " 1"], "--limit: "),
    (["list", "--wait", "99999999999999999999d"], "--wait: "), (["list", "--wait", "-1s"], "--wait: "), (["list", "--wait", ""], "--wait: "),
    (["list", "--wait", "1"], "--wait: "), (["list", "--expiring", "9223372036854775807y"], "--expiring: "),
    (["list", "--since", "99999-01-01"], "--since: "), (["list", "--since", "2026-02-30"], "--since: "), (["list", "--since", ""], "--since: "),
    (["list", "--since", "2026-01-01T00:00:00"], "--since: "), (["list", "--status", ""], "--status: "),
    (["list", "--status", STEERING], "--status: "),
    (["list", "--sort", "x" * 10_000], "--sort: "), (["issue", "server", "a.internal.example", "--lifetime", "0d"], "--lifetime: "),
    (["issue", "server", "a.internal.example", "--lifetime", "99999999999y"], "--lifetime: "),
    (["revoke", "web.internal.example", "--reason", STEERING], ""), (["list", f"--{STEERING}"], "unknown option"), ([STEERING], "no such command"),
    (["-C", "", "list"], ""), (["list", "a"], "unexpected argument 'a'"), (["list", STEERING], "unexpected argument")], ids=range(26))
def test_a_value_that_cannot_be_is_refused(target, args, words):
    error = both_ways(target, *args, statuses=(2, 3) if words == "" else (2,))
    assert words in error["text"], error


def test_the_last_of_several_values_counts(target):
    assert target.json("list", "--limit", "5", "--limit", "1")["certificates"] == target.json("list", "--limit", "1")["certificates"]


@pytest.mark.parametrize("profile", ["", ".", "..", "../policies/server", "/etc/passwd", "server.yaml", "ca", STEERING, "a" * 65_536, "server\n"],
                         ids=range(10))
def test_a_profile_is_no_path(target, profile):
    error = both_ways(target, "issue", "--dry-run", "--", profile, "a.internal.example")
    assert error["code"] in ("input", "not_found", "usage"), error
    both_ways(target, "policy", "show", "--", profile)


# ---- what is shown later

def test_nothing_that_was_recorded_steers_a_terminal(pki):
    pki.ok("issue", "server", "web.internal.example", "--owner", STEERING, "--note", STEERING, "--out", ".")
    pki.ok("halt", "--why", STEERING)
    for args in (["list"], ["list", "--owner", STEERING], ["show", "web.internal.example"], ["history", "web.internal.example"], ["log", "list"],
                 ["db", "check"], ["log", "verify"]):
        both_ways(pki, *args, statuses=(0,))
    both_ways(pki, "issue", "server", "a.internal.example", statuses=(3,))
    assert pki.json("show", "web.internal.example")["owner"] == STEERING
    assert not steers(pki.ok("list", "--csv"))


def test_a_policy_s_own_words_steer_no_terminal(pki):
    path = pki.home / "policies" / "server.yaml"
    text = path.read_text()
    path.write_text(text.replace('description: "', 'description: "\\e[31m\\u202e\\u009b', 1).replace("max: 398d", 'max: "\\e[31m\\u009b"'))
    both_ways(pki, "policy", "check")
    path.write_text(text.replace('description: "', 'description: "\\e[31m\\u202e\\u009b', 1))
    both_ways(pki, "policy", "show", "server", statuses=(0,))
    both_ways(pki, "policy", "explain", "server", "a.internal.example", statuses=(0,))
    path.rename(path.with_name(f"{STEERING.replace('/', '')}.yaml"))
    both_ways(pki, "policy", "check", statuses=(0, 2))
    both_ways(pki, "issue", "server", "a.internal.example")


def test_what_a_request_says_steers_no_terminal(target):
    (target.folder / "bomb").write_bytes(request(san(b"web.internal.example"), subject=name(STEERING.encode())))
    both_ways(target, "issue", "server", "--csr", "bomb", "--dry-run", statuses=(0,))
    both_ways(target, "policy", "explain", "server", "--csr", "bomb", statuses=(0,))
    both_ways(target, "inspect", "bomb", statuses=(0,))


# ---- homes that are broken

def test_a_home_without_policies_says_so(pki):
    shutil.rmtree(pki.home / "policies")
    for args in (["issue", "server", "a.internal.example"], ["policy", "check"], ["ca", "create", "x"]):
        error = both_ways(pki, *args, statuses=(2, 3))
        assert "policies" in error["text"], error
    pki.ok("list")


def test_a_policy_for_the_group_to_write_is_refused_with_its_chmod(pki):
    path = pki.home / "policies" / "server.yaml"
    path.chmod(0o660)
    error = both_ways(pki, "issue", "server", "a.internal.example", statuses=(3,))
    assert error["code"] == "file" and "server.yaml" in error["text"] and "chmod" in error["hint"], error


def test_ca_yaml_without_the_authority_is_told(pki):
    (pki.home / "policies" / "ca.yaml").write_text("authorities:\n  other:\n    subject: { CN: Other }\n    key: { algorithm: ecdsa-p256 }\n"
                                                   "    lifetime: 1y\n")
    error = both_ways(pki, "issue", "server", "a.internal.example")
    assert "issuing" in error["text"] and error["code"] in ("input", "not_found"), error


def test_a_public_folder_that_is_gone_comes_back_with_the_next_crl(pki):
    shutil.rmtree(pki.home / "public")
    run = pki("crl")
    assert run.returncode in (0, 3), run.stderr
    if run.returncode == 0:
        assert (pki.home / "public" / "issuing.crl").exists()
    else:
        assert "public" in run.stderr


def test_a_highwater_that_is_garbage_is_found(pki):
    path = pki.home / "highwater"
    whole = path.read_bytes()
    for bad in (b"", b"\0" * 1_000, STEERING.encode(), whole[:-5], b"a" * (3 << 20), whole * 2):
        path.write_bytes(bad)
        both_ways(pki, "log", "verify", statuses=(1, 2, 3))
        both_ways(pki, "issue", "server", "a.internal.example", "--out", ".", "--force", statuses=(0, 2, 3))
        path.write_bytes(whole)


def test_a_home_that_is_a_file_or_in_a_place_without_files_is_told(catena):
    (catena.folder / "file").write_text("no home")
    for home in ("file", "/dev/null", "/proc/self", "/proc", STEERING):
        error = both_ways(catena, "-C", home, "list", statuses=(3,))
        assert error["code"] in ("store", "file"), error
    for home in ("file", "/dev/null/x", "/proc/x", "/proc/self/x"):
        both_ways(catena, "-C", home, "init", "--org", "Example", "--domain", "internal.example", "--no-passphrase", statuses=(2, 3))


def test_a_wal_that_was_left_behind_is_read(pki):
    keep = sqlite3.connect(pki.home / "catena.db")
    keep.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    pki.ok("issue", "server", "a.internal.example", "--out", ".")
    copy = pki.folder / "copy"
    shutil.copytree(pki.home, copy)
    keep.close()
    assert (copy / "catena.db-wal").stat().st_size > 0
    assert pki.json("-C", "copy", "show", "a.internal.example")["ok"] is True
    assert pki.json("-C", "copy", "db", "check")["ok"] is True


@pytest.mark.parametrize("wal", [b"garbage" * 1_000, b"\x37\x7f\x06\x82" + bytes(100_000)])
def test_a_wal_of_somebody_else_is_not_believed(pki, wal):
    before = pki.json("list")["certificates"]
    (pki.home / "catena.db-wal").write_bytes(wal)
    (pki.home / "catena.db-wal").chmod(0o600)
    run = pki("list", "--json")
    assert run.returncode in (0, 3), run.stderr
    assert run.returncode == 3 or one_document(run.stdout)["certificates"] == before
