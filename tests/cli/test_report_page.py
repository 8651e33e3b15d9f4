"""The status page: sound HTML, readable in every light, and headless Chromium's word on how it fits a phone and what it loads."""
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITER = Path(os.environ.get("CATENA_RELEASE", ROOT / "build")) / "tests" / "report-samples"
NAMES = ("none", "few", "some", "many", "hostile")
VOID = {"meta", "link", "br", "hr", "img", "input"}
TAGS = VOID | set("html head title style body a header p h1 h2 h3 span time strong nav ul li main dl div dt dd section ol pre code details "
                  "summary table thead tbody tr th td small figure svg desc g text line rect figcaption footer".split())


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    subprocess.run([WRITER, folder], check=True)
    return folder


class Page(HTMLParser):
    """Every tag is closed in its order, and of the kinds that page.html has."""

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.text = [], [], []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, tag
        attrs = dict(attrs)
        assert not any(name.startswith("on") for name in attrs) and "style" not in attrs
        self.tags.append((tag, attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_data(self, data):
        self.text.append(data)

    def of(self, tag):
        return [a for t, a in self.tags if t == tag]


@pytest.mark.parametrize("name", NAMES)
def test_the_markup_is_sound(samples, name):
    page = Page(samples / f"{name}.html")
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(set(ids)) == len(ids)
    assert page.of("html") == [{"lang": "en"}] and len(page.of("h1")) == 1 and len(page.of("main")) == 1
    assert all(a.get("scope") in ("col", "row") for a in page.of("th"))
    assert {a["href"][1:] for a in page.of("a")} <= set(ids)
    assert page.of("a")[0] == {"class": "skip", "href": "#need"}
    for drawing in page.of("svg"):
        assert drawing["role"] == "img" and set(drawing["aria-labelledby"].split()) <= set(ids)
    policy = next(a["content"] for a in page.of("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy and "script" not in policy


def test_hostile_texts_are_shown_as_they_are(samples):
    page = Page(samples / "hostile.html")
    assert "<script>alert(1)</script>" in "".join(page.text)
    assert page.of("script") == []


def test_what_is_drawn_says_the_same_as_the_tables(samples):
    text = "".join(Page(samples / "few.html").text)
    assert "issuing (CRL)" in text and "warning, in 25 hours" in text and "Sun 29 Nov 2026 13:00 UTC" in text


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_has_contrast_enough_in_every_light():
    """WCAG 2.1, 1.4.3: 4.5 to 1."""
    style = (ROOT / "lib/report/page.html").read_text()
    lights = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", style, flags=re.S)]
    assert len(lights) == 3
    for light in lights:
        for ink in ("ink", "soft", "link", "critical", "warning", "unknown", "ok"):
            for paper in ("paper", "panel"):
                assert contrast(light[ink], light[paper]) >= 4.5, (ink, paper, light)
        for badge in ("critical", "warning", "unknown", "ok", "soft"):
            assert contrast(light["on"], light[badge]) >= 4.5, (badge, light)


FRAMES = """<!doctype html><title>frames</title><link rel="icon" href="data:,">
%s<pre id="found"></pre>
<script>
addEventListener("load", () => {
	const found = {};
	for (const frame of document.querySelectorAll("iframe")) {
		const page = frame.contentDocument, view = frame.contentWindow, root = page.documentElement;
		const texts = [...page.querySelectorAll("svg > g:not(.tick)")].map(g => [...g.querySelectorAll("text")].map(t => t.getBoundingClientRect()));
		found[frame.name] = { wide: root.scrollWidth, room: root.clientWidth, scripts: page.scripts.length,
			loaded: view.performance.getEntriesByType("resource").map(r => r.name).filter(n => !n.startsWith("data:")),
			styled: view.getComputedStyle(page.querySelector(".counts")).display,
			colour: view.getComputedStyle(page.body).backgroundColor,
			overlaps: texts.filter(([a, b]) => a.right > b.left).length };
	}
	document.getElementById("found").textContent = JSON.stringify(found);
});
</script>"""


@pytest.fixture(scope="module")
def served(samples):
    """The samples over HTTP on loopback, so that a page of frames may look into them; and what was asked for."""
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(samples))

        def log_message(self, *_):
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()


def browse(url, folder, *flags):
    if not shutil.which("chromium"):
        pytest.skip("no chromium (tests/run deps tests)")
    return subprocess.run(["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                           "--disable-component-update", "--no-proxy-server", f"--user-data-dir={folder}/profile", "--enable-logging=stderr",
                           *flags, "--dump-dom", url], capture_output=True, text=True, timeout=120, env={**os.environ, "HOME": str(folder)})


@pytest.mark.parametrize("light, paper", [("1", "rgb(252, 252, 251)"), ("0", "rgb(21, 23, 26)")], ids=["light", "dark"])
def test_chromium_shows_it_on_a_phone_and_loads_nothing_else(samples, served, tmp_path, light, paper):
    address, asked = served
    frames = "".join(f'<iframe name="{n}" src="{n}.html" width="360" height="700" style="border:0"></iframe>' for n in NAMES)
    (samples / "frames.html").write_text(FRAMES % frames)
    asked.clear()
    run = browse(f"{address}/frames.html", tmp_path, f"--blink-settings=preferredColorScheme={light}")
    found = json.loads(unescape(re.search(r'<pre id="found">(.*?)</pre>', run.stdout, flags=re.S).group(1)))
    assert set(found) == set(NAMES), run.stderr
    for name, page in found.items():
        assert page["wide"] <= page["room"] <= 360, (name, page)
        assert page["scripts"] == 0 and page["loaded"] == [] and page["styled"] == "grid" and page["colour"] == paper, (name, page)
        assert name == "hostile" or page["overlaps"] == 0, (name, page)
    assert "Refused" not in run.stderr and "Content Security Policy" not in run.stderr
    assert set(asked) == {"/frames.html", *(f"/{n}.html" for n in NAMES)}
