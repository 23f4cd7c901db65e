import Access
import Base
import Certification
import HTTPTypes
import Resources
import Runtime
import Web

/// Reviews and certificates over HTTP.
struct ReviewRoutes: Sendable {
    private let feature: EvaluationFeature

    init(_ feature: EvaluationFeature) { self.feature = feature }

    var all: [Route] { [review, certificate] }

    private static let amendment = Schema.named(
        "EvaluationAmendment",
        .object([
            .init("what", .choice(MovementEvaluation.Amendment.Subject.allCases.map(\.rawValue))),
            .init(
                "from", .nullable(.text(1...100)), isRequired: false,
                "What the program said; of a compensation that is taken back its code and side, knee_valgus:l."),
            .init("to", .nullable(.text(1...100)), isRequired: false, "What is so; null for a compensation that is taken back."),
        ]))

    private var review: Route {
        Route(
            .post, "/api/v1/evaluations/{id}/review", "evaluation.review",
            Text(
                es: "Certificar lo medido, certificarlo con cambios, o descartarlo.",
                en: "Certify what was measured, certify it with changes, or reject it."),
            access: .permission(EvaluationFeature.certify), parameters: [EvaluationRoutes.id.shape, ConditionFields.ifMatch],
            body: .json(
                .named(
                    "EvaluationReviewRequest",
                    .object([
                        .init("decision", .choice(ReviewRequest.Decision.allCases.map(\.rawValue))),
                        .init(
                            "reason", .nullable(.choice(MovementEvaluation.Review.Reason.allCases.map(\.rawValue))), isRequired: false,
                            "Of a rejection."),
                        .init(
                            "words", .nullable(.text(1...2_000)), isRequired: false, "For the person; of a rejection they are required."),
                        .init("amendments", .list(Self.amendment, atMost: ReviewRequest.mostChanges), isRequired: false),
                    ])), mostBytes: 32 << 10),
            answers: [.ok(.json(EvaluationJSON.schema), fields: [ConditionFields.tag])],
            refusals: [.conflict, .stale, .conditionRequired], repeating: .harmless, time: .seconds(30)
        ) { [feature] call in
            let standing = try call.signedIn()
            let condition = try call.changeCondition()
            let request = try ReviewBody(call).request()
            let entry = try await feature.store.entry(try call.value(EvaluationRoutes.id), by: standing)
            let tag = EvaluationRoutes.tag(entry)
            guard condition.allowsChanging(tag) else { throw Problem.stale(tag) }
            do {
                let reviewed = try await feature.reviewing.review(request, of: entry, by: standing)
                return try await EvaluationRoutes.reply(reviewed, feature, call)
            } catch let failure as Failure where failure.code == "version_moved" {
                throw Problem.stale(nil)
            }
        }
    }

    private var certificate: Route {
        Route(
            .get, "/api/v1/evaluations/{id}/certificate", "evaluation.certificate",
            Text(
                es: "El certificado, que cualquiera comprueba sin conexión (docs/certificates.md).",
                en: "The certificate, which anyone can check without a connection (docs/certificates.md)."), access: .signedIn,
            parameters: [EvaluationRoutes.id.shape], answers: [.ok(.other("application/json"))], refusals: [.conflict],
            time: .seconds(30)
        ) { [feature] call in
            let standing = try call.signedIn()
            let entry = try await feature.store.entry(try call.value(EvaluationRoutes.id), by: standing)
            guard
                let held = try await feature.reviewing.certificates.certificate(of: entry.id, in: try standing.organisation())
            else { throw Failure.notCertified }
            return Reply.json(held.certificate.bytes + [UInt8(ascii: "\n")]).with(
                .contentDisposition, "attachment; filename=\"certificate.json\"")
        }
    }
}

/// A review as a program sends it.
private struct ReviewBody {
    private let object: JSON.Object
    private var faults: [FieldFault] = []

    init(_ call: Call) throws {
        guard let object = try call.json(depth: 4).object else {
            throw InvalidInput(faults: [FieldFault("", "object_expected", Text(es: "debe ser un objeto", en: "must be an object"))])
        }
        self.object = object
    }

    consuming func request() throws -> ReviewRequest {
        for member in object.members where !["decision", "reason", "words", "amendments"].contains(member.name) {
            fault("/\(member.name.prefix(64))", "unknown_field", Text(es: "Esto no se espera aquí.", en: "This is not expected here."))
        }
        let decision: ReviewRequest.Decision? = word(object["decision"], "/decision", isRequired: true)
        let reason: MovementEvaluation.Review.Reason? = word(object["reason"], "/reason", isRequired: false)
        let words = text(object["words"], "/words", ReviewRequest.words.upperBound)
        var changes: [ReviewRequest.Change] = []
        if let list = object["amendments"], !list.isNull {
            if let array = list.array, array.count <= ReviewRequest.mostChanges {
                for (index, element) in array.enumerated() {
                    let place = "/amendments/\(index)"
                    let what: MovementEvaluation.Amendment.Subject? = word(element["what"], "\(place)/what", isRequired: true)
                    let (from, to) = (text(element["from"], "\(place)/from", 100), text(element["to"], "\(place)/to", 100))
                    if let what { changes.append(.init(what, from: from, to: to)) }
                }
            } else {
                fault("/amendments", "list_expected", Text(es: "Esto debe ser una lista.", en: "This must be a list."))
            }
        }
        guard faults.isEmpty, let decision else { throw InvalidInput(faults: faults) }
        return ReviewRequest(decision, because: reason, words: words, changes: changes)
    }

    private mutating func fault(_ pointer: String, _ code: String, _ message: Text) { faults.append(FieldFault(pointer, code, message)) }

    private mutating func word<Word: RawRepresentable & CaseIterable>(
        _ json: JSON?, _ pointer: String, isRequired: Bool
    ) -> Word? where Word.RawValue == String {
        guard let json, !json.isNull else {
            if isRequired { fault(pointer, "required", Text(es: "Falta este dato.", en: "This is missing.")) }
            return nil
        }
        let word = json.string.flatMap { Word(rawValue: $0) }
        if word == nil {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            fault(pointer, "not_a_choice", Text(es: "Esto debe ser una de: \(words).", en: "This must be one of: \(words)."))
        }
        return word
    }

    private mutating func text(_ json: JSON?, _ pointer: String, _ most: Int) -> String? {
        guard let json, !json.isNull else { return nil }
        guard let text = json.string, ReviewText.isGood(text, most) else {
            fault(
                pointer, "text_expected",
                Text(
                    es: "Esto debe ser un texto de 1 a \(most) caracteres, sin caracteres de control.",
                    en: "This must be text of 1 to \(most) characters, without control characters."))
            return nil
        }
        return text
    }
}

/// What may stand in words that are signed and shown.
enum ReviewText {
    static func isGood(_ text: String, _ most: Int) -> Bool {
        (1...most).contains(text.unicodeScalars.count) && text.contains { !$0.isWhitespace }
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t" }
    }
}

extension Failure {
    fileprivate static let notCertified = Failure(
        .conflict, "not_certified",
        Text(es: "Nadie ha certificado esta evaluación.", en: "Nobody has certified this evaluation."))
}
