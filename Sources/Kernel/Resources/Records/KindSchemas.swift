import Access
import Base
import Records
import Web

/// What OpenAPI says of a kind: the same fields that hold what is sent.
extension KindShape {
    /// `ExerciseReview` of `exercise_review`.
    var schemaName: String {
        name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// A body as it is sent.
    package var schema: Schema { .named(schemaName, .object(fields.map { $0.member })) }

    /// As a merge patch: everything may be left out, and what need not be there may be taken away. Whether what comes of it may stand
    /// is found when it is applied.
    var patchSchema: Schema { .named(schemaName + "Patch", .object(fields.map(\.patchMember))) }

    /// A body as it is shown: what may be hidden from somebody may be absent.
    private var shownSchema: Schema {
        .named(
            schemaName + "Shown",
            .object(
                fields.map { field in
                    Schema.Member(field.name, field.type.schema, isRequired: field.isRequired && field.classification == .public)
                }))
    }

    /// A record in its envelope.
    var recordSchema: Schema {
        .named(
            schemaName + "Record",
            .object([
                .init("id", .id), .init("version", .integer(1...Int64(Int32.max)), "One more with each change."),
                .init("created_at", .format("date-time")), .init("updated_at", .format("date-time")),
                .init("author", .text(1...200), "Who created it."),
                .init("subjects", .list(.text(1...200), atMost: nil), "Whose data it is; empty where it is the organisation's own."),
                .init("hidden", .list(.text(1...60), atMost: nil), "Fields that you may not see."),
                .init("record", shownSchema),
            ]))
    }

    var pageSchema: Schema { Self.page(of: recordSchema, named: schemaName + "Page") }

    var historySchema: Schema {
        Self.page(
            of: .named(
                schemaName + "Version",
                .object([
                    .init("version", .integer(1...Int64(Int32.max))),
                    .init("verb", .choice(["created", "updated", "deleted", "restored"])), .init("at", .format("date-time")),
                    .init("actor", .text(1...200)), .init("record", shownSchema),
                ])), named: schemaName + "History")
    }

    private static func page(of item: Schema, named name: String) -> Schema {
        .named(
            name,
            .object([
                .init("items", .list(item, atMost: PageRequest.limits.upperBound)),
                .init("next", .nullable(.text(1...(Cursor.mostBytes * 4 / 3))), "For `after`; null after the last page."),
            ]))
    }
}

extension FieldShape {
    fileprivate var member: Schema.Member {
        Schema.Member(name, isRequired ? type.schema : .nullable(type.schema), isRequired: isRequired)
    }

    fileprivate var patchMember: Schema.Member {
        var schema = type.schema
        if case .object(let fields) = type { schema = .object(fields.map(\.patchMember)) }
        return Schema.Member(name, isRequired ? schema : .nullable(schema), isRequired: false)
    }
}

extension FieldType {
    /// As OpenAPI says it.
    package var schema: Schema {
        switch self {
        case .text(let length): .text(length)
        case .choice(let words): .choice(words)
        case .integer(let range): .integer(range)
        case .real(let range): .real(range)
        case .bool: .bool
        case .instant: .format("date-time")
        case .day: .format("date")
        case .id: .id
        case .list(let element, let most): .list(element.schema, atMost: most)
        case .object(let fields): .object(fields.map(\.member))
        }
    }
}
