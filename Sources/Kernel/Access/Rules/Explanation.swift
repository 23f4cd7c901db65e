import Base

/// Why a rule lets somebody in, or does not: for whoever oversees access, and for tests. It tells about the person (that
/// there is no relation, say), so it is not what a refused caller is shown.
package struct Explanation: Hashable, Sendable {
    /// Whether it is so.
    package let holds: Bool
    /// One sentence about this part.
    package let sentence: Text
    /// What it is made of; empty for the smallest parts.
    package let parts: [Explanation]

    init(_ holds: Bool, _ sentence: Text, parts: [Explanation] = []) {
        self.holds = holds
        self.sentence = sentence
        self.parts = parts
    }

    /// The whole in lines, each part two spaces further in, with a mark for what is so and what is not.
    package func lines(_ language: Language) -> [String] {
        ["\(holds ? "✓" : "✗") \(sentence(language))"] + parts.flatMap { $0.lines(language).map { "  \($0)" } }
    }
}

extension AccessRule {
    /// The decision in words: each grant and what it asks for, with what is so and what is not. `relations` as for
    /// `decision`.
    package func explanation(
        for standing: Standing, on record: RecordFacts, relations: [Relation]
    ) -> Explanation {
        let parts = grants.map { grant in
            let reason = grant.condition.explained(for: standing, on: record, relations)
            return Explanation(reason.holds, grant.sentence(reason.holds), parts: [reason])
        }
        let isAllowed = parts.contains(where: \.holds)
        let actor = standing.caller.actor
        let sentence =
            isAllowed
            ? Text(es: "\(actor) tiene acceso.", en: "\(actor) has access.")
            : grants.isEmpty
                ? Text(es: "Nadie tiene acceso: la regla no concede nada.", en: "Nobody has access: the rule grants nothing.")
                : Text(es: "\(actor) no tiene acceso.", en: "\(actor) has no access.")
        return Explanation(isAllowed, sentence, parts: parts)
    }
}

extension AccessRule.Grant {
    fileprivate func sentence(_ isMet: Bool) -> Text {
        let fields = hidden.sorted().joined(separator: ", ")
        let (salvo, but) = hidden.isEmpty ? ("", "") : (", salvo \(fields)", ", but for \(fields)")
        return isMet
            ? Text(es: "Ve hasta lo \(limit.title.spanish)\(salvo):", en: "They see what is \(limit.title.english) and below\(but):")
            : Text(
                es: "Vería hasta lo \(limit.title.spanish)\(salvo) si se cumpliera:",
                en: "They would see what is \(limit.title.english) and below\(but) if this were so:")
    }
}

extension Classification {
    fileprivate var title: Text {
        switch self {
        case .public: Text(es: "público", en: "public")
        case .internal: Text(es: "interno", en: "internal")
        case .confidential: Text(es: "confidencial", en: "confidential")
        case .secret: Text(es: "secreto", en: "secret")
        }
    }
}

extension AccessCondition {
    fileprivate func explained(
        for standing: Standing, on record: RecordFacts, _ relations: [Relation]
    ) -> Explanation {
        switch self {
        case .all(let parts):
            let reasons = parts.map { $0.explained(for: standing, on: record, relations) }
            let missing = reasons.filter { !$0.holds }.count
            return Explanation(
                !reasons.isEmpty && missing == 0,
                reasons.isEmpty
                    ? Text(es: "No se pide nada, y eso no concede nada.", en: "Nothing is asked for, and that grants nothing.")
                    : Text(
                        es: missing == 0 ? "Todo esto se cumple:" : "No todo esto se cumple:",
                        en: missing == 0 ? "All of this is so:" : "Not all of this is so:"), parts: reasons)
        case .any(let parts):
            let reasons = parts.map { $0.explained(for: standing, on: record, relations) }
            let holds = reasons.contains(where: \.holds)
            return Explanation(
                holds,
                Text(
                    es: holds ? "Algo de esto se cumple:" : "Nada de esto se cumple:",
                    en: holds ? "Some of this is so:" : "None of this is so:"), parts: reasons)
        default:
            let holds = isMet(by: standing, on: record, relations)
            return Explanation(holds, sentence(for: standing, on: record, holds))
        }
    }

    /// Of one of the smallest parts.
    private func sentence(for standing: Standing, on record: RecordFacts, _ holds: Bool) -> Text {
        let caller = standing.caller
        switch self {
        case .sameOrganisation where caller.tenant == nil:
            return Text(es: "Quien pregunta no actúa en ninguna organización.", en: "The caller acts in no organisation.")
        case .sameOrganisation:
            return holds
                ? Text(es: "El registro es de su organización.", en: "The record is their organisation's.")
                : Text(es: "El registro es de otra organización.", en: "The record is another organisation's.")
        case .isSubject where record.subjects.isEmpty:
            return Text(es: "El registro no trata de ninguna persona.", en: "The record is about nobody.")
        case .isSubject:
            return holds
                ? Text(es: "El registro trata de quien pregunta.", en: "The record is about the caller.")
                : Text(es: "El registro trata de otra persona.", en: "The record is about somebody else.")
        case .isAuthor:
            return holds
                ? Text(es: "Quien pregunta lo escribió.", en: "The caller wrote it.")
                : Text(es: "Quien pregunta no lo escribió.", en: "The caller did not write it.")
        case .related(let roles):
            let titles = roles.sorted().map(standing.book.title)
            let (spanish, english) = (titles.map(\.spanish).joined(separator: " o "), titles.map(\.english).joined(separator: " or "))
            return holds
                ? Text(
                    es: "Tiene con la persona una relación vigente como \(spanish).",
                    en: "They have a relation to the person now, as \(english).")
                : Text(
                    es: "No tiene con la persona una relación vigente como \(spanish).",
                    en: "They have no relation to the person now, as \(english).")
        case .consented where record.subjects.isEmpty:
            return Text(es: "El registro no trata de nadie que pueda consentir.", en: "The record is about nobody who could agree.")
        case .consented(let purpose):
            return holds
                ? Text(es: "La persona consiente «\(purpose)».", en: "The person agrees to “\(purpose)”.")
                : Text(
                    es: "La persona no consiente «\(purpose)», o lo retiró.", en: "The person does not agree to “\(purpose)”, or no longer."
                )
        case .holds(let permission):
            return holds
                ? Text(es: "Sus roles dan el permiso \(permission).", en: "Their roles give the permission \(permission).")
                : Text(
                    es: "Ninguno de sus roles da el permiso \(permission).", en: "None of their roles gives the permission \(permission).")
        case .hasRole(let role):
            let title = standing.book.title(of: role)
            return holds
                ? Text(es: "Tiene el rol «\(title.spanish)».", en: "They have the role “\(title.english)”.")
                : Text(es: "No tiene el rol «\(title.spanish)».", en: "They do not have the role “\(title.english)”.")
        case .assured:
            return holds
                ? Text(es: "Demostró bastante bien quién es.", en: "They proved well enough who they are.")
                : Text(
                    es: "Debe demostrar mejor quién es: inicie sesión con un segundo factor o una llave de acceso.",
                    en: "They must prove better who they are: by signing in with a second factor or a passkey.")
        case .attribute(let name, let values):
            let list = values.sorted().map(\.text).joined(separator: ", ")
            return holds
                ? Text(es: "\(name) tiene uno de estos valores: \(list).", en: "\(name) has one of these values: \(list).")
                : Text(es: "\(name) no tiene ninguno de estos valores: \(list).", en: "\(name) has none of these values: \(list).")
        case .all, .any: return Text(verbatim: "")
        }
    }
}
