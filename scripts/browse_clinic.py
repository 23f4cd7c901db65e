"""Looks at the clinicians' pages with Chromium, as people do, and says what is wrong; silent where nothing is.

usage: browse_clinic.py FOLDER SCREENSHOTS

FOLDER holds pages as the tests write them (`worklist.es.dark.html`, `assets/…`). Screenshots of every page, theme, language and width go to
SCREENSHOTS.
"""

import os
import shutil
import sys

from browse_pages import MOST_BYTES, WIDTHS, Visit, check_axe, check_scroll, fault, faults, serve
from playwright.sync_api import Error, sync_playwright

PAGES = [
    "worklist", "worklist-refused", "worklist-failed", "worklist-empty", "patients", "patients-none", "patient", "compare-own", "compare",
    "choose", "choose-own", "clinic",
]


class Look(Visit):
    def open(self, path):
        answer = self.page.goto(f"{self.base}/{path}")
        if not answer or answer.status >= 400:
            fault(self.name, path, "was not served")
        return self.page


def looks(browser, base, folder):
    """Every page in both widths, themes and languages: axe finds nothing, nothing scrolls sideways, a picture is kept."""
    for language in ("es", "en"):
        for theme in ("light", "dark"):
            for size in WIDTHS:
                with Look(browser, base, size, theme, language) as visit:
                    for path in PAGES:
                        page = visit.open(path)
                        if page.locator("h1").count() != 1:
                            fault(visit.name, path, "has not one title")
                        check_axe(visit, path)
                        check_scroll(visit, path)
                        page.screenshot(path=f"{folder}/{path}.{language}.{theme}.{size[0]}.png", full_page=True)
                        for summary in page.locator("main details > summary").all():
                            summary.click()
                        check_axe(visit, f"{path} with all opened")
                        check_scroll(visit, f"{path} with all opened")


def narrow(browser, base):
    """WCAG 1.4.10 and 1.4.4: 320 px wide, and text at twice its size."""
    for size, scale in (((320, 640), 1), ((720, 800), 2), ((1280, 900), 2)):
        with Look(browser, base, size) as visit:
            visit.name = f"text ×{scale}, {visit.name}"
            for path in PAGES:
                visit.open(path)
                visit.page.evaluate(f"document.documentElement.style.fontSize = '{scale * 100}%'")
                check_scroll(visit, path)


def keyboard(browser, base):
    """Row after row: each Tab goes on to the review or the file of the same row, and what has the focus is seen."""
    with Look(browser, base, WIDTHS[1]) as visit:
        page = visit.open("worklist")
        page.locator(".queue a").first.focus()
        for index, link in enumerate(page.locator(".queue a").all()):
            if not link.evaluate("one => one === document.activeElement"):
                fault("by keyboard the list is left at link", index)
                break
            page.keyboard.press("Tab")
        first = page.locator(".queue a.whole").first
        first.focus()
        ring = first.evaluate("one => getComputedStyle(one, '::after').outlineStyle")
        if ring == "none":
            fault("the focus on a row is not seen")


def sizes(browser, base):
    """A patient's page has no small text, and what is pressed is large; a first visit is light."""
    with Look(browser, base, WIDTHS[0]) as visit:
        for path in ("compare-own", "choose-own"):
            page = visit.open(path)
            small = page.evaluate("""() => [...document.querySelectorAll("main *")].filter(one => [...one.childNodes].some(
                node => node.nodeType === 3 && node.textContent.trim()) && one.getBoundingClientRect().height
                && !one.closest("svg, .unseen") && parseFloat(getComputedStyle(one).fontSize) < 18).map(one => one.outerHTML.slice(0, 90))""")
            for words in small[:5]:
                fault(path, "has small text:", words)
            buttons = page.evaluate("""() => [...document.querySelectorAll("main .button, main select, main summary")]
                .filter(one => one.getBoundingClientRect().height && one.getBoundingClientRect().height < 44)
                .map(one => one.outerHTML.slice(0, 90))""")
            for words in buttons:
                fault(path, "too small to press:", words)
    for path in PAGES:
        with Look(browser, base, WIDTHS[0]) as visit:
            got = []
            visit.page.on("response", lambda answer: got.append(len(answer.body())))
            visit.open(path).wait_for_load_state("networkidle")
            if sum(got) > MOST_BYTES:
                fault(path, "weighs", sum(got), "bytes")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    base, folder = serve(sys.argv[1]), sys.argv[2]
    os.makedirs(folder, exist_ok=True)
    browser_path = os.environ.get("ZANCADA_CHROMIUM") or shutil.which("chromium")
    if not browser_path:
        sys.exit("browse_clinic: there is no chromium: run scripts/bootstrap")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        try:
            looks(browser, base, folder)
            narrow(browser, base)
            keyboard(browser, base)
            sizes(browser, base)
        except Error as error:
            fault("the walk ended early:", str(error)[:600])
        browser.close()
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
