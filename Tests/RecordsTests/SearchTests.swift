import Access
import Base
import Foundation
import Records
import Store
import TestKit
import Testing
import Transparency

@Suite("Searching by words", .timeLimit(.minutes(3)))
struct SearchTests {
    static let engines: [EngineMatrix] = [.sqlite, .postgres]
    private let kind = Person.kind.shape

    @Test("finds people by parts of their names: whole words first, then by name", arguments: engines)
    func finding(_ engine: EngineMatrix) async throws {
        try await SearchClinic.with(engine) { clinic in
            _ = try await clinic.create(
                "María José García-Márquez", "Ana Mar", "Marta Núñez", "Bernardo O'Higgins", "Zoe Mar", "Martín Garcia")
            let search = try RecordSearch(kind, in: clinic.here.store)
            for (text, expected) in [
                ("mar", ["Ana Mar", "Zoe Mar", "María José García-Márquez", "Marta Núñez", "Martín Garcia"]),
                ("GARCIA", ["María José García-Márquez", "Martín Garcia"]), ("nunez", ["Marta Núñez"]), ("higg", ["Bernardo O'Higgins"]),
                ("jose mari", ["María José García-Márquez"]), ("garcía m", ["María José García-Márquez", "Martín Garcia"]), ("ose", []),
                ("ana zoe", []),
            ] {
                #expect(try await search.search(text, by: clinic.admin).names == expected, "\(text)")
            }
            let two = try await search.search("mar", limit: 2, by: clinic.admin)
            #expect(try two.names == ["Ana Mar", "Zoe Mar"] && !two.isAll)
            #expect(try await search.search("mar", limit: 5, by: clinic.admin).isAll)
            #expect(try await search.search("mar", by: clinic.standing("admin-2", ["organisation_admin"], in: "other")).records.isEmpty)
            for (text, limit, code) in [("'", 20, "search_empty"), ("mar", 0, "page_limit"), ("mar", 201, "page_limit")] {
                #expect(await failureCode { _ = try await search.search(text, limit: limit, by: clinic.admin) } == code)
            }
            #expect(
                await failureCode { _ = try await search.search("mar", by: clinic.standing("x", [], in: nil)) }
                    == "caller_without_organisation")
            #expect(await failureCode { _ = try RecordSearch(Note.kind.shape, in: clinic.here.store) } == "kind_without_words")
        }
    }

    @Test("tells the journal once whose names were shown, and of refusals", arguments: engines)
    func journal(_ engine: EngineMatrix) async throws {
        try await SearchClinic.with(engine) { clinic in
            let kind = Person.desk.shape
            var ids: [String] = []
            for name in ["Ana Ruiz", "Ana Paz", "Luz Sol"] {
                ids.append(try await clinic.here.store.create(kind, try Person.body(name, alias: "ana"), by: clinic.admin).id)
            }
            let search = try RecordSearch(kind, in: clinic.here.store)
            _ = try await search.search("ana", by: clinic.admin)
            _ = try await search.search("nadie", by: clinic.admin)
            // They may read each record, but not its name.
            let auditor = clinic.standing("aud-1", ["auditor"])
            #expect(try await clinic.here.store.list(kind, try PageRequest(limit: 1), by: auditor).items[0].hidden == ["name"])
            #expect(await failureCode { _ = try await search.search("ana", by: auditor) } == "access_denied")
            await clinic.here.reads.flush()
            try await clinic.here.seal()
            let told = try await JournalReader(clinic.here.database).entries(of: "clinic", from: 3).map(\.entry.metadata)
            #expect(told.map(\.verb) == ["listed", "listed", "denied"])
            #expect(told.map(\.kind) == ["desk", "desk", "desk"])
            #expect(Set(told[0].subjects) == Set(ids.prefix(2)) && told[1].subjects.count == 1 && told[2].subjects.isEmpty)
            #expect(told.map(\.actor) == ["admin-1", "aud-1", "aud-1"])
        }
    }

    @Test("shows to each caller what reading every record would show them", arguments: engines, [false, true])
    func agreement(_ engine: EngineMatrix, aliased: Bool) async throws {
        let kind = aliased ? Person.aliased.shape : Person.kind.shape
        try await SearchClinic.with(engine) { clinic in
            var random = FixedWorld(seed: aliased ? 2 : 1).world.random
            let people = aliased ? SearchClinic.people.map { Identifier($0, or: "x") } : []
            var ids: [String] = []
            for _ in 0..<120 {
                let body = try Person.body(Names.full(&random), alias: Bool.random(using: &random) ? Names.one(&random) : nil)
                let about = people.randomElement(using: &random)
                ids.append(try await clinic.here.store.create(kind, body, about: about, by: clinic.admin).id)
            }
            let subjects = aliased ? people.map(\.text) : ids
            let grantees: [Identifier] = ["eva", "leo", "ada"]
            for _ in 0..<(aliased ? 14 : 90) {
                guard let grantee = grantees.randomElement(using: &random), let subject = subjects.randomElement(using: &random),
                    let role = (["physician", "therapist", "field_agent", "therapist"] as [RoleName]).randomElement(using: &random)
                else { continue }
                do { try await clinic.relate(grantee, to: subject, as: role) } catch let failure as Failure where failure.kind == .conflict
                {}
            }
            let callers =
                grantees.map { clinic.standing($0) }
                + [
                    clinic.admin, clinic.standing("aud-1", ["auditor"]), clinic.standing("eva", ["auditor"]), clinic.standing("stranger"),
                    clinic.standing(Identifier(subjects[0], or: "x")),
                ]
            let search = try RecordSearch(kind, in: clinic.here.store)
            var (some, none) = (0, 0)
            for standing in callers {
                var visible: [Record] = []
                for id in ids {
                    do { visible.append(try await clinic.here.store.read(kind, id, by: standing)) } catch let failure as Failure
                        where failure.kind == .notFound
                    {}
                }
                for _ in 0..<25 {
                    let text = Names.typed(&random)
                    let expected = try Names.expected(visible, text)
                    let limit = [1, 3, 20, 200].randomElement(using: &random) ?? 1
                    do {
                        let found = try await search.search(text, limit: limit, by: standing)
                        #expect(found.records.map(\.id) == Array(expected.prefix(limit)), "\(standing.caller) \(text)")
                        #expect(found.isAll == (expected.count <= limit))
                        for record in found.records {
                            let read = visible.first { $0.id == record.id }
                            #expect(record.body == read?.body && record.hidden == read?.hidden)
                        }
                    } catch let failure as Failure where failure.kind == .forbidden {
                        #expect(expected.isEmpty)
                    }
                    if expected.isEmpty { none += 1 } else { some += 1 }
                }
            }
            #expect(some > 40 && none > 40, "\(some) \(none)")
        }
    }
}

/// Names of few parts, and an opinion of its own about which text finds which.
private enum Names {
    static let parts = [
        "María", "Mar", "Martín", "José", "Núñez", "Nunez", "García", "GARCIA", "Garci\u{301}a-Márquez", "O'Higgins", "Óscar", "Ana",
        "Ánna",
        "Zoë", "Peña", "Penélope",
    ]

    static func one(_ random: inout Randomness) -> String { parts.randomElement(using: &random) ?? "" }

    static func full(_ random: inout Randomness) -> String {
        (0..<Int.random(in: 1...4, using: &random)).map { _ in one(&random) }.joined(separator: " ")
    }

    static func typed(_ random: inout Randomness) -> String {
        (0..<Int.random(in: 1...2, using: &random)).map { _ in
            let part = one(&random)
            return String(part.prefix(Int.random(in: 1...part.count, using: &random)))
        }.joined(separator: Bool.random(using: &random) ? " " : "-")
    }

    private static func words(_ text: String) -> [String] {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
            .split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    static func expected(_ visible: [Record], _ text: String) throws -> [String] {
        struct Shown: Decodable {
            let name: String?
            let alias: String?
        }
        let typed = Set(words(text))
        return try visible.compactMap { record -> (beginnings: Int, name: String, id: String)? in
            let shown = try JSONDecoder().decode(Shown.self, from: Data(record.body))
            let isAliased = record.kind == "aliased"
            let own = words([shown.name, isAliased ? shown.alias : nil].compactMap(\.self).joined(separator: " "))
            guard typed.allSatisfy({ typed in own.contains { $0.hasPrefix(typed) } }) else { return nil }
            return (typed.count { !own.contains($0) }, own.joined(separator: " "), record.id)
        }.sorted { ($0.beginnings, $0.name, $0.id) < ($1.beginnings, $1.name, $1.id) }.map(\.id)
    }
}

extension Identifier {
    fileprivate init(_ text: String, or other: Identifier) {
        do throws(Failure) { self = try Identifier(text) } catch { self = other }
    }
}
