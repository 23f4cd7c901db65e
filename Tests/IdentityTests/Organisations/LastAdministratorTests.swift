import Access
import Base
import FeatureKit
import Identity
import Runtime
import Store
import TestKit
import Testing

/// Whoever administers an organisation goes in one of several ways; all at the same moment, one stays.
@Suite("The last administrator", .timeLimit(.minutes(3)))
struct LastAdministratorTests {
    enum Way: String, CaseIterable, Sendable {
        /// By themselves.
        case leave
        /// Another administrator gives them other roles.
        case loseRole
        /// Whoever runs the machine takes the role.
        case revoke
        /// Whoever runs the machine closes the account.
        case close
    }

    private struct Person: Sendable {
        let address: MailAddress
        let account: Identifier
    }

    private static func people(_ desk: IdentityDesk, _ count: Int) async throws -> [Person] {
        var people: [Person] = []
        for number in 0..<count {
            let address = try MailAddress("admin-\(number)@example.org")
            let made = try await AdminDesk(desk.node.parts).create(
                address, name: "Ana", language: .spanish, as: ["organisation_admin"], in: "clinic")
            people.append(Person(address: address, account: made.account))
        }
        return people
    }

    /// What came of it: a code, or `ok`.
    private static func go(_ person: Person, by way: Way, _ desk: IdentityDesk, at node: IdentityDesk.Node) async -> String {
        let standing = desk.ground.standing(way == .leave ? person.account : "another-admin", ["organisation_admin"])
        let (office, admin) = (node.parts.office, AdminDesk(node.parts))
        return await outcome {
            switch way {
            case .leave: try await office.remove(person.account, by: standing)
            case .loseRole: try await office.setRoles(["coach"], of: person.account, by: standing)
            case .revoke: _ = try await admin.revoke(["organisation_admin"], from: person.address, in: "clinic")
            case .close: try await admin.setDisabled(true, person.address)
            }
        }
    }

    /// As the rows say it, without the rules.
    private static func left(_ desk: IdentityDesk) async throws -> Int {
        try await desk.count(
            "identity_members",
            where: """
                organisation = 'clinic' AND ended_at IS NULL AND roles LIKE '%organisation_admin%'
                AND account IN (SELECT id FROM identity_accounts WHERE disabled_at IS NULL)
                """)
    }

    private static func restore(_ people: [Person], _ desk: IdentityDesk) async throws {
        let admin = AdminDesk(desk.node.parts)
        for person in people {
            try await admin.setDisabled(false, person.address)
            _ = try await admin.grant(["organisation_admin"], to: person.address, in: "clinic")
        }
    }

    @Test("of two who go at once, in whichever two ways, one stays and is told why", arguments: EngineMatrix.both)
    func two(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            let people = try await Self.people(desk, 2)
            let other = try desk.anotherNode()
            for round in 0..<4 {
                for first in Way.allCases {
                    for second in Way.allCases {
                        async let one = Self.go(people[0], by: first, desk, at: desk.node)
                        async let two = Self.go(people[1], by: second, desk, at: other)
                        let outcomes = await [one, two]
                        #expect(outcomes.sorted() == ["last_admin", "ok"], "round \(round): \(first) and \(second)")
                        #expect(try await Self.left(desk) == 1, "round \(round): \(first) and \(second)")
                        try await Self.restore(people, desk)
                    }
                }
            }
        }
    }

    @Test("of six who go at once five are let go", arguments: EngineMatrix.both)
    func six(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            let people = try await Self.people(desk, 6)
            for round in 0..<8 {
                let outcomes = await withTaskGroup(of: String.self) { group in
                    for (index, person) in people.enumerated() {
                        let way = Way.allCases[(index + round) % Way.allCases.count]
                        group.addTask { await Self.go(person, by: way, desk, at: desk.node) }
                    }
                    return await group.reduce(into: [String]()) { $0.append($1) }
                }
                #expect(outcomes.sorted() == ["last_admin"] + Array(repeating: "ok", count: 5), "round \(round)")
                #expect(try await Self.left(desk) == 1, "round \(round)")
                try await Self.restore(people, desk)
            }
        }
    }

    @Test("a closed account and one of another organisation do not count as who stays", arguments: EngineMatrix.both)
    func counted(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            let people = try await Self.people(desk, 2)
            try await desk.person("far@example.org", in: "hospital")
            try await desk.person("coach@example.org", ["coach"])
            #expect(await Self.go(people[0], by: .close, desk, at: desk.node) == "ok")
            for way in Way.allCases { #expect(await Self.go(people[1], by: way, desk, at: desk.node) == "last_admin", "\(way)") }
            #expect(await Self.go(people[0], by: .leave, desk, at: desk.node) == "ok", "the other one stays")
        }
    }
}
