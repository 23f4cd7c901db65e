import Access
import Base
import Store

/// A kind of record as everyone but its own feature sees it: from this one value come its table, its validation, its form,
/// its schema, its masks, its export.
package struct KindShape: Sendable {
    /// `note`: singular, lower case; names the table, the paths and the journal's entries.
    package let name: String
    /// The number of the present form of the body, from 1.
    package let number: Int
    package let fields: [FieldShape]
    package let subject: SubjectRule
    /// Who may do what; nobody anything, where it is not said.
    package let access: RecordAccess
    /// What the law makes us keep of it; nil: nothing.
    package let retention: Retention?
    /// How it is listed beside by time of creation.
    package let indexes: [RecordIndex]
    /// The most bytes of a body, as JSON.
    package let mostBytes: Int
    /// What must be so between its fields.
    package internal(set) var rules: [RecordRule]
    /// What must be so between records.
    let guards: [RecordGuard]
    /// From shape 1 to 2, from 2 to 3, and so on: pure, and for ever the same, because bodies are never rewritten.
    let upgrades: [@Sendable (JSON) throws -> JSON]
    let table: String
    private let mostConfidential: Classification

    /// Every name here is a programmer's, so whatever is wrong with them ends the program at start.
    package init(
        _ name: String, number: Int = 1, about subject: SubjectRule, access: RecordAccess, fields: [FieldShape],
        retention: Retention? = nil, indexes: [RecordIndex] = [], mostBytes: Int = 64 << 10, rules: [RecordRule] = [],
        guards: [RecordGuard] = [], upgrades: [@Sendable (JSON) throws -> JSON] = []
    ) {
        precondition(SQL.isName(name) && name.count <= 40, "a kind's name is one that both databases take")
        precondition(upgrades.count == number - 1, "\(name) needs one upgrade for each older shape")
        precondition(Set(fields.map(\.name)).count == fields.count, "\(name) has two fields of one name")
        precondition(
            [access.read, access.create, access.change].allSatisfy(\.isBoundToOrganisation), "\(name) is open to other organisations")
        for index in indexes {
            precondition(
                fields.contains { $0.name == index.field && $0.search == .order }, "\(name) has no ordered field \(index.field)")
        }
        if case .field(let field) = subject {
            precondition(fields.contains { $0.name == field && $0.type == .id && $0.isRequired }, "\(name) has no required id \(field)")
        }
        if case .several(let field) = subject {
            precondition(
                fields.contains { $0.name == field && $0.type.isIDs && $0.isRequired }, "\(name) has no required list of ids \(field)")
        }
        self.name = name
        self.number = number
        self.fields = fields
        self.subject = subject
        self.access = access
        self.retention = retention
        self.indexes = indexes
        self.mostBytes = mostBytes
        self.rules = rules
        self.guards = guards
        self.upgrades = upgrades
        table = "record_\(name)"
        mostConfidential = fields.map(\.classification).max() ?? .public
    }

    /// Fields that stand in columns in clear.
    var orderedFields: [FieldShape] { fields.filter { $0.search == .order } }
    /// Fields that are found by keyed hash.
    var hashedFields: [FieldShape] { fields.filter { $0.search == .exact } }
    /// Fields whose words are found.
    package var wordFields: [FieldShape] { fields.filter { $0.search == .words } }

    /// Where records are about several people: whom.
    var peopleTable: String? { if case .several = subject { "record_\(name)_people" } else { nil } }

    /// The names of the fields that a mask hides. None: a record can be sent as it was kept.
    func hidden(by mask: FieldMask) -> [String] {
        if mask.showsAll(upTo: mostConfidential) { return [] }
        return mask.hidden(among: fields.map { (name: $0.name, classification: $0.classification) })
    }

    /// Every table that holds its records.
    package var tables: [String] { [table] + [peopleTable].compactMap(\.self) }

    /// The path of an index's column.
    static func column(_ field: String) -> String { "f_\(field)" }
    static func hashColumn(_ field: String) -> String { "h_\(field)" }
}

/// Whose data a record is.
package enum SubjectRule: Sendable, Hashable {
    /// Whoever creates it says so beside the body: a note about a patient.
    case given
    /// A field of the body says so.
    case field(String)
    /// A field of the body, a list of ids, says so: a message, a group session. Each of them may see it by the same rule, and it
    /// stays readable while one of them is left.
    case several(String)
    /// It is a person: its own id is the subject's.
    case itself
    /// Nobody's: the organisation's own.
    case organisation
}

/// A list in the order of a field, then of ids; within an organisation, and within a subject.
package struct RecordIndex: Sendable, Hashable {
    package let field: String

    package init(by field: String) { self.field = field }
}

extension KindShape {
    /// What was sent, held to the fields and the rules, and written in the order of the fields, without nulls and white space.
    ///
    /// Throws `InvalidInput` with every fault, `Failure(.invalid)` where it is no JSON or over `mostBytes`.
    package func validated(_ bytes: [UInt8]) throws -> ValidRecord { try validated(try parsed(bytes)) }

    func fitted(_ bytes: [UInt8]) throws -> ValidRecord { try fitted(try parsed(bytes)) }

    private func parsed(_ bytes: [UInt8]) throws -> JSON {
        guard bytes.count <= mostBytes else { throw Failure.recordTooLarge(mostBytes) }
        do {
            return try JSON.parse(bytes, limits: limits)
        } catch {
            throw Failure.notJSON(error)
        }
    }

    var limits: JSON.Limits { JSON.Limits(bytes: mostBytes, depth: 16) }

    /// The same for JSON that was read already.
    package func validated(_ json: JSON) throws -> ValidRecord {
        let valid = try fitted(json)
        try requireRules(valid)
        return valid
    }

    /// Held to the fields alone: for what was saved before a rule was made.
    package func fitted(_ json: JSON) throws -> ValidRecord {
        var check = FieldCheck()
        check.object(json, fields, at: .root)
        guard check.list.faults.isEmpty, let object = json.object else { throw InvalidInput(faults: check.list.faults) }
        var writer = JSONWriter(reservingBytes: 256)
        Self.write(object, fields, to: &writer)
        guard writer.bytes.count <= mostBytes else { throw Failure.recordTooLarge(mostBytes) }
        return ValidRecord(object: object, bytes: writer.bytes)
    }

    /// A body of an older shape brought to the present one, as bytes. Throws `Failure(.unavailable)` for a newer shape.
    package func upgraded(_ bytes: [UInt8], from number: Int) throws -> [UInt8] {
        guard number >= 1, number <= self.number else { throw Failure.shapeFromTheFuture(kind: name, number) }
        guard number < self.number else { return bytes }
        var json = try JSON.parse(bytes, limits: limits)
        for upgrade in upgrades[(number - 1)...] { json = try upgrade(json) }
        guard let object = json.object else { throw Failure.wrongType(name, expected: "object") }
        var writer = JSONWriter(reservingBytes: bytes.count)
        Self.write(object, fields, to: &writer)
        return writer.bytes
    }

    private static func write(_ object: JSON.Object, _ fields: [FieldShape], to json: inout JSONWriter) {
        json.object { json in
            for field in fields {
                guard let value = object[field.name], !value.isNull else { continue }
                json.key(field.name)
                write(value, field.type, to: &json)
            }
        }
    }

    private static func write(_ value: JSON, _ type: FieldType, to json: inout JSONWriter) {
        switch (type, value) {
        case (.object(let fields), .object(let object)): write(object, fields, to: &json)
        case (.list(let element, _), .array(let values)): json.array { json in for value in values { write(value, element, to: &json) } }
        // One form for each moment and id, whatever was sent.
        case (.instant, .string(let text)): json.string(Instant(text)?.description ?? text)
        case (.id, .string(let text)): json.string(text.lowercased())
        default: value.write(to: &json)
        }
    }
}

/// A body that its kind accepts.
package struct ValidRecord: Sendable, Hashable {
    /// In the order in which it was sent.
    package let object: JSON.Object
    /// The present shape, members in the order of the fields.
    package let bytes: [UInt8]
}

extension Failure {
    /// A body of more bytes than its kind takes.
    package static func recordTooLarge(_ most: Int) -> Failure {
        Failure(
            .invalid, "record_too_large",
            Text(
                es: "El registro pesa más de \(most) bytes: acórtelo o divídalo.",
                en: "The record is larger than \(most) bytes: shorten it, or split it."))
    }

    static func notJSON(_ error: JSONError) -> Failure {
        Failure(
            .invalid, "not_json",
            Text(
                es: "El cuerpo no es JSON válido (\(error)): corríjalo.",
                en: "The body is no valid JSON (\(error)): correct it."))
    }

    static func shapeFromTheFuture(kind: String, _ number: Int) -> Failure {
        Failure(
            .unavailable, "newer_shape",
            Text(
                es: "Un programa más nuevo escribió este registro (\(kind), forma \(number)): use esa versión o una posterior.",
                en: "A newer program wrote this record (\(kind), shape \(number)): use that version or a later one."))
    }
}
