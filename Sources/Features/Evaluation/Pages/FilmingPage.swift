import Access
import Base
import HTTPTypes
import Markup
import Movement
import Runtime
import Web

/// `/evaluations/new`: choose, aim, film, look, send. All of it is on this page, one step at a time, and works by a script
/// (`film.js`, `sending.js`): a camera cannot be used without one. Without, the page says how to send a video otherwise.
struct FilmingPage: Sendable {
    let pages: EvaluationPages

    private var feature: EvaluationFeature { pages.feature }

    /// For how long one films: more than any exercise takes, and little enough to be sent from a phone.
    private static let longestSeconds = 60
    /// Of what is filmed here: enough for 720p, and what phones encode without getting warm.
    private static let bitsPerSecond = 4_000_000
    /// To walk from the phone to where one exercises.
    private static let countdownSeconds = 10

    /// With room for a camera that takes its rate as advice.
    private var mostSeconds: Int { min(Self.longestSeconds, feature.store.mostBytes * 8 / 5 * 4 / Self.bitsPerSecond) }

    private static let exercise = Parameter.choice(
        "exercise", in: .query, ["auto"] + Exercise.allCases.map(\.rawValue), Text(es: "Qué ejercicio.", en: "Which exercise."))
    private static let subject = Parameter.id(
        "subject", in: .query, Text(es: "De quién, si es de quien uno atiende.", en: "Whose, where it is somebody in one's care."))

    /// With an exercise chosen already.
    static func place(of exercise: String) -> String {
        exercise == "auto" ? EvaluationPages.filming : "\(EvaluationPages.filming)?exercise=\(exercise)"
    }

    /// How an exercise is best filmed.
    static func filming(_ exercise: Exercise) -> Text { ExerciseProtocol.of(exercise).filming }

    var route: Route {
        Route(
            .get, "/evaluations/new", "evaluation.film_page",
            Text(es: "Grabar un ejercicio y mandarlo.", en: "Film an exercise and send it."),
            access: .signedIn, parameters: [Self.exercise.shape, Self.subject.shape], answers: [.ok(.page)], pace: .page
        ) { call in .page(try await page(call)) }
    }

    private func page(_ call: Call) async throws -> HTML {
        let standing = try call.signedIn()
        let subject = try call.optional(Self.subject).map { try Identifier($0) }
        let isOwn = subject.map { standing.selves.contains($0) } ?? true
        // Of somebody else nothing is told here: whoever may not film them hears so when the video is announced.
        let agrees = isOwn ? try await feature.store.agrees(standing.caller.actor, in: try standing.organisation()) : true
        let exercise = try call.optional(Self.exercise) ?? "auto"
        return try await pages.page(call, Self.title, for: .patient) { ui in
            guard agrees else { return "\(ui.title(Self.title))\(OwnEvaluationsPage.consent(ui))" }
            return """
                \(ui.title(Self.title))\(Self.withoutScript(ui))\
                <div data-film data-account="\(standing.caller.actor.text)" data-subject="\(isOwn ? "" : subject?.text ?? "")" \
                data-most-bytes="\(feature.store.mostBytes)" data-most-seconds="\(mostSeconds)" data-bits="\(Self.bitsPerSecond)" data-countdown="\(Self.countdownSeconds)" \
                data-hours="\(feature.host.settings[EvaluationSettings.uploadHours])" data-sending="\(Assets.sending.path)" hidden>\
                \(FilmingWords.html(ui))\(Self.says(ui))\(choosing(ui, exercise))\(aiming(ui))\(Self.looking(ui))\(Self.sending(ui))</div>\
                <script type="module" src="\(Assets.film.path)"></script>
                """
        }
    }

    private static let title = Text(es: "Grabar un ejercicio", en: "Film an exercise")

    private static func withoutScript(_ ui: Interface) -> HTML {
        """
        <noscript>\(ui.message(
            .caution, Text(es: "Esta página necesita JavaScript", en: "This page needs JavaScript"),
            Text(
                es: "Sin él, el navegador no puede usar la cámara ni mandar el video por partes. Actívelo, abra esta página en otro navegador o teléfono, o grabe con la cámara del teléfono y lleve el video a su clínica: allí lo pueden mandar por usted.",
                en: "Without it the browser can neither use the camera nor send the video in parts. Turn it on, open this page in another browser or phone, or film with the phone's camera and take the video to your clinic: they can send it for you.")))</noscript>
        """
    }

    /// Where the script says what is the matter, above whatever step is shown.
    private static func says(_ ui: Interface) -> HTML {
        """
        <div class="message caution" data-says hidden>\(Icon.caution.html)<div><p><strong data-says-title></strong></p>\
        <p data-says-text></p><p class="row" data-says-actions></p></div></div><p class="unseen" role="status" data-status></p>
        """
    }

    private func choosing(_ ui: Interface, _ exercise: String) -> HTML {
        let choices =
            [Choice("auto", Text(es: "Que se reconozca solo", en: "Recognise it for me"))]
            + Exercise.allCases.map { Choice($0.rawValue, ExerciseProtocol.of($0).name) }
        let tips = Exercise.allCases.map { exercise -> HTML in
            "<p data-tip=\"\(exercise.rawValue)\" hidden>\(ui(Self.filming(exercise)))</p>"
        }
        let general = Text(
            es: "Apoye el teléfono en algo firme, a la altura de la cadera y a unos tres metros. Que se vea todo el cuerpo, con los pies.",
            en: "Prop the phone on something firm, at hip height and about three metres away. The whole body must be seen, feet included.")
        return """
            <section class="stack" data-step="choose" hidden>\
            <form class="form" data-choose novalidate>\
            \(ui.select(
                FormField("exercise", Text(es: "¿Qué va a hacer?", en: "What will you do?")),
                FormState(Query(items: [.init("exercise", exercise)])), choices))\
            <div class="card" data-tips><p><strong>\(ui(es: "Cómo poner el teléfono", en: "Where to put the phone"))</strong></p><p data-tip="auto">\(ui(general))</p>\(tips)</div>\
            \(ui.more(
                Text(es: "Mi estatura (opcional)", en: "My height (optional)"),
                ui.numberField(
                    FormField(
                        "height", Text(es: "Estatura", en: "Height"),
                        hint: Text(es: "Si la sabe, se mide mejor.", en: "If you know it, the measurement is better."), isRequired: false),
                    unit: Text(verbatim: "cm"))))\
            \(ui.button(Text(es: "Abrir la cámara", en: "Open the camera"), icon: .camera, busy: Text(es: "Abriendo…", en: "Opening…"), isWide: true))</form>\
            <details class="more" data-file-way><summary>\(Icon.right.html)\(ui(es: "Ya tengo un video", en: "I have a video already"))</summary>\
            <div class="stack">\(ui.fileField(
                FormField(
                    "camera", Text(es: "Grabar con la aplicación de la cámara", en: "Film with the camera application"),
                    hint: Text(es: "Se abre la cámara del teléfono.", en: "The phone's own camera opens."), isRequired: false),
                types: "video/*", capture: true))\
            \(ui.fileField(
                FormField(
                    "video", Text(es: "Un video del ejercicio", en: "A video of the exercise"),
                    hint: Text(
                        es: "De hasta \(feature.store.mostBytes >> 20) MB: MP4, MOV o WebM.",
                        en: "Up to \(feature.store.mostBytes >> 20) MB: MP4, MOV or WebM."), isRequired: false),
                types: "video/*"))</div></details></section>
            """
    }

    /// The live picture with where the body must be; the same stage is what films.
    private func aiming(_ ui: Interface) -> HTML {
        """
        <section class="stack" data-step="aim" hidden><h2 tabindex="-1">\(ui(es: "Colóquese dentro del contorno", en: "Stand inside the outline"))</h2>\
        <div class="stage" data-stage><video data-live muted playsinline></video>\(Self.outline(ui))\
        <p class="stage-count" data-count hidden></p><p class="stage-left" data-left hidden></p>\
        <button class="button danger stage-stop" type="button" data-stop hidden>\(Icon.stop.html)<span>\(ui(es: "Parar", en: "Stop"))</span></button></div>\
        <ul class="checks" data-checks></ul>\
        \(Self.press(ui, "start", Text(es: "Empezar a grabar", en: "Start filming"), "primary wide"))\
        <p class="second">\(ui(
            es: "Al pulsar cuenta \(Self.countdownSeconds) segundos para que llegue a su sitio. Graba \(mostSeconds) segundos como mucho, sin sonido.",
            en: "It counts \(Self.countdownSeconds) seconds for you to walk to your place. It films for \(mostSeconds) seconds at most, without sound."))</p>\
        <div class="row">\(Self.press(ui, "flip", Text(es: "Cambiar de cámara", en: "Switch camera"), "quiet"))\
        <button class="button quiet" type="button" data-press="voice" aria-pressed="true">\(ui(es: "Con voz", en: "With voice"))</button>\
        \(Self.press(ui, "back", Text(es: "Volver", en: "Go back"), "plain"))</div></section>
        """
    }

    private static func looking(_ ui: Interface) -> HTML {
        """
        <section class="stack" data-step="look" hidden><h2 tabindex="-1">\(ui(es: "Mire si quedó bien", en: "See whether it came out well"))</h2>\
        <video class="preview" data-preview controls playsinline muted></video>\
        <p>\(ui(
            es: "¿Se ve el cuerpo entero, con los pies, todo el tiempo?",
            en: "Is the whole body in view, feet included, all the time?")) <span class="second" data-size></span></p>\
        \(press(ui, "send", Text(es: "Enviar este video", en: "Send this video"), "primary wide"))\
        <div class="row">\(press(ui, "again", Text(es: "Grabar de nuevo", en: "Film again"), "quiet"))</div></section>
        """
    }

    private static func sending(_ ui: Interface) -> HTML {
        """
        <section class="stack" data-step="send" hidden><h2 tabindex="-1">\(ui(es: "Enviando su video", en: "Sending your video"))</h2>\
        <div data-bar>\(ui.progress(Text(es: "Enviado", en: "Sent"), share: 0))</div><p data-safe></p>\
        <div class="row">\(press(ui, "resume", Text(es: "Seguir enviando", en: "Go on sending"), "primary"))\
        \(press(ui, "discard", Text(es: "Descartar este video", en: "Discard this video"), "plain"))</div></section>
        """
    }

    private static func press(_ ui: Interface, _ name: String, _ title: Text, _ kind: String) -> HTML {
        "<button class=\"button \(kind)\" type=\"button\" data-press=\"\(name)\">\(ui(title))</button>"
    }

    /// Where the whole body must be.
    private static func outline(_ ui: Interface) -> HTML {
        """
        <svg class="outline" viewBox="0 0 100 140" preserveAspectRatio="xMidYMid meet" role="img" aria-label="\(ui(
            es: "Contorno en el que debe caber todo el cuerpo", en: "Outline into which the whole body must fit"))">\
        <path d="M50 8c6 0 10 5 10 11s-2 9-4 11c10 2 17 7 18 16l4 36c0 3-5 4-6 1l-6-27-1 22 3 50c0 4-9 4-10 0l-8-44-8 44c-1 4-10 4-10 0l3-50-1-22-6 27c-1 3-6 2-6-1l4-36c1-9 8-14 18-16-2-2-4-5-4-11S44 8 50 8z"/><path d="M50 8c6 0 10 5 10 11s-2 9-4 11c10 2 17 7 18 16l4 36c0 3-5 4-6 1l-6-27-1 22 3 50c0 4-9 4-10 0l-8-44-8 44c-1 4-10 4-10 0l3-50-1-22-6 27c-1 3-6 2-6-1l4-36c1-9 8-14 18-16-2-2-4-5-4-11S44 8 50 8z"/></svg>
        """
    }
}
