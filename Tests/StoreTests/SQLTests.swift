import Base
import Store
import Testing

@Suite("SQL literal")
struct SQLTests {
    @Test("a value is bound, a fragment nests, a name is quoted")
    func pieces() {
        let mine: SQL = "tenant = \("t'; DROP TABLE x; --")"
        let sql: SQL = "SELECT * FROM \(name: "plans") WHERE \(mine) AND count > \(3) AND gone_at IS \(nil as Instant?)"
        #expect(sql.values == [.text("t'; DROP TABLE x; --"), .integer(3), .null])
        #expect(sql.rendered(for: .sqlite) == #"SELECT * FROM "plans" WHERE tenant = ? AND count > ? AND gone_at IS ?"#)
        #expect(sql.rendered(for: .postgres) == #"SELECT * FROM "plans" WHERE tenant = $1 AND count > $2 AND gone_at IS $3"#)
    }

    @Test("a list of nothing is never matched")
    func lists() {
        let some: SQL = "\("id", in: [1, 2])"
        let none: SQL = "\("id", in: [] as [Int])"
        #expect(some.rendered(for: .postgres) == "id IN ($1, $2)")
        #expect(some.values == [.integer(1), .integer(2)])
        #expect(none.rendered(for: .postgres) == "1 = 0")
    }

    @Test("fragments are joined with the separator between them")
    func joined() {
        let all = (["a = \(1)", "b = \(2)"] as [SQL]).joined(separator: " AND ")
        #expect(all.rendered(for: .postgres) == "a = $1 AND b = $2")
    }

    @Test("text with NUL and what is not a number are refused; negative zero loses its sign")
    func validation() throws {
        #expect(throws: Failure.textContainsNUL) { try SQLValue.text("a\0b").validated() }
        #expect(throws: Failure.realIsNotANumber) { try SQLValue.real(.nan).validated() }
        guard case .real(let zero) = try SQLValue.real(-0.0).validated() else { throw Failure.realIsNotANumber }
        #expect(zero.sign == .plus)
    }
}

@Suite("Database URL")
struct DatabaseURLTests {
    @Test(
        "the password is never printed",
        arguments: [
            "postgres://maria:s3cr3t@127.0.0.1:5432/zancada?password=s3cr3t", "postgres://a:s3@cr3t@h/d", "postgres://maria:s3cr3t?x@h/d",
            "postgres://h/d?password=s3@cr3t",
            "postgres://maria:s3cr3t/x@h/d", "postgres://maria:s3cr3t/d", "postgres://maria:s3cr3t", "postgres://[::1]:s3cr3t/d",
        ])
    func redaction(text: String) throws {
        let url = try DatabaseURL(text)
        for shown in [
            "\(url)", String(reflecting: url),
            {
                var text = ""; dump(url, to: &text); return text
            }(),
        ] {
            #expect(!shown.contains("cr3t"))
            #expect(!shown.contains("maria"))
        }
        #expect(url.exposed == text)
    }

    @Test("what is no address is refused without repeating it", arguments: ["", "sqlite:", "mysql://u:s3cr3t@h/d", "postgres:\n"])
    func nonsense(text: String) {
        let failure = #expect(throws: Failure.self) { try DatabaseURL(text) }
        #expect(failure?.kind == .usage)
        #expect(failure?.message.english.contains("s3cr3t") == false)
    }

    @Test("a path comes through whole", arguments: [("sqlite:a b/ñ.db", "a b/ñ.db"), ("sqlite:///var/z.db", "/var/z.db")])
    func path(text: String, path: String) throws {
        #expect(try DatabaseURL(text).exposed == path)
    }
}
