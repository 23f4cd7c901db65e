import Access
import ArgumentParser
import Base
import Foundation
import Records
import Store

/// `zancada record`: records by hand, as an operator, journalled like everybody's.
struct RecordCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "record",
            abstract: phrase(
                es: "Guarda y lee registros; cada acto queda en el diario.", en: "Keeps and reads records; each act is journalled."),
            subcommands: [
                PutRecord.self, GetRecord.self, ListRecords.self, RecordHistory.self, DeleteRecord.self, RestoreRecord.self, ListKinds.self,
            ])
    }
}

/// The kind that a command names.
struct KindArgument: ParsableArguments {
    @Argument(help: help(Text(es: "La clase de registro: note.", en: "The kind of record: note.")))
    var kind: String

    var shape: KindShape {
        get throws {
            guard let found = Roster.kinds.first(where: { $0.name == kind }) else {
                throw Failure.unknownKind(kind, Roster.kinds.map(\.name))
            }
            return found
        }
    }
}

struct PutRecord: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "put",
            abstract: phrase(
                es: "Crea un registro o, con ID, guarda su versión siguiente.",
                en: "Creates a record or, with an ID, saves its next version."),
            discussion: phrase(
                es:
                    "Con --lines, un registro nuevo por línea; escribe una línea por cada uno, {\"line\", \"id\", \"version\"} cuando ya no se puede perder, o {\"line\", \"error\", \"message\"}. Código 65 si alguno no sirvió.",
                en:
                    "With --lines, a new record for each line; prints a line for each, {\"line\", \"id\", \"version\"} once it cannot be lost, or {\"line\", \"error\", \"message\"}. Exit code 65 where any was refused."
            ))
    }

    @OptionGroup var kind: KindArgument
    @Argument(help: help(Text(es: "El registro que cambia.", en: "The record to change."))) var id: String?
    @OptionGroup var organisation: OrganisationOptions
    @Option(help: help(Text(es: "De quién es el registro nuevo.", en: "Whose the new record is."))) var subject: String?
    @Option(
        name: .customLong("json"),
        help: help(Text(es: "Archivo JSON, o - para la entrada estándar.", en: "JSON file, or - for standard input.")))
    var body: String = "-"
    @Option(
        help: help(Text(es: "La versión que se leyó; sin ella, la actual.", en: "The version that was read; the current one without it.")))
    var ifVersion: Int?
    @Flag(help: help(Text(es: "La entrada estándar trae un registro por línea.", en: "Standard input has a record on each line.")))
    var lines = false

    func run() async throws {
        let shape = try kind.shape
        let subject = try subject.map { try Identifier($0) }
        guard !lines else {
            guard id == nil, body == "-" else { throw Self.linesAlone }
            return try await organisation.using { office, standing in
                try await RecordLines(shape: shape, subject: subject, office: office, standing: standing).run()
            }
        }
        let record = try await organisation.using { office, standing in
            let bytes = try InputFile.read(body, atMost: shape.mostBytes)
            guard let id else {
                return try await office.store.create(shape, bytes, about: subject, by: standing)
            }
            var version = ifVersion.map(Int64.init)
            if version == nil { version = try await office.store.read(shape, id, by: standing).version }
            return try await office.store.update(shape, id, bytes, ifVersion: version ?? 1, by: standing)
        }
        try RecordText.show(record, asJSON: true)
    }

    private static let linesAlone = Failure(
        .usage, "lines_alone",
        Text(
            es: "--lines crea registros de la entrada estándar: quite el ID y --json.",
            en: "--lines creates records from standard input: remove the ID and --json."))
}

struct GetRecord: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "get", abstract: phrase(es: "Muestra un registro.", en: "Shows a record."))
    }

    @OptionGroup var kind: KindArgument
    @Argument(help: help(Text(es: "El registro.", en: "The record."))) var id: String
    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let shape = try kind.shape
        let record = try await organisation.using { office, standing in try await office.store.read(shape, id, by: standing) }
        try RecordText.show(record, asJSON: output.json)
    }
}

struct ListRecords: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: phrase(es: "Muestra los registros, por página.", en: "Shows the records, page by page."))
    }

    @OptionGroup var kind: KindArgument
    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions
    @Option(help: help(Text(es: "Solo los de esta persona.", en: "Only this person's."))) var subject: String?
    @Option(help: help(Text(es: "Cuántos, de 1 a 200.", en: "How many, 1 to 200."))) var limit: Int = PageRequest.usualLimit
    @Option(help: help(Text(es: "Dónde sigue la página anterior.", en: "Where the page before goes on."))) var after: String?

    func run() async throws {
        let shape = try kind.shape
        let request = try PageRequest(limit: limit, after: try after.map { try Cursor(text: $0) })
        let page = try await organisation.using { office, standing in
            try await office.store.list(shape, of: try subject.map { try Identifier($0) }, request, by: standing)
        }
        guard output.json else {
            for record in page.items { try RecordText.show(record, asJSON: false) }
            if let next = page.next { try Terminal.show("--after \(next.text)\n") }
            return
        }
        try Terminal.answer { json in
            json.object { json in
                json.member("records", array: { json in for record in page.items { RecordText.write(record, to: &json) } })
                json.member("next", page.next?.text)
            }
        }
    }
}

struct RecordHistory: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "history", abstract: phrase(es: "Muestra cada versión de un registro.", en: "Shows each version of a record."))
    }

    @OptionGroup var kind: KindArgument
    @Argument(help: help(Text(es: "El registro.", en: "The record."))) var id: String
    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let shape = try kind.shape
        let versions = try await organisation.using { office, standing in
            try await office.store.history(shape, id, by: standing)
        }
        for version in versions {
            if output.json {
                try Terminal.answer { json in
                    json.object { json in
                        json.member("version", version.version)
                        json.member("verb", version.verb)
                        json.member("at", version.at)
                        json.member("actor", version.actor)
                        json.key("body")
                        RecordText.embed(version.body, to: &json)
                    }
                }
            } else {
                let body = String(decoding: version.body, as: UTF8.self)
                try Terminal.show("\(version.version)  \(version.at)  \(version.verb)  \(version.actor)  \(body)\n")
            }
        }
    }
}

struct DeleteRecord: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "delete",
            abstract: phrase(
                es: "Quita un registro de las listas; su historia queda, y se puede restaurar.",
                en: "Takes a record out of the lists; its history stays, and it can be restored."))
    }

    @OptionGroup var record: ChangedRecord

    func run() async throws {
        try await record.change { store, shape, version, standing in
            try await store.delete(shape, record.id, ifVersion: version, by: standing)
        }
    }
}

struct RestoreRecord: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "restore", abstract: phrase(es: "Devuelve a las listas un registro borrado.", en: "Brings a deleted record back."))
    }

    @OptionGroup var record: ChangedRecord

    func run() async throws {
        try await record.change { store, shape, version, standing in
            try await store.restore(shape, record.id, ifVersion: version, by: standing)
        }
    }
}

/// A record that a command changes as it is.
struct ChangedRecord: ParsableArguments {
    @OptionGroup var kind: KindArgument
    @Argument(help: help(Text(es: "El registro.", en: "The record."))) var id: String
    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions
    @Option(
        help: help(Text(es: "La versión que se leyó; sin ella, la actual.", en: "The version that was read; the current one without it.")))
    var ifVersion: Int?

    func change(
        _ body: (_ store: RecordStore, _ kind: KindShape, _ version: Int64, _ standing: Standing) async throws -> Record
    ) async throws {
        let shape = try kind.shape
        let record = try await organisation.using { office, standing in
            var version = ifVersion.map(Int64.init)
            if version == nil { version = try await office.store.read(shape, id, by: standing).version }
            return try await body(office.store, shape, version ?? 1, standing)
        }
        try RecordText.show(record, asJSON: output.json)
    }
}

/// Records as people and programs read them on a terminal.
enum RecordText {
    static func show(_ record: Record, asJSON: Bool) throws {
        guard asJSON else {
            try Terminal.show(
                "\(record.kind) \(record.id)  v\(record.version)  \(record.updatedAt)  \(String(decoding: record.body, as: UTF8.self))\n")
            return
        }
        try Terminal.answer { json in write(record, to: &json) }
    }

    static func write(_ record: Record, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", record.id)
            json.member("kind", record.kind)
            json.member("organisation", record.tenant)
            if record.subjects.count > 1 {
                json.member("subjects", array: { json in for subject in record.subjects { json.string(subject) } })
            } else {
                json.member("subject", record.subjects.first)
            }
            json.member("version", Int(record.version))
            json.member("created_at", record.createdAt)
            json.member("updated_at", record.updatedAt)
            if let deletedAt = record.deletedAt { json.member("deleted_at", deletedAt) }
            if !record.hidden.isEmpty { json.member("hidden", array: { json in for name in record.hidden { json.string(name) } }) }
            json.key("body")
            embed(record.body, to: &json)
        }
    }

    static func embed(_ body: [UInt8], to json: inout JSONWriter) {
        if let value = try? JSON.parse(body) { value.write(to: &json) } else { json.null() }
    }
}

/// What is given as a file's name or as - for standard input.
enum InputFile {
    /// Throws a `Failure` where it cannot be read, or is longer than `most` bytes.
    static func read(_ name: String, atMost most: Int) throws(Failure) -> [UInt8] {
        let seat = Seat.current
        let handle: FileHandle? =
            name == "-" ? FileHandle(fileDescriptor: seat.input, closeOnDealloc: false) : FileHandle(forReadingAtPath: seat.path(name))
        var data = Data()
        while let more = try? handle?.read(upToCount: most + 1 - data.count), !more.isEmpty, data.count <= most { data += more }
        guard handle != nil else {
            throw Failure(
                .invalid, "file_missing",
                Text(es: "No se puede leer el archivo \(name).", en: "The file \(name) cannot be read."))
        }
        guard data.count <= most else {
            throw Failure(
                .invalid, "file_too_large",
                Text(es: "\(name) pesa más de \(most) bytes.", en: "\(name) is larger than \(most) bytes."))
        }
        return [UInt8](data)
    }
}
