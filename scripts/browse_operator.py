"""Looks at the operator's page of a program at work with Chromium, and says what is wrong; silent where nothing is.

usage: browse_operator.py ADDRESS TOKEN SCREENSHOTS
"""

import os
import sys

from browse_pages import WIDTHS, Visit, check_axe, check_scroll, chromium, fault, faults, picture
from playwright.sync_api import sync_playwright


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    base, token, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        for theme in ("light", "dark"):
            for language in ("es", "en"):
                for size in WIDTHS:
                    with Visit(browser, base, size, theme, language, extra_http_headers={"Authorization": f"Bearer {token}"}) as visit:
                        answer = visit.page.goto(f"{base}/operator?still=1")
                        if not answer or answer.status != 200 or visit.page.locator("h1").count() != 1:
                            fault(visit.name, "the operator's page was not served:", answer and answer.status)
                            continue
                        check_axe(visit, "/operator")
                        check_scroll(visit, "/operator")
                        picture(visit.page, f"{folder}/operator.{theme}.{language}.{size[0]}.png")
        browser.close()
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(1 if faults else 0)


main()
