import Access
import Base
import Certification
import HTTPTypes
import MovementReport
import Records
import Runtime
import Transparency
import Web

/// The files of an evaluation over HTTP. Each reading is in the journal.
struct EvaluationFileRoutes: Sendable {
    private let feature: EvaluationFeature

    init(_ feature: EvaluationFeature) { self.feature = feature }

    var all: [Route] { [report, json, angles, motion, observations] }

    private var report: Route {
        file(
            "/api/v1/evaluations/{id}/report", "evaluation.report",
            Text(es: "El informe, como página en el idioma de quien lo pide.", en: "The report, as a page in the asker's language."),
            "text/html"
        ) { .page($0.language) }
    }

    private var json: Route {
        file(
            "/api/v1/evaluations/{id}/report.json", "evaluation.report_json",
            Text(es: "El informe para programas (docs/report.md).", en: "The report for programs (docs/report.md)."), "application/json"
        ) { _ in .report }
    }

    private var angles: Route {
        file(
            "/api/v1/evaluations/{id}/angles.csv", "evaluation.angles",
            Text(es: "Los ángulos en el tiempo, con su incertidumbre.", en: "The angles over time, with their uncertainty."), "text/csv"
        ) { _ in .angles }
    }

    private var motion: Route {
        file(
            "/api/v1/evaluations/{id}/motion.trc", "evaluation.motion",
            Text(es: "El cuerpo en tres dimensiones, para OpenSim.", en: "The body in three dimensions, for OpenSim."), "text/plain"
        ) { _ in .motion }
    }

    private var observations: Route {
        file(
            "/api/v1/evaluations/{id}/observations", "evaluation.observations",
            Text(
                es: "Lo que se vio en el video: con ello se puede medir de nuevo (docs/observations.md).",
                en: "What was seen in the video: by it, it can be measured again (docs/observations.md)."), "application/jsonl"
        ) { _ in .observations }
    }

    private func file(
        _ path: RoutePath, _ name: String, _ summary: Text, _ type: String, _ which: @escaping @Sendable (Call) -> EvaluationFiles.Name
    ) -> Route {
        Route(
            .get, path, name, summary, access: .signedIn, parameters: [EvaluationRoutes.id.shape], answers: [.ok(.other(type))],
            refusals: [.conflict], time: .seconds(30)
        ) { [feature] call in
            let (standing, file) = (try call.signedIn(), which(call))
            let bytes = try await feature.reviewing.file(file, of: try call.value(EvaluationRoutes.id), by: standing)
            var reply = Reply(.ok, type: type == "text/html" ? "text/html; charset=utf-8" : type, .bytes(bytes))
            if type == "text/html" {
                reply.fields[.contentSecurityPolicy] = "\(Report.policy); frame-ancestors 'none'; sandbox"
            } else {
                reply.fields[.contentDisposition] = "attachment; filename=\"\(file.rawValue)\""
            }
            return reply
        }
    }
}

extension Reviewing {
    /// A file of an evaluation as it is handed out: page and report say what standing they have. Throws `Failure`: `.notFound` for what the
    /// caller may not see, `.conflict, "not_measured"` where there is none.
    func file(_ name: EvaluationFiles.Name, of id: String, by standing: Standing) async throws -> [UInt8] {
        let entry = try await store.entry(id, by: standing)
        let place = EvaluationPlace(id: entry.id, tenant: try standing.organisation(), person: entry.person)
        guard let bytes = try await store.files.bytes(name, of: place) else { throw Failure.notMeasured }
        guard let review = entry.evaluation.review, name == .report || name.language != nil else { return bytes }
        guard review.decision != .rejected else {
            guard let language = name.language else { return bytes }
            return try CertifiedPage(bytes).rejected(review.rejection, language)
        }
        guard let held = try await certificates.certificate(of: entry.id, in: place.tenant) else { return bytes }
        guard let language = name.language else { return try CertifiedReport.certified(bytes, by: held.certificate) }
        return try CertifiedPage(bytes).certified(by: held.certificate, language)
    }
}

extension MovementEvaluation.Review {
    fileprivate var rejection: Rejection {
        Rejection(
            by: reviewerName, at: reviewedAt, because: (reason ?? .other).title, words: words, isWithdrawal: isWithdrawal)
    }
}

extension Failure {
    fileprivate static let notMeasured = Failure(
        .conflict, "not_measured",
        Text(
            es: "Esta evaluación no tiene ese archivo: todavía no se midió, o no se pudo medir.",
            en: "This evaluation has no such file: it is not measured yet, or could not be."))
}
