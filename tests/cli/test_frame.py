"""What every command has in common: help, options, errors, JSON, exit statuses."""
import json
import os
import shlex
import shutil
import signal
import subprocess

import pytest

from conftest import BIN, about, one_document


def test_help_fits_the_screen(catena, command):
    shown = catena.ok(*command.split(), "--help")
    assert shown == catena.ok("help", *command.split()) == catena.ok("--quiet", *command.split(), "-h")
    assert shown.startswith(f"catena {command} - ") and f"Usage: catena {command}" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def misused(command):
    """The exit status of a line that makes no sense; for Nagios that is UNKNOWN."""
    return 3 if command == "monitor check" else 2


def test_every_command_has_one_to_three_examples_of_itself(command):
    lines = [e["line"] for e in about(command)["examples"]]
    assert 1 <= len(lines) <= 3
    assert all(f" {command}" in line for line in lines)


def test_an_unknown_option_is_refused_with_its_neighbour(catena, command):
    error = catena.fails(misused(command), "usage", *command.split(), "--quite")
    assert error["text"] == "unknown option --quite" and error["hint"] == "did you mean --quiet?"
    run = catena(*command.split(), "--quite")
    assert run.stdout == ("CATENA UNKNOWN - unknown option --quite\n" if misused(command) == 3 else "")
    assert run.stderr == f"catena {command}: unknown option --quite\ntry: did you mean --quiet?\n"


def test_a_shortened_option_is_refused(catena, command):
    assert catena.fails(misused(command), "usage", *command.split(), "--verb")["hint"] == "did you mean --verbose?"


def test_an_unknown_short_option_is_refused(catena, command):
    assert catena.fails(misused(command), "usage", *command.split(), "-Z")["text"] == "unknown option -Z"


def test_a_flag_takes_no_value(catena):
    assert catena.fails(2, "usage", "version", "--quiet=yes")["text"] == "--quiet takes no value"


def test_an_option_without_its_value_is_refused(catena):
    run = catena("version", "--wait")
    assert run.returncode == 2 and run.stderr.startswith("catena version: --wait needs a value: --wait T\n")
    assert catena("version", "-C").stderr.startswith("catena version: -C needs a value: --home HOME\n")


@pytest.mark.parametrize("wait", ["30", "-1s", "1.5s", "s", "", "9999999999d"])
def test_a_malformed_duration_is_refused(catena, wait):
    assert catena.fails(2, "usage", f"--wait={wait}", "version")["text"].startswith("--wait: ")


def test_options_of_every_command_stand_anywhere(catena):
    document = catena.ok("version", "--json")
    assert one_document(document)["ok"] is True
    assert catena.ok("--json", "version") == document
    assert catena.ok("--wait", "5s", "-C", "x", "--json", "version", "--quiet") == document


def test_posixly_correct_does_not_change_where_options_stand(catena):
    assert one_document(catena.ok("completion", "bash", "--json", env={"POSIXLY_CORRECT": "1"}))["ok"] is True


def test_two_dashes_end_the_options(catena):
    error = catena.fails(2, "usage", "--json", "completion", "--", "--help")
    assert error["text"] == "SHELL: '--help' is none of bash, zsh"


def test_json_behind_two_dashes_is_a_word(catena):
    run = catena("completion", "--", "--json")
    assert run.returncode == 2 and run.stdout == ""


def test_an_unknown_command_is_refused_with_its_neighbour(catena):
    assert catena.fails(2, "usage", "versoin")["hint"] == "did you mean catena version?"
    assert catena.fails(2, "usage", "help", "versoin")["hint"] == "did you mean catena version?"
    assert catena.fails(2, "usage", "frobnicate")["hint"] == "catena help"


@pytest.mark.parametrize("word", ["", " ", "-", "help version", "\x1b[31m", "x" * 5000])
def test_a_strange_word_is_no_command(catena, word):
    run = catena(word)
    assert run.returncode == 2 and "\x1b" not in run.stderr


def test_a_missing_argument_is_named(catena):
    assert catena.fails(2, "usage", "completion")["text"] == "SHELL is missing"


def test_a_surplus_argument_is_named(catena):
    assert catena.fails(2, "usage", "completion", "bash", "zsh")["text"] == "unexpected argument 'zsh'"


def test_no_command_at_all_is_an_error_that_lists_them(catena):
    run = catena()
    assert run.returncode == 2 and run.stdout == ""
    assert "version" in run.stderr and run.stderr.endswith("catena: a command is missing\ntry: catena help\n")
    assert catena.fails(2, "usage")["text"] == "a command is missing"


def test_help_lists_every_command(catena, command):
    assert f"  {command} " in catena.ok("help")


def test_version_says_which_libraries_are_in_use(catena):
    document = catena.json("version")
    assert set(document["libraries"]) >= {"libcrypto", "sqlite", "libyaml", "jansson", "libidn2", "libpsl"}
    assert catena.ok("--version").split()[:2] == ["catena", document["version"]]


def test_a_full_disk_under_the_result_is_a_failure(catena):
    with open("/dev/full", "w") as full:
        run = subprocess.run([BIN, "help"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert run.returncode == 3 and run.stderr == "catena help: writing the result: No space left on device\n"


def test_a_reader_that_went_away_ends_it_quietly(catena):
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run([BIN, "help"], stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert run.returncode == -signal.SIGPIPE and run.stderr == ""


def test_closed_standard_descriptors_are_opened_first(catena):
    run = subprocess.run(["bash", "-c", '"$0" version >&- 2>&- <&-; echo $?', BIN], capture_output=True, text=True)
    assert run.stdout == "0\n"


def test_a_foreign_openssl_configuration_is_never_read(catena, tmp_path):
    config = tmp_path / "openssl.cnf"
    config.write_text("openssl_conf = broken\n[broken]\nproviders = nowhere\n")
    assert catena.ok("version", env={"OPENSSL_CONF": str(config)}) == catena.ok("version")


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="no /proc")
def test_the_process_is_closed_to_others(catena):
    """Release program only: the sanitizers need what this takes away."""
    release = os.path.join(os.environ.get("CATENA_RELEASE", ""), "catena")
    if not os.path.exists(release):
        pytest.skip("no Release program")
    if subprocess.run(["strace", "-V"], capture_output=True).returncode != 0:
        pytest.skip("no strace")
    run = subprocess.run(["strace", "-e", "trace=prctl,umask,prlimit64", release, "version"], capture_output=True, text=True)
    for call in ("umask(077)", "prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE", "prctl(PR_SET_NO_NEW_PRIVS, 1",
                 "prlimit64(0, RLIMIT_CORE, {rlim_cur=0, rlim_max=0}"):
        assert call in run.stderr


def test_terminal_bytes_in_an_error_are_escaped(catena):
    run = catena("completion", "\x1b]0;title\x07")
    assert run.returncode == 2 and "\x1b" not in run.stderr and "\\x1B" in run.stderr.upper().replace("\\X", "\\x")


def test_json_of_help_is_the_same_table(catena, command):
    document = catena.json("help", *command.split())
    assert document["name"] == command and json.dumps(document["options"])


WEB = "catena issue server web.internal.example"
BASICS = "--org Example --domain internal.example --no-passphrase"
ONLINE = ["rm -r home", f"catena init {BASICS} --only issuing"]
SIGNED = [*ONLINE, f"catena -C top init {BASICS} --only root", "catena ca csr issuing --out issuing.csr",
          "catena -C top ca sign issuing.csr --by root --as issuing --out issuing.pem"]
PASTE = """sh -c "sed -n '/^#   people:/,/^#$/s/^# //p' home/policies/person.yaml >> home/policies/ca.yaml\""""
NEEDS = {  # what must be there before an example makes sense
    "ca create": [PASTE],
    "ca csr": ONLINE,
    "ca sign": [f"catena -C online init {BASICS} --only issuing", "catena -C online ca csr issuing --out issuing.csr"],
    "ca install": SIGNED,
    "ca attach": ["catena ca detach root --out root.key"],
    "crl install": [*SIGNED, "catena ca install issuing issuing.pem --yes", "catena -C top crl root --out root.crl"],
    "issue": ["openssl req -new -newkey rsa:2048 -nodes -keyout request.key -subj /CN=alice -out request.pem", "mkdir certs"],
    "monitor ack": [WEB],
    **{word: [WEB] for word in ("renew", "rekey", "revoke", "show", "history")},
    "unhold": [WEB, "catena revoke web.internal.example --reason certificateHold"],
    "db restore": ["catena db backup catena-backup.tar"],
    "resume": ["catena halt --why test"],
}


def needs(words):
    return NEEDS.get(" ".join(words[1:3]), NEEDS.get(words[1], []))


def prepare(pki, line):
    words = shlex.split(line)
    if words[0] == "catena":
        pki.ok(*words[1:])
    else:
        subprocess.run(words, cwd=pki.folder, check=True, capture_output=True)


def test_every_example_runs(pki, catena, example):
    """In a folder with a home and what the example needs; the example of init in one without."""
    words = shlex.split(example)
    assert words[0] == "catena"
    if words[1] == "init":
        shutil.rmtree(catena.home, ignore_errors=True)
    for line in needs(words):
        prepare(pki, line)
    (catena if words[1] == "init" else pki).ok(*words[1:])
