"""Reports as the tools that people use read them: promtool, a parser of calendars, a parser of mail."""
import email
import email.policy
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITER = Path(os.environ.get("CATENA_RELEASE", ROOT / "build")) / "tests" / "report-samples"
NAMES = ("none", "few", "some", "many", "hostile")


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    subprocess.run([WRITER, folder], check=True)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_promtool_has_nothing_to_complain_of(samples, name):
    if not shutil.which("promtool"):
        pytest.skip("no promtool (tests/run deps tests)")
    run = subprocess.run(["promtool", "check", "metrics"], stdin=(samples / f"{name}.prom").open(), capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_promtool_sees_a_bad_file(samples):
    if not shutil.which("promtool"):
        pytest.skip("no promtool (tests/run deps tests)")
    text = (samples / "few.prom").read_text()
    bad = text + "catenaItems 1\n"
    assert subprocess.run(["promtool", "check", "metrics"], input=bad, capture_output=True, text=True).returncode != 0


@pytest.mark.parametrize("name", NAMES)
def test_a_strict_parser_reads_the_calendar(samples, name):
    icalendar = pytest.importorskip("icalendar")
    raw = (samples / f"{name}.ics").read_bytes()
    calendar = icalendar.Calendar.from_ical(raw)
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"] and not calendar.errors
    events = calendar.walk("VEVENT")
    assert events and len({e["UID"] for e in events}) == len(events)
    for event in events:
        assert not event.errors and event["SUMMARY"] and event["DTSTAMP"].dt.tzinfo and event["DTSTART"].dt.tzinfo
        assert {c.name for c in event.subcomponents} <= {"VALARM"}


def test_vobject_validates_the_calendar(samples):
    vobject = pytest.importorskip("vobject")
    for name in NAMES:
        calendar = vobject.readOne((samples / f"{name}.ics").read_bytes().decode())
        assert calendar.validate(raiseException=True)


def test_the_calendar_says_what_ends_when(samples):
    icalendar = pytest.importorskip("icalendar")
    events = icalendar.Calendar.from_ical((samples / "few.ics").read_bytes()).walk("VEVENT")
    found = {str(e["SUMMARY"]): e for e in events}
    crl = found["CRL issuing ends"]
    assert crl["DTSTART"].dt.isoformat() == "2026-11-29T13:00:00+00:00"
    assert "catena crl --due" in crl["DESCRIPTION"].split("\n")[-1]


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_mail_is_read_as_it_was_meant(samples, name):
    raw = (samples / f"{name}.eml").read_bytes()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert not mail.defects and not any(h.defects for h in mail.values())
    assert mail["To"].addresses[0].addr_spec == "ops@internal.example" and len(mail["To"].addresses) == 2
    assert mail["Message-ID"] == "<0a55digest@internal.example>" and mail["Auto-Submitted"] == "auto-generated"
    assert "Bcc" not in mail and mail.get_content_type() == "text/plain"
    assert mail["Subject"].endswith(subject_end(samples, name))
    assert "\n-- \ncatena, Sat 28 Nov 2026 12:00 UTC" in mail.get_content().replace("\r\n", "\n")


def subject_end(samples, name):
    """The document's text is the subject without the organisation."""
    text = json.loads((samples / f"{name}.json").read_text())["text"]
    return email.policy.default.header_factory("Subject", text)


def test_the_event_counts_its_items(samples):
    event = json.loads((samples / "many.json").read_text())
    assert event["total"] == len(event["items"]) and event["digest"] is True
    assert all(i["remaining_s"] < 30 * 86400 for i in event["items"] if i["kind"] == "certificate")
