import Base
import Store
import Synchronization
import TestKit
import Testing

/// One table with a column of every type.
struct Sample: Sendable, Equatable {
    var id: String
    var integer: Int64?
    var real: Double?
    var text: String?
    var bytes: [UInt8]?
    var bool: Bool?

    static func schema(_ engine: EngineMatrix) -> [SQL] {
        let dialect = engine.dialect
        return [
            """
            CREATE TABLE samples (
                id \(dialect.text) PRIMARY KEY, a_integer \(dialect.integer), a_real \(dialect.real), a_text \(dialect.text),
                some_bytes \(dialect.bytes), a_bool \(dialect.bool), \(dialect.check(bool: "a_bool"))
            )\(dialect.strict)
            """
        ]
    }

    static let selection: SQL = "SELECT id, a_integer, a_real, a_text, some_bytes, a_bool FROM samples"

    init(
        _ id: String, integer: Int64? = nil, real: Double? = nil, text: String? = nil, bytes: [UInt8]? = nil, bool: Bool? = nil
    ) {
        self.id = id
        self.integer = integer
        self.real = real
        self.text = text
        self.bytes = bytes
        self.bool = bool
    }

    init(_ row: borrowing Row) throws {
        id = try row["id"]
        integer = try row["a_integer"]
        real = try row["a_real"]
        text = try row["a_text"]
        bytes = try row["some_bytes"]
        bool = try row["a_bool"]
    }

    var insertion: SQL {
        """
        INSERT INTO samples (id, a_integer, a_real, a_text, some_bytes, a_bool)
        VALUES (\(id), \(integer), \(real), \(text), \(bytes), \(bool))
        """
    }
}

extension Database {
    /// The samples that are there now; `rest` follows the table's name.
    func samples(_ rest: SQL = "", atMost limit: Int = Database.mostRows) async throws -> [Sample] {
        try await rows("\(Sample.selection) \(rest)", atMost: limit) { try Sample($0) }
    }

    func expectSamples(_ count: Int, _ rest: SQL = "", at place: SourceLocation = #_sourceLocation) async throws {
        let found = try await samples(rest)
        #expect(found.count == count, sourceLocation: place)
    }

    /// That the counters are these and no others.
    func expectCounters(_ expected: [String: Int], at place: SourceLocation = #_sourceLocation) async throws {
        let found = try await Counters.all(self)
        #expect(found == expected, sourceLocation: place)
    }
}

/// Named whole numbers: what most tests of transactions change.
enum Counters {
    static func schema(_ engine: EngineMatrix) -> [SQL] {
        let dialect = engine.dialect
        return [
            "CREATE TABLE counters (name \(dialect.text) PRIMARY KEY, amount \(dialect.integer) NOT NULL)\(dialect.strict)"
        ]
    }

    static func add(_ name: String, _ amount: Int, _ tx: borrowing Transaction) throws {
        try tx.execute("INSERT INTO counters (name, amount) VALUES (\(name), \(amount))")
    }

    static func amount(_ name: String, _ tx: borrowing Transaction) throws -> Int? {
        try tx.first("SELECT amount FROM counters WHERE name = \(name)") { try $0["amount"] }
    }

    static func set(_ name: String, _ amount: Int, _ tx: borrowing Transaction) throws {
        try tx.execute("UPDATE counters SET amount = \(amount) WHERE name = \(name)")
    }

    /// What is in the database now, by name.
    static func all(_ database: Database) async throws -> [String: Int] {
        let pairs: [(String, Int)] = try await database.rows("SELECT name, amount FROM counters", atMost: 200_000) {
            (try $0["name"], try $0["amount"])
        }
        return Dictionary(pairs) { first, _ in first }
    }
}

/// Counts how often a closure ran, on whichever thread.
final class Tally: Sendable {
    private let count = Mutex(0)

    @discardableResult
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    var total: Int { count.withLock { $0 } }
}

/// An error of a closure's own.
struct Refusal: Error, Equatable {
    let reason: String
}

/// What `body` failed with; nil where it did not.
func failure<Value>(of body: () async throws -> Value) async -> Failure? {
    do {
        _ = try await body()
        return nil
    } catch let failure as Failure {
        return failure
    } catch {
        return Failure(.fault, "not_a_failure", Text(verbatim: String(describing: error)))
    }
}

extension EngineMatrix {
    /// A statement that takes half a minute where nothing stops it.
    var longStatement: SQL {
        switch dialect {
        case .postgres: "SELECT 1 AS n FROM pg_sleep(30)"
        case .sqlite:
            """
            WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 100000000)
            SELECT max(n) AS n FROM counted
            """
        }
    }
}
