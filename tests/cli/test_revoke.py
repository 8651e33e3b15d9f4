"""revoke and unhold: recorded whatever happens, then published; openssl judges the CRLs."""
import datetime
import re

import pytest

from issuing import crl_number, crl_text, is_revoked_for_openssl, issue, openssl
from conftest import Catena

WEB = "web.internal.example"


def stamp(**ago):
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**ago)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def status(pki, serial):
    return pki.json("show", serial)["status"]


@pytest.fixture
def locked(tmp_path):
    """A home whose keys have a passphrase; the file beside it holds it."""
    catena = Catena(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text("correct horse\n")
    secret.chmod(0o600)
    catena.ok("init", "--org", "Example", "--domain", "internal.example", "--passphrase-file", secret)
    issue(catena, WEB, **{"passphrase-file": secret})
    return catena


def test_a_revoked_certificate_is_on_the_published_crl_at_once(pki):
    web, other = issue(pki, WEB), issue(pki, "other.internal.example")
    assert not is_revoked_for_openssl(pki, f"{WEB}.crt")
    before = crl_number(pki)
    document = pki.json("revoke", WEB, "--reason", "keyCompromise")
    assert document["ok"] is True and document["crl_pending"] is False
    assert [(r["serial"], r["reason"]) for r in document["revoked"]] == [(web["serial"], "keyCompromise")]
    assert document["crls"][0]["authority"] == "issuing" and document["crls"][0]["number"] == crl_number(pki) == before + 1
    text = crl_text(pki)
    assert web["serial"].upper() in text and other["serial"].upper() not in text and "Key Compromise" in text
    assert is_revoked_for_openssl(pki, f"{WEB}.crt") and not is_revoked_for_openssl(pki, "other.internal.example.crt")
    assert status(pki, web["serial"]) == "revoked" and status(pki, other["serial"]) == "valid"


def test_for_people_it_says_what_was_revoked_and_that_the_crl_is_out(pki):
    web = issue(pki, WEB)
    lines = pki.ok("revoke", WEB, "--reason", "superseded").splitlines()
    assert lines[0].startswith(f"revoked   {web['serial']}  {WEB}  superseded, 2")
    assert lines[1].startswith(f"CRL number {crl_number(pki)} of issuing is published: 1 entry, next by 2")


def test_without_a_reason_the_crl_entry_has_none(pki):
    issue(pki, WEB)
    assert pki.json("revoke", WEB)["revoked"][0]["reason"] == "unspecified"
    assert "CRL entry extensions" not in crl_text(pki) and "Unspecified" not in crl_text(pki)


@pytest.mark.parametrize("reason, shown", [
    ("keyCompromise", "Key Compromise"), ("affiliationChanged", "Affiliation Changed"), ("superseded", "Superseded"),
    ("cessationOfOperation", "Cessation Of Operation"), ("certificateHold", "Certificate Hold"), ("privilegeWithdrawn", "Privilege Withdrawn")])
def test_each_reason_is_on_the_crl(pki, reason, shown):
    issue(pki, WEB)
    assert pki.json("revoke", WEB, "--reason", reason)["revoked"][0]["reason"] == reason
    assert shown in crl_text(pki)


@pytest.mark.parametrize("reason, text, hint", [
    ("keycompromised", "--reason: unknown reason 'keycompromised'", "did you mean keyCompromise?"),
    ("xyz", "--reason: unknown reason 'xyz'", "one of unspecified, keyCompromise, cACompromise, affiliationChanged, superseded, cessationOfOperation, certificateHold, removeFromCRL, privilegeWithdrawn, aACompromise"),
    ("removeFromCRL", "--reason: removeFromCRL is no revocation: it stands in delta CRLs alone (RFC 5280 5.3.1)", "catena unhold lifts a hold"),
    ("aACompromise", "--reason: aACompromise is for attribute authorities (RFC 5280 5.3.1)", "keyCompromise, or cACompromise for a CA certificate")])
def test_a_word_that_is_no_reason_for_a_certificate_is_refused(pki, reason, text, hint):
    issue(pki, WEB)
    error = pki.fails(2, "usage", "revoke", WEB, "--reason", reason)
    assert error["text"] == text and error["hint"] == hint
    assert pki.json("list", "--status", "revoked")["total"] == 0


def test_cacompromise_is_for_ca_certificates(pki):
    web = issue(pki, WEB)
    error = pki.fails(2, "input", "revoke", WEB, "--reason", "cACompromise")
    assert error["text"] == f"serial {web['serial']}: cACompromise is for CA certificates (RFC 5280 5.3.1)"
    assert error["hint"] == "keyCompromise"


def test_the_day_of_a_compromise_is_on_the_crl_and_implies_the_reason(pki):
    issue(pki, WEB)
    document = pki.json("revoke", WEB, "--compromised-since", "2026-01-31")
    assert document["revoked"][0]["reason"] == "keyCompromise"
    assert document["revoked"][0]["compromised_since"] == "2026-01-31T00:00:00Z"
    text = crl_text(pki)
    assert "Invalidity Date" in text and "Jan 31 00:00:00 2026 GMT" in text and "Key Compromise" in text


def test_a_reason_beside_the_day_of_a_compromise_stands(pki):
    issue(pki, WEB)
    assert pki.json("revoke", WEB, "--compromised-since", "2026-01-31", "--reason", "superseded")["revoked"][0]["reason"] == "superseded"


def test_a_time_of_revocation_is_taken_between_begin_and_now(pki):
    web = issue(pki, WEB)
    assert pki.json("revoke", WEB, "--at", web["not_before"])["revoked"][0]["at"] == web["not_before"]


def test_a_time_in_the_future_is_refused(pki):
    issue(pki, WEB)
    ahead = stamp(days=-1)
    assert pki.fails(2, "input", "revoke", WEB, "--at", ahead)["text"].startswith(f"revocation time {ahead} is in the future (it is ")
    error = pki.fails(2, "input", "revoke", WEB, "--compromised-since", ahead)
    assert error["text"].startswith(f"compromised since {ahead} is in the future (it is ")


def test_a_time_before_the_certificate_is_refused_with_the_earliest(pki):
    web = issue(pki, WEB)
    error = pki.fails(2, "input", "revoke", WEB, "--at", "2020-01-01")
    assert error["text"] == (f"serial {web['serial']}: revocation time 2020-01-01T00:00:00Z is before the certificate begins "
                             f"({web['not_before']})")
    assert error["hint"] == f"--compromised-since says that its key was bad before; --at {web['not_before']} is the earliest"


def test_a_malformed_time_is_refused(pki):
    assert pki.fails(2, "usage", "revoke", WEB, "--at", "yesterday")["text"].startswith("--at: ")


def test_revoking_twice_changes_nothing_and_says_since_when(pki):
    web = issue(pki, WEB)
    first = pki.json("revoke", WEB, "--reason", "superseded")["revoked"][0]
    number, size = crl_number(pki), len(pki.json("log", "list")["leaves"])
    again = pki.json("revoke", WEB, "--reason", "keyCompromise")
    assert again["revoked"] == [{**first, "already": True}] and again["crl_pending"] is False and again["crls"] == []
    assert again["warnings"] == [f"serial {web['serial']} is revoked since {first['at']} (superseded); nothing was changed"]
    assert crl_number(pki) == number and len(pki.json("log", "list")["leaves"]) == size
    assert pki.ok("revoke", web["serial"]).startswith(f"unchanged {web['serial']}  {WEB}  superseded, {first['at']}")


def test_several_are_revoked_together_with_one_crl(pki):
    serials = [issue(pki, f"w{i}.internal.example")["serial"] for i in range(3)]
    number = crl_number(pki)
    document = pki.json("revoke", *serials, serials[0])
    assert [r["serial"] for r in document["revoked"]] == serials
    assert crl_number(pki) == number + 1 and all(s.upper() in crl_text(pki) for s in serials)


def test_several_are_revoked_together_or_not_at_all(pki):
    web = issue(pki, WEB)
    pki.fails(2, "selector", "revoke", web["serial"], "nowhere.internal.example")
    assert status(pki, web["serial"]) == "valid"


def test_a_dry_run_revokes_nothing(pki):
    web = issue(pki, WEB)
    number, size = crl_number(pki), len(pki.json("log", "list")["leaves"])
    document = pki.json("revoke", WEB, "--reason", "superseded", "--dry-run")
    assert document["dry_run"] is True and document["revoked"][0]["serial"] == web["serial"] and document["crl_pending"] is False
    assert pki.ok("revoke", WEB, "-n").startswith("would be revoked, nothing was recorded:\n")
    assert status(pki, web["serial"]) == "valid" and crl_number(pki) == number and len(pki.json("log", "list")["leaves"]) == size
    pki.ok("revoke", WEB)
    assert pki.json("revoke", WEB, "--dry-run")["revoked"][0]["already"] is True


def test_without_a_passphrase_it_is_recorded_and_the_crl_is_pending(locked):
    document = locked.json("revoke", WEB)
    assert document["ok"] is True and document["crl_pending"] is True and document["crls"] == []
    assert document["warnings"][0].startswith("recorded, but no CRL says so yet: ")
    assert status(locked, document["revoked"][0]["serial"]) == "revoked"
    assert not is_revoked_for_openssl(locked, f"{WEB}.crt")


def test_a_pending_crl_is_made_when_the_key_is_at_hand(locked):
    run = locked("revoke", WEB)
    assert run.returncode == 0 and "catena revoke: warning: recorded, but no CRL says so yet: " in run.stderr
    document = locked.json("revoke", WEB, "--passphrase-file", locked.folder / "secret")
    assert document["crl_pending"] is False and document["revoked"][0]["already"] is True and len(document["crls"]) == 1
    assert is_revoked_for_openssl(locked, f"{WEB}.crt")


def test_catena_crl_makes_a_pending_one_too(locked):
    locked.ok("revoke", WEB)
    locked.ok("crl", "--due", "--passphrase-file", locked.folder / "secret")
    assert is_revoked_for_openssl(locked, f"{WEB}.crt")


def test_a_wrong_passphrase_does_not_lose_the_revocation(locked):
    wrong = locked.folder / "wrong"
    wrong.write_text("battery staple\n")
    wrong.chmod(0o600)
    document = locked.json("revoke", WEB, "--passphrase-file", wrong)
    assert document["crl_pending"] is True and status(locked, document["revoked"][0]["serial"]) == "revoked"


def test_an_unreadable_passphrase_file_does_not_lose_the_revocation(locked):
    document = locked.json("revoke", WEB, "--passphrase-file", locked.folder / "missing")
    assert document["crl_pending"] is True and status(locked, document["revoked"][0]["serial"]) == "revoked"


def test_the_passphrase_given_publishes_at_once(locked):
    assert locked.json("revoke", WEB, "--passphrase-file", locked.folder / "secret")["crl_pending"] is False
    assert is_revoked_for_openssl(locked, f"{WEB}.crt")


def test_a_broken_ca_yaml_does_not_lose_the_revocation(pki):
    web = issue(pki, WEB)
    (pki.home / "policies" / "ca.yaml").write_text("authorities: [\n")
    document = pki.json("revoke", WEB)
    assert document["crl_pending"] is True and "ca.yaml" in document["warnings"][0]
    assert status(pki, web["serial"]) == "revoked"


def test_a_detached_key_makes_the_crl_pending(pki):
    web = issue(pki, WEB)
    pki.ok("ca", "detach", "issuing", "--out", pki.folder / "issuing.key")
    document = pki.json("revoke", WEB)
    assert document["crl_pending"] is True and status(pki, web["serial"]) == "revoked"


def test_a_halted_home_records_and_signs_nothing(pki):
    web = issue(pki, WEB)
    number = crl_number(pki)
    pki.ok("halt", "--why", "we look into it")
    document = pki.json("revoke", WEB)
    assert document["crl_pending"] is True and status(pki, web["serial"]) == "revoked" and crl_number(pki) == number
    assert re.fullmatch(r"recorded, but no CRL says so yet: signing is halted since \S+ by \S+: we look into it; catena resume, when the reason is gone",
                        document["warnings"][0]) and len(document["warnings"]) == 1
    pki.ok("resume")
    pki.ok("crl")
    assert crl_number(pki) == number + 1 and is_revoked_for_openssl(pki, f"{WEB}.crt")


def test_a_ca_certificate_needs_yes(pki):
    serial = next(c["serial"] for c in pki.json("list", "--ca", "root")["certificates"] if "Issuing" in c["subject"])
    error = pki.fails(2, "usage", "revoke", serial)
    assert error["text"].startswith(serial) and error["text"].endswith("is a CA certificate: whatever it issued will be trusted no more")
    assert error["hint"] == "--yes if that is meant"
    assert status(pki, serial) == "valid"
    document = pki.json("revoke", serial, "--reason", "cACompromise", "--yes")
    assert document["crls"][0]["authority"] == "root" and serial.upper() in crl_text(pki, "root")
    assert "CA Compromise" in crl_text(pki, "root")


def test_a_compromised_ca_certificate_has_the_reason_of_cas(pki):
    serial = next(c["serial"] for c in pki.json("list", "--ca", "root")["certificates"] if "Issuing" in c["subject"])
    assert pki.json("revoke", serial, "--compromised-since", "2026-01-31", "--yes", "-n")["revoked"][0]["reason"] == "cACompromise"


def test_a_hold_can_be_lifted(pki):
    web = issue(pki, WEB)
    held = pki.json("revoke", WEB, "--reason", "certificateHold")["revoked"][0]
    assert status(pki, web["serial"]) == "held" and is_revoked_for_openssl(pki, f"{WEB}.crt")
    document = pki.json("unhold", WEB)
    assert document["crl_pending"] is False and len(document["crls"]) == 1
    assert document["lifted"][0]["serial"] == web["serial"] and document["lifted"][0]["held_since"] == held["at"]
    assert status(pki, web["serial"]) == "valid" and not is_revoked_for_openssl(pki, f"{WEB}.crt")
    assert web["serial"].upper() not in crl_text(pki)


def test_a_hold_can_become_a_revocation_for_good(pki):
    web = issue(pki, WEB)
    pki.ok("revoke", WEB, "--reason", "certificateHold")
    document = pki.json("revoke", WEB, "--reason", "keyCompromise")
    assert "already" not in document["revoked"][0] and document["revoked"][0]["reason"] == "keyCompromise"
    assert status(pki, web["serial"]) == "revoked" and crl_text(pki).count("Serial Number:") == 1


def test_a_dry_run_lifts_nothing(pki):
    web = issue(pki, WEB)
    pki.ok("revoke", WEB, "--reason", "certificateHold")
    assert pki.json("unhold", WEB, "--dry-run")["dry_run"] is True
    assert pki.ok("unhold", WEB, "-n").startswith(f"would be lifted {web['serial']}  {WEB}  on hold since 2")
    assert status(pki, web["serial"]) == "held"


def test_what_is_not_on_hold_cannot_be_lifted(pki):
    web = issue(pki, WEB)
    assert pki.fails(2, "input", "unhold", web["serial"])["text"] == f"serial {web['serial']} is not on hold"
    error = pki.fails(2, "selector", "unhold", WEB)
    assert error["text"].startswith(f"no certificate named '{WEB}' is on hold: {web['serial']}: {WEB}, server, valid until ")
    pki.ok("revoke", WEB)
    assert pki.fails(2, "input", "unhold", web["serial"])["text"] == (
        f"serial {web['serial']} is revoked for good: only certificateHold can be lifted (RFC 5280 5.3.1)")


def test_a_hold_is_lifted_without_a_passphrase_too(locked):
    locked.ok("revoke", WEB, "--reason", "certificateHold")
    document = locked.json("unhold", WEB)
    assert document["crl_pending"] is True and document["crls"] == []


def test_both_are_in_the_log(pki):
    issue(pki, WEB)
    pki.ok("revoke", WEB, "--reason", "certificateHold")
    pki.ok("unhold", WEB)
    acts = [leaf["act"] for leaf in pki.json("log", "list")["leaves"]]
    assert acts.count("revoke") == 1 and acts.count("unhold") == 1
    assert pki.json("log", "verify")["problems"] == []


def test_the_crl_is_signed_by_its_authority(pki):
    issue(pki, WEB)
    pki.ok("revoke", WEB)
    public = pki.home / "public"
    openssl("x509", "-inform", "DER", "-in", public / "issuing.crt", "-out", pki.folder / "ca.pem")
    openssl("crl", "-inform", "DER", "-in", public / "issuing.crl", "-CAfile", pki.folder / "ca.pem", "-noout")
