"""Halt: nothing is signed, revocations are recorded, resume ends it."""
from keeping import ask, lived_in, old_home, snapshot  # noqa: F401


def test_a_halted_home_signs_nothing_and_says_why(old_home):
    assert old_home.json("halt", "--why", "the laptop is gone")["halted"] is True
    issued = ask(old_home.home, "SELECT count(*) FROM certificate WHERE state = 'issued'")
    for line in (["issue", "server", "a.internal.example"], ["crl"], ["renew", "web.internal.example"]):
        error = old_home.fails(3, "key", *line)
        assert "signing is halted since" in error["text"] and "the laptop is gone" in error["text"], line
        assert "resume" in error["hint"]
    assert ask(old_home.home, "SELECT count(*) FROM certificate WHERE state = 'issued'") == issued


def test_a_halted_home_makes_no_authority_and_no_request(old_home):
    ca = old_home.home / "policies" / "ca.yaml"
    described = "subject: { CN: Second }\n    key: { algorithm: ecdsa-p256, protection: none }\n    lifetime: 5y\n"
    ca.write_text(ca.read_text() + f"  second:\n    {described}  third:\n    issuer: external\n    {described}")
    old_home.ok("halt", "--why", "a drill")
    before = snapshot(old_home.home)
    for line in (["ca", "create", "second"], ["ca", "csr", "third"]):
        assert old_home.fails(3, "key", *line)["text"].startswith("signing is halted since"), line
    assert snapshot(old_home.home) == before
    old_home.ok("resume")
    old_home.ok("ca", "create", "second")
    old_home.ok("ca", "csr", "third")


def test_a_halted_home_records_revocations_and_publishes_them_after_resume(old_home):
    before = (old_home.home / "public" / "issuing.crl").read_bytes()
    old_home.ok("halt", "--why", "a drill")
    revoked = old_home.json("revoke", "web.internal.example", "--reason", "keyCompromise")
    assert revoked["crl_pending"] is True and revoked["warnings"]
    assert (old_home.home / "public" / "issuing.crl").read_bytes() == before
    old_home.ok("resume")
    old_home.ok("crl", "--due")
    assert (old_home.home / "public" / "issuing.crl").read_bytes() != before


def test_halt_and_resume_are_acts_that_the_log_has(old_home):
    old_home.ok("halt", "--why", "a drill")
    was = old_home.json("resume")
    assert was["why"] == "a drill" and was["halted"] is False and "@" in was["by"]
    assert [leaf["act"] for leaf in old_home.json("log", "list", "--limit", "2")["leaves"]] == ["resume", "halt"]
    assert old_home.json("log", "verify")["problems"] == []
    old_home.ok("issue", "server", "a.internal.example", "--out", "out")


def test_a_halt_needs_a_reason(old_home):
    assert "--why" in old_home.fails(2, "usage", "halt")["text"]
    assert "say why" in old_home.fails(2, "usage", "halt", "--why", "  ")["text"]


def test_halting_twice_and_resuming_what_goes_on_are_errors(old_home):
    assert old_home.fails(2, "not_found", "resume")["text"] == "signing is not halted"
    old_home.ok("halt", "--why", "first")
    assert "halted already by" in old_home.fails(3, "exists", "halt", "--why", "second")["text"]


def test_dry_runs_change_nothing(old_home):
    before = snapshot(old_home.home)
    assert "would halt" in old_home.ok("halt", "--why", "x", "--dry-run")
    assert snapshot(old_home.home) == before
    old_home.ok("halt", "--why", "x")
    before = snapshot(old_home.home)
    assert "would go on" in old_home.ok("resume", "--dry-run")
    assert snapshot(old_home.home) == before
