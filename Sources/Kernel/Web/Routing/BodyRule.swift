import Base

/// What a request brings along, and how much of it. Whatever is more or of another type is refused before the handler runs.
package enum BodyRule: Sendable {
    case none
    /// JSON, read whole. The schema is what is documented; who reads it checks it.
    case json(Schema, mostBytes: Int, types: [String] = ["application/json"])
    /// A form of a page: `application/x-www-form-urlencoded`, read whole.
    case form(Schema, mostBytes: Int)
    /// Bytes of one of these types, read whole.
    case bytes(types: [String], mostBytes: Int)
    /// Bytes of one of these types, which the handler reads as they come.
    case stream(types: [String], mostBytes: Int)

    package var isAny: Bool { if case .none = self { false } else { true } }

    /// The most bytes that are taken, after any decompression; 0 where none are.
    package var mostBytes: Int {
        switch self {
        case .none: 0
        case .json(_, let most, _), .form(_, let most), .bytes(_, let most), .stream(_, let most): most
        }
    }

    /// The media types that are taken, without parameters, in lower case.
    package var types: [String] {
        switch self {
        case .none: []
        case .json(_, _, let types), .bytes(let types, _), .stream(let types, _): types
        case .form: ["application/x-www-form-urlencoded"]
        }
    }
}

/// An answer of a route, when all is well.
package struct AnswerShape: Sendable {
    package let status: Int
    package let meaning: Text
    package let content: Content?
    /// Header fields that it always has, beyond those of every answer.
    package let fields: [ParameterShape]

    /// The type of what comes back, and its form.
    package struct Content: Sendable {
        package let type: String
        /// nil where the type says all.
        package let schema: Schema?

        package static func json(_ schema: Schema) -> Content { Content(type: "application/json", schema: schema) }
        package static let page = Content(type: "text/html", schema: nil)
        package static func other(_ type: String) -> Content { Content(type: type, schema: nil) }
    }

    package init(_ status: Int, _ meaning: Text, _ content: Content? = nil, fields: [ParameterShape] = []) {
        self.status = status
        self.meaning = meaning
        self.content = content
        self.fields = fields
    }

    package static func ok(_ content: Content, fields: [ParameterShape] = []) -> AnswerShape {
        AnswerShape(200, Text(es: "Está hecho.", en: "It is done."), content, fields: fields)
    }

    package static func created(_ content: Content, fields: [ParameterShape] = []) -> AnswerShape {
        AnswerShape(201, Text(es: "Quedó creado.", en: "It was created."), content, fields: fields)
    }

    package static let done = AnswerShape(204, Text(es: "Está hecho; no hay más que decir.", en: "It is done; there is no more to say."))
    /// For `If-None-Match` and `If-Modified-Since`.
    package static let unchanged = AnswerShape(304, Text(es: "No cambió.", en: "It did not change."))
}
