import Access
import Base
import FeatureKit
import HTTPTypes
import Identity
import Store
import TestKit
import Testing

/// Who may what, said once more without the rules: in plain comparisons over what was made.
struct ProbeOracle {
    let facts: ProbeGround.Facts

    typealias Member = ProbeGround.Member

    private func isRelated(_ who: Member, to person: Identifier, as roles: Set<RoleName>) -> Bool {
        facts.ties.contains {
            $0.holds && $0.organisation == who.organisation && $0.person == person && $0.grantee == who.account && roles.contains($0.role)
        }
    }

    /// A coordinator counts as a field agent; which roles the caller has besides does not matter to a relation.
    static let carers: Set<RoleName> = ["therapist", "physician", "field_agent", "coordinator"]

    func mayRead(_ filed: ProbeGround.Filed, _ who: Member) -> Bool {
        guard filed.organisation == who.organisation else { return false }
        if filed.person == who.account || who.roles.contains("organisation_admin") { return true }
        if filed.kind == "notes" { return who.roles.contains("operator") || isRelated(who, to: filed.person, as: Self.carers) }
        return isRelated(who, to: filed.person, as: Self.carers.union(["caregiver"]))
    }

    func administers(_ who: Member) -> Bool { !who.roles.isDisjoint(with: ["organisation_admin", "operator"]) }

    func mayExplain(_ person: Identifier, _ who: Member) -> Bool {
        person == who.account || !who.roles.isDisjoint(with: ["organisation_admin", "auditor"])
            || isRelated(who, to: person, as: ["caregiver"])
    }

    /// Accounts that can read notes about somebody because of who they are to them.
    func readers(of person: Identifier, in organisation: Identifier) -> Set<String> {
        Set(
            [person.text]
                + facts.ties.filter {
                    $0.holds && $0.organisation == organisation && $0.person == person && Self.carers.contains($0.role)
                }.map(\.grantee.text))
    }
}

/// Asks at random, as somebody at random, and holds each answer against the oracle.
struct Prober {
    private let house: ProbeGround
    private let facts: ProbeGround.Facts
    private let oracle: ProbeOracle
    private let seed: UInt64
    private var dice: Dice
    private var number = 0
    /// The first refusal of each sort: all others must be the very same.
    private var refusals: [String: ProbeGround.Answer] = [:]
    /// Places in lists that somebody was given.
    private var cursors: [String: [String]] = [:]
    private(set) var counts: [String: Int] = [:]

    init(_ house: ProbeGround, _ facts: ProbeGround.Facts, seed: UInt64, _ dice: Dice) {
        (self.house, self.facts, self.seed, self.dice) = (house, facts, seed, dice)
        oracle = ProbeOracle(facts: facts)
    }

    mutating func probe() async throws {
        number += 1
        let who = dice.one(of: facts.members)
        switch dice.below(16) {
        case 0...4: try await read(who)
        case 5...7: try await list(who)
        case 8, 9: try await history(who)
        case 10: try await members(who)
        case 11: try await relations(who)
        case 12, 13: try await explain(who)
        case 14: try await endSession(who)
        default: try await sessions(who)
        }
    }

    private var neverMade: String { house.fixed.world.id(of: Prober.self).description }

    private func expect(_ holds: Bool, _ what: String, _ who: ProbeGround.Member, _ answer: ProbeGround.Answer? = nil) {
        let roles = who.roles.sorted().map(\.text).joined(separator: "+")
        #expect(
            holds,
            "seed \(seed), probe \(number), \(who.account) of \(who.organisation) as \(roles): \(what); \(answer.map { "\($0)" } ?? "")")
    }

    /// Whatever was answered holds no word of a note that the caller may not read.
    private mutating func ask(
        _ method: HTTPRequest.Method, _ path: String, _ query: [(String, String)] = [], tag: String? = nil, as who: ProbeGround.Member
    ) async throws -> ProbeGround.Answer {
        let answer = try await house.ask(method, path, query, tag: tag, as: who)
        for filed in facts.filed where !filed.mark.isEmpty && !oracle.mayRead(filed, who) {
            if answer.body.contains(filed.mark) { expect(false, "\(path) tells \(filed.mark)", who) }
        }
        return answer
    }

    private mutating func refused(
        _ sort: String, _ status: Int, _ code: String, _ answer: ProbeGround.Answer, _ who: ProbeGround.Member
    ) {
        counts["\(sort): \(status)", default: 0] += 1
        expect(answer.status == status && answer.code == code, "\(sort) should be \(status) \(code)", who, answer)
        let first = refusals[sort] ?? answer
        refusals[sort] = first
        expect(answer == first, "\(sort) differs from \(first)", who, answer)
    }

    private mutating func granted(_ sort: String, _ answer: ProbeGround.Answer, _ who: ProbeGround.Member) {
        counts["\(sort): \(answer.status)", default: 0] += 1
        expect([200, 304, 410].contains(answer.status), "\(sort) should be granted", who, answer)
    }

    /// A record of either organisation, or none.
    private mutating func target() -> (kind: String, id: String, filed: ProbeGround.Filed?) {
        if dice.below(6) == 0 { return (dice.one(of: ["notes", "consents"]), neverMade, nil) }
        let filed = dice.one(of: facts.filed)
        return (filed.kind, filed.id, filed)
    }

    private mutating func person(_ who: ProbeGround.Member) -> Identifier {
        switch dice.below(8) {
        case 0: return Identifier(house.fixed.world.id(of: Prober.self))
        case 1: return who.account
        case 2: return dice.one(of: facts.people[who.organisation == "clinic" ? "hospital" : "clinic"] ?? [])
        default: return dice.one(of: facts.people[who.organisation] ?? [])
        }
    }

    private mutating func read(_ who: ProbeGround.Member) async throws {
        let (kind, id, filed) = target()
        let tag = dice.below(4) == 0 ? dice.one(of: ["*", "\"1.1\"", "\"2.1\""]) : nil
        let answer = try await ask(.get, "/api/v1/\(kind)/\(id)", tag: tag, as: who)
        guard let filed, filed.organisation == who.organisation else {
            return refused("read \(kind), none here", 404, "record_not_found", answer, who)
        }
        guard oracle.mayRead(filed, who) else { return refused("read \(kind), denied", 404, "record_not_found", answer, who) }
        granted("read \(kind)", answer, who)
        let expected = filed.isDeleted ? [410] : tag == nil ? [200] : [200, 304]
        expect(expected.contains(answer.status), "read \(kind) should be one of \(expected)", who, answer)
        if answer.status == 200 {
            expect(answer.json["id"]?.string == id && answer.body.contains(filed.mark), "another record", who, answer)
        }
    }

    private mutating func history(_ who: ProbeGround.Member) async throws {
        let (kind, id, filed) = target()
        var versions = 0
        var after: String?
        repeat {
            let query = [("limit", "1")] + (after.map { [("after", $0)] } ?? [])
            let answer = try await ask(.get, "/api/v1/\(kind)/\(id)/history", query, as: who)
            guard let filed, filed.organisation == who.organisation else {
                return refused("history of \(kind), none here", 404, "record_not_found", answer, who)
            }
            guard oracle.mayRead(filed, who) else { return refused("history of \(kind), denied", 404, "record_not_found", answer, who) }
            granted("history of \(kind)", answer, who)
            versions += answer.items.count
            after = answer.json["next"]?.string
        } while after != nil
        expect(versions == filed?.versions, "\(versions) versions", who)
    }

    private mutating func list(_ who: ProbeGround.Member) async throws {
        let kind = dice.one(of: ["notes", "consents"])
        let asked = dice.below(2) == 0 ? person(who) : nil
        var query = asked.map { [("subject", $0.text)] } ?? []
        let isSorted = kind == "consents" && dice.below(2) == 0
        if isSorted { query.append(("sort", "purpose")) }
        let place = "\(kind) \(isSorted)"
        // One in four begins where somebody else, perhaps elsewhere, was told to go on.
        let foreign = cursors[place].flatMap { dice.below(4) == 0 ? dice.one(of: $0) : nil }
        let limit = dice.one(of: [1, 2, 3, 7, 50, 200])
        var (found, after) = ([] as [String], foreign)
        repeat {
            let answer = try await ask(
                .get, "/api/v1/\(kind)", query + [("limit", "\(limit)")] + (after.map { [("after", $0)] } ?? []), as: who)
            granted(asked == nil ? "list \(kind)" : "list \(kind) of one", answer, who)
            guard answer.status == 200 else { return }
            expect(answer.items.count <= limit, "more than \(limit)", who, answer)
            found += answer.ids
            after = answer.json["next"]?.string
            if let after { cursors[place, default: []].append(after) }
        } while after != nil && found.count <= facts.filed.count
        let mine = facts.filed.filter {
            $0.kind == kind && !$0.isDeleted && oracle.mayRead($0, who) && (asked == nil || $0.person == asked)
        }
        let expected = Set(mine.map(\.id))
        expect(found.count == Set(found).count, "\(kind) listed twice", who)
        let extra = Set(found).subtracting(expected)
        expect(extra.isEmpty, "list \(kind) shows \(extra.sorted())", who)
        if foreign == nil { expect(Set(found) == expected, "list \(kind) leaves out \(expected.subtracting(found).sorted())", who) }
    }

    private mutating func members(_ who: ProbeGround.Member) async throws {
        let limit = dice.one(of: [1, 5, 200])
        var found: [String] = []
        while true {
            let answer = try await ask(
                .get, "/api/v1/organisation/members", [("limit", "\(limit)"), ("offset", "\(found.count)")], as: who)
            guard oracle.administers(who) else { return refused("members", 403, "permission_missing", answer, who) }
            granted("members", answer, who)
            let page = answer.json["members"]?.array?.compactMap { $0["account"]?.string } ?? []
            found += page
            guard page.count == limit, found.count < 100 else { break }
        }
        let expected = facts.members.filter { $0.organisation == who.organisation && $0.roles != ["operator"] }.map(\.account.text)
        expect(found.sorted() == expected.sorted(), "members are \(found)", who)
    }

    private mutating func relations(_ who: ProbeGround.Member) async throws {
        let person = person(who)
        let answer = try await ask(.get, "/api/v1/organisation/relations", [("person", person.text)], as: who)
        guard oracle.administers(who) else { return refused("relations", 403, "permission_missing", answer, who) }
        granted("relations", answer, who)
        let found = answer.json["relations"]?.array?.compactMap { $0["id"]?.string } ?? []
        let expected = facts.ties.filter { $0.organisation == who.organisation && $0.person == person }.map(\.id)
        expect(found.sorted() == expected.sorted(), "relations of \(person)", who, answer)
    }

    private mutating func explain(_ who: ProbeGround.Member) async throws {
        var (person, query) = (person(who), [] as [(String, String)])
        var isThere = true
        if dice.below(3) == 0 {
            let filed = dice.one(of: facts.filed.filter { $0.kind == "notes" && !$0.isDeleted })
            if dice.below(2) == 0 { person = filed.person }
            isThere = filed.organisation == who.organisation && filed.person == person
            let isMadeUp = dice.below(4) == 0
            if isMadeUp { isThere = false }
            query = [("kind", "note"), ("record", isMadeUp ? neverMade : filed.id)]
        }
        let answer = try await ask(.get, "/api/v1/access/explain", [("person", person.text)] + query, as: who)
        guard oracle.mayExplain(person, who) else { return refused("explain", 403, "access_denied", answer, who) }
        guard isThere else { return refused("explain, none here", 404, "nothing_to_explain", answer, who) }
        granted("explain", answer, who)
        let readers = (answer.json["may_read"]?.array ?? []).filter { reader in
            reader["kinds"]?.array?.contains { $0.string == "note" } == true
        }
        let found = Set(readers.compactMap { $0["account"]?.string })
        let expected = oracle.readers(of: person, in: who.organisation)
        expect(found == expected, "readers of \(person): \(found.symmetricDifference(expected))", who, answer)
        let here = Set(facts.filed.filter { $0.organisation == who.organisation && $0.person == person }.map(\.id))
        let seen = (answer.json["did_read"]?.array ?? []).filter { ["note", "consent"].contains($0["kind"]?.string ?? "") }
            .compactMap { $0["record"]?.string }
        expect(here.isSuperset(of: seen), "looks at others' records", who, answer)
    }

    /// Somebody else's session is as one that never was, and goes on.
    private mutating func endSession(_ who: ProbeGround.Member) async throws {
        let other = dice.one(of: facts.members.filter { $0.account != who.account })
        let id = dice.below(3) == 0 ? neverMade : try await house.door.caller(for: other.cookie).session?.text ?? neverMade
        let answer = try await ask(.delete, "/api/v1/auth/sessions/\(id)", as: who)
        refused("another's session", 404, "nothing_here", answer, who)
        let stands = try await house.identity.parts.sessions.sessions(of: other.account)
        expect(stands.count == facts.members.filter { $0.account == other.account }.count, "a session was ended", who)
    }

    private mutating func sessions(_ who: ProbeGround.Member) async throws {
        let answer = try await ask(.get, "/api/v1/auth/sessions", as: who)
        granted("sessions", answer, who)
        let found = answer.json["sessions"]?.array?.compactMap { $0["organisation"]?.string } ?? []
        let expected = facts.members.filter { $0.account == who.account }.map(\.organisation.text)
        expect(found.sorted() == expected.sorted(), "sessions", who, answer)
    }
}

@Suite("Identity: probes", .timeLimit(.minutes(5)))
struct ProbeTests {
    @Test(
        "nobody reads, lists, counts or infers what the rules deny",
        arguments: [
            (EngineMatrix.sqlite, 11 as UInt64, 250), (.sqlite, 23, 250), (.sqlite, 47, 250), (.sqlite, 83, 250), (.postgres, 131, 200),
        ])
    func probes(_ engine: EngineMatrix, _ seed: UInt64, _ times: Int) async throws {
        try await ProbeGround.with(engine, seed: seed) { house in
            var dice = Dice(seed &* 7_919)
            let facts = try await house.populate(&dice)
            var prober = Prober(house, facts, seed: seed, dice)
            for _ in 0..<times { try await prober.probe() }
            // Of each sort there was something to be refused, and something to be seen.
            for sort in ["read notes: 200", "read notes, denied: 404", "read notes, none here: 404", "explain: 403"] {
                #expect(prober.counts[sort, default: 0] > 0, "seed \(seed): nothing of \(sort) in \(prober.counts)")
            }
            print("probes, seed \(seed) on \(engine):", prober.counts.sorted { $0.key < $1.key }.map { "\($0.key) ×\($0.value)" })
        }
    }
}
