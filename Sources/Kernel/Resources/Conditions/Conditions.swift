import Base
import HTTPTypes
import Web

extension Call {
    /// What `If-Match` demands. Throws `.conditionRequired` where it is missing, `.badRequest` for what is no list of tags.
    package func changeCondition() throws(Problem) -> TagCondition {
        guard let field = fields[.ifMatch] else { throw .conditionRequired }
        guard let condition = TagCondition(field) else { throw .conditionUnreadable("If-Match") }
        return condition
    }

    /// Whether the caller has what has this tag already (`If-None-Match`). What is no list of tags is passed over: an answer is right
    /// in any case.
    package func knows(_ tag: EntityTag) -> Bool {
        guard let field = fields[.ifNoneMatch], let condition = TagCondition(field) else { return false }
        return condition.knows(tag)
    }
}

/// The header fields by which requests are held to a version.
package enum ConditionFields {
    package static let ifMatch = ParameterShape(
        "If-Match", in: .header, .text(1...1_000), isRequired: true,
        Text(
            es: "La versión que usted leyó: el ETag de esa respuesta. * admite cualquiera.",
            en: "The version that you read: that answer's ETag. * takes any."))

    package static let ifNoneMatch = ParameterShape(
        "If-None-Match", in: .header, .text(1...1_000),
        Text(
            es: "El ETag que ya tiene: si sigue igual, la respuesta es 304.",
            en: "The ETag you have: where it is still so, the answer is 304."))

    /// Of an answer.
    package static let tag = ParameterShape(
        "ETag", in: .header, .pattern("^\"[^\"]+\"$", 3...200), isRequired: true,
        Text(es: "Qué versión es.", en: "Which version it is."))

    package static let location = ParameterShape(
        "Location", in: .header, .format("uri-reference"), isRequired: true, Text(es: "Dónde está.", en: "Where it is."))
}

extension Problem {
    package static let conditionRequired = Problem(
        .conditionRequired, "if_match_missing",
        Text(
            es: "Diga qué versión leyó: repita el ETag de esa respuesta en If-Match.",
            en: "Say which version you read: repeat that answer's ETag in If-Match."))

    /// A field that is no list of tags.
    package static func conditionUnreadable(_ field: String) -> Problem {
        Problem(
            .badRequest, "condition_unreadable",
            Text(
                es: "\(field) no es una lista de ETags entre comillas ni un asterisco: copie el ETag tal como vino.",
                en: "\(field) is neither a list of ETags in quotation marks nor an asterisk: copy the ETag as it came."))
    }

    /// `tag`: that of what stands now.
    package static func stale(_ tag: EntityTag?) -> Problem {
        Problem(
            .stale, "version_moved",
            Text(
                es: "El registro cambió desde que usted lo leyó: léalo de nuevo y repita su cambio.",
                en: "The record changed since you read it: read it again and repeat your change."),
            fields: tag.map { [Field("ETag", $0.text)] } ?? [])
    }
}
