import Base

/// A value that a schema describes, to be shown.
extension Schema {
    package var example: JSON {
        switch self {
        case .text(let length): .string(Self.word(length, "…"))
        case .format(let format): .string(Self.examples[format] ?? "…")
        case .pattern(_, let length): .string(Self.word(length, "a"))
        case .id: .string("0195a0b1-7c11-7d3e-9a50-2f6f3c1c8e01")
        case .choice(let words): .string(words.first ?? "")
        case .integer(let range): JSON(max(range.lowerBound, min(1, range.upperBound)))
        case .real(let range): .number(max(range.lowerBound, min(1, range.upperBound)))
        case .bool: .bool(true)
        case .list(let element, _): .array([element.example])
        case .object(let members, _): .object(JSON.Object(members.map { .init($0.name, $0.schema.example) }))
        case .map(let value): .object(JSON.Object([.init("…", value.example)]))
        case .named(_, let schema), .nullable(let schema): schema.example
        case .either(let schemas): schemas.first?.example ?? .null
        case .anything: .null
        }
    }

    private static let examples = [
        "date-time": "2026-11-21T10:30:00Z", "date": "2026-11-21", "uri": "https://example.org/", "uri-reference": "/api/v1/…",
    ]

    private static func word(_ length: ClosedRange<Int>, _ filler: String) -> String {
        length.upperBound == 0 ? "" : String(repeating: filler, count: max(1, min(length.lowerBound, 40)))
    }
}
