"""catena inspect HOST:PORT: what real servers serve, and what it costs when a peer is silent, endless or hostile."""
import contextlib
import re
import socket
import ssl
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import servers
from conftest import Catena, one_document
from servers import Identity, peer, s_server


@pytest.fixture(scope="module")
def folder():
    with servers.open_folder() as made:
        yield made


@pytest.fixture(scope="module")
def who(folder):
    return Identity(folder)


def seen(catena, endpoint, *args):
    """The document, with the chain as fingerprints too."""
    document = catena.json("inspect", endpoint, *args)
    return document, document["handshake"], [c["sha256"] for c in document["chain"]]


# ---- handshakes

def test_tls_1_3_is_shown_with_all_that_was_agreed_on(catena, who):
    with s_server(who, "-alpn", "h2") as port:
        document, shake, chain = seen(catena, f"localhost:{port}")
        text = catena.ok("inspect", f"localhost:{port}")
    assert document["endpoint"] == f"tls:localhost:{port}" and document["address"] == f"127.0.0.1:{port}"
    assert {k: shake[k] for k in ("finished", "version", "cipher_suite", "group", "signature", "alpn")} == {
        "finished": True, "version": "TLSv1.3", "cipher_suite": "TLS_AES_256_GCM_SHA384", "group": "x25519",
        "signature": "ecdsa_secp256r1_sha256", "alpn": "h2"}
    assert shake["client_certificate"] == {"requested": False} and "stapled" not in shake and shake["took_ms"] >= 0
    assert chain == who.sha256
    assert document["chain"][0]["subject"] == "CN=localhost" and document["chain"][0]["names"] == ["localhost"]
    for words in ("TLSv1.3", "TLS_AES_256_GCM_SHA384", "x25519", "ecdsa_secp256r1_sha256", "ALPN:  ", "not asked for", "Stapled response:         none",
                  "Certificate 1 of 2, as served:", "Certificate 2 of 2, as served:", "CN=Issuing"):
        assert words in text


@pytest.mark.parametrize("options, want", [
    (["-tls1_2"], {"version": "TLSv1.2", "cipher_suite": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "group": "x25519"}),
    (["-tls1_2", "-cipher", "AES256-SHA"], {"version": "TLSv1.2", "cipher_suite": "TLS_RSA_WITH_AES_256_CBC_SHA", "group": None, "signature": None}),
    (["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"], {"cipher_suite": "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "group": "dh-2048"}),
    (["-tls1_2", "-sigalgs", "RSA+SHA384", "-groups", "P-384"], {"signature": "rsa_pkcs1_sha384", "group": "secp384r1"}),
    (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], {"version": "TLSv1.1", "signature": "rsa_pkcs1_md5_sha1"}),
    (["-tls1", "-cipher", "ALL:@SECLEVEL=0"], {"version": "TLSv1.0", "finished": True}),
    (["-tls1_3", "-groups", "X448"], {"signature": "rsa_pss_rsae_sha256", "group": "x448", "finished": True}),
], ids=["1.2", "RSA transport", "DHE", "P-384", "1.1", "1.0", "1.3 second hello"])
def test_older_and_weaker_handshakes_are_looked_at_too(catena, folder, options, want):
    who = Identity(folder, "old", servers.rsa_key())
    with s_server(who, *options) as port:
        _, shake, chain = seen(catena, f"127.0.0.1:{port}")
    assert {k: shake.get(k) for k in want} == want and chain == who.sha256


def test_a_key_too_weak_for_any_client_is_shown(catena, folder):
    who = Identity(folder, "weak", servers.weak_key())
    with s_server(who, "-cipher", "ALL:@SECLEVEL=0") as port:
        document, _, chain = seen(catena, f"127.0.0.1:{port}")
    assert document["chain"][0]["key"]["bits"] == 1024 and chain == who.sha256


def test_a_stapled_response_is_shown_decoded(catena, who):
    for version in ("-tls1_3", "-tls1_2"):
        with s_server(who, version, "-status_file", who.staple) as port:
            _, shake, _ = seen(catena, f"localhost:{port}")
            text = catena.ok("inspect", f"localhost:{port}")
        assert shake["stapled"]["status"] == "successful" and shake["stapled"]["responder"] == "CN=Issuing"
        answer = shake["stapled"]["responses"][0]
        assert answer["certificate_status"] == "good" and int(answer["serial"], 16) == who.chain[0].serial_number
        assert re.search(r"Stapled response:\n  Status: +successful\n", text)


def test_a_client_certificate_is_told_with_the_authorities_that_it_is_asked_of(catena, who):
    with s_server(who, "-tls1_3", "-Verify", "1", "-CAfile", who.issuer) as port:
        _, shake, chain = seen(catena, f"localhost:{port}")
    assert shake["finished"] and shake["client_certificate"] == {"requested": True, "authorities": ["CN=Issuing"]} and chain == who.sha256


def test_a_server_that_insists_on_a_client_certificate_shows_its_chain_all_the_same(catena, who):
    with s_server(who, "-tls1_2", "-Verify", "1", "-CAfile", who.issuer) as port:
        _, shake, chain = seen(catena, f"localhost:{port}")
        text = catena.ok("inspect", f"localhost:{port}")
    assert not shake["finished"] and shake["incomplete"].startswith("the server ends the handshake without a client certificate: alert ")
    assert shake["client_certificate"] == {"requested": True, "authorities": ["CN=Issuing"]} and chain == who.sha256
    assert shake["version"] == "TLSv1.2" and shake["signature"] == "ecdsa_secp256r1_sha256"
    assert "Incomplete:               the server ends the handshake" in text and "  of:                     CN=Issuing\n" in text


def test_any_authority_will_do_where_none_is_named(catena, who):
    with s_server(who, "-verify", "1", "-no-CAfile", "-no-CApath", "-no-CAstore") as port:
        _, shake, _ = seen(catena, f"localhost:{port}")
        assert "asked for, of any authority" in catena.ok("inspect", f"localhost:{port}")
    assert shake["client_certificate"] == {"requested": True, "authorities": []}


def test_a_server_without_a_common_version_says_so_by_its_alert(catena, who):
    with s_server(who, "-tls1_2", "-cipher", "PSK") as port:
        error = catena.fails(3, "network", "inspect", f"localhost:{port}")
    assert re.fullmatch(r"localhost:\d+: the server refuses the handshake: alert handshake_failure \(40\)", error["text"])


def test_the_name_that_is_asked_for_decides_what_nginx_serves(catena, folder):
    sites = {"first.internal.example": Identity(folder, "first.internal.example"), "other.internal.example": Identity(folder, "other.internal.example")}
    with servers.nginx(folder, sites) as port:
        _, shake, chain = seen(catena, f"localhost:{port}")
        _, _, by_address = seen(catena, f"127.0.0.1:{port}")
        _, _, other = seen(catena, f"127.0.0.1:{port}", "--server-name", "Other.internal.example")
    assert chain == by_address == sites["first.internal.example"].sha256 and other == sites["other.internal.example"].sha256
    assert shake["alpn"] == "h2"


def test_an_address_of_ipv6_stands_in_brackets(catena, who):
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 on this machine")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(who.crt, who.key)

    def serve():
        connection, _ = listener.accept()
        with contextlib.suppress(OSError):
            context.wrap_socket(connection, server_side=True).recv(1)

    with listener:
        threading.Thread(target=serve, daemon=True).start()
        endpoint = f"[::1]:{listener.getsockname()[1]}"
        document, shake, chain = seen(catena, endpoint)
    assert document["endpoint"] == f"tls:{endpoint}" and document["address"] == endpoint and chain == who.sha256


# ---- STARTTLS

def test_exim_is_asked_by_starttls(catena, folder, who):
    with servers.exim(folder, who) as port:
        document, shake, chain = seen(catena, f"smtp://localhost:{port}")
    assert document["endpoint"] == f"smtp:localhost:{port}" and shake["finished"] and "alpn" not in shake and chain == who.sha256


def test_dovecot_is_asked_by_starttls_and_stls(catena, folder, who):
    with servers.dovecot(folder, who) as (imap, pop3):
        for endpoint in (f"imap://localhost:{imap}", f"pop3://localhost:{pop3}"):
            _, shake, chain = seen(catena, endpoint)
            assert shake["finished"] and chain == who.sha256


def test_slapd_is_asked_by_the_extended_operation(catena, folder, who):
    with servers.slapd(folder, who) as port:
        _, shake, chain = seen(catena, f"ldap://localhost:{port}")
    assert shake["finished"] and chain == who.sha256


def test_postgresql_is_asked_by_sslrequest(catena, folder, who):
    with servers.postgres(folder, who) as port:
        _, shake, chain = seen(catena, f"postgres://localhost:{port}")
    assert shake["finished"] and chain[0] == who.sha256[0]


# ---- the line

def test_what_exists_as_a_file_is_a_file(catena, who):
    with s_server(who) as port:
        name = f"localhost:{port}"
        (catena.folder / name).write_bytes(who.leaf.read_bytes())
        assert catena.json("inspect", name)["objects"][0]["sha256"] == who.sha256[0]
        assert catena.json("inspect", f"tls://{name}")["endpoint"] == f"tls:{name}"
    assert "nowhere:443" in catena.fails(3, "file", "inspect", "./nowhere:443")["text"]


def test_options_of_files_and_of_endpoints_do_not_mix(catena, who):
    (catena.folder / "thing.pem").write_bytes(who.leaf.read_bytes())
    error = catena.fails(2, "usage", "inspect", "thing.pem", "--timeout", "1s")
    assert error["text"] == "--server-name and --timeout are for endpoints, and thing.pem is a file"
    assert error["hint"] == "an endpoint is HOST:PORT, or tls://HOST:PORT where a file is called so"
    assert catena.fails(2, "usage", "inspect", "nowhere", "--server-name", "a")["text"].endswith("and nowhere is none")
    assert catena.fails(2, "usage", "inspect", "localhost:1", "--passphrase-file", "x")["text"] == \
        "--passphrase-file is for files, and localhost:1 is an endpoint"
    assert catena.fails(2, "usage", "inspect", "localhost:1", "--server-name", "*.a")["text"] == "--server-name: '*.a' is no DNS name that can be asked for"
    assert catena.fails(2, "usage", "inspect", "localhost:1", "--timeout", "2d")["text"] == "--timeout is at most 1d"


def test_a_slip_in_an_endpoint_is_told_with_what_was_meant(catena):
    assert catena.fails(2, "usage", "inspect", "https://localhost")["hint"] == "say HOST:443 for https"
    assert catena.fails(2, "usage", "inspect", "localhost:99999")["text"].endswith("the port is no number from 1 to 65535")


def test_a_port_where_nobody_listens_is_told(catena):
    error = catena.fails(3, "network", "inspect", f"127.0.0.1:{servers.free_port()}")
    assert re.fullmatch(r"127.0.0.1:(\d+): no connection to 127.0.0.1:\1: Connection refused", error["text"])
    assert error["hint"] == "is the server running, and is the port right?"


def test_a_host_that_does_not_exist_is_told(catena):
    """Without any name server the answer is another one, and comes at the deadline."""
    error = catena.fails(3, "network", "inspect", "nowhere.invalid:443", "--timeout", "2s")
    assert re.search(r"no such host: nowhere\.invalid$|no name server answers for nowhere\.invalid( within 2 s)?$", error["text"])


# ---- peers that misbehave; each costs its deadline at the most

def lines(*replies):
    """Say the first, then one after each line that comes."""
    def serve(connection):
        connection.sendall(replies[0])
        for reply in replies[1:]:
            connection.recv(1024)
            connection.sendall(reply)
        connection.recv(65536)
        time.sleep(30)
    return serve


def after_hello(data):
    def serve(connection):
        connection.recv(65536)
        connection.sendall(data)
        time.sleep(30)
    return serve


def silent(connection):
    time.sleep(30)


def drip(connection):
    while True:
        connection.sendall(b"2")
        time.sleep(1)


def drip_tls(connection):
    """A record that is announced in full and comes one octet at a time."""
    for octet in b"\x16\x03\x03\x10\x00\x02\x00\x0f\xfc" + bytes(4000):
        connection.sendall(bytes([octet]))
        time.sleep(0.05)


def endless(piece):
    def serve(connection):
        while True:
            connection.sendall(piece)
    return serve


def endless_after_hello(piece):
    def serve(connection):
        connection.recv(65536)
        while True:
            connection.sendall(piece)
    return serve


def close(connection):
    connection.close()


def reset(connection):
    connection.recv(16)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def plain_http(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    time.sleep(30)


IN_THE_CLEAR = r"sends more in the clear behind its answer to STARTTLS: protocol error, or injected on the way \(CVE-2011-0411\)"
HELLO = b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" + bytes(range(32)) + b"\x00\xc0\x2f\x00"  # TLS 1.2, ECDHE_RSA, no extensions
PEERS = {
    "silent": ("", silent, r"the deadline of 1 s was over before a word of TLS came"),
    "silent mail server": ("smtp://", silent, r"connected, but a greeting does not come within 1 s"),
    "silent directory": ("ldap://", silent, r"connected, but an answer to StartTLS does not come within 1 s"),
    "one octet a second": ("smtp://", drip, r"a greeting does not come within 1 s"),
    "a record octet by octet": ("", drip_tls, r"the deadline of 1 s was over in the middle of the handshake|does not speak TLS"),
    "endless line": ("smtp://", endless(b"220 " + b"x" * 60000), r"the server says a line of over 2000 characters"),
    "endless reply": ("smtp://", endless(b"220-again\r\n" * 1000), r"the server says over 200 lines before TLS"),
    "endless untagged lines": ("imap://", lines(b"* OK\r\n", b"* 1 EXISTS\r\n" * 5000), r"the server says over 200 lines before TLS"),
    "garbage": ("", after_hello(bytes(range(256)) * 64), r"what answers does not speak TLS"),
    "HTTP": ("", plain_http, r"what answers does not speak TLS"),
    "a mail server asked for TLS at once": ("", lines(b"220 mail\r\n"), r"what answers does not speak TLS"),
    "closes at once": ("", close, r"the server closed the connection before a word of TLS came|the connection broke before a word of TLS came"),
    "closes at once, mail": ("smtp://", close, r"the server closed the connection where a greeting was to come"),
    "resets": ("", reset, r"the connection broke before a word of TLS came"),
    "no STARTTLS": ("smtp://", lines(b"220 x\r\n", b"250-x\r\n250 SIZE\r\n"), r"the server does not offer STARTTLS"),
    "refused": ("smtp://", lines(b"220 x\r\n", b"250 STARTTLS\r\n", b"454 \x1b[31mno\r\n"), r"the server refuses STARTTLS: '454 \\x1b\[31mno'"),
    "refused, POP3": ("pop3://", lines(b"+OK\r\n", b"-ERR no\r\n"), r"the server refuses STLS: '-ERR no'"),
    "switched off": ("postgres://", after_hello(b"N"), r"the server has TLS switched off"),
    "error": ("postgres://", after_hello(b"E\0\0\0\x20SFATAL\0"), r"the server answers the request for TLS with an error"),
    "injected": ("smtp://", lines(b"220 x\r\n", b"250 STARTTLS\r\n", b"220 go\r\n250 more\r\n"), IN_THE_CLEAR),
    "injected, IMAP": ("imap://", lines(b"* OK\r\n", b"a OK\r\n* BYE\r\n"), IN_THE_CLEAR),
    "injected, PostgreSQL": ("postgres://", after_hello(b"S\x16\x03\x03"), IN_THE_CLEAR),
    "injected, LDAP": ("ldap://", after_hello(b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00\x16"), IN_THE_CLEAR),
    "a message without end": ("", after_hello(HELLO + b"\x16\x03\x03\x40\x00\x0b\xff\xff\xff" + bytes(16380)), r"fails on what the server says: excessive message size"),
    "endless warnings": ("", endless_after_hello(HELLO + b"\x15\x03\x03\x00\x02\x01\x5a" * 1000), r"fails on what the server says: .*"),
    "endless empty records": ("", endless_after_hello(b"\x16\x03\x03\x00\x00" * 1000), r"fails on what the server says: .*|does not speak TLS"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the program says of each peer, and how long it took; several at once, for most only wait."""
    catena = Catena(tmp_path_factory.mktemp("peers"))

    def ask(name):
        scheme, serve, _ = PEERS[name]
        with peer(serve) as port:
            began = time.monotonic()
            run = catena("inspect", f"{scheme}127.0.0.1:{port}", "--timeout", "1s", "--json")
            return run, time.monotonic() - began

    with ThreadPoolExecutor(6) as pool:
        return dict(zip(PEERS, pool.map(ask, PEERS)))


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_that_misbehaves_costs_its_deadline_and_is_told(told, name):
    run, took = told[name]
    assert run.returncode == 3, run.stdout + run.stderr
    error = one_document(run.stdout)["error"]
    assert error["code"] == "network" and re.search(f"(?:{PEERS[name][2]})$", error["text"]), error
    assert took < 1 + 14, took  # starting the sanitized program several times on a busy machine is most of it


@pytest.mark.parametrize("greeting, hint", [
    (b"220 mail\r\n", "it greets like a mail server: smtp://HOST:PORT begins TLS by STARTTLS"),
    (b"* OK\r\n", "it greets like an IMAP server: imap://HOST:PORT begins TLS by STARTTLS"),
    (b"+OK\r\n", "it greets like a POP3 server: pop3://HOST:PORT begins TLS by STLS"),
    (b"HTTP/1.1 400\r\n", "it speaks HTTP without TLS"),
    (b"SSH-2.0-x\r\n", "it speaks SSH"),
])
def test_what_does_not_speak_tls_is_told_by_how_it_greets(catena, greeting, hint):
    with peer(lines(greeting)) as port:
        assert catena.fails(3, "network", "inspect", f"127.0.0.1:{port}", "--timeout", "5s")["hint"] == hint


def test_a_server_that_goes_silent_behind_its_chain_has_shown_it(catena, who):
    """Between them stands somebody who passes on the first flight of TLS 1.2 and nothing behind it."""
    with s_server(who, "-tls1_2") as behind:
        def first_flight(connection):
            with socket.create_connection(("127.0.0.1", behind)) as server:
                server.sendall(connection.recv(65536))
                time.sleep(0.3)
                connection.sendall(server.recv(65536))
                time.sleep(30)
        with peer(first_flight) as port:
            _, shake, chain = seen(catena, f"localhost:{port}", "--timeout", "3s")
    assert not shake["finished"] and shake["incomplete"] == "the deadline of 3 s was over in the middle of the handshake" and chain == who.sha256


def test_nothing_but_the_words_before_tls_and_a_handshake_is_sent(catena):
    heard = []

    def serve(connection):
        connection.sendall(b"220 x\r\n")
        heard.append(connection.recv(1024))
        connection.sendall(b"250 STARTTLS\r\n")
        heard.append(connection.recv(1024))
        connection.sendall(b"220 go\r\n")
        with contextlib.suppress(OSError):
            while piece := connection.recv(65536):
                heard.append(piece)
    with peer(serve) as port:
        catena("inspect", f"smtp://127.0.0.1:{port}", "--timeout", "1s")
        time.sleep(0.1)
    assert heard[:2] == [b"EHLO [127.0.0.1]\r\n", b"STARTTLS\r\n"]
    assert heard[2][:1] == b"\x16" and heard[2][5:6] == b"\x01" and len(heard) == 3


def test_the_hosts_configuration_of_openssl_is_not_asked(catena, who):
    (catena.folder / "openssl.cnf").write_text("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nMaxProtocol = TLSv1.2\nCipherString = none\n")
    with s_server(who) as port:
        run = catena("inspect", f"localhost:{port}", "--json", env={"OPENSSL_CONF": str(catena.folder / "openssl.cnf")})
    assert run.returncode == 0 and '"TLSv1.3"' in run.stdout
