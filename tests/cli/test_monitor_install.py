"""`monitor install`: units that systemd takes without a word and finds well fenced, and a crontab line that cron and a shell read as meant."""
import re
import shutil
import subprocess

import pytest

ODD = "a home $HOME 100% 'so' \"called\" \\x"
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
RENEWING = """\
watch:
  - files: ["{folder}/tls/*.crt", "{folder}/live/*/cert.pem"]
renew: {{ hook: [systemctl, reload, nginx] }}
outputs: {{ prometheus: "{folder}/metrics/catena.prom", html: public/status.html }}
"""


def install(program, *args, **more):
    return program.json("monitor", "install", *args, **more)


def units(document):
    return {f["path"].rsplit("/", 1)[1]: f["text"] for f in document["files"]}


def value(text, key):
    found = re.findall(rf"^{key}=(.*)$", text, re.M)
    assert len(found) == 1, (key, text)
    return found[0]


def written(program, *args):
    """The units in a folder of their own, with a program that is there."""
    folder = program.folder / "units"
    folder.mkdir(exist_ok=True)
    install(program, "--systemd", "--write", "--to", folder, "--program", "/bin/true", *args)
    return folder


def test_what_is_printed_is_what_is_written(pki):
    folder = pki.folder / "units"
    folder.mkdir()
    printed = pki("monitor", "install", "--systemd")
    assert printed.returncode == 0 and "catena monitor install --systemd --write" in printed.stderr
    said = pki.ok("monitor", "install", "--systemd", "--write", "--to", folder)
    assert "systemctl daemon-reload && systemctl enable --now catena-monitor.timer" in said
    service, timer = ((folder / f"catena-monitor.{kind}").read_text() for kind in ("service", "timer"))
    assert printed.stdout == f"# /etc/systemd/system/catena-monitor.service\n{service}\n# /etc/systemd/system/catena-monitor.timer\n{timer}"
    assert (folder / "catena-monitor.service").stat().st_mode & 0o777 == 0o644
    assert value(service, "ConditionPathExists") == f"{pki.home}/catena.db" and "\nUser=" not in service and "LoadCredential" not in service
    starts = re.findall(r"^ExecStart=(.*)$", service, re.M)
    assert [s.split(" -C ")[1] for s in starts] == [f"{pki.home} crl --due", f"{pki.home} monitor run"] and starts[0].startswith("-/")


def test_nothing_is_overwritten_without_force(pki):
    folder = written(pki)
    (folder / "catena-monitor.timer").write_text("mine\n")
    (folder / "catena-monitor.service").unlink()
    again = ("monitor", "install", "--systemd", "--write", "--to", folder)
    assert "exists already; nothing was written" in pki.fails(3, "exists", *again)["text"]
    assert not (folder / "catena-monitor.service").exists()
    assert install(pki, *again[2:], "--force", "--dry-run")["written"] is False
    assert (folder / "catena-monitor.timer").read_text() == "mine\n"
    assert install(pki, *again[2:], "--force")["written"] is True
    assert (folder / "catena-monitor.timer").read_text() != "mine\n"
    install(pki, *again[2:], "--name", "second")
    assert (folder / "second.service").exists()


@needs_systemd
@pytest.mark.parametrize("more", [("--user", "daemon", "--passphrase-file", "pass phrase%"), ("--every", "15m", "--sudo")], ids=str)
def test_systemd_has_nothing_to_say_against_the_units(pki, more):
    odd = pki.folder / ODD
    shutil.copytree(pki.home, odd)
    pki.env["CATENA_HOME"] = str(odd)
    folder = written(pki, "--writable", pki.folder / "with space%", *more)
    run = subprocess.run(["systemd-analyze", "verify", "--man=no", folder / "catena-monitor.service", folder / "catena-monitor.timer"],
                         capture_output=True, text=True, timeout=60)
    ours = [line for line in run.stderr.splitlines() if "catena" in line]
    assert ours == [] and run.returncode == 0, run.stderr
    bad = (folder / "catena-monitor.service").read_text().replace("PrivateTmp", "PrivatTmp").replace("ProtectClock", "ProtectClok")
    (folder / "catena-monitor.service").write_text(bad + "ProtektClock=yes\n")
    run = subprocess.run(["systemd-analyze", "verify", "--man=no", folder / "catena-monitor.service"], capture_output=True, text=True, timeout=60)
    assert "ProtektClock" in run.stderr, "a word that systemd does not know was not seen"


def exposure(folder):
    run = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", folder / "catena-monitor.service"],
                         capture_output=True, text=True, timeout=60)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", run.stdout)
    if found is None:
        pytest.skip("this systemd-analyze does not judge files")
    return float(found.group(1))


@needs_systemd
def test_the_service_is_well_fenced(pki):
    """Of 10, where 9.6 is a service without any fence; a network it must have."""
    user = exposure(written(pki, "--user", "daemon"))
    root = exposure(written(pki, "--force"))
    sudo = exposure(written(pki, "--force", "--user", "daemon", "--sudo"))
    assert user <= 2.5 and root <= 3.5 and user < root < sudo, (user, root, sudo)


@needs_systemd
@pytest.mark.parametrize("every", ["5m", "1h", "6h", "1d"])
def test_a_timer_says_the_interval(pki, every):
    timer = units(install(pki, "--systemd", "--every", every))["catena-monitor.timer"]
    run = subprocess.run(["systemd-analyze", "calendar", "--iterations=3", value(timer, "OnCalendar")], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    at = re.findall(r"(?:Next elapse|Iter\. #\d|\(in UTC\)): \w+ (\S+ \S+)", run.stdout)
    times = sorted({a for a in at})
    assert len(times) == 3, run.stdout
    seconds = {"m": 60, "h": 3600, "d": 86400}[every[-1]] * int(every[:-1])
    stamps = [subprocess.run(["date", "-u", "-d", t, "+%s"], capture_output=True, text=True, check=True).stdout for t in times]
    assert int(stamps[1]) - int(stamps[0]) == seconds and int(stamps[2]) - int(stamps[1]) == seconds
    assert value(timer, "Persistent") == "yes" and int(value(timer, "RandomizedDelaySec")) == min(seconds // 6, 3600)


def test_the_folders_of_renewed_files_and_outputs_may_be_written(pki, tmp_path):
    for folder in ("tls", "archive/web", "live/web", "metrics"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "archive" / "web" / "cert1.pem").write_text("x")
    (tmp_path / "live" / "web" / "cert.pem").symlink_to("../../archive/web/cert1.pem")
    (pki.home / "policies" / "monitor.yaml").write_text(RENEWING.format(folder=tmp_path))
    folders = value(units(install(pki, "--systemd", "--writable", "/var/spool/hook"))["catena-monitor.service"], "ReadWritePaths").split()
    assert folders == [str(pki.home), "/var/spool/hook", f"{tmp_path}/tls", f"{tmp_path}/live", f"{tmp_path}/archive/web", f"{tmp_path}/metrics"]
    (pki.home / "policies" / "monitor.yaml").write_text(f'watch:\n  - files: ["{tmp_path}/tls/*.crt"]\n')
    assert value(units(install(pki, "--systemd"))["catena-monitor.service"], "ReadWritePaths") == str(pki.home)


def test_sudo_in_a_hook_is_not_fenced_off(pki):
    service = units(install(pki, "--systemd", "--user", "daemon", "--sudo"))["catena-monitor.service"]
    assert "ProtectSystem=strict" in service
    for line in ("NoNewPrivileges", "SystemCallFilter", "RestrictSUIDSGID", "CapabilityBoundingSet"):
        assert line not in service.replace("# sudo in a hook needs new privileges", "")


def cron_runs(line, folder):
    """What cron does with a command: % is a line end unless a backslash stands before it, the first line goes to sh."""
    command = re.sub(r"\\%", "%", re.split(r"(?<!\\)%", line)[0])
    run = subprocess.run(["/bin/sh", "-c", command], cwd=folder, capture_output=True, text=True, timeout=30)
    assert run.returncode == 0, run.stderr


def test_a_crontab_line_is_read_as_it_is_meant(pki):
    odd = pki.folder / ODD
    shutil.copytree(pki.home, odd)
    program, log = pki.folder / "my program%", pki.folder / "log"
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$@" >>{log}; echo >>{log}\n')
    program.chmod(0o755)
    line = pki.ok("-C", odd, "monitor", "install", "--cron", "--program", program, "--passphrase-file", "pass phrase")
    assert line.count("\n") == 1
    cron_runs(line.split(None, 5)[5], pki.folder)
    passphrase = pki.folder / "pass phrase"
    assert log.read_text() == (f"-C|{odd}|crl|--due|--passphrase-file|{passphrase}|\n"
                               f"-C|{odd}|monitor|run|--passphrase-file|{passphrase}|\n")


@pytest.mark.parametrize("every, when", [("5m", r"[0-4]-59/5 \* \* \* \*"), ("1h", r"[1-5]?\d \* \* \* \*"), ("6h", r"[1-5]?\d \*/6 \* \* \*"),
                                         ("1d", r"[1-5]?\d 3 \* \* \*")])
def test_a_crontab_line_says_the_interval(pki, every, when):
    assert re.match(when + " /", pki.ok("monitor", "install", "--cron", "--every", every))


def test_a_file_for_cron_names_the_user(pki):
    said = pki.ok("monitor", "install", "--cron", "--write", "--to", pki.folder, "--user", "daemon")
    assert "Next:" not in said
    assert re.match(r"\d+ \* \* \* \* daemon /", (pki.folder / "catena-monitor").read_text())


@pytest.mark.parametrize("args, text", [
    ((), "either --systemd or --cron"),
    (("--systemd", "--cron"), "either --systemd or --cron"),
    (("--systemd", "--every", "7m"), "--every: 5m to 1d, and a whole part of an hour or a day"),
    (("--systemd", "--every", "1m"), "--every: 5m to 1d, and a whole part of an hour or a day"),
    (("--systemd", "--every", "90m"), "--every: 5m to 1d, and a whole part of an hour or a day"),
    (("--systemd", "--every", "2d"), "--every: 5m to 1d, and a whole part of an hour or a day"),
    (("--systemd", "--user", "no-such-user-x"), "--user: there is no user 'no-such-user-x'"),
    (("--systemd", "--name", "a/b"), "--name: a name without slashes"),
    (("--cron", "--name", "a.b"), "--name: a name without slashes and dots: cron passes such files over"),
    (("--systemd", "--force"), "--force, --dry-run and --to go with --write"),
    (("--systemd", "--program", "catena"), "--program: an absolute path"),
    (("--systemd", "--writable", "/a\nExecStart=/bin/evil"), "a name with a control character in it stands in no unit and no crontab"),
], ids=str)
def test_what_cannot_be_meant_is_refused(pki, args, text):
    assert text in pki.fails(2, "usage", "monitor", "install", *args)["text"]


def test_without_a_home_the_units_are_still_made(catena):
    run = catena("-C", "/nowhere/pki", "monitor", "install", "--systemd", "--json")
    assert run.returncode == 0 and "there are no policies at /nowhere/pki/policies" in run.stderr
    assert "ConditionPathExists=/nowhere/pki/catena.db" in run.stdout
