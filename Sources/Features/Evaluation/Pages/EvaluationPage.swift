import Access
import Base
import HTTPTypes
import Markup
import MovementReport
import Records
import Runtime
import Web

/// `/evaluations/{id}`: one recording, from the moment it is announced. While it is measured the page follows; then it says what was
/// found, or what was wrong with the recording and how to film it better.
struct EvaluationPage: Sendable {
    let pages: EvaluationPages

    private var feature: EvaluationFeature { pages.feature }

    var route: Route {
        Route(
            .get, "/evaluations/{id}", "evaluation.page",
            Text(es: "Una grabación: cómo va y qué se encontró.", en: "A recording: how far it is and what was found."),
            access: .signedIn, parameters: [EvaluationRoutes.id.shape], answers: [.ok(.page)], pace: .page
        ) { call in .page(try await page(call)) }
    }

    /// The path of the page.
    static func place(_ id: String) -> String { "\(EvaluationPages.home)/\(id)" }

    private func page(_ call: Call) async throws -> HTML {
        let standing = try call.signedIn()
        let entry = try await feature.store.entry(try call.value(EvaluationRoutes.id), by: standing)
        let isOwn = standing.selves.contains(entry.person)
        let name = isOwn ? nil : try await feature.ports.names.names([entry.person], try standing.organisation())[entry.person]
        let progress = try await feature.store.progress(of: entry)
        let missing = try await feature.store.missing(of: entry, by: standing).count
        let evaluation = entry.evaluation
        return try await pages.page(call, evaluation.exerciseName, for: isOwn ? .patient : .staff) { ui in
            let over = name.map { Text(verbatim: $0) } ?? (isOwn ? nil : Text(es: "Persona a su cargo", en: "Person in your care"))
            let content: HTML =
                switch evaluation.state {
                case .uploading: uploading(entry, missing, ui, isOwn)
                case .waiting: waiting(entry, progress, ui)
                case .refused, .failed: refused(entry, ui, isOwn)
                case .preAssessment, .certified, .rejected: ResultView(entry, ui, isOwn: isOwn, standing).html
                }
            return """
                \(ui.breadcrumbs(
                    isOwn ? [(OwnEvaluationsPage.title, EvaluationPages.home)] : [(Text(es: "Inicio", en: "Home"), "/")],
                    here: evaluation.exerciseName))\
                \(ui.title(evaluation.exerciseName, over: over))<div class="stack"><p class="second">\(ui.stamp(entry.createdAt))</p>\(content)</div>
                """
        }
    }

    private func uploading(_ entry: EvaluationStore.Entry, _ missing: Int, _ ui: Interface, _ isOwn: Bool) -> HTML {
        let all = VideoParts.count(of: entry.evaluation.bytes)
        let hours = feature.host.settings[EvaluationSettings.uploadHours]
        return ui.stack(
            ui.message(
                .caution, Text(es: "El video no llegó entero todavía", en: "The video has not arrived in full yet"),
                Text(
                    es:
                        "Llegaron \(all - missing) de \(all) partes y están a salvo. Siga desde el mismo aparato; si no llega en \(hours) horas, se descarta.",
                    en:
                        "\(all - missing) of \(all) parts have arrived and are safe. Go on from the same device; if the rest does not arrive in \(hours) hours, it is dropped."
                )),
            isOwn
                ? ui.buttonLink(Text(es: "Seguir enviando", en: "Go on sending"), EvaluationPages.filming, icon: .upload, isWide: true)
                : HTML())
    }

    private func waiting(_ entry: EvaluationStore.Entry, _ progress: EvaluationStore.Progress?, _ ui: Interface) -> HTML {
        let steps: [EvaluationStore.Progress.Step] = [.reading, .finding, .measuring]
        let current = progress.flatMap { steps.firstIndex(of: $0.step) } ?? -1
        let left = progress?.secondsLeft.map { seconds in
            Text(es: "faltan unos \(Language.spanish.span(seconds: seconds))", en: "some \(Language.english.span(seconds: seconds)) left")
        }
        let place = "\(EvaluationRoutes.path)/\(entry.id)"
        return """
            <div class="stack" data-follow="\(place)/progress" data-ask="\(place)" data-left="\(ui(es: "faltan unos {} s", en: "some {} s left"))" \
            data-signed-out="\(ui(es: "Su sesión terminó. Entre de nuevo para ver el resultado; la medición sigue.", en: "Your session is over. Sign in again to see the result; the measuring goes on."))">\
            \(ui.card(
                ui.steps(steps.map(\.title), current: current), ui.progress(progress?.doing ?? EvaluationStore.Progress.Step.waiting.title, share: progress?.fraction, left: left)))\
            <p class="unseen" role="status" data-follow-says></p>\
            \(ui.message(
                .good, Text(es: "Su video está a salvo", en: "Your video is safe"),
                Text(
                    es: "Llegó entero. Puede cerrar esta página: el resultado aparecerá aquí y en «Mi movimiento».",
                    en: "It arrived in full. You may close this page: the result will appear here and under “My movement”.")))\
            <p>\(ui.link(Text(es: "Mirar de nuevo cómo va", en: "Look again how far it is"), Self.place(entry.id)))</p></div>\
            <script type="module" src="\(Assets.follow.path)"></script>
            """
    }

    private func refused(_ entry: EvaluationStore.Entry, _ ui: Interface, _ isOwn: Bool) -> HTML {
        let (evaluation, refusal) = (entry.evaluation, entry.evaluation.refusal)
        let mistake = refusal.flatMap { CaptureMistake(code: $0.code) }
        let title =
            evaluation.state == .failed
            ? Text(es: "Falló de nuestro lado", en: "It failed on our side")
            : mistake?.title ?? Text(es: "No pudimos medir esta grabación", en: "We could not measure this recording")
        let drawing: HTML? = mistake.map { mistake in
            """
            <figure class="mistake-figure">\(CaptureDrawing(mistake).html(ui.language))<figcaption>\(ui(mistake.remedy))</figcaption></figure>
            """
        }
        let advice = evaluation.exercise.map { FilmingPage.filming($0) }
        return ui.stack(
            ui.message(
                evaluation.state == .failed ? .stop : .caution, title,
                refusal?.message ?? Text(es: "Grabe de nuevo.", en: "Film again.")),
            drawing ?? HTML(),
            advice.map { ui.card("<p><strong>\(ui(es: "Para este ejercicio", en: "For this exercise"))</strong></p>", "<p>\(ui($0))</p>") }
                ?? HTML(),
            isOwn
                ? ui.buttonLink(
                    Text(es: "Grabar de nuevo", en: "Film again"), FilmingPage.place(of: evaluation.asked), icon: .camera, isWide: true)
                : HTML())
    }
}
