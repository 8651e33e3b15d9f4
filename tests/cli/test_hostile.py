"""Hostile policies and requests: refused with a place or a name, at once, in little memory, and nothing is recorded."""
import random
import shutil

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from conftest import Catena
from hostile import (KEY, SAN, SHA256_RSA, bits, dns, extension, info, is_cheap, name, nested, number, octets, oid, pem, request, rsa_spki, san,
                     seq, set_of, signed, spki, tlv, wish)

WEB = b"web.internal.example"


@pytest.fixture(scope="module")
def target(template, tmp_path_factory):
    """One home for all: what is refused changes nothing in it."""
    folder = tmp_path_factory.mktemp("target")
    shutil.copytree(template, folder, symlinks=True, dirs_exist_ok=True)
    return Catena(folder)


# ---- policies

@pytest.fixture
def server(target):
    """The policy that is attacked; afterwards it is whole again."""
    path = target.home / "policies" / "server.yaml"
    whole = path.read_bytes()
    yield path
    path.write_bytes(whole)


def written(old, new):
    """The starting policy with one thing written otherwise."""
    def change(text):
        assert old in text, text
        return text.replace(old, new, 1)
    return change


def after(more):
    return lambda text: text + more


def alone(bomb):
    return lambda _: bomb


LAUGHS = b"a: &a [x,x,x]\n" + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(20))
# what: how the file is made, where the first error stands (None: anywhere), what is said
POLICIES = {
    "100 KB of [": (alone(b"[" * 100_000), (1, 17), "nested more than 16 deep"),
    "100 KB of x: [": (alone(b"x: " + b"[" * 100_000), (1, 19), "nested more than 16 deep"),
    "100 KB of {": (alone(b"{" * 100_000), (1, 2), "a key must be text"),
    "100 KB of - ": (alone(b"- " * 50_000), (1, 33), "nested more than 16 deep"),
    "100 KB of ? ": (alone(b"? " * 50_000), (1, 3), "a key must be text"),
    "[ and { in turn": (alone(b"[{" * 50_000), (1, 3), "a key must be text"),
    "500 indented maps": (alone(b"".join(b" " * i + b"a:\n" for i in range(500))), (17, 17), "nested more than 16 deep"),
    "one level too deep": (alone(b"x: " + b"[" * 16 + b"]" * 16), (1, 19), "nested more than 16 deep"),
    "100,000 anchors": (alone(b"x: [" + b"&a " * 85_000 + b"]"), (1, 5), "anchors are not read"),
    "anchors of many names": (alone(b"".join(b"- &a%d x\n" % i for i in range(20_000))), (1, 3), "anchors are not read"),
    "aliases of aliases": (alone(LAUGHS), (1, 4), "anchors are not read"),
    "60,000 aliases": (alone(b"b: [" + b"*a," * 60_000 + b"]"), (1, 5), "aliases are not read"),
    "60,000 lists": (alone(b"x: [" + b"[]," * 60_000 + b"]"), None, "more than 20000 values"),
    "100,000 values": (alone(b"x: [" + b"a," * 100_000 + b"]"), None, "more than 20000 values"),
    "20,000 keys": (alone(b"".join(b"k%d: x\n" % i for i in range(20_000))), (257, 1), "more than 256 keys in one map"),
    "20,000 keys on a line": (alone(b"{" + b",".join(b"k%d: x" % i for i in range(20_000)) + b"}"), None, "more than 256 keys in one map"),
    "15,000 times one key": (alone(b"description: x\n" * 15_000), (2, 1), "key 'description' stands twice, first at line 1"),
    "one key twice": (after(b"issuer: issuing\n"), None, "key 'issuer' stands twice"),
    "a merge key": (after(b"<<: { a: b }\n"), None, "merge keys are not read"),
    "a tag": (written(b"description: ", b"description: !!python/object/apply:os.system "), (2, 14), "tags are not read"),
    "40,000 tags": (alone(b"x: [" + b"!t 1," * 40_000 + b"]"), (1, 5), "tags are not read"),
    "a directive": (alone(b"%TAG ! tag:x,2000:\n---\na: 1\n"), (1, 1), "directives"),
    "20,000 directives": (alone(b"%TAG !a! x\n" * 20_000 + b"---\na: 1\n"), None, "must be quoted"),
    "a second document": (after(b"---\na: b\n"), None, "a second document"),
    "60,000 documents": (alone(b"---\n" * 60_000), (2, 1), "a second document"),
    "60,000 ends": (alone(b"...\n" * 60_000), (1, 1), "not YAML"),
    "an integer of 100,000 digits": (written(b"max: 100", b"max: " + b"9" * 100_000), None, "is outside 1 to 1000"),
    "a duration of 100,000 digits": (written(b"max: 398d", b"max: " + b"9" * 100_000 + b"d"), None, "is too long"),
    "a hexadecimal number": (written(b"max: 100", b"max: 0x10"), None, "'0x10' is no whole number"),
    "a negative number": (written(b"max: 100", b"max: -1"), None, "'-1' is no whole number"),
    "an octal number": (written(b"max: 100", b"max: 0100"), None, "leading zero"),
    "broken UTF-8": (written(b"inside", b"in\xff\xfeside"), None, "not UTF-8 (byte 0xff)"),
    "broken UTF-8 in a comment": (after(b"# \xc3\x28\n"), None, "not UTF-8 (byte 0xc3)"),
    "a surrogate": (after(b"# \xed\xa0\x80\n"), None, "not UTF-8 (byte 0xed)"),
    "UTF-16": (lambda text: text.decode().encode("utf-16"), (1, 1), "not UTF-8 (byte 0xff)"),
    "UTF-16 without a mark": (lambda text: text.decode().encode("utf-16-le"), (1, 2), "a control character (byte 0x00)"),
    "a NUL": (after(b"# \0\n"), None, "a control character (byte 0x00)"),
    "a NUL written as an escape": (alone(b'a: "x\\0y"\n'), (1, 4), "a text with a NUL character in it"),
    "an ESC": (after(b"# \x1b[31m\n"), None, "a control character (byte 0x1b)"),
    "a C1 control": (after("# \u009b31m\n".encode()), None, "a control character (byte 0xc2)"),
    "U+FFFF": (after("# \uffff\n".encode()), None, "a control character (byte 0xef)"),
    "a DEL": (after(b"# \x7f\n"), None, "a control character (byte 0x7f)"),
    "256 KiB and one": (lambda text: text + b"#" * (262_145 - len(text)), (1, 1), "larger than the 256 KiB that a policy may have"),
    "three MiB": (alone(b"#" * (3 << 20)), (1, 1), "larger than the 256 KiB that a policy may have"),
    "tabs": (after(b"renew2:\n\tx: y\n"), None, "not YAML"),
    "200,000 tabs": (alone(b"\t" * 200_000), (1, 1), "not YAML"),
    "200,000 blanks": (alone(b" " * 200_000), (1, 1), "the file is empty"),
    "nothing": (alone(b""), (1, 1), "the file is empty"),
    "200,000 colons": (alone(b":" * 200_000), (1, 1), "must be quoted"),
    "200,000 stars": (alone(b"*" * 200_000), (1, 1), "must be quoted"),
    "a key of 250,000 characters": (alone(b"a" * 250_000 + b": x\n"), None, "not YAML"),
    "a quote that never ends": (alone(b'"' + b"a\\\n" * 60_000), None, "not YAML"),
    "an escape that is no character": (alone(b'a: "\\uD800"\n'), (1, 7), "not YAML"),
    "10,000 purposes": (written(b"[serverAuth]", b"[" + b",".join(b"1.2.3.%d" % i for i in range(10_000)) + b"]"), None, "more than 64 purposes"),
    "10,000 kinds of key": (written(b"allow: [", b"allow: [" + b"rsa-2048, " * 10_000), None, "more than 64 kinds of key"),
    "a name of 200,000 characters": (written(b'"**.internal.example"', b'"' + b"a." * 100_000 + b'x"'), None, "over 253 characters"),
}


@pytest.mark.parametrize("what", POLICIES)
def test_a_hostile_policy_is_refused_at_its_place(target, server, what):
    make, place, words = POLICIES[what]
    server.write_bytes(make(server.read_bytes()))
    error = target.fails(2, "input", "policy", "check")
    assert all(r["file"] == "policies/server.yaml" and r["line"] > 0 and r["column"] > 0 for r in error["reasons"])
    assert len(error["reasons"]) <= 51
    said = [r for r in error["reasons"] if words in r["text"]]
    assert said, error["reasons"]
    if place is not None:
        assert (said[0]["line"], said[0]["column"]) == place
    assert words not in ("nested more than 16 deep", "anchors are not read", "tags are not read", "merge keys are not read", "a second document",
                         "larger than the 256 KiB that a policy may have") or said[0]["hint"]
    refused = target.fails(2, "input", "issue", "server", WEB.decode(), "--dry-run")
    assert "policies/server.yaml" in refused["text"]


@pytest.mark.parametrize("what", POLICIES)
def test_a_hostile_policy_costs_little(target, server, what):
    server.write_bytes(POLICIES[what][0](server.read_bytes()))
    is_cheap(target, 2, "policy", "check", "--quiet")
    is_cheap(target, 2, "issue", "server", WEB.decode(), "--dry-run")


@pytest.mark.parametrize("how", ["CRLF", "CR", "a byte order mark", "exactly 256 KiB"])
def test_a_policy_that_is_only_odd_is_read(target, server, how):
    text = server.read_bytes()
    server.write_bytes({"CRLF": text.replace(b"\n", b"\r\n"), "CR": text.replace(b"\n", b"\r"), "a byte order mark": b"\xef\xbb\xbf" + text,
                        "exactly 256 KiB": text + b"#" * (262_143 - len(text)) + b"\n"}[how])
    assert target.json("policy", "check")["ok"] is True
    target.ok("issue", "server", WEB.decode(), "--dry-run")


AUTHORITIES = {
    "an issuer of 100,000 characters": (written(b"issuer: root", b"issuer: " + b"r" * 100_000), "rrrr"),
    "5,000 URLs": (written(b"refresh: 1d\n", b"refresh: 1d\n      urls: [" + b'"http://a/b", ' * 5_000 + b"]\n"), "more than 8 URLs"),
    "a URL of 100,000 characters": (written(b"refresh: 1d\n", b'refresh: 1d\n      urls: ["http://' + b"a/" * 50_000 + b'"]\n'),
                                    "a URL of more than 2048 characters"),
    "10,000 purposes": (written(b"extended_key_usage: []", b"extended_key_usage: [" + b"1.2.3," * 10_000 + b"]"), "more than 64 purposes"),
    "100 KB of [": (alone(b"[" * 100_000), "nested more than 16 deep"),
}


@pytest.mark.parametrize("what", AUTHORITIES)
def test_a_hostile_ca_yaml_is_refused_too(pki, what):
    make, words = AUTHORITIES[what]
    path = pki.home / "policies" / "ca.yaml"
    path.write_bytes(make(path.read_bytes()))
    reasons = pki.fails(2, "input", "policy", "check")["reasons"]
    assert any(words in r["text"] and r["file"] == "policies/ca.yaml" for r in reasons), reasons
    is_cheap(pki, 2, "policy", "check", "--quiet")


# ---- requests

def junk(n):
    """A number of n bits, odd."""
    return random.Random(n).getrandbits(n) | 1 << n - 1 | 1


def ec_key(parameters, point):
    return seq(seq(oid("1.2.840.10045.2.1"), parameters), bits(point))


def rsa_request(public):
    return request(san(WEB), public=public, key=None, algorithm=SHA256_RSA)


P256, POINT = oid("1.2.840.10045.3.1.7"), KEY.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
EXPLICIT = seq(number(1), seq(oid("1.2.840.10045.1.1"), number(PRIME)), seq(octets((PRIME - 3).to_bytes(32, "big")), octets(bytes(32))),
               octets(POINT), number(PRIME), number(1))
MODULUS = junk(2048)
OTHER = ec.derive_private_key(7, ec.SECP256R1())
USAGE = extension("2.5.29.37", seq(oid("1.3.6.1.5.5.7.3.1")))
GOOD = request(san(WEB))


def body(der):
    """A SEQUENCE without its identifier and length."""
    return der[2 + (der[1] & 0x7F if der[1] & 0x80 else 0):]


def blocks(n):
    return n * b"-----BEGIN CERTIFICATE REQUEST-----\n"


# what: how it is made, what is said
NOT_DER, ONE_NAME = "not one DER request, at byte ", "not a legal name of type "
REQUESTS = {
    "100,000 names": (lambda: request(san(*[b"h%d.internal.example" % i for i in range(100_000)])), "larger than 2097152 bytes"),
    "35,000 names": (lambda: request(san(*[b"h%d.internal.example" % i for i in range(35_000)])), "more than 1000 names"),
    "100,000 short names": (lambda: request(san(*[b"a"] * 100_000)), "more than 1000 names"),
    "1,001 names": (lambda: request(san(*[b"h%d.internal.example" % i for i in range(1_001)])), "more than 1000 names"),
    "a CN of 1 MB": (lambda: request(san(WEB), subject=name(b"a" * 1_000_000)), "a subject of 1000025 octets, more than 16384"),
    "70,000 CNs": (lambda: request(subject=name(*[b"a"] * 70_000)), "more than 1000 names"),
    "depth 100,000": (lambda: nested(100_000), NOT_DER),
    "depth 1,000": (lambda: nested(1_000), NOT_DER),
    "an attribute of depth 100,000": (lambda: request(seq(oid("1.2.3"), set_of(nested(100_000)))), NOT_DER),
    "names of depth 100,000": (lambda: request(wish(extension(SAN, nested(100_000)))), "requested subjectAltName: malformed general names"),
    "a subject of depth 100,000": (lambda: request(subject=nested(100_000)), NOT_DER),
    "a key of depth 100,000": (lambda: request(public=nested(100_000)), NOT_DER),
    "an otherName of depth 5,000": (lambda: request(wish(extension(SAN, seq(tlv(0xA0, oid("1.2.3"), tlv(0xA0, nested(5_000))))))),
                                    ONE_NAME + "other"),
    "an indefinite length": (lambda: b"\x30\x80" + body(GOOD) + b"\0\0", NOT_DER + "0"),
    "an indefinite length inside": (lambda: signed(b"\x30\x80" + body(info()) + b"\0\0"), NOT_DER + "3"),
    "a length that is not minimal": (lambda: b"\x30\x84" + len(body(GOOD)).to_bytes(4, "big") + body(GOOD), NOT_DER + "0"),
    "a length of 4 GiB": (lambda: b"\x30\x84\xff\xff\xff\xff" + body(GOOD), NOT_DER + "0"),
    "a length of eight octets": (lambda: b"\x30\x88" + b"\xff" * 8 + body(GOOD), NOT_DER + "0"),
    "a version that is not minimal": (lambda: request(version=b"\x02\x02\0\0"), "request version, at byte "),
    "version 2": (lambda: request(version=number(1)), "request version, at byte "),
    "a byte behind it": (lambda: GOOD + b"\0", NOT_DER + str(len(GOOD))),
    "another behind it": (lambda: GOOD + GOOD, NOT_DER + str(len(GOOD))),
    "the last byte missing": (lambda: GOOD[:-1], NOT_DER + "0"),
    "1 MB of zeros": (lambda: bytes(1_000_000), NOT_DER + "0"),
    "1 MB of noise": (lambda: random.Random(2).randbytes(1_000_000), NOT_DER + "0"),
    "NUL in a name": (lambda: request(san(WEB + b"\0.example.com")), ONE_NAME + "dns"),
    "ESC in a name": (lambda: request(san(b"a\x1b[31m.internal.example")), ONE_NAME + "dns"),
    "bad UTF-8 in a name": (lambda: request(san(b"\xff\xfe.internal.example")), ONE_NAME + "dns"),
    "an empty name": (lambda: request(san(b"")), ONE_NAME + "dns"),
    "an address of five octets": (lambda: request(wish(extension(SAN, seq(tlv(0x87, b"12345"))))), ONE_NAME + "ip"),
    "no name in the names": (lambda: request(san()), "requested subjectAltName: malformed general names"),
    "bad UTF-8 in the CN": (lambda: request(san(WEB), subject=name(b"\xc3\x28")), "subject: a string that is not legal for its type"),
    "overlong UTF-8 in the CN": (lambda: request(san(WEB), subject=name(b"\xc0\xaf")), "subject: a string that is not legal for its type"),
    "half a BMPString": (lambda: request(san(WEB), subject=name(b"abc", tag=0x1E)), "subject: a string that is not legal for its type"),
    "another's proof": (lambda: request(san(WEB), key=OTHER), "wrong proof of possession"),
    "a proof of nothing": (lambda: request(san(WEB), key=None), "wrong proof of possession"),
    "a proof with one bit wrong": (lambda: GOOD[:-1] + bytes([GOOD[-1] ^ 1]), "wrong proof of possession"),
    "an explicit curve": (lambda: request(san(WEB), public=ec_key(EXPLICIT, POINT)), "only named curves are accepted"),
    "an implicit curve": (lambda: request(san(WEB), public=ec_key(tlv(0x05), POINT)), "curve other than P-256"),
    "another curve": (lambda: request(san(WEB), public=ec_key(oid("1.3.132.0.10"), POINT)), "curve other than P-256"),
    "a point off the curve": (lambda: request(san(WEB), public=ec_key(P256, POINT[:-1] + bytes([POINT[-1] ^ 1]))), "EC point is not on the curve"),
    "the point at infinity": (lambda: request(san(WEB), public=ec_key(P256, b"\0")), "neither compressed nor uncompressed"),
    "RSA of 512 bits": (lambda: rsa_request(rsa_spki(junk(512))), "RSA modulus of 512 bits; 2048 to 8192 are accepted"),
    "RSA of 1024 bits": (lambda: rsa_request(rsa_spki(junk(1024))), "RSA modulus of 1024 bits"),
    "RSA of 2047 bits": (lambda: rsa_request(rsa_spki(junk(2047))), "RSA modulus of 2047 bits"),
    "RSA of 8193 bits": (lambda: rsa_request(rsa_spki(junk(8193))), "RSA modulus of 8193 bits"),
    "RSA of 16384 bits": (lambda: rsa_request(rsa_spki(junk(16384))), "RSA modulus of 16384 bits"),
    "RSA of a million bits": (lambda: rsa_request(rsa_spki(junk(1_000_000))), "RSA modulus of 125000 octets"),
    "RSA of 8192 bits, unproven": (lambda: rsa_request(rsa_spki(junk(8192))), "public key: |wrong proof of possession"),
    "an even modulus": (lambda: rsa_request(rsa_spki(MODULUS - 1)), "RSA modulus is even"),
    "a modulus of zero": (lambda: rsa_request(rsa_spki(0)), "not an RSA public key of two positive numbers"),
    "exponent 1": (lambda: rsa_request(rsa_spki(MODULUS, 1)), "RSA exponent 1; it must be over 65536"),
    "exponent 3": (lambda: rsa_request(rsa_spki(MODULUS, 3)), "RSA exponent 3; it must be over 65536"),
    "an exponent of 2,001 bits": (lambda: rsa_request(rsa_spki(MODULUS, 2**2000 + 1)), "RSA exponent of 2001 bits"),
    "an unknown key": (lambda: request(san(WEB), public=seq(seq(oid("1.2.3.4")), bits(b"abc"))), "key algorithm 1.2.3.4 is unknown"),
    "an unknown signature": (lambda: request(san(WEB), algorithm=seq(oid("1.2.3.4"))), "an algorithm that is not supported"),
    "an MD5 signature": (lambda: request(san(WEB), algorithm=seq(oid("1.2.840.113549.1.1.4"), tlv(0x05))), "an algorithm that is not supported"),
    "a SHA-1 signature": (lambda: request(san(WEB), algorithm=seq(oid("1.2.840.10045.4.1"))), "ecdsa-with-SHA1, which proves nothing"),
    "two lists of names": (lambda: request(wish(extension(SAN, dns(WEB)), extension(SAN, dns(b"b.internal.example")))), "asked for twice"),
    "two wishes": (lambda: request(san(WEB), san(b"b.internal.example")), "two extension requests"),
    "an extension twice": (lambda: request(wish(USAGE, USAGE)), "an extension is asked for twice"),
    "60,000 extensions": (lambda: request(wish(*[extension(f"1.2.3.{i}", b"\5\0") for i in range(60_000)])), "more than 64 extensions"),
    "over 1 MiB": (lambda: request(seq(oid("1.2.3"), set_of(octets(bytes(1 << 20))))), "larger than any CERTIFICATE REQUEST that is read"),
    "over 1 MiB as PEM": (lambda: pem(request(seq(oid("1.2.3"), set_of(octets(bytes(1 << 20)))))), "line 1: a block of more than "),
    "3 MiB": (lambda: b"\x30" * (3 << 20), "larger than 2097152 bytes"),
    "nothing": (lambda: b"", "is empty"),
    "blanks": (lambda: b"  \n", NOT_DER + "0"),
    "another label": (lambda: pem(GOOD, "CERTIFICATE"), "no CERTIFICATE REQUEST block, but CERTIFICATE"),
    "a key's label": (lambda: pem(GOOD, "PRIVATE KEY"), "no CERTIFICATE REQUEST block, but PRIVATE KEY"),
    "garbage in PEM": (lambda: blocks(1) + b"!!garbage!!\n-----END CERTIFICATE REQUEST-----\n", "line 2: not base64"),
    "PEM without its end": (lambda: pem(GOOD)[:200], "has no END"),
    "base64 that is cut off": (lambda: pem(GOOD)[:200] + b"\n-----END CERTIFICATE REQUEST-----\n", "base64 that ends in the middle of an octet"),
    "20,000 beginnings": (lambda: blocks(20_000), "has no END before the BEGIN in line 2"),
    "a line of 1.5 MB": (lambda: b"-----BEGIN CERTIFICATE REQUEST-----" + b"A" * 1_500_000, "line 1: "),
    "UTF-16": (lambda: pem(GOOD).decode().encode("utf-16"), "UTF-16 text"),
}


def put(target, what):
    path = target.folder / "bomb"
    path.write_bytes(REQUESTS[what][0]())
    return path


@pytest.mark.parametrize("what", REQUESTS)
def test_a_hostile_request_is_refused_by_name(target, what):
    put(target, what)
    before = target.json("log", "verify")["size"]
    error = target.fails(2, "input", "issue", "server", "--csr", "bomb")
    assert any(words in error["text"] for words in REQUESTS[what][1].split("|")), error
    assert "bomb" in error["text"] or error["text"].startswith("request: ")
    assert target.json("log", "verify")["size"] == before


@pytest.mark.parametrize("what", REQUESTS)
def test_a_hostile_request_costs_little(target, what):
    put(target, what)
    is_cheap(target, 2, "issue", "server", "--csr", "bomb")


# what is well-formed, but not allowed: the profile's own refusal, exit 1
NOT_ALLOWED = {
    "a thousand names": (lambda: request(san(*[b"h%d.internal.example" % i for i in range(1_000)])), "at most 100"),
    "another's name": (lambda: request(san(WEB, b"www.example.com")), "'www.example.com' is outside"),
    "a wildcard": (lambda: request(san(b"*.internal.example")), "is a wildcard"),
    "a directory name": (lambda: request(wish(extension(SAN, seq(tlv(0xA4, name(b"x")))))), "is a name of type dn"),
    "60,000 attributes": (lambda: request(*[seq(oid(f"1.2.3.{i}"), set_of(tlv(0x05))) for i in range(60_000)]), "at least 1 needed"),
    "1 MB of attributes": (lambda: request(seq(oid("1.2.3"), set_of(octets(bytes((1 << 20) - 500))))), "at least 1 needed"),
    "a NUL in the CN": (lambda: request(subject=name(b"a\0b")), "at least 1 needed"),
}


@pytest.mark.parametrize("what", NOT_ALLOWED)
def test_a_request_that_is_only_forbidden_is_refused_by_the_profile(target, what):
    (target.folder / "bomb").write_bytes(NOT_ALLOWED[what][0]())
    error = target.fails(1, "policy", "issue", "server", "--csr", "bomb", "--dry-run")
    assert NOT_ALLOWED[what][1] in error["text"], error
    is_cheap(target, 1, "issue", "server", "--csr", "bomb", "--dry-run")


def test_the_request_that_all_of_them_vary_is_good(target):
    (target.folder / "bomb").write_bytes(GOOD)
    assert target.json("issue", "server", "--csr", "bomb", "--dry-run")["names"] == [WEB.decode()]


def test_a_small_key_that_is_proven_is_refused_all_the_same(target):
    key = rsa.generate_private_key(65537, 1024)
    (target.folder / "bomb").write_bytes(request(san(WEB), public=spki(key), key=key))
    assert "RSA modulus of 1024 bits" in target.fails(2, "input", "issue", "server", "--csr", "bomb")["text"]
