"""Signs in, looks after an account and an organisation in Chromium as people do, and says what is wrong; silent where nothing is.

usage: browse_identity.py ADDRESS SETUP_LINK SCREENSHOTS

ADDRESS is a program at work without any account and without mail; SETUP_LINK the link that it printed. The way through is walked without
script on a phone; then every page is looked at in both widths, themes and languages. Screenshots go to SCREENSHOTS.
"""

import os
import sys

from browse_pages import WIDTHS, Visit, check_axe, check_scroll, chromium, fault, faults, picture
from playwright.sync_api import Error, sync_playwright

PASSWORD = "cuatro caballos leen periodicos"
ANOTHER = "tres barcos cruzan despacio"
ADMIN, GUEST = "rosa@clinica.example", "luis@clinica.example"


class Person(Visit):
    """Somebody with a browser of their own. What a server refuses on purpose is no complaint."""

    folder = None

    def heard(self, said):
        if "status of 4" not in said.text:
            super().heard(said)

    def go(self, path):
        answer = self.page.goto(self.base + path if path.startswith("/") else path)
        if not answer or answer.status >= 500:
            fault(self.name, path, "was not served")
        return self.page

    def fill(self, **values):
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def choose(self, words):
        self.page.locator("main .option label").get_by_text(words, exact=True).click()

    def press(self, words):
        self.page.locator("main").get_by_role("button", name=words).first.click()

    def follow(self, words):
        self.page.locator("main").get_by_role("link", name=words).first.click()

    def at(self, path, title=None):
        """That this page came."""
        place = self.page.url.removeprefix(self.base).split("?")[0]
        heading = self.page.locator("h1").first.inner_text() if self.page.locator("h1").count() else ""
        if place != path or (title and title not in heading):
            fault(self.name, f"expected {path} {title or ''}, came to {place} “{heading}”:", self.page.locator("main").inner_text()[:300])

    def says(self, words):
        if words not in self.page.locator("main").inner_text():
            fault(self.name, self.page.url.removeprefix(self.base).split("?")[0], f"does not say “{words}”")

    def keep(self, name):
        check_scroll(self, name)
        picture(self.page, f"{self.folder}/{name}.png")

    def sign_in(self, address, password):
        self.fill(email=address, password=password)
        self.press("Entrar")


def first_account(admin, link):
    """The printed link; looking at it twice does not use it up, using it does."""
    admin.go(link)
    admin.go(link)
    admin.keep("flow-setup")
    admin.fill(organisation="clinica sur", name="Rosa Quispe", email="rosa", password="corta")
    admin.press("Crear la cuenta")
    admin.at("/setup", "Empezar")
    admin.says("Falta corregir")
    if admin.page.locator("main [name=name]").input_value() != "Rosa Quispe":
        fault("what was typed is lost")
    admin.keep("flow-setup-faults")
    admin.fill(organisation="clinica-sur", email=ADMIN, password=PASSWORD)
    admin.press("Crear la cuenta")
    # Who administers begins with how the organisation does.
    admin.at("/clinic", "La clínica")
    admin.go("/account")
    admin.at("/account", "Rosa Quispe")
    admin.keep("flow-account")
    admin.go(link)
    admin.at("/setup", "ya no sirve")
    admin.keep("flow-link-over")


def in_and_out(admin):
    admin.go("/account")
    admin.page.locator("details.menu > summary").click()
    admin.page.get_by_role("button", name="Cerrar sesión").click()
    admin.at("/sign-in", "Entrar")
    admin.says("Cerró la sesión")
    # A page that asks who one is leads to sign-in, and back.
    admin.go("/organisation/invitations")
    admin.at("/sign-in", "Entrar")
    admin.sign_in(ADMIN, "no es esta la buena")
    admin.at("/sign-in")
    admin.says("no son correctas")
    if admin.page.locator("main [name=email]").input_value() != ADMIN or admin.page.locator("main [name=password]").input_value():
        fault("the form keeps the wrong things")
    admin.keep("flow-sign-in-wrong")
    admin.sign_in(ADMIN, PASSWORD)
    admin.at("/organisation/invitations", "Invitaciones")


def own_account(admin, elsewhere):
    admin.go("/account")
    admin.choose("English")
    admin.fill(name="Rosa Quispe Mamani")
    admin.press("Guardar")
    admin.at("/account", "Rosa Quispe Mamani")
    admin.says("Your details were saved.")
    admin.choose("Español")
    admin.press("Save")
    admin.says("Sus datos quedaron guardados.")
    elsewhere.go("/sign-in")
    elsewhere.sign_in(ADMIN, PASSWORD)
    elsewhere.at("/clinic")
    admin.go("/account/sessions")
    if admin.page.locator("main .card").count() != 2:
        fault("there are two sessions, and not so many cards:", admin.page.locator("main .card").count())
    admin.keep("flow-sessions")
    admin.page.locator("main .card", has_not=admin.page.get_by_text("Este dispositivo")).get_by_role("button").click()
    admin.at("/account/sessions")
    admin.says("La sesión se cerró.")
    elsewhere.go("/account")
    elsewhere.at("/sign-in", "Entrar")
    elsewhere.sign_in(ADMIN, PASSWORD)
    admin.go("/account/sessions")
    admin.press("Cerrar todas las demás")
    admin.says("Sus demás sesiones se cerraron.")
    elsewhere.go("/account")
    elsewhere.at("/sign-in")
    admin.go("/account/password")
    admin.fill(password="no es esta la buena", new_password=ANOTHER)
    admin.press("Cambiar la contraseña")
    admin.at("/account/password")
    admin.says("La contraseña no es correcta.")
    admin.fill(password=PASSWORD, new_password="rosaquispe2026")
    admin.press("Cambiar la contraseña")
    admin.says("contiene su nombre")
    admin.fill(password=PASSWORD, new_password=ANOTHER)
    admin.press("Cambiar la contraseña")
    admin.at("/account")
    admin.says("Su contraseña cambió")
    admin.go("/account/devices")
    admin.follow("Dar una credencial")
    admin.press("Dar la credencial")
    admin.says("Póngale un nombre")
    admin.fill(name="Teléfono de la brigada 2")
    admin.press("Dar la credencial")
    if not admin.page.locator("#credential").inner_text().startswith("zd1."):
        fault("no credential is shown")
    admin.keep("flow-credential")
    admin.follow("Ya la copié")
    admin.follow("Quitar")
    admin.keep("flow-revoke")
    admin.press("Quitarla")
    admin.says("La credencial ya no sirve.")


def organisation(admin, guest):
    admin.go("/organisation")
    admin.follow("Invitar a alguien")
    admin.press("Invitar")
    admin.says("Falta corregir")
    admin.keep("flow-invite-faults")
    admin.fill(email=GUEST)
    admin.choose("Terapeuta")
    admin.press("Invitar")
    # A program on any free port does not know where it is reached.
    link = "/" + admin.page.locator("#link").inner_text().split("/", 3)[3]
    admin.keep("flow-invite-link")
    admin.follow("Ya lo copié")
    admin.says(GUEST)
    guest.go(link)
    guest.go(link)
    guest.at("/invitation", "clinica-sur")
    guest.says(GUEST)
    guest.keep("flow-invitation")
    guest.fill(name="Luis Mamani", password="123456789012")
    guest.press("Aceptar la invitación")
    guest.at("/invitation")
    guest.fill(password=PASSWORD)
    guest.press("Aceptar la invitación")
    guest.at("/worklist", "Por revisar")
    guest.go("/account")
    guest.at("/account", "Luis Mamani")
    guest.says("Terapeuta")
    answer = guest.page.goto(guest.base + "/organisation")
    if answer.status != 403:
        fault("a therapist sees the organisation's pages:", answer.status)
    admin.go("/organisation")
    admin.follow("Luis Mamani")
    admin.keep("flow-person")
    person = admin.page.url
    admin.choose("Terapeuta")
    admin.press("Guardar los roles")
    admin.says("Falta corregir")
    admin.choose("Paciente")
    admin.press("Guardar los roles")
    admin.says("Los roles quedaron guardados.")
    admin.follow("Quién le atiende")
    admin.page.locator("[name=grantee]").select_option(label=f"Rosa Quispe Mamani · {ADMIN}")
    admin.press("Permitirle")
    admin.says("Elija como qué le atiende.")
    if not admin.page.locator("[name=grantee]").input_value():
        fault("the choice is lost")
    admin.page.locator("[name=role]").select_option("coach")
    admin.press("Permitirle")
    admin.says("Quedó anotado quién atiende")
    admin.keep("flow-relation")
    admin.press("Terminar")
    admin.says("ya no ve los datos")
    admin.go("/organisation/programs")
    admin.follow("Dar credenciales")
    admin.fill(name="Historias clínicas")
    admin.choose("Terapeuta")
    admin.press("Dar las credenciales")
    if len(admin.page.locator("#client-secret").inner_text()) < 40:
        fault("no secret is shown")
    admin.keep("flow-secret")
    admin.follow("Ya los copié")
    admin.keep("flow-programs")
    admin.follow("Quitar")
    admin.press("Quitarlas")
    admin.says("El programa ya no puede entrar.")
    admin.go("/organisation/policy")
    admin.choose("Cualquiera, como paciente")
    admin.press("Guardar las reglas")
    admin.says("Las reglas quedaron guardadas.")
    admin.go(person)
    admin.follow("Quitar de la organización")
    admin.keep("flow-remove")
    admin.press("Quitar")
    admin.at("/organisation")
    admin.says("ya no pertenece")
    guest.go("/account")
    guest.at("/sign-in")
    # Nobody leaves an organisation without anybody to look after it.
    admin.follow("Rosa Quispe Mamani")
    admin.follow("Dejar la organización")
    admin.press("Dejarla")
    admin.says("la última persona que administra")
    admin.keep("flow-last")


STRANGERS = [
    "/sign-in", "/sign-in?done=password_set", "/register", "/register?organisation=clinica-sur", "/register/sent", "/forgot", "/forgot/sent",
    "/invitation?code=none",
]
SIGNED_IN = [
    "/", "/account", "/account/password", "/account/sessions", "/account/devices", "/account/devices/new", "/account/prove",
    "/organisation", "/organisation/invitations", "/organisation/invitations/new", "/organisation/relations", "/organisation/programs",
    "/organisation/programs/new", "/organisation/policy",
]


def looks(browser, base, folder, state):
    """Every page in both widths and themes, and on a phone in English: nothing to complain about, and a picture."""
    kinds = [(theme, "es", size) for theme in ("light", "dark") for size in WIDTHS] + [("light", "en", WIDTHS[0])]
    own = [cookie for cookie in state["cookies"] if cookie["name"] == "session"]
    for theme, language, size in kinds:
        for paths, cookies in ((STRANGERS, []), (SIGNED_IN, own)):
            with Person(browser, base, size, theme, language) as visit:
                if cookies:
                    visit.context.add_cookies(cookies)
                for path in paths:
                    visit.go(path)
                    if visit.page.locator("h1").count() != 1:
                        fault(visit.name, path, "has not one title")
                    check_axe(visit, path)
                    check_scroll(visit, path)
                    name = path.strip("/").replace("/", "-").replace("?", ".").replace("=", ".") or "home"
                    picture(visit.page, f"{folder}/{name}.{theme}.{language}.{size[0]}.png")
                    small = visit.page.evaluate("""() => document.documentElement.classList.contains("patient")
                        ? [...document.querySelectorAll("main .button, main input:not([type=hidden]), main select")]
                            .filter(one => one.getBoundingClientRect().height && !one.closest(".option")
                                && one.getBoundingClientRect().height < 48).map(one => one.outerHTML.slice(0, 90)) : []""")
                    for words in small:
                        fault(visit.name, path, "too small to press:", words)


def by_keyboard(browser, base):
    """Nothing but the keyboard: to the fields, through them, and in."""
    with Person(browser, base, WIDTHS[1]) as visit:
        page = visit.go("/sign-in")
        page.locator("main [name=email]").focus()
        page.keyboard.type(ADMIN)
        page.keyboard.press("Tab")
        page.keyboard.type("no es esta la buena")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-summary]")
        if page.evaluate("document.activeElement.hasAttribute('data-summary')") is not True:
            fault("what is wrong has not the focus")
        check_axe(visit, "/sign-in with a fault")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.type(ANOTHER)
        page.keyboard.press("Enter")
        page.wait_for_url("**/clinic")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    base, link, folder = sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3]
    os.makedirs(folder, exist_ok=True)
    Person.folder = folder
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        try:
            with Person(browser, base, WIDTHS[0], java_script_enabled=False) as admin:
                first_account(admin, link)
                in_and_out(admin)
                with Person(browser, base, WIDTHS[1], java_script_enabled=False) as elsewhere:
                    own_account(admin, elsewhere)
                with Person(browser, base, WIDTHS[0], java_script_enabled=False) as guest:
                    organisation(admin, guest)
                looks(browser, base, folder, admin.context.storage_state())
            by_keyboard(browser, base)
        except Error as error:
            fault("the walk ended early:", str(error)[:600])
        browser.close()
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(1 if faults else 0)


main()
