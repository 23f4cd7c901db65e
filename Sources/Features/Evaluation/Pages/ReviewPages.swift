import Access
import Base
import HTTPTypes
import Markup
import Records
import Runtime
import Web

/// Where a clinician looks at one measurement and says what holds: certify it, certify it with changes, or reject it.
extension EvaluationPages {
    var reviewPages: [Route] { [reviewPage, submitReview] }

    /// Where certificates are looked up by their number.
    static let certificates = "/certificates"

    private static func path(_ id: String) -> String { "\(home)/\(id)/review" }

    private var reviewPage: Route {
        Route(
            .get, "/evaluations/{id}/review", "evaluation.review_page",
            Text(es: "Revisar una medición.", en: "Review a measurement."), access: .permission(EvaluationFeature.certify),
            parameters: [EvaluationRoutes.id.shape], answers: [.ok(.page)], refusals: [.conflict], pace: .page
        ) { call in
            let entry = try await feature.store.entry(try call.value(EvaluationRoutes.id), by: try call.signedIn())
            return .page(try await reviewContent(call, entry, nil))
        }
    }

    private static let seenReview = AnswerShape(303, Text(es: "Hecho; siga en la lista.", en: "Done; go on with the list."))
    private static let returnedReview = ["text/html", "application/problem+json"].map { type in
        AnswerShape(422, Text(es: "Falta corregir algo.", en: "Something needs correcting."), .other(type))
    }

    private var submitReview: Route {
        Route(
            .post, "/evaluations/{id}/review", "evaluation.review_submit",
            Text(es: "Guardar la revisión de una medición.", en: "Save the review of a measurement."),
            access: .permission(EvaluationFeature.certify), parameters: [EvaluationRoutes.id.shape],
            body: .form(
                .object(
                    [.init("decision", .choice(ReviewRequest.Decision.allCases.map(\.rawValue))), .init("version", .text(1...20))],
                    open: true), mostBytes: 32 << 10),
            answers: [Self.seenReview] + Self.returnedReview, refusals: [.conflict, .notFound], pace: .page, repeating: .another,
            time: .seconds(30)
        ) { call in
            let standing = try call.signedIn()
            let form = try Query(String(decoding: call.body, as: UTF8.self))
            let entry = try await feature.store.entry(try call.value(EvaluationRoutes.id), by: standing)
            let sent = ReviewForm(form)
            do {
                guard form["version"] == "\(entry.version)" else { throw Failure.reviewedOther }
                let request = try sent.request(of: entry.evaluation)
                let reviewed = try await feature.reviewing.review(request, of: entry, by: standing)
                let done = reviewed.evaluation.state == .rejected ? "rejected" : "certified"
                return .see("\(Self.worklist)?done=\(done)")
            } catch let input as InvalidInput {
                return try await comesBack(call, entry, sent, sent.faults(input.faults, of: entry.evaluation))
            } catch let problem as Problem where problem.code == "step_up_needed" {
                return try await comesBack(call, entry, sent, [FieldFault("", problem.code, Self.prove)], mustProve: true)
            } catch let failure as Failure where failure.kind == .conflict {
                // Read anew, for what is shown is what is reviewed.
                let now = try await feature.store.entry(entry.id, by: standing)
                return try await comesBack(call, now, sent, [FieldFault("", failure.code, failure.message)])
            }
        }
    }

    private static let prove = Text(
        es: "Antes de firmar, confirme otra vez quién es. Lo que escribió sigue abajo: confírmelo con el enlace y vuelva a enviar.",
        en: "Before you sign, show once more who you are. What you wrote is still below: confirm by the link and send it again.")

    private func comesBack(
        _ call: Call, _ entry: EvaluationStore.Entry, _ sent: ReviewForm, _ faults: [FieldFault], mustProve: Bool = false
    ) async throws -> Reply {
        let content = try await reviewContent(call, entry, (sent, faults), mustProve: mustProve)
        return .page(content, .unprocessableContent)
    }

    private func reviewContent(
        _ call: Call, _ entry: EvaluationStore.Entry, _ returned: (sent: ReviewForm, faults: [FieldFault])?, mustProve: Bool = false
    ) async throws -> HTML {
        let standing = try call.signedIn()
        if returned == nil { try await feature.reviewing.require(entry, by: standing) }
        guard let result = entry.evaluation.result else { throw Failure.notReviewable }
        let name = try await feature.ports.names.names([entry.person], try standing.organisation())[entry.person]
        let remarks = try await feature.reviewing.remarks(of: entry, in: try standing.organisation())
        let title = Text(es: "Revisar una medición", en: "Review a measurement")
        return try await page(call, title, for: .staff) { ui in
            let measured = ReviewView(ui: ui, entry: entry, result: result, remarks: remarks)
            let forms = ReviewForms(ui: ui, path: Self.path(entry.id), entry: entry, result: result, returned: returned)
            let proving: HTML? =
                mustProve
                ? """
                <p><a class="button" href="\(feature.ports.certifying.provingPage("/account"))" target="_blank" rel="noopener">\
                \(ui(es: "Confirmar quién soy (se abre en otra pestaña)", en: "Show who I am (opens in another tab)"))</a></p>
                """ : nil
            return """
                \(ui.breadcrumbs([(Text(es: "Por revisar", en: "To review"), Self.worklist)], here: title))
                \(ui.title(named: name ?? ui(title), over: name == nil ? nil : title, lead: measured.lead))
                \(forms.summary.map { ui.stack($0, proving ?? HTML()) })
                \(measured.html)
                \(forms.html)
                """
        }
    }
}

extension Failure {
    fileprivate static let reviewedOther = Failure(
        .conflict, "version_moved",
        Text(
            es: "La evaluación cambió mientras usted la miraba: mírela de nuevo antes de decidir.",
            en: "The evaluation changed while you looked at it: look at it again before you decide."))
}
