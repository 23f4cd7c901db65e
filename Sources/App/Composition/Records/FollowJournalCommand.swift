import ArgumentParser
import Base
import Records
import Store
import Transparency

struct FollowJournal: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "follow",
            abstract: phrase(
                es: "Escribe las entradas desde una posición, una línea de JSON cada una; con --wait, también las que vengan.",
                en: "Prints the entries from a position, a line of JSON each; with --wait those to come as well."),
            discussion: phrase(
                es: "Lee a medida que se lee lo que escribe. Códigos de salida: 0 al final, al interrumpirlo o si nadie lee ya.",
                en: "Reads as fast as what it prints is read. Exit codes: 0 at the end, when interrupted, or when nobody reads any more."))
    }

    @OptionGroup var organisation: OrganisationOptions
    @Option(help: help(Text(es: "Desde qué posición.", en: "From which position."))) var from: Int = 0
    @Flag(help: help(Text(es: "Espera las que vengan.", en: "Wait for those to come."))) var wait = false

    /// Entries that are held at a time, with their bodies.
    private static let batch = 100

    func run() async throws {
        try await Interruptible.run { [self] in
            try await organisation.using { office, standing in
                var position = Int64(from)
                for await _ in office.database.notifications(on: JournalWriter.channel) {
                    try await JournalSealer(office.database).catchUp()
                    guard try await showRest(JournalReader(office.database), from: &position), wait else { return }
                }
            }
        }
    }

    /// False where nobody reads any more.
    private func showRest(_ reader: JournalReader, from position: inout Int64) async throws -> Bool {
        while !Task.isCancelled {
            let entries = try await reader.entries(of: organisation.organisation, from: position, atMost: Self.batch)
            guard let last = entries.last?.position else { return true }
            for entry in entries {
                guard try Terminal.show(Self.line(entry)) else { return false }
            }
            position = last + 1
        }
        return false
    }

    private static func line(_ standing: StandingEntry) -> [UInt8] {
        let metadata = standing.entry.metadata
        var json = JSONWriter()
        json.object { json in
            json.member("position", standing.position.map(Int.init))
            json.member("entry", metadata.entry)
            json.member("at", metadata.time)
            json.member("actor", metadata.actor)
            json.member("on_behalf_of", metadata.onBehalfOf)
            json.member("verb", metadata.verb)
            json.member("kind", metadata.kind)
            json.member("record", metadata.record)
            json.member("version", metadata.version)
            json.member("shape", metadata.shape)
            json.member("sealing_subject", metadata.sealingSubject)
            json.member("subjects", array: { json in for subject in metadata.subjects { json.string(subject) } })
            json.member("leaf", standing.entry.leaf.hexadecimal)
        }
        json.endLine()
        return json.bytes
    }
}
