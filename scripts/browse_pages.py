"""Looks at the gallery of pages with Chromium, as people do, and says what is wrong; silent where nothing is.

usage: browse_pages.py FOLDER|URL SCREENSHOTS

FOLDER holds pages as the tests write them (`design-forms.es.dark.html`, `assets/…`) and is served here under the content security policy
that the gateway sends; URL is a gateway that shows the gallery itself. Screenshots of every page, theme and width go to SCREENSHOTS.
"""

import http.cookies
import http.server
import os
import shutil
import sys
import threading

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, sync_playwright

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
PAGES = ["", "/forms", "/figures", "/patient", "/worklist", "/home", "/error", "/missing", "/offline"]
WIDTHS = [(360, 800), (1280, 900)]
MOST_BYTES = 150_000
TYPES = {
    "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "png": "image/png",
    "webmanifest": "application/manifest+json",
}
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
}

faults = []


def fault(*words):
    faults.append(" ".join(str(word) for word in words))


def serve(folder):
    class Pages(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            path = self.path.split("?")[0]
            if path.startswith("/assets/"):
                file, kind = folder + path, TYPES[path.rsplit(".", 1)[1]]
            else:
                cookies = http.cookies.SimpleCookie(self.headers.get("Cookie", ""))
                language = cookies["language"].value if "language" in cookies else "es"
                theme = cookies["theme"].value if "theme" in cookies else "auto"
                file = f"{folder}/{path[1:].replace('/', '-')}.{language}.{theme}.html"
                kind = "text/html; charset=utf-8"
            if not os.path.isfile(file):
                return self.send_error(404)
            with open(file, "rb") as source:
                body = source.read()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, request, client_address):
            # A browser that goes on to another page before this one was there is no fault.
            if not isinstance(sys.exc_info()[1], ConnectionError):
                super().handle_error(request, client_address)

    server = Server(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def chromium(playwright, *more):
    """Chromium, or the end of the script where there is none. No GPU: drawing by one that is not there fails at times."""
    path = os.environ.get("ZANCADA_CHROMIUM") or shutil.which("chromium")
    if not path:
        sys.exit("there is no chromium: run scripts/bootstrap")
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", *more])


def picture(page, path, full_page=True):
    """A screenshot for people to look at. Now and then Chromium cannot make one at once; that says nothing about the page."""
    for left in (2, 1, 0):
        try:
            return page.screenshot(path=path, full_page=full_page)
        except Error as error:
            if "Unable to capture screenshot" not in str(error):
                raise
            if not left:
                fault("no picture could be made of", page.url)
            page.wait_for_timeout(500)


class Visit:
    """A browser's window of one size, with one choice of language and theme."""

    def __init__(self, browser, base, size, theme="light", language="es", **more):
        self.base = base
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
        self.context.set_default_timeout(15_000)
        self.context.add_cookies(
            [{"name": "theme", "value": theme, "url": base}, {"name": "language", "value": language, "url": base}])
        self.page = self.context.new_page()
        self.name = f"{size[0]} px, {theme}, {language}:"
        self.page.on("console", lambda said: self.heard(said))
        self.page.on("pageerror", lambda error: fault(self.name, "the script failed:", error, (error.stack or "")[:300]))

    def heard(self, said):
        if said.type in ("error", "warning"):
            fault(self.name, self.page.url, "the browser complains:", said.text)

    def open(self, path):
        answer = self.page.goto(f"{self.base}/design{path}")
        if not answer or answer.status >= 500:
            fault(self.name, path, "was not served")
        return self.page

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


def check_axe(visit, path):
    for found in Axe().run(visit.page, options=AXE).response["violations"]:
        node = found["nodes"][0]
        fault(visit.name, path or "/", "axe:", found["id"], len(found["nodes"]), "times, as in", node["html"][:160])


def check_scroll(visit, path):
    wide = visit.page.evaluate("document.documentElement.scrollWidth")
    seen = visit.page.evaluate("document.documentElement.clientWidth")
    if wide > seen:
        fault(visit.name, path or "/", f"scrolls sideways: {wide} px in {seen}")


def looks(browser, base, folder):
    """Every page, width, theme: axe finds nothing, nothing scrolls sideways, a picture is kept."""
    for theme in ("light", "dark"):
        for size in WIDTHS:
            with Visit(browser, base, size, theme) as visit:
                for path in PAGES:
                    picture(visit.open(path), f"{folder}/design{path.replace('/', '-')}.{theme}.{size[0]}.png")
                    check_axe(visit, path)
                    check_scroll(visit, path)
                visit.page.locator("details.menu > summary").first.click()
                picture(visit.page, f"{folder}/menu.{theme}.{size[0]}.png", full_page=False)
                check_axe(visit, "the open menu")
                visit.open("")
                visit.page.locator("[data-dialog]").first.click()
                picture(visit.page, f"{folder}/dialog.{theme}.{size[0]}.png", full_page=False)
                check_axe(visit, "the open dialog")
                visit.page.keyboard.press("Escape")
                if visit.page.locator("dialog[open]").count():
                    fault(visit.name, "Escape leaves the dialog open")
    with Visit(browser, base, WIDTHS[0], language="en") as visit:
        for path in PAGES:
            visit.open(path)
            check_axe(visit, path)
            check_scroll(visit, path)


def narrow(browser, base):
    """WCAG 1.4.10 and 1.4.4: 320 px wide; text at twice its size on a phone and at a desk; a phone that lies on its side."""
    for size, scale in (((320, 640), 1), ((640, 450), 1), ((720, 800), 2), ((1280, 900), 2), ((740, 340), 1)):
        with Visit(browser, base, size) as visit:
            visit.name = f"text ×{scale}, {visit.name}"
            for path in PAGES:
                visit.open(path)
                visit.page.evaluate(f"document.documentElement.style.fontSize = '{scale * 100}%'")
                check_scroll(visit, path)


def without_script(browser, base):
    with Visit(browser, base, WIDTHS[0], java_script_enabled=False) as visit:
        for path in PAGES:
            page = visit.open(path)
            if page.locator("h1").count() != 1:
                fault(path, "has not one title without script")
            if page.locator("button[data-dismiss]:visible, button[data-copy]:visible").count():
                fault(path, "shows a button that needs a script")
        visit.open("/worklist")
        visit.page.locator("details.menu > summary").click()
        if not visit.page.locator("button[name=theme]").first.is_visible():
            fault("the menu does not open without script")
        visit.page.locator("nav.nav a").first.click()
        if not visit.page.url.endswith("/design"):
            fault("the navigation does not lead on without script")


# What has the focus, where it stands in the document, and whether one sees that it has it.
FOCUS = """() => {
    const one = document.activeElement
    if (!one || one === document.body) return null
    const ring = part => { const style = getComputedStyle(one, part); return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 }
    const box = one.getBoundingClientRect(), bar = document.querySelector("nav.nav")
    const barTop = bar && getComputedStyle(bar).position === "fixed" ? bar.getBoundingClientRect().top : innerHeight
    return { index: [...document.querySelectorAll("*")].indexOf(one), words: one.outerHTML.slice(0, 90), seen: ring(null) || ring("::after"),
        hidden: !bar?.contains(one) && one.id !== "main" && box.top >= barTop, id: one.id }
}"""


def keyboard(browser, base):
    """The skip link comes first and leads to the content; the focus goes in reading order, is seen, and nothing covers it."""
    for size in WIDTHS:
        with Visit(browser, base, size) as visit:
            for path in ("/worklist", "/forms", ""):
                page = visit.open(path)
                if path == "/forms":
                    # What went wrong in a form has the focus to begin with; here all of the page is walked.
                    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)")
                    page.locator("a.skip").focus()
                else:
                    page.keyboard.press("Tab")
                if "skip" not in (page.evaluate(FOCUS) or {"words": ""})["words"]:
                    fault(visit.name, path, "the skip link is not first")
                last = -1
                for _ in range(120):
                    page.wait_for_timeout(0)
                    focus = page.evaluate(FOCUS)
                    if focus is None or focus["index"] < last:
                        break
                    if not focus["seen"]:
                        fault(visit.name, path, "one does not see the focus on", focus["words"])
                    if focus["hidden"]:
                        fault(visit.name, path, "the bar hides the focus on", focus["words"])
                    last = focus["index"]
                    page.keyboard.press("Tab")
                else:
                    fault(visit.name, path, "the focus does not come to an end")
            page = visit.open("/worklist")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            if page.evaluate("document.activeElement.id") != "main":
                fault(visit.name, "the skip link does not lead to the content")


def motion(browser, base):
    with Visit(browser, base, WIDTHS[0], reduced_motion="reduce") as visit:
        for path in PAGES:
            moving = visit.open(path).evaluate("""() => [...document.querySelectorAll("*")].filter(one => {
                const style = getComputedStyle(one)
                return [style.animationDuration, style.transitionDuration].some(text => text.split(",").some(time => parseFloat(time) > .01))
            }).length""")
            if moving:
                fault(path, moving, "elements move though the reader asked for none")


def weight(browser, base):
    """All that a first visit fetches."""
    for path in PAGES:
        with Visit(browser, base, WIDTHS[0]) as visit:
            sizes = []
            visit.page.on("response", lambda answer: sizes.append(len(answer.body())))
            visit.open(path)
            visit.page.wait_for_load_state("networkidle")
            if sum(sizes) > MOST_BYTES or not sizes:
                fault(path, "weighs", sum(sizes), "bytes")


def patients(browser, base):
    """What a patient reads is of 18 px and more, what they press of 48 px and more."""
    with Visit(browser, base, WIDTHS[0]) as visit:
        found = visit.open("/patient").evaluate("""() => {
            const small = [...document.querySelectorAll("main *")].filter(one => one.checkVisibility() && !one.closest(".unseen, svg")
                && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()) && parseFloat(getComputedStyle(one).fontSize) < 18)
            const low = [...document.querySelectorAll("main a, main button, main input")].filter(one => one.getBoundingClientRect().height < 48)
            return [...small, ...low].map(one => one.outerHTML.slice(0, 90))
        }""")
        for words in found:
            fault("too small for a patient:", words)


def eyes_open(browser, base):
    """What looks for faults sees one that is made up."""
    with Visit(browser, base, WIDTHS[0]) as visit:
        page = visit.open("")
        page.evaluate("""() => { const one = document.createElement("img"); one.src = "/assets/none.png"
            one.style.display = "block"; one.style.width = "2000px"; one.style.height = "20px"; document.querySelector("main").prepend(one) }""")
        known = len(faults)
        check_axe(visit, "made up")
        check_scroll(visit, "made up")
        seen = [text for text in faults[known:] if "image-alt" in text or "sideways" in text]
        del faults[known:]
        return len(seen) >= 2


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    where, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    base = where.rstrip("/") if where.startswith("http") else serve(where)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        looks(browser, base, folder)
        for check in (narrow, without_script, keyboard, motion, weight, patients):
            check(browser, base)
        if not eyes_open(browser, base):
            fault("a made-up fault was not seen")
        browser.close()
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
