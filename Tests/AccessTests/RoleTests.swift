import Access
import Base
import Testing

/// Roles are flattened once, and what is wrong with them is said at start.
@Suite
struct RoleTests {
    private static let note: Permission = "note.read"

    private func role(_ name: RoleName, includes: Set<RoleName> = [], _ permissions: Set<Permission> = []) -> Role {
        Role(name, Text(verbatim: name.text), includes: includes, permissions: permissions)
    }

    private func failure(_ roles: [Role], _ extensions: [RoleExtension] = []) -> Failure? {
        do {
            _ = try RoleBook(roles, extending: extensions)
            return nil
        } catch {
            return error
        }
    }

    @Test("a role has what it includes, however far down")
    func inheritance() throws {
        let book = try RoleBook([
            role("a", includes: ["b", "c"], ["a.do"]), role("b", includes: ["d"], ["b.do"]), role("c", includes: ["d"]),
            role("d", ["d.do"]), role("e", ["e.do"]),
        ])
        #expect(book.permissions(of: "a") == ["a.do", "b.do", "d.do"])
        #expect(book.permissions(of: "d") == ["d.do"])
        #expect(book.permissions(of: "unknown") == [])
        let standing = Standing(Caller(actor: "ana", tenant: nil, roles: ["c", "unknown"]), by: book, at: .epoch)
        #expect(standing.roles == ["c", "d"])
        #expect(standing.permissions == ["d.do"])
    }

    @Test("features extend roles that others declare")
    func extending() throws {
        let book = try RoleBook(extending: [
            RoleExtension("therapist", permissions: [Self.note]), RoleExtension("auditor", includes: ["therapist"]),
        ])
        for role: RoleName in ["therapist", "physician", "auditor"] { #expect(book.permissions(of: role) == [Self.note], "\(role)") }
        for role: RoleName in ["patient", "operator", "organisation_admin"] { #expect(book.permissions(of: role).isEmpty, "\(role)") }
    }

    @Test("roles in a circle, unknown and declared twice are named")
    func faults() {
        let circle = failure([role("a", includes: ["b"]), role("b", includes: ["c"]), role("c", includes: ["b"])])
        #expect(circle?.code == "role_circle")
        #expect(circle?.message.english.contains("b → c → b") == true)
        #expect(failure([role("a", includes: ["a"])])?.code == "role_circle")
        #expect(failure([role("a")], [RoleExtension("a", includes: ["a"])])?.code == "role_circle")
        #expect(failure([role("a", includes: ["z"])])?.message.spanish.contains("«z»") == true)
        #expect(failure([role("a")], [RoleExtension("z", permissions: [Self.note])])?.code == "role_unknown")
        #expect(failure([role("a"), role("a")])?.code == "role_declared_twice")
    }

    @Test(
        "what is no permission or name of a role is not taken",
        arguments: [
            "", "note", "note.", ".read", "Note.read", "note.réad", "note..read", "note.read\0", "1note.read", "note read.x",
            String(repeating: "a", count: 99) + ".b",
        ])
    func permissions(_ text: String) {
        #expect(Permission(text) == nil)
        #expect(text == "note" ? RoleName(text) != nil : RoleName(text) == nil)
    }

    @Test("an identifier is its bytes, and holds no control characters")
    func identifiers() throws {
        let composed = Identifier("Jos\u{e9}")
        let decomposed = Identifier("Jose\u{301}")
        #expect(composed.text == decomposed.text, "Swift holds them for equal")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        for text in ["", "a\0b", "a\nb", "a\u{85}", String(repeating: "é", count: 101)] {
            #expect(throws: Failure.self) { try Identifier(text) }
        }
        for text in ["o'; DROP TABLE x; --", "100%_\\", "😀𠜎", String(repeating: "é", count: 100)] {
            #expect(try Identifier(text).text == text)
        }
    }

    @Test("a missing permission and a missing organisation are said clearly")
    func requiring() throws {
        let book = try RoleBook(extending: [RoleExtension("therapist", permissions: [Self.note])])
        let patient = Standing(Caller(actor: "ana", tenant: nil, roles: ["patient"]), by: book, at: .epoch)
        #expect(throws: Failure.callerWithoutOrganisation) { try patient.organisation() }
        let refusal = #expect(throws: Failure.self) { try patient.require(Self.note) }
        #expect(refusal?.kind == .forbidden && refusal?.message.spanish.contains("«note.read»") == true)
        let therapist = Standing(Caller(actor: "eva", tenant: "clinic", roles: ["physician"]), by: book, at: .epoch)
        try therapist.require(Self.note)
        #expect(try therapist.organisation() == "clinic")
    }
}
