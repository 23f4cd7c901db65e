import Base
import Store

/// The row that is written and read: an id, three short columns, and a body, 900 bytes together.
struct SampleRecord {
    let id: String
    let tenant: String
    let subject: String
    let createdAt: Int64
    let body: [UInt8]

    init(_ row: borrowing Row) throws {
        id = try row["id"]
        tenant = try row["tenant"]
        subject = try row["subject"]
        createdAt = try row["created_at"]
        body = try row["body"]
    }

    static func creation(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE records (
                id \(dialect.text) PRIMARY KEY, tenant \(dialect.text) NOT NULL, subject \(dialect.text) NOT NULL,
                created_at \(dialect.integer) NOT NULL, body \(dialect.bytes) NOT NULL
            )\(dialect.strict)
            """,
            "CREATE INDEX records_by_time ON records (tenant, created_at, id)",
        ]
    }

    static let columns = ["id", "tenant", "subject", "created_at", "body"]

    /// 36 + 20 + 36 + 8 + 800 bytes. Ids are in no order, as a random key is.
    static func values(_ number: Int) -> [SQLValue] {
        [
            .text(id(number)), .text("organisation-0000000\(number % 4)"), .text(id(number / 10 + 1_000_000_000)),
            .integer(1_767_225_600_000_000 + Int64(number)), .bytes(body),
        ]
    }

    static let body = [UInt8]((0..<800).map { UInt8(truncatingIfNeeded: $0 &* 7) })

    static func id(_ number: Int) -> String {
        var bits = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits ^= bits >> 27
        let hexadecimal = String(bits, radix: 16)
        let padded = String(repeating: "0", count: 16 - hexadecimal.count) + hexadecimal
        return "\(padded.prefix(8))-\(padded.dropFirst(8).prefix(4))-7000-8000-\(padded.dropFirst(4))"
    }
}
