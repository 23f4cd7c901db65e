import Access
import Base
import Store

/// Rules, callers, records and relations by chance, the same for the same seed. Names are few, so that things meet, and
/// hostile, so that nothing meets that should not.
struct Chance {
    private var random: Randomness
    private let world: World

    init(seed: UInt64) {
        world = FixedWorld(seed: seed).world
        random = world.random
    }

    static let names: [Identifier] = [
        "a", "A", " a", "o'; DROP TABLE notes; --", "100%_\\", "%", "Jos\u{e9}", "Jose\u{301}", "😀𠜎", "\"x\"", "\u{212a}", "K", "$1", "?1",
    ]
    static let tenants: [Identifier] = ["here", "her_", "%", "Jos\u{e9}", "Jose\u{301}", "x'y"]
    static let statuses: [Identifier] = ["draft", "dra%", "Draft", "ñ", "n\u{303}", "'; --"]
    static let purposes: [ConsentPurpose] = ["research", "sharing"]
    static let roles: [RoleName] = ["patient", "therapist", "physician", "auditor", "coordinator", "field_agent"]
    static let permissions: [Permission] = ["note.read", "note.supervise", "note.publish"]
    static let fields: [(name: String, classification: Classification)] = [
        ("title", .public), ("status", .internal), ("text", .confidential), ("remark", .confidential), ("key", .secret),
    ]

    static func book() throws -> RoleBook {
        try RoleBook(extending: [
            RoleExtension("therapist", permissions: ["note.read"]), RoleExtension("auditor", permissions: ["note.supervise"]),
            RoleExtension("coordinator", permissions: ["note.publish"]),
        ])
    }

    mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    mutating func isSo(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    /// A moment of a few, so that intervals begin and end at the very moment that is asked about.
    mutating func moment() -> Instant { Instant(microseconds: Int64.random(in: 0...8, using: &random)) }

    mutating func some<Element>(_ most: Int, of elements: [Element]) -> [Element] {
        (0..<Int.random(in: 0...most, using: &random)).map { _ in one(of: elements) }
    }

    /// About one person at most, or about several.
    mutating func note(_ id: Int, atMost people: Int = 1) -> Note {
        Note(
            id: id,
            facts: RecordFacts(
                tenant: one(of: Self.tenants), subjects: isSo(85) ? Set((0..<people).map { _ in one(of: Self.names) }) : [],
                author: isSo(70) ? one(of: Self.names) : nil,
                attributes: isSo(70) ? ["status": one(of: Self.statuses).text] : [:]))
    }

    mutating func relation() throws -> Relation {
        let subject = one(of: Self.names)
        let grantee = one(of: Self.names.filter { $0 != subject })
        let from = moment()
        let until = isSo(70) ? from + .microseconds(Int.random(in: 1...4, using: &random)) : nil
        return try Relation(
            id: world.id(), tenant: one(of: Self.tenants), subject: subject, grantee: grantee, role: one(of: Self.roles), from: from,
            until: until, reason: .careTeam)
    }

    /// Who agrees to what, by organisation.
    mutating func consents() -> [Identifier: [Identifier: Set<ConsentPurpose>]] {
        Self.tenants.reduce(into: [:]) { consents, tenant in
            for name in Self.names { consents[tenant, default: [:]][name] = Set(some(2, of: Self.purposes)) }
        }
    }

    mutating func caller() -> Caller {
        Caller(
            actor: one(of: Self.names), tenant: isSo(85) ? one(of: Self.tenants) : nil, onBehalfOf: isSo(30) ? one(of: Self.names) : nil,
            roles: Set(some(2, of: Self.roles)), assurance: one(of: Caller.Assurance.allCases))
    }

    mutating func standing(_ book: RoleBook) -> Standing {
        Standing(caller(), by: book, at: moment(), aliases: isSo(25) ? Set(some(2, of: Self.names)) : [])
    }

    mutating func rule() -> AccessRule {
        AccessRule(
            grants: (0..<Int.random(in: 0...3, using: &random)).map { _ in
                .grant(
                    to: condition(depth: 3), upTo: one(of: Classification.allCases), hiding: Set(some(1, of: Self.fields.map(\.name))))
            })
    }

    private mutating func condition(depth: Int) -> AccessCondition {
        switch Int.random(in: 0..<(depth > 0 ? 17 : 10), using: &random) {
        case 0, 1: .sameOrganisation
        case 2: .isSubject
        case 3: .isAuthor
        case 4, 5: .related(as: Set(some(2, of: Self.roles)))
        case 6: isSo(50) ? .holds(one(of: Self.permissions)) : .hasRole(one(of: Self.roles))
        case 7: .assured(atLeast: one(of: Caller.Assurance.allCases))
        case 8: .attribute("status", oneOf: Set(some(3, of: Self.statuses)))
        case 9: .consented(to: one(of: Self.purposes))
        case 10...13: .all((0..<Int.random(in: 0...3, using: &random)).map { _ in condition(depth: depth - 1) })
        default: .any((0..<Int.random(in: 0...3, using: &random)).map { _ in condition(depth: depth - 1) })
        }
    }
}
