"""Sets second factors up and signs in with them in Chromium, whose authenticator is a virtual one, and says what is wrong; silent where nothing is.

usage: browse_factors.py ADDRESS LINK FACTORS SCREENSHOTS

ADDRESS is a program at work under a name (http://localhost:8080), LINK leads to where a new account chooses its password, FACTORS is the
folder of scripts/factors.txt. Screenshots of each page in both widths go to SCREENSHOTS.
"""

import os
import re
import sys
import time

from browse_pages import WIDTHS, Visit, check_axe, check_scroll, chromium, fault, faults, picture
from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import sync_playwright

PASSWORD = "cuatro caballos leen periodicos"
EMAIL = "ana@clinica.example"
PLACE = "/account/second-factors"


def authenticator_in(visit):
    """Gives a browser a virtual authenticator (WebAuthn Level 2, section 11): the tool that speaks to it, and its id."""
    tool = visit.context.new_cdp_session(visit.page)
    tool.send("WebAuthn.enable", {"enableUI": False})
    return tool, tool.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }})["authenticatorId"]


class Person(Visit):
    """Somebody with a browser of their own and an authenticator in it. What a server refuses on purpose is no complaint."""

    folder = None

    def __init__(self, *arguments, has_key=True, **more):
        super().__init__(*arguments, **more)
        if has_key:
            self.tool, self.key = authenticator_in(self)

    def heard(self, said):
        # ES256 and EdDSA are what is taken: the browser would have RS256 as well.
        if "status of 4" not in said.text and "pubKeyCredParams" not in said.text:
            super().heard(said)

    def go(self, path):
        answer = self.page.goto(path if path.startswith("http") else self.base + path)
        if not answer or answer.status >= 500:
            fault(self.name, path, "was not served")

    def press(self, words, then=None):
        self.page.locator("main").get_by_role("button", name=words, exact=True).first.click()
        if then:
            self.at(then)

    def follow(self, words):
        self.page.locator("main").get_by_role("link", name=words).first.click()

    def fill(self, name, value):
        self.page.locator(f"main form:visible [name={name}]").first.fill(value)

    def at(self, path):
        """That this page comes."""
        try:
            self.page.wait_for_url(re.compile(re.escape(self.base + path) + r"(\?.*)?$"))
        except Late:
            raise SystemExit(f"{self.name} expected {path}, stays at {self.page.url}: {self.words()[:400]}") from None

    def words(self):
        return self.page.locator("main").inner_text()

    def says(self, words):
        try:
            self.page.locator("main").get_by_text(words).first.wait_for(timeout=10_000)
        except Late:
            fault(self.name, self.page.url, f"does not say “{words}” but:", self.words()[:300])

    def keep(self, name):
        """Looks at this page in both widths."""
        for size in WIDTHS:
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            check_axe(self, name)
            check_scroll(self, name)
            picture(self.page, f"{self.folder}/{name}.{size[0]}.png")

    def sign_out(self):
        self.context.clear_cookies(name=re.compile("session"))
        self.go("/sign-in")

    def password(self):
        self.go("/sign-in")
        self.fill("email", EMAIL)
        self.fill("password", PASSWORD)
        self.press("Entrar")

    def set_count(self, count):
        """As if the key had been copied before its last uses."""
        for one in self.tool.send("WebAuthn.getCredentials", {"authenticatorId": self.key})["credentials"]:
            self.tool.send("WebAuthn.removeCredential", {"authenticatorId": self.key, "credentialId": one["credentialId"]})
            self.tool.send("WebAuthn.addCredential", {"authenticatorId": self.key, "credential": {**one, "signCount": count}})

    def credentials(self):
        return self.tool.send("WebAuthn.getCredentials", {"authenticatorId": self.key})["credentials"]


def choose_password(ana, link):
    ana.go(link)
    ana.fill("password", PASSWORD)
    ana.page.locator("main form button").first.click()
    ana.at("/sign-in")
    ana.keep("sign-in")


def passkey(ana):
    """Made, refused a second time, used alone, used behind the password."""
    ana.password()
    ana.at("/account")
    ana.go(PLACE)
    ana.says("Solo contraseña")
    ana.keep("none")
    ana.follow("Añadir una llave de acceso")
    ana.at(f"{PLACE}/passkeys/new")
    ana.keep("passkey-new")
    ana.fill("name", "Portátil de Ana")
    ana.press("Crear la llave", PLACE)
    ana.says("Portátil de Ana")
    ana.says("Protegida")
    ana.keep("passkey-made")
    if len(ana.credentials()) != 1 or not ana.credentials()[0]["isResidentCredential"]:
        fault("the authenticator does not hold one passkey that says who it is:", ana.credentials())
    ana.go(f"{PLACE}/passkeys/new")
    ana.press("Crear la llave")
    ana.says("Este dispositivo ya tiene una llave de acceso de su cuenta.")
    ana.keep("passkey-twice")
    ana.sign_out()
    ana.press("Entrar con una llave de acceso", "/account")
    ana.sign_out()
    ana.password()
    ana.at("/sign-in/second")
    ana.keep("second-passkey")
    ana.press("Usar mi llave de acceso", "/account")


def authenticator(ana, pyotp):
    """An app that reads the page's text; a wrong code first. Returns the app."""
    ana.go(PLACE)
    ana.follow("Añadir una aplicación")
    ana.keep("app")
    ana.press("Ya la tengo: mostrar el código QR")
    ana.says("¿No puede leerlo?")
    ana.keep("app-secret")
    app = pyotp.TOTP(ana.page.locator("#secret").inner_text().replace(" ", "").replace("\n", ""))
    code = app.now()
    ana.fill("code", "000000" if code != "000000" else "111111")
    ana.press("Terminar")
    ana.says("El código no es correcto")
    ana.keep("app-wrong")
    ana.fill("code", app.now())
    ana.press("Terminar", PLACE)
    ana.says("Configurada")
    return app


def recovery(ana):
    ana.follow("Crear códigos nuevos")
    ana.keep("recovery-ask")
    ana.press("Crear los códigos")
    codes = ana.page.locator("#codes").inner_text().split()
    if len(codes) != 10:
        fault("there are not ten recovery codes:", codes)
    ana.keep("recovery-codes")
    ana.page.emulate_media(media="print")
    picture(ana.page, f"{ana.folder}/recovery-printed.png")
    ana.page.emulate_media(media="screen")
    ana.follow("Ya los guardé")
    ana.says("Le quedan 10 códigos.")
    return codes


def by_code(ana, words, code):
    ana.sign_out()
    ana.password()
    ana.at("/sign-in/second")
    ana.follow(words)
    ana.fill("code", code)
    ana.press("Continuar")


def codes(ana, app, recovery_codes):
    ana.sign_out()
    ana.password()
    ana.at("/sign-in/second")
    ana.follow("Aplicación de códigos")
    ana.keep("second-app")
    # The code that confirmed is used up: the app's next one is taken a little early.
    ana.fill("code", app.at(time.time() + 30))
    ana.press("Continuar", "/account")
    by_code(ana, "Código de recuperación", recovery_codes[0].lower())
    ana.at("/account")
    by_code(ana, "Código de recuperación", recovery_codes[0])
    ana.says("El segundo factor no es correcto")
    ana.keep("second-wrong")


def clone(ana, recovery_codes):
    ana.set_count(0)
    ana.sign_out()
    ana.press("Entrar con una llave de acceso")
    ana.says("Puede haber una copia de esta llave de acceso")
    ana.keep("clone")
    by_code(ana, "Código de recuperación", recovery_codes[1])
    ana.at("/account")
    ana.go(PLACE)
    ana.says("Posible copia")
    ana.keep("clone-listed")
    ana.follow("Cambiar o quitar")
    ana.keep("clone-passkey")
    ana.follow("Quitar la llave de acceso")
    ana.keep("passkey-remove")
    ana.press("Quitarla", PLACE)
    ana.says("Añadir una llave de acceso")
    if "Portátil de Ana" in ana.words():
        fault("a passkey that was removed is still listed")


def without_script(browser, base, recovery_codes):
    """All but passkeys: signing in by a code on paper, and removing the app, on a phone."""
    with Person(browser, base, WIDTHS[0], has_key=False, java_script_enabled=False) as ana:
        ana.go("/sign-in")
        if ana.page.get_by_role("button", name="Entrar con una llave de acceso").is_visible():
            fault("a button for passkeys is seen where no script runs")
        by_code(ana, "Código de recuperación", recovery_codes[2])
        ana.at("/account")
        ana.go(f"{PLACE}/passkeys/new")
        if "Las llaves de acceso necesitan JavaScript" not in ana.words():
            fault("nothing says that passkeys need a script:", ana.words())
        ana.go(PLACE)
        ana.follow("Quitar la aplicación")
        ana.press("Quitar", PLACE)
        ana.says("Solo contraseña")


def english(browser, base):
    """The other language and theme."""
    with Person(browser, base, WIDTHS[0], "dark", "en", has_key=False) as ana:
        ana.go("/sign-in")
        ana.fill("email", EMAIL)
        ana.fill("password", PASSWORD)
        ana.press("Sign in")
        ana.at("/account")
        for path in ("", "/app", "/passkeys/new", "/app/confirm"):
            ana.go(PLACE + path)
            ana.keep(f"english{path.replace('/', '-')}")


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    base, link, packages, folder = sys.argv[1:]
    sys.path.append(packages)
    import pyotp

    os.makedirs(folder, exist_ok=True)
    Person.folder = folder
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        with Person(browser, base, WIDTHS[1]) as ana:
            choose_password(ana, link)
            passkey(ana)
            app = authenticator(ana, pyotp)
            kept = recovery(ana)
            codes(ana, app, kept)
            clone(ana, kept)
        without_script(browser, base, kept)
        english(browser, base)
        browser.close()
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
