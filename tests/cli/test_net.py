"""libcatena-net against real receivers on loopback: what is sent, what is refused, and what a bad peer costs."""
import shutil
import subprocess
import time
from pathlib import Path

import pytest

import receivers
from conftest import BIN
from receivers import Exim, Mail, Raw, Trust, Web, silent

BUILD = Path(BIN).resolve().parent
CLIENT, LIBRARY = BUILD / "tests" / "net-client", BUILD / "libcatena-net.so"
SECRET = "tok-5up3rs3cret"


@pytest.fixture
def net(catena, tmp_path):
    """Run the client; gives (exit status, what it printed)."""
    if not CLIENT.exists():
        pytest.skip("no net-client in this build")

    def run(word, url, *args, input="", env=None):
        run = subprocess.run([CLIENT, LIBRARY, word, url, *map(str, args)], env={**catena.env, **(env or {})}, cwd=tmp_path,
                             input=input, capture_output=True, text=True, timeout=100)
        assert "Sanitizer" not in run.stderr, run.stderr
        return run.returncode, run.stdout.rstrip("\n")
    return run


@pytest.fixture
def tls(tmp_path):
    return Trust(tmp_path)


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "token"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return path


def timed(call, *args):
    start = time.monotonic()
    return call(*args), time.monotonic() - start


# HTTP

def test_a_page_is_fetched(net):
    with Web((200, {}, b"hello")) as web:
        assert net("fetch", web.url + "/a?b=c") == (0, "status 200 retry 0\nhello")
        method, path, headers, _ = web.asked[0]
        assert (method, path) == ("GET", "/a?b=c") and headers["User-Agent"].startswith("catena/")
        assert set(headers) == {"Host", "User-Agent", "Accept"}


def test_a_body_is_posted_and_an_answer_of_any_status_is_an_answer(net):
    with Web((503, {"Retry-After": "7"}, b"later")) as web:
        assert net("fetch", web.url, "body=-", "header=X-One: 1", input="a" * 3000000) == (0, "status 503 retry 7\nlater")
        method, _, headers, body = web.asked[0]
        assert method == "POST" and len(body) == 3000000 and headers["X-One"] == "1" and "Expect" not in headers


def test_an_answer_is_not_read_beyond_its_bound(net):
    with Web((200, {}, b"x" * 1000)) as web:
        assert net("fetch", web.url, "max=1000")[0] == 0
        assert net("fetch", web.url, "max=999") == (1, f"network: 127.0.0.1:{web.port}: the answer is too large")
        assert net("fetch", web.url, "max=0") == (0, "status 200 retry 0")


def test_endless_headers_are_cut_off(net):
    def talk(peer):
        peer.recv(4096)
        peer.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            peer.sendall(b"X-Again: %s\r\n" % (b"a" * 1000))
    with Raw(talk) as raw:
        assert net("fetch", f"http://127.0.0.1:{raw.port}/") == (1, f"network: 127.0.0.1:{raw.port}: the answer is too large")


def test_a_status_is_enough_where_no_body_is_wanted_even_if_it_never_ends(net):
    def talk(peer):
        peer.recv(4096)
        peer.sendall(b"HTTP/1.1 204 Fine\r\n\r\n")
    def endless(peer):
        peer.recv(4096)
        peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            peer.sendall(bytes(1000))
    for how, status in ((talk, 204), (endless, 200)):
        with Raw(how) as raw:
            assert net("fetch", f"http://127.0.0.1:{raw.port}/", "max=0") == (0, f"status {status} retry 0")


def test_a_redirect_is_not_followed(net):
    with Web() as other, Web((302, {"Location": other.url}, b"")) as web:
        assert net("fetch", web.url) == (0, "status 302 retry 0") and other.asked == []


def test_a_name_that_is_not_known_is_told(net):
    status, said = net("fetch", "http://nobody.invalid/")
    assert status == 1 and said in ("network: nobody.invalid:80: the name is not known", "network: nobody.invalid:80: no connection in time")


@pytest.mark.parametrize("word, url", [("fetch", "http://127.0.0.1:{}/"), ("fetch", "https://127.0.0.1:{}/"),
                                       ("send", "smtp://127.0.0.1:{}"), ("send", "smtps://127.0.0.1:{}")])
def test_who_accepts_and_never_speaks_costs_the_deadline_and_no_more(net, word, url):
    with Raw(silent) as raw:
        (status, said), took = timed(net, word, url.format(raw.port), "timeout=1500", "to=a@b.example")
        assert status == 1 and "in time" in said
        assert 1.4 < took < 6


def test_one_octet_now_and_then_does_not_move_the_deadline(net):
    def talk(peer):
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            peer.sendall(b"x")
            time.sleep(0.1)
    with Raw(talk) as raw:
        (status, said), took = timed(net, "fetch", f"http://127.0.0.1:{raw.port}/", "timeout=1500")
        assert status == 1 and "did not answer in time" in said and took < 6


def test_https_is_trusted_by_the_given_authority_alone(net, tls, tmp_path):
    other = Trust(tmp_path, "-other")
    with Web(tls=tls) as web:
        assert net("fetch", web.url, f"ca={tls.ca}") == (0, "status 200 retry 0\nyes")
        for trust in ([f"ca={other.ca}"], []):
            status, said = net("fetch", web.url, *trust)
            assert status == 1 and said.startswith(f"network: 127.0.0.1:{web.port}: its certificate is not trusted: "), said
        assert net("fetch", web.url, f"ca={tmp_path / 'none.pem'}") == (1, f"file: {tmp_path / 'none.pem'}: no certificates can be read from it")
        assert len(web.asked) == 1


def test_a_given_authority_stands_instead_of_the_systems_store(net, tls, tmp_path):
    """With one, nothing of /etc/ssl/certs is looked at."""
    if subprocess.run(["strace", "-V"], capture_output=True).returncode != 0:
        pytest.skip("no strace")
    other = Trust(tmp_path, "-other")
    with Web(tls=tls) as web:
        for trust, looked in (([f"ca={other.ca}"], False), ([], True)):
            subprocess.run(["strace", "-f", "-e", "trace=openat,stat,newfstatat", "-o", tmp_path / "trace", CLIENT, LIBRARY, "fetch", web.url,
                            *trust], env={"ASAN_OPTIONS": "detect_leaks=0"}, capture_output=True)
            assert ("/etc/ssl/certs/" in (tmp_path / "trace").read_text()) == looked


@pytest.mark.parametrize("spoilt", [{"names": ("elsewhere.example",), "address": None}, {"days": -1}])
def test_a_server_of_another_name_or_past_its_end_is_refused(net, tmp_path, spoilt):
    bad = Trust(tmp_path, "-bad", **spoilt)
    with Web(tls=bad) as web:
        status, said = net("fetch", web.url, f"ca={bad.ca}")
        assert status == 1 and "its certificate is not trusted" in said and web.asked == []


def test_plain_http_where_tls_was_wanted_is_told(net, tls):
    with Web() as web:
        status, said = net("fetch", web.url.replace("http", "https"), f"ca={tls.ca}")
        assert status == 1 and "no TLS" in said


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "file:///etc/passwd", "smtp://127.0.0.1", "gopher://127.0.0.1/", "127.0.0.1/x", ""])
def test_only_http_and_https_are_fetched(net, url):
    status, said = net("fetch", url)
    assert status == 1 and said.startswith("usage: ")


def test_https_can_be_refused_too(net):
    assert net("fetch", "https://127.0.0.1:1/", "http_only=1") == (1, "usage: https://127.0.0.1 is none of http")


def test_nothing_secret_stands_in_an_error(net):
    for url in (f"http://user:{SECRET}@127.0.0.1:1/", f"http://127.0.0.1:1/{SECRET}", f"http://127.0.0.1:1/?key={SECRET}", f"http://[::1/{SECRET}"):
        status, said = net("fetch", url)
        assert status == 1 and SECRET not in said
    for header in (f"X: a\r\nY: {SECRET}", f"{SECRET}", f": {SECRET}", f"A B: {SECRET}"):
        status, said = net("fetch", "http://127.0.0.1:1/", f"header={header}")
        assert (status, said) == (1, "usage: header 1 is not one line of the form 'Name: value'")


def test_the_environment_decides_nothing(net, tmp_path):
    (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login a password {SECRET}\n")
    env = {"http_proxy": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1", "HOME": str(tmp_path), "NETRC": str(tmp_path / ".netrc")}
    with Web() as web:
        assert net("fetch", web.url, env=env)[0] == 0
        assert "Authorization" not in web.asked[0][2]


def test_no_tls_secrets_are_written_for_others(net, tls, tmp_path):
    with Web(tls=tls) as web:
        assert net("fetch", web.url, f"ca={tls.ca}", env={"SSLKEYLOGFILE": str(tmp_path / "keys")})[0] == 0
        assert not (tmp_path / "keys").exists()


# Mail

MESSAGE = "From: pki@internal.example\r\nSubject: hello\r\n\r\none\r\n.\r\n..two\r\nthree\r\n"


@pytest.fixture
def smtp():
    pytest.importorskip("aiosmtpd")
    return Mail


def send(net, server, *args, scheme="smtp", input=MESSAGE):
    return net("send", f"{scheme}://127.0.0.1:{server.port}", "to=ops@internal.example", *args, input=input)


def test_a_mail_goes_out_under_starttls_with_a_login(net, tls, smtp):
    with smtp(tls, {"pki": SECRET}) as server:
        assert send(net, server, "to=more@internal.example", f"ca={tls.ca}", "user=pki", f"password={SECRET}") == (0, "taken")
        envelope, secure, who, _ = server.mails[0]
        assert secure and who == "pki" and envelope.mail_from == "pki@internal.example"
        assert envelope.rcpt_tos == ["ops@internal.example", "more@internal.example"]
        assert envelope.content.decode() == MESSAGE


def test_a_mail_goes_out_under_tls_from_the_start(net, tls, smtp):
    with smtp(tls, implicit=True) as server:
        assert send(net, server, f"ca={tls.ca}", scheme="smtps") == (0, "taken") and server.mails[0][1]


def test_a_server_without_starttls_gets_nothing_unless_that_was_said(net, smtp):
    with smtp() as server:
        assert send(net, server) == (1, f"network: 127.0.0.1:{server.port}: the server does not offer STARTTLS")
        assert server.mails == []
        assert send(net, server, "plaintext=1") == (0, "taken")


def test_a_server_of_another_authority_gets_nothing(net, tls, smtp, tmp_path):
    other = Trust(tmp_path, "-other")
    with smtp(tls, {"pki": SECRET}) as server:
        status, said = send(net, server, f"ca={other.ca}", "user=pki", f"password={SECRET}")
        assert status == 1 and "its certificate is not trusted" in said and server.tried == []


def test_a_wrong_password_is_told_and_not_shown(net, tls, smtp):
    with smtp(tls, {"pki": "another"}) as server:
        status, said = send(net, server, f"ca={tls.ca}", "user=pki", f"password={SECRET}")
        assert status == 1 and "refused the mail: 535" in said and SECRET not in said and server.mails == []


def test_a_server_that_repeats_the_password_is_not_quoted(net):
    def talk(peer):
        for line in (b"220 hi", b"250-hi\r\n250 AUTH PLAIN", b"535 no: " + SECRET.encode()):
            peer.sendall(line + b"\r\n")
            peer.recv(4096)
    with Raw(talk) as raw:
        status, said = send(net, raw, "plaintext=1", "user=pki", f"password={SECRET}")
        assert status == 1 and "repeated the password" in said and SECRET not in said


def test_a_password_stays_home_without_tls(net):
    status, said = net("send", "smtp://mail.internal.example", "to=a@b.example", "plaintext=1", "user=pki", f"password={SECRET}")
    assert (status, said) == (1, "usage: mail.internal.example:25: a password is not sent there without TLS")


def test_what_the_server_said_is_told(net, smtp):
    with smtp(reply="554 5.7.1 we do not like it") as server:
        assert send(net, server, "plaintext=1") == (1, f"network: 127.0.0.1:{server.port}: the server refused the mail: 554 5.7.1 we do not like it")


@pytest.mark.parametrize("bad", ["nobody", "a b@c.example", "a@b.example>", "a@b.example\r\nDATA", "@b.example", "a@"])
def test_an_address_ends_no_line(net, bad):
    status, said = net("send", "smtp://127.0.0.1:1", f"to={bad}", "plaintext=1")
    assert (status, said) == (1, "usage: receiver 1 is not a mail address")


def test_a_yes_counts_though_the_goodbye_is_never_answered(net):
    def talk(peer):
        peer.sendall(b"220 hi\r\n")
        for answer in (b"250 hi", b"250 from", b"250 to", b"354 go"):
            peer.recv(4096)
            peer.sendall(answer + b"\r\n")
        data = b""
        while not data.endswith(b"\r\n.\r\n"):
            data += peer.recv(4096)
        peer.sendall(b"250 mine now\r\n")
        silent(peer)
    with Raw(talk) as raw:
        (status, said), took = timed(send, net, raw, "plaintext=1", "timeout=2000")
        assert (status, said) == (0, "taken") and took < 8


def test_starttls_is_no_way_to_slip_in_a_reply(net):
    """What came in the clear behind the answer to STARTTLS is not taken for an answer under TLS (CVE-2021-22947)."""
    def talk(peer):
        peer.sendall(b"220 hi\r\n")
        peer.recv(4096)
        peer.sendall(b"250-hi\r\n250 STARTTLS\r\n")
        peer.recv(4096)
        peer.sendall(b"220 go\r\n250 hi\r\n250 from\r\n250 to\r\n354 go\r\n250 mine\r\n")
        silent(peer)
    with Raw(talk) as raw:
        assert send(net, raw, "timeout=1500")[0] == 1


@pytest.mark.parametrize("method", [receivers.PLAIN, receivers.LOGIN], ids=["plain", "login"])
def test_exim_takes_a_mail_after_a_login_under_starttls(net, method):
    if not shutil.which("exim4", path=receivers.SBIN):
        pytest.skip("no exim4 (tests/run deps tests)")
    with Exim("pki", SECRET, method) as server:
        login = [f"ca={server.tls.ca}", "user=pki"]
        assert send(net, server, *login, f"password={SECRET}") == (0, "taken")
        assert "..two\nthree\n" in server.kept()[0] and "\n.\n" in server.kept()[0]
        assert "<= pki@internal.example" in server.log() and "P=esmtpsa" in server.log()
        status, said = send(net, server, *login, "password=wrong")
        assert status == 1 and "refused the mail: 535" in said
        status, said = send(net, server, f"ca={server.tls.ca}")
        assert status == 1 and "refused the mail: 550" in said and len(server.kept()) == 1


# Channels

def test_a_webhook_that_fails_twice_and_then_answers_is_told_once(net, secret):
    with Web((500, {}, b"no"), (503, {"Retry-After": "1"}, b"no"), (200, {}, b"ok")) as web:
        (status, said), took = timed(net, "webhook", web.url + "/pki", f"secret=Authorization:{secret}")
        assert (status, said) == (0, "taken") and 4.5 < took < 20
        assert len(web.asked) == 3 and len({(body, headers["Idempotency-Key"]) for _, _, headers, body in web.asked}) == 1
        _, path, headers, body = web.asked[2]
        assert path == "/pki" and headers["Idempotency-Key"] == "n-0001" and headers["Authorization"] == SECRET
        assert headers["Content-Type"] == "application/json" and b"web.internal.example" in body


def test_a_webhook_that_keeps_failing_fails(net):
    with Web((500, {}, b"no")) as web:
        assert net("webhook", web.url) == (1, "network: 127.0.0.1: it answered with HTTP status 500") and len(web.asked) == 3


@pytest.mark.parametrize("status", [302, 400, 404])
def test_what_another_try_would_not_mend_is_not_tried_again(net, status):
    with Web((status, {}, b"")) as web:
        assert net("webhook", web.url)[0] == 1 and len(web.asked) == 1


def test_who_wants_a_long_pause_gets_it_until_the_next_run(net):
    with Web((429, {"Retry-After": "3600"}, b"")) as web:
        (status, _), took = timed(net, "webhook", web.url)
        assert status == 1 and len(web.asked) == 1 and took < 5


def test_a_webhook_over_https_with_an_own_authority_in_slacks_form(net, tls):
    with Web(tls=tls) as web:
        assert net("webhook", web.url, f"ca={tls.ca}", "slack=1") == (0, "taken")
        assert web.asked[0][3].startswith(b'{"text":')


@pytest.mark.parametrize("mode, text, reason", [(0o644, SECRET, "token"), (0o600, "", "is empty"), (0o600, f"a\n{SECRET}", "is not one line")])
def test_a_secret_that_others_can_read_or_that_is_none_is_not_used(net, secret, mode, text, reason):
    secret.write_text(text)
    secret.chmod(mode)
    with Web() as web:
        status, said = net("webhook", web.url, f"secret=Authorization:{secret}")
        assert status == 1 and said.startswith("file: header Authorization: ") and reason in said and SECRET not in said and web.asked == []


def test_secrets_are_in_no_list_of_processes_and_no_output(net, secret):
    with Raw(silent) as raw:
        run = subprocess.Popen([CLIENT, LIBRARY, "webhook", f"http://127.0.0.1:{raw.port}/", f"secret=Authorization:{secret}"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 20
        while not raw.open and time.monotonic() < deadline:
            time.sleep(0.05)
        seen = b"".join(Path(f"/proc/{run.pid}/{name}").read_bytes() for name in ("cmdline", "comm"))
        assert raw.open and b"webhook" in seen and SECRET.encode() not in seen
        assert SECRET.encode() in raw.open[0].recv(4096)
        run.terminate()
        assert SECRET.encode() not in run.communicate()[0]


def test_a_notice_by_mail_with_a_password_from_its_file(net, tls, smtp, secret):
    with smtp(tls, {"pki": SECRET}) as server:
        args = ["to=ops@internal.example", f"ca={tls.ca}", "user=pki", f"password_file={secret}"]
        assert net("email", f"smtp://127.0.0.1:{server.port}", *args) == (0, "taken")
        content = server.mails[0][0].content.decode()
        assert "Message-ID: <n-0001@internal.example>" in content and "web.internal.example" in content and server.mails[0][1]
        secret.chmod(0o640)
        status, said = net("email", f"smtp://127.0.0.1:{server.port}", *args)
        assert status == 1 and said.startswith("file: password: ") and SECRET not in said and len(server.mails) == 1
