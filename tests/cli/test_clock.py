"""Clocks: one that goes back is refused, and dates that are special stand in certificates as RFC 5280 wants. Needs libfaketime."""
import datetime
import glob
import os

import pytest
from cryptography import x509

import conftest
from conftest import Catena
from judges import ders, openssl_accepts, run

WEB = "web.internal.example"
OPEN = ("--org", "Example", "--domain", "internal.example", "--no-passphrase")
LIBRARY = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), None)
RELEASE = os.path.join(os.environ.get("CATENA_RELEASE", ""), "catena")


def works(program):
    """The sanitizers want to be first in the process and do not bear a preloaded library."""
    seen = run("env", f"LD_PRELOAD={LIBRARY}", "FAKETIME=@2030-01-01 00:00:00", program, "version") if LIBRARY else None
    return seen is not None and seen.returncode == 0 and seen.stderr == ""


PROGRAM = next((p for p in (conftest.BIN, RELEASE) if os.path.exists(p) and works(p)), None)
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no libfaketime, or no program that it can be loaded into")


class Then(Catena):
    """The program, at a time that stands still."""

    def __call__(self, *args, when="2026-06-01 12:00:00", env=None, **more):
        fake = {"LD_PRELOAD": LIBRARY, "FAKETIME": when, "TZ": "UTC"}
        return super().__call__(*args, env={**fake, **(env or {})}, **more)


@pytest.fixture
def then(tmp_path, monkeypatch):
    monkeypatch.setattr(conftest, "BIN", PROGRAM)
    return Then(tmp_path)


def log(then, when):
    return [leaf["what"] for leaf in then.json("log", "list", when=when)["leaves"]]


def issue(then, when, *more):
    return then.json("issue", "server", WEB, "--out", "-", *more, when=when)


def test_a_clock_that_went_back_is_refused_with_its_reason(then):
    then.ok("init", *OPEN, when="2026-06-01 12:00:00")
    issue(then, "2026-06-01 13:00:00")
    before = then.json("log", "verify", when="2026-06-01 13:00:00")["size"]
    error = then.fails(3, "clock", "issue", "server", WEB, "--out", "-", when="2026-06-01 12:54:59")
    assert error["text"] == "the clock says 2026-06-01T12:54:59Z, but this home's last act was at 2026-06-01T13:00:00Z"
    assert error["hint"] == "set the clock; if it is right and the last act was not, run it again with --accept-clock (it is logged)"
    assert then.json("log", "verify", when="2026-06-01 13:00:00")["size"] == before
    issue(then, "2026-06-01 12:55:00")


BACK = "2026-06-05 12:00:00"


@pytest.fixture
def aged(then):
    """A home of the first of June whose last act was on the tenth."""
    then.ok("init", *OPEN, when="2026-06-01 12:00:00")
    issue(then, "2026-06-10 12:00:00")
    return then


@pytest.mark.parametrize("arguments", [("crl",), ("ca", "renew", "issuing"), ("ca", "passphrase", "issuing", "--remove"),
                                       ("ca", "detach", "root", "--out", "root.key")])
def test_every_act_of_an_authority_looks_at_the_clock(aged, arguments):
    error = aged.fails(3, "clock", *arguments, when=BACK)
    assert error["text"] == "the clock says 2026-06-05T12:00:00Z, but this home's last act was at 2026-06-10T12:00:00Z"
    aged.ok(*arguments, "--accept-clock", when=BACK)


def test_a_clock_that_is_accepted_is_logged(aged):
    assert issue(aged, BACK, "--accept-clock")["not_before"] == "2026-06-05T11:55:00Z"
    assert "clock-accepted 2026-06-05T12:00:00Z after 2026-06-10T12:00:00Z" in log(aged, BACK)
    assert aged.json("log", "verify", when=BACK)["problems"] == []


def test_a_clock_that_ran_ahead_costs_no_revocation(then):
    then.ok("init", *OPEN, when="2026-06-01 12:00:00")
    held = issue(then, "2026-06-01 13:00:00")["serial"]
    then.ok("revoke", held, when="2026-06-01 13:00:10")
    for minute in (1, 2):
        then.ok("crl", "issuing", when=f"2029-06-01 12:0{minute}:00")
    ahead = issue(then, "2029-06-01 12:03:00")["serial"]
    back = "2026-06-02 12:00:00"
    due = then.json("crl", "--due", "--accept-clock", when=back)["crls"]
    assert [(c["authority"], c["this_update"], c["entries"]) for c in due] == [("issuing", "2026-06-02T12:00:00Z", 1)]
    assert then.json("crl", "--due", when=back)["crls"] == []
    assert then.json("revoke", ahead, when=back)["revoked"][0]["at"] == "2026-06-02T12:00:00Z"
    seen = run("openssl", "crl", "-inform", "DER", "-in", then.home / "public" / "issuing.crl", "-noout", "-text").stdout
    assert held.upper() in seen and ahead.upper() in seen


def test_reading_needs_no_right_clock(aged):
    for words in (("list",), ("ca", "list"), ("ca", "show", "root"), ("log", "verify"), ("issue", "server", WEB, "--dry-run")):
        aged.ok(*words, when=BACK)


def test_a_clock_before_the_authority_is_asked_about(aged):
    error = aged.fails(1, "policy", "issue", "server", WEB, "--out", "-", "--accept-clock", when="2026-05-01 12:00:00")
    assert error["text"].startswith("policy server: issuer: authority 'issuing' is valid only from 2026-06-01T11:55:00Z on")
    assert error["hint"] == "is the clock right?"


@pytest.mark.parametrize("now, lifetime, not_before, not_after", [
    ("2028-02-29 12:00:00", "1y", "2028-02-29T11:55:00Z", "2029-02-28T11:59:59Z"),
    ("2028-02-28 23:59:59", "1d", "2028-02-28T23:54:59Z", "2028-02-29T23:59:58Z"),
    ("2027-12-31 23:59:59", "1s", "2027-12-31T23:54:59Z", "2027-12-31T23:59:59Z"),
    ("2027-12-31 23:59:59", "2s", "2027-12-31T23:54:59Z", "2028-01-01T00:00:00Z"),
    ("2028-01-01 00:00:00", "366d", "2027-12-31T23:55:00Z", "2028-12-31T23:59:59Z"),
    ("2038-01-19 03:14:07", "90d", "2038-01-19T03:09:07Z", "2038-04-19T03:14:06Z"),
    ("2037-12-31 00:00:00", "30d", "2037-12-30T23:55:00Z", "2038-01-29T23:59:59Z"),
    ("2049-12-31 23:00:00", "1h", "2049-12-31T22:55:00Z", "2049-12-31T23:59:59Z"),
    ("2049-12-31 23:00:00", "3601s", "2049-12-31T22:55:00Z", "2050-01-01T00:00:00Z"),
    ("2050-01-01 00:04:59", "90d", "2049-12-31T23:59:59Z", "2050-04-01T00:04:58Z"),
    ("2050-01-01 00:05:00", "90d", "2050-01-01T00:00:00Z", "2050-04-01T00:04:59Z"),
])
def test_special_days(then, now, lifetime, not_before, not_after):
    then.ok("init", *OPEN, when=now)
    document = issue(then, now, "--lifetime", lifetime)
    assert (document["not_before"], document["not_after"]) == (not_before, not_after)
    (then.folder / "chain.pem").write_text(document["chain"])
    leaf, issuing = ders(then.folder / "chain.pem")
    for text in (not_before, not_after):
        digits = text.replace("-", "").replace(":", "").replace("T", "").encode()
        utc = text < "2050"
        assert (b"\x17\x0d" + digits[2:] if utc else b"\x18\x0f" + digits) in leaf
    cert = x509.load_der_x509_certificate(leaf)
    assert cert.not_valid_after.isoformat() + "Z" == not_after
    then.ok("ca", "export", "root", "--out", "root.pem", when=now)
    epoch = int(datetime.datetime.fromisoformat(not_after[:-1] + "+00:00").timestamp())
    openssl_accepts(then.folder / "chain.pem", then.folder / "chain.pem", then.folder / "root.pem", "sslserver", at=epoch - 1)
    seen = run("openssl", "verify", "-attime", epoch + 1, "-CAfile", then.folder / "root.pem", "-untrusted", then.folder / "chain.pem",
               then.folder / "chain.pem")
    assert seen.returncode != 0 and "certificate has expired" in seen.stderr


@pytest.mark.parametrize("now", ["2038-01-19 03:14:08", "2049-12-31 12:00:00", "2050-06-01 00:00:00"])
def test_crls_of_special_days_verify(then, now):
    then.ok("init", *OPEN, when=now)
    then.ok("ca", "export", "issuing", "--out", "issuing.pem", when=now)
    seen = run("openssl", "crl", "-inform", "DER", "-in", then.home / "public" / "issuing.crl", "-noout", "-CAfile", then.folder / "issuing.pem",
               "-lastupdate")
    stamp = datetime.datetime.strptime(seen.stdout.strip(), "lastUpdate=%b %d %H:%M:%S %Y %Z")
    assert "verify OK" in seen.stderr and stamp <= datetime.datetime.strptime(now, "%Y-%m-%d %H:%M:%S")


def test_a_serial_tells_its_second_and_stays_20_octets(then):
    then.ok("init", *OPEN, when="2049-01-01 00:00:00")
    serial = issue(then, "2049-01-01 00:00:01")["serial"]
    seconds = int(datetime.datetime(2049, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc).timestamp()) - 1577836800
    assert len(serial) == 40 and int(serial[:10], 16) == 0x40 << 32 | seconds


def test_an_authority_that_has_ended_issues_nothing(then):
    then.ok("init", *OPEN, when="2026-06-01 12:00:00")
    error = then.fails(1, "policy", "issue", "server", WEB, "--out", "-", when="2031-07-01 12:00:00")
    assert any(r["rule"].startswith("lifetime") for r in error["reasons"]), error
    then.ok("ca", "renew", "issuing", when="2031-07-01 12:00:00")
    issue(then, "2031-07-01 12:00:00")
