"""Films, sends and reads evaluations in Chromium as patients do, with a camera that shows a recording, and says what is wrong; silent where nothing is.

usage: browse_evaluation.py ADDRESS SETUP_LINK WALK SCREENSHOTS

ADDRESS is a program at work at its own identity.url, without any account, without mail, and with evaluation.most_megabytes=16; SETUP_LINK the link that it printed; WALK a
video of somebody who walks and can be measured. Screenshots of each page in both widths go to SCREENSHOTS.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

from browse_factors import authenticator_in
from browse_pages import WIDTHS, Visit, check_axe, check_scroll, chromium, fault, faults, picture
from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import sync_playwright

PASSWORD = "cuatro caballos leen periodicos"
ADMIN, PATIENT, OTHER = "rosa@clinica.example", "ana@clinica.example", "luis@clinica.example"
PHYSICIAN = "eva@clinica.example"
MOST_BYTES = 150_000
MEASURED = 120_000


class Person(Visit):
    """Somebody with a browser of their own. What a server refuses on purpose, and a connection that is cut on purpose, are no complaint."""

    folder = None

    def heard(self, said):
        # ES256 and EdDSA are what is taken of passkeys: the browser would have RS256 as well.
        if not re.search(r"status of 4|net::ERR_|pubKeyCredParams", said.text):
            super().heard(said)

    def go(self, path):
        answer = self.page.goto(path if path.startswith("http") else self.base + path)
        if not answer or answer.status >= 500:
            fault(self.name, path, "was not served")
        return answer

    def main(self):
        return self.page.locator("main")

    def words(self):
        return self.main().inner_text()

    def fill(self, **values):
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def choose(self, words):
        self.page.locator("main .option label").get_by_text(words, exact=True).click()

    def press(self, words):
        self.main().get_by_role("button", name=words).locator("visible=true").first.click()

    def follow(self, words):
        self.main().get_by_role("link", name=words).locator("visible=true").first.click()

    def says(self, words, most=15_000):
        try:
            self.main().get_by_text(words).locator("visible=true").first.wait_for(timeout=most)
        except Late:
            fault(self.name, self.page.url, f"does not say “{words}” but:", self.words()[:400])

    def at(self, pattern, most=15_000):
        """That this page comes; its path."""
        try:
            self.page.wait_for_url(re.compile(re.escape(self.base) + pattern + r"([?#].*)?$"), timeout=most)
        except Late:
            raise SystemExit(f"{self.name} expected {pattern}, stays at {self.page.url}: {self.words()[:400]}\n" + "\n".join(faults)) from None
        return self.page.url.removeprefix(self.base).split("?")[0]

    def away(self, path):
        """That this page was left, wherever it leads who has this role."""
        try:
            self.page.wait_for_url(lambda place: not place.removeprefix(self.base).startswith(path))
        except Late:
            raise SystemExit(f"{self.name} stays at {self.page.url}: {self.words()[:400]}") from None

    def waits(self, script, most=40_000):
        """Until this is so; the page's policy lets no other way of waiting evaluate anything."""
        for _ in range(most // 100):
            if self.page.evaluate(script):
                return
            self.page.wait_for_timeout(100)
        fault(self.name, self.page.url, "is never", script)

    def keep(self, name, sizes=WIDTHS, full=True):
        """Looks at what is shown now, in both widths."""
        for size in sizes:
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            check_axe(self, name)
            check_scroll(self, name)
            picture(self.page, f"{self.folder}/{name}.{size[0]}.png", full)

    def sign_in(self, address):
        self.go("/sign-in")
        self.fill(email=address, password=PASSWORD)
        self.press("Entrar")
        self.away("/sign-in")


# --- people -----------------------------------------------------------------------------------------------------------------


def first_account(admin, link):
    """The clinic and who administers it."""
    admin.go(link)
    admin.fill(organisation="clinica-sur", name="Rosa Quispe", email=ADMIN, password=PASSWORD)
    admin.press("Crear la cuenta")
    admin.away("/setup")


def invited(admin, address, role):
    """The link by which somebody comes in."""
    admin.go("/organisation/invitations/new")
    admin.fill(email=address)
    admin.choose(role)
    admin.press("Invitar")
    return "/" + admin.page.locator("#link").inner_text().split("/", 3)[3]


def comes_in(person, link, name):
    person.go(link)
    person.fill(name=name, password=PASSWORD)
    person.press("Aceptar la invitación")
    person.away("/invitation")


def gets_passkey(person):
    """Whoever came in by a password makes a passkey, and comes in by that alone."""
    authenticator_in(person)
    person.go("/account/second-factors/passkeys/new")
    person.fill(name="Teléfono")
    person.press("Crear la llave")
    person.at("/account/second-factors")
    person.context.clear_cookies(name=re.compile("session"))
    person.go("/sign-in")
    person.press("Entrar con una llave de acceso")
    person.away("/sign-in")


def cares(admin, patient, carer, role):
    """Says that somebody looks after a patient."""
    admin.go("/organisation/relations")
    admin.follow(patient)
    admin.says("Decir quién más le atiende")
    carers = admin.page.locator("main [name=grantee]")
    carers.select_option(carers.locator("option", has_text=carer).first.get_attribute("value"))
    admin.page.locator("main [name=role]").select_option(role)
    admin.choose("Equipo que la atiende")
    admin.press("Permitirle ver sus datos")
    admin.says(carer)


# --- steps of a patient --------------------------------------------------------------------------------------------------------


def agrees(patient):
    """Nobody is measured who has not agreed; both pages say so, and lead to where one does."""
    patient.go("/evaluations/new")
    patient.says("Falta su permiso para medir")
    patient.go("/evaluations")
    patient.says("Falta su permiso para medir")
    patient.keep("home-without-consent")
    patient.follow("Decidir en «Mis datos»")
    patient.at("/privacy")
    patient.page.locator("[name=evaluation]").check()
    patient.press("Guardar mis decisiones")
    patient.says("Sus decisiones quedaron guardadas.")
    patient.go("/evaluations")
    patient.says("Todavía no hay nada medido")
    patient.keep("home-empty")


def opens_camera(patient):
    patient.go("/evaluations")
    patient.follow("Grabar un ejercicio")
    patient.at("/evaluations/new")
    patient.page.locator("[name=exercise]").select_option("gait")
    patient.says("Ponga el teléfono de lado al camino")
    patient.keep("film-choose")
    patient.press("Abrir la cámara")
    patient.says("Colóquese dentro del contorno")
    patient.says("La luz es buena")


def films(patient, seconds):
    """From the camera to a sent video; the path of its page. The phone says how it stands."""
    asked = []
    patient.page.on("request", lambda one: asked.append(one) if one.method == "POST" and one.url.endswith("/evaluations") else None)
    patient.keep("film-aim")
    patient.press("Empezar a grabar")
    patient.page.wait_for_timeout(1_500)
    patient.keep("film-count", full=False)
    count = patient.page.locator("[data-count]")
    high = count.evaluate("one => one.getBoundingClientRect().height / Math.min(innerWidth, innerHeight)")
    if high < 0.4:
        fault("the count-down is too small to be read from afar:", high)
    patient.page.locator("[data-left]").wait_for(state="visible", timeout=20_000)
    patient.page.evaluate("""() => { globalThis.tells = setInterval(() => {
        dispatchEvent(new DeviceOrientationEvent("deviceorientation", { beta: 90, gamma: 0 }))
        dispatchEvent(new DeviceMotionEvent("devicemotion", { accelerationIncludingGravity: { x: 0, y: 9.8, z: .1 } }))
    }, 100) }""")
    patient.page.set_viewport_size({"width": 360, "height": 800})
    picture(patient.page, f"{patient.folder}/film-filming.360.png", False)
    patient.page.wait_for_timeout(1_000 * seconds)
    patient.page.locator("[data-stop]").click()
    patient.says("Mire si quedó bien")
    patient.page.wait_for_timeout(500)
    patient.keep("film-look")
    patient.press("Enviar este video")
    path = patient.at("/evaluations/[0-9a-f-]{36}", most=60_000)
    sent = json.loads(asked[0].post_data)
    if [round(part, 1) for part in sent.get("gravity", [])] != [0, 1, 0] or sent["exercise"] != "gait":
        fault("what is known of the recording is not sent:", sent)
    return path


def follows(patient):
    """The page that waits goes on by itself until there is a result."""
    patient.says("Su video está a salvo")
    patient.keep("waiting")
    listened = patient.page.evaluate("performance.getEntriesByType('resource').filter(one => one.name.endsWith('/progress')).length")
    seen = set()
    try:
        while patient.page.locator("[data-follow]").count():
            seen.add(patient.page.locator("[data-follow] .progress > span").first.inner_text(timeout=1_000))
            patient.page.wait_for_timeout(300)
            if len(seen) > 50:
                break
    except Late:
        pass
    patient.says("Qué se vio", most=MEASURED)
    if not seen & {"Buscando a la persona", "Leyendo el video", "Midiendo"}:
        fault("no progress was seen but", seen, "listened:", listened)


def reads(patient, path):
    patient.says("Valoración previa, sin certificar")
    patient.says("no es un diagnóstico")
    patient.says("Marcha")
    patient.keep("result")
    patient.go("/evaluations")
    patient.says("Marcha")
    patient.keep("home")
    patient.go(path)
    patient.follow("Ver el informe completo")
    patient.page.wait_for_url(re.compile("/report$"))
    if "Marcha" not in patient.page.locator("h1").inner_text():
        fault("the report is not that of a walk")


def certified(physician, patient, path):
    """From the worklist to a signature, and what the patient and a stranger see of it."""
    physician.go("/worklist")
    physician.says("Ana Molina")
    physician.keep("worklist")
    physician.main().get_by_role("link", name=re.compile("Ana Molina.*revisar")).first.click()
    physician.at(f"{re.escape(path)}/review")
    physician.says("Está bien como está")
    physician.keep("review")
    physician.page.locator("main [name=certify_words]").fill("Camina usted bien. Siga así.")
    physician.press("Certificar tal como está")
    physician.at("/worklist")
    patient.go(path)
    patient.says("Certificada por Eva Torres")
    patient.says("Camina usted bien. Siga así.")
    if "sin certificar" in patient.words():
        fault("what is certified is still called a pre-assessment:", patient.words()[:400])
    patient.keep("certified")
    patient.follow("Ver el informe completo")
    patient.page.wait_for_url(re.compile("/report$"))
    report = patient.page.content()
    number = re.search(r"/certificates/([0-9a-f]{32})", report)
    if "Eva Torres" not in report or not number:
        fault("the report does not say who certified it")
        return
    physician.go(f"/certificates/{number.group(1)}")
    physician.says("Eva Torres")
    if "Ana Molina" in physician.words() or "Marcha" in physician.words():
        fault("the page of a certificate tells of the person:", physician.words()[:400])
    physician.keep("certificate")


def hands_in(person, file):
    """Chooses a video that was filmed elsewhere."""
    person.go("/evaluations/new")
    person.main().get_by_text("Ya tengo un video").click()
    person.page.locator("[name=video]").set_input_files(file)


def broken_off(patient, walk):
    """The connection breaks, the page is left, the session ends: what was sent stays sent, and the rest follows by itself."""
    parts = "**/api/v1/evaluations/*/parts/*"
    hands_in(patient, walk)
    patient.says("Mire si quedó bien")
    patient.context.set_offline(True)
    patient.press("Enviar este video")
    patient.says("Sin conexión. Lo enviado está a salvo")
    patient.keep("send-offline")
    patient.page.route(parts, lambda route: route.abort() if not route.request.url.endswith("/0") else route.continue_())
    patient.context.set_offline(False)
    patient.waits("document.querySelector('[data-bar] progress').value > 0")
    patient.says("Sin conexión. Lo enviado está a salvo")
    patient.context.clear_cookies(name=re.compile("session"))
    patient.page.unroute(parts)
    patient.says("Su sesión terminó", most=60_000)
    patient.keep("send-session-over")
    patient.follow("Entrar de nuevo")
    patient.at("/sign-in")
    asked = []
    patient.page.on("request", lambda one: asked.append(one.url.rsplit("/", 1)[1]) if "/parts/" in one.url else None)
    patient.press("Entrar con una llave de acceso")
    patient.at("/evaluations/[0-9a-f-]{36}", most=60_000)
    if "0" in asked or not asked:
        fault("what had arrived was sent again:", asked)


def two_tabs(patient):
    other = patient.context.new_page()
    first, patient.page = patient.page, other
    patient.go("/evaluations/new")
    patient.press("Abrir la cámara")
    patient.says("Ya está grabando o enviando en otra pestaña")
    patient.keep("two-tabs")
    first.close()
    # The browser gives the lock back a moment later.
    patient.page.wait_for_timeout(1_000)
    patient.press("Seguir en esta pestaña")
    patient.says("Colóquese dentro del contorno")


def too_large(patient, folder):
    file = f"{folder}/large.mp4"
    with open(file, "wb") as large:
        large.truncate(17 << 20)
    asked = []
    patient.page.on("request", lambda one: asked.append(one.url) if one.method != "GET" else None)
    hands_in(patient, file)
    patient.says("El video es demasiado grande")
    patient.keep("too-large")
    if asked:
        fault("a video over the limit was announced:", asked)


def refused(patient, empty):
    """A recording without anybody: the mistake is drawn, and one films again."""
    hands_in(patient, empty)
    patient.press("Enviar este video")
    path = patient.at("/evaluations/[0-9a-f-]{36}", most=60_000)
    patient.says("No se ve a nadie", most=MEASURED)
    if not patient.page.locator("svg.mistake").count():
        fault("no drawing shows the mistake")
    patient.keep("refused")
    patient.follow("Grabar de nuevo")
    patient.at("/evaluations/new")
    return path


def denied(person, walk, words, name):
    """Without a camera, or the right to use it, one sends what was filmed elsewhere."""
    # What is not granted is denied.
    person.context.grant_permissions([])
    person.go("/evaluations/new")
    person.press("Abrir la cámara")
    person.says(words)
    person.keep(name)
    if not person.page.locator("[name=video]").is_visible():
        fault("no way is offered to send a video that was filmed elsewhere")
    person.page.locator("[name=video]").set_input_files(walk)
    person.says("Mire si quedó bien")


def stranger(other, path):
    """Another's evaluation is as one that never was."""
    answer = other.go(path)
    if answer.status != 404:
        fault("another's evaluation answers", answer.status)
    other.keep("not-found")


# --- how the pages are ------------------------------------------------------------------------------------------------------------


def looks(browser, base, state, pages, folder):
    """Every page in both languages and themes: axe finds nothing, nothing scrolls sideways, also at 320 px."""
    for language in ("es", "en"):
        for theme in ("light", "dark"):
            for size in WIDTHS + [(320, 640)]:
                with Person(browser, base, size, theme, language, storage_state=state) as person:
                    for name, path in pages.items():
                        person.go(path)
                        person.page.wait_for_load_state("load")
                        if language == "en" and re.search(r"Grabar|Qué|Todavía|vídeo", person.words()):
                            fault(person.name, path, "speaks Spanish:", person.words()[:200])
                        check_axe(person, path)
                        check_scroll(person, path)
                        if size in WIDTHS:
                            picture(person.page, f"{folder}/look-{name}.{language}.{theme}.{size[0]}.png")


def without_script(browser, base, state, pages):
    with Person(browser, base, WIDTHS[0], storage_state=state, java_script_enabled=False) as person:
        person.go(pages["film"])
        if "Esta página necesita JavaScript" not in person.words():
            fault("nothing says that filming needs a script:", person.words()[:300])
        person.go(pages["result"])
        person.says("Qué se vio")


def weight(browser, base, state, pages):
    for path in pages.values():
        with Person(browser, base, WIDTHS[0], storage_state=state) as person:
            sizes = []
            person.page.on("response", lambda answer: sizes.append(len(answer.body())))
            person.go(path)
            person.page.wait_for_load_state("networkidle")
            if sum(sizes) > MOST_BYTES:
                fault(path, "weighs", sum(sizes), "bytes")


def paint(browser, base, state, pages):
    """The first paint within a second on a processor four times as slow; the best of three, since others work here too."""
    for path in pages.values():
        times = []
        for _ in range(3):
            with Person(browser, base, WIDTHS[0], storage_state=state) as person:
                person.context.new_cdp_session(person.page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
                person.go(path)
                person.waits("performance.getEntriesByName('first-contentful-paint').length > 0")
                times.append(person.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        if min(times) > 1_000:
            fault(path, "is first seen after", times, "ms")


def patients(browser, base, state, pages):
    """What a patient reads is of 18 px and more, what they press of 48 px and more."""
    for path in pages.values():
        with Person(browser, base, WIDTHS[0], storage_state=state) as person:
            person.go(path)
            person.page.wait_for_timeout(300)
            for words in person.page.evaluate("""() => {
                const small = [...document.querySelectorAll("main *")].filter(one => one.checkVisibility() && !one.closest(".unseen, svg")
                    && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()) && parseFloat(getComputedStyle(one).fontSize) < 18)
                const low = [...document.querySelectorAll("main a, main button, main input, main select, main summary")].filter(one =>
                    one.checkVisibility() && !one.closest(".crumbs, .card.link") && one.getBoundingClientRect().height < 48)
                return [...small, ...low].map(one => one.outerHTML.slice(0, 120))
            }"""):
                fault(path, "too small for a patient:", words)


def recordings(walk, folder):
    """A camera that shows the walk, and a video of a room without anybody."""
    camera, empty = f"{folder}/walk.mjpeg", f"{folder}/empty.mp4"
    for words in (
        ["-i", walk, "-an", "-vf", "scale=1280:-2,pad=1280:720:0:(oh-ih)/2:gray,fps=20", "-q:v", "4", camera],
        ["-f", "lavfi", "-i", "gradients=s=640x480:r=20:d=3:c0=0x808890:c1=0xb0a898:speed=0.00001", "-pix_fmt", "yuv420p", empty],
    ):
        subprocess.run(["ffmpeg", "-v", "error", "-y", *words], check=True)
    return camera, empty


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    base, link, walk, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    Person.folder = folder
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        camera, empty = recordings(walk, place)
        filming = chromium(
            playwright, "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera}",
            "--use-fake-ui-for-media-stream")
        refusing = chromium(playwright, "--use-fake-device-for-media-stream")
        plain = chromium(playwright)
        with (
            Person(filming, base, WIDTHS[0]) as patient, Person(plain, base, WIDTHS[1]) as admin, Person(plain, base, WIDTHS[0]) as other,
            Person(plain, base, WIDTHS[1]) as physician,
        ):
            first_account(admin, link)
            comes_in(patient, invited(admin, PATIENT, "Paciente"), "Ana Molina")
            gets_passkey(patient)
            comes_in(physician, invited(admin, PHYSICIAN, "Médico"), "Eva Torres")
            cares(admin, "Ana Molina", "Eva Torres", "physician")
            comes_in(other, invited(admin, OTHER, "Paciente"), "Luis Mamani")
            agrees(patient)
            opens_camera(patient)
            path = films(patient, 9)
            follows(patient)
            reads(patient, path)
            certified(physician, patient, path)
            too_large(patient, place)
            no_one = refused(patient, empty)
            broken_off(patient, walk)
            opens_camera(patient)
            two_tabs(patient)
            state = patient.context.storage_state()
            stranger(other, path)
            for without, words, name in (
                (plain, "No encontramos una cámara", "no-camera"), (refusing, "El navegador no nos deja usar la cámara", "denied")):
                with Person(without, base, WIDTHS[0], storage_state=state) as person:
                    denied(person, walk, words, name)
            pages = {"home": "/evaluations", "film": "/evaluations/new", "result": path, "refused": no_one}
            for check in (weight, paint, patients, without_script):
                check(plain, base, state, pages)
            looks(plain, base, state, pages, folder)
        for browser in (filming, refusing, plain):
            browser.close()
    if faults:
        sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except BaseException:
        print("\n".join(faults))
        raise
