import Base
import Store

/// The tables that the writes of a history fill.
package enum WriteTables {
    /// Makes them where they are missing, and the accounts with nothing in them.
    package static func create(_ tx: borrowing Transaction) throws {
        let (integer, strict) = (tx.dialect.integer, tx.dialect.strict)
        try tx.execute("CREATE TABLE IF NOT EXISTS entries (id \(integer) PRIMARY KEY, line \(integer) NOT NULL)\(strict)")
        try tx.execute(
            """
            CREATE TABLE IF NOT EXISTS parts (write \(integer) NOT NULL REFERENCES entries (id), part \(integer) NOT NULL, \
            body \(tx.dialect.bytes) NOT NULL, PRIMARY KEY (write, part))\(strict)
            """)
        try tx.execute(
            "CREATE TABLE IF NOT EXISTS accounts (id \(integer) PRIMARY KEY, balance \(integer) NOT NULL)\(strict)")
        try tx.execute("CREATE TABLE IF NOT EXISTS counters (line \(integer) PRIMARY KEY, value \(integer) NOT NULL)\(strict)")
        try tx.execute(
            """
            CREATE TABLE IF NOT EXISTS slots (line \(integer) NOT NULL, slot \(integer) NOT NULL, write \(integer) NOT NULL, \
            PRIMARY KEY (line, slot))\(strict)
            """)
        for account in 0..<Write.accounts {
            try tx.execute("INSERT INTO accounts (id, balance) VALUES (\(account), \(0)) ON CONFLICT (id) DO NOTHING")
        }
    }
}

extension Write {
    /// Does it, in a transaction; throws where its ending says so.
    package func apply(_ tx: borrowing Transaction) throws {
        let id = number.rawValue
        try tx.execute("INSERT INTO entries (id, line) VALUES (\(id), \(number.line))")
        try addParts(tx)
        // In the order of their numbers, so that two transfers never wait for each other in a circle.
        for (account, change) in [(from, -amount), (to, amount)].sorted(by: { $0.0 < $1.0 }) {
            try tx.execute("UPDATE accounts SET balance = balance + \(change) WHERE id = \(account)")
        }
        // Read and written back, so that a lost update shows.
        let count: Int = try tx.first("SELECT value FROM counters WHERE line = \(number.line)") { try $0["value"] } ?? 0
        try tx.execute(
            """
            INSERT INTO counters (line, value) VALUES (\(number.line), \(count + 1)) \
            ON CONFLICT (line) DO UPDATE SET value = excluded.value
            """)
        try tx.execute(
            """
            INSERT INTO slots (line, slot, write) VALUES (\(number.line), \(slot), \(id)) \
            ON CONFLICT (line, slot) DO UPDATE SET write = excluded.write
            """)
        if let erased { try tx.execute("DELETE FROM parts WHERE write = \(erased.rawValue)") }
        switch ending {
        case .returns: break
        case .throwsAnError: throw DeliberateError()
        case .breaksARule: try tx.execute("INSERT INTO entries (id, line) VALUES (\(id), \(number.line))")
        }
    }

    private func addParts(_ tx: borrowing Transaction) throws {
        let id = number.rawValue
        if isBulk {
            let rows = bodySizes.enumerated().lazy.map { part, size -> [SQLValue] in
                [.integer(id), .integer(Int64(part)), .bytes(Write.body(number, part: part, bytes: size))]
            }
            try tx.load(into: "parts", columns: ["write", "part", "body"], rows: rows)
            return
        }
        for (part, size) in bodySizes.enumerated() {
            let body = Write.body(number, part: part, bytes: size)
            try tx.execute("INSERT INTO parts (write, part, body) VALUES (\(id), \(part), \(body))")
        }
    }
}
