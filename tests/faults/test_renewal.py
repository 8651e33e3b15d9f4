"""SIGKILL while `monitor run` renews: no key whose certificate was issued is lost, no pair that does not fit outlives the next run."""
import shutil

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from campaign import Lab, check_sound, each, sample

NAME = "web.internal.example"
FILES = ("web.crt", "web.chain.crt", "web.key")


def spki(key):
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


class Site:
    """A server's files in the lab's `out`, which are due, and a hook that writes down what it was shown and may fail."""

    def __init__(self, lab, key="new"):
        self.lab, self.tls = lab, lab.out / "tls"
        self.state = lab.folder / "fail"
        hook = lab.out / "hook"
        hook.write_text(f'#!/bin/sh\necho ran >>{lab.folder}/hook.log\ntest ! -e {self.state}\n')
        hook.chmod(0o755)
        (lab.home / "policies" / "monitor.yaml").write_text(
            f'watch:\n  - files: ["{self.tls}/*.crt"]\nrenew: {{ key: {key}, hook: ["{hook}"] }}\n')

    def prepare(self):
        policy = self.lab.home / "policies" / "server.yaml"
        policy.write_text(policy.read_text().replace("window: 33%", "window: 60d"))
        self.lab.json("issue", "server", NAME, "--lifetime", "30d", "--out", self.lab.folder)
        self.tls.mkdir()
        for kind in ("crt", "chain.crt", "key"):
            shutil.copy(self.lab.folder / f"{NAME}.{kind}", self.tls / f"web.{kind}")
        return self

    def hook_fails(self, yes):
        if yes:
            self.state.touch()
        else:
            self.state.unlink(missing_ok=True)

    def files(self):
        return {name: (self.tls / name).read_bytes() for name in FILES}

    def fits(self):
        key = spki(load_pem_private_key((self.tls / "web.key").read_bytes(), None).public_key())
        return all(spki(x509.load_pem_x509_certificate((self.tls / n).read_bytes()).public_key()) == key for n in FILES[:2])

    def valid(self):
        return [c for c in self.lab.json("list", "--name", NAME)["certificates"] if c["status"] == "valid"]

    def serial(self):
        return f"{x509.load_pem_x509_certificate((self.tls / 'web.crt').read_bytes()).serial_number:040x}"

    def leftovers(self):
        return sorted(p.name for p in self.tls.iterdir() if p.name not in FILES)


@pytest.fixture(scope="module")
def served(used):
    with Lab(used) as lab:
        Site(lab).prepare()
        yield lab


def hurt(template, point, key, fails, judge):
    with Lab(template) as lab:
        site = Site(lab, key)
        old = site.files()
        site.hook_fails(fails)
        run = lab.run("monitor", "run", "--json", inject=f"{point[0]}:signal=KILL:when={point[1]}")
        assert run.returncode in (-9, 137, 0, 3), f"exit {run.returncode}: {run.stdout}{run.stderr}"
        check_sound(lab)
        judge(site, old)


def points(template, key, fails):
    with Lab(template) as lab:
        site = Site(lab, key)
        site.hook_fails(fails)
        return lab.points("monitor", "run", status=3 if fails else 0)


def ends_well(site, old):
    """The next run, with a hook that works, puts one new certificate in place: the one that was issued, if one was."""
    issued = {c["serial"] for c in site.valid()}
    site.hook_fails(False)
    site.lab.json("monitor", "run")
    valid = {c["serial"] for c in site.valid()}
    assert len(valid) == 2 and issued <= valid, f"a key was lost: {len(valid)} certificates"
    assert site.fits() and site.serial() in valid and site.files()["web.crt"] != old["web.crt"]
    assert site.leftovers() == [], site.leftovers()
    site.lab.json("monitor", "run")
    assert {c["serial"] for c in site.valid()} == valid
    check_sound(site.lab)


def still_fails(site, old):
    """The next run, with a hook that fails again, leaves every file as it was before all of it - unless its hook had succeeded already."""
    succeeded = not site.state.exists() and (site.lab.folder / "hook.log").exists()
    site.hook_fails(True)
    run = site.lab.run("monitor", "run", "--json")
    assert run.returncode in (0, 3), run.stdout + run.stderr
    assert site.fits()
    if run.returncode == 3 or not succeeded:
        assert site.files() == old
    assert len(site.valid()) <= 2
    ends_well(site, old)


@pytest.mark.parametrize("key", ["new", "same"])
def test_a_kill_at_any_change_of_a_renewal_is_mended_by_the_next_run(served, key):
    found = sample(points(served, key, False), 8 if key == "new" else 3)
    each(found, lambda point: hurt(served, point, key, False, ends_well))


def test_a_kill_while_the_old_files_come_back_is_mended_by_the_next_run(served):
    found = sample(points(served, "new", True), 5)
    each(found, lambda point: hurt(served, point, "new", True, ends_well))


def test_a_kill_and_a_hook_that_fails_leave_what_was_there(served):
    found = sample(points(served, "new", False), 4)
    each(found, lambda point: hurt(served, point, "new", False, still_fails))
