import Base

/// One transaction, on either database: everything in it happens, or nothing.
///
/// It lives as long as the closure that was given it. The closure is synchronous and pure: it may run more than once
/// (others changed the same rows, a batch was rolled back, a connection was lost before the commit), so ids and times are
/// fixed before it and side effects are jobs. An error that leaves it, or a statement that failed even where its error was
/// caught, undoes all of it.
package struct Transaction: ~Copyable {
    let engine: any TransactionEngine

    package init(_ engine: any TransactionEngine) {
        self.engine = engine
    }

    /// For the few fragments that differ.
    package var dialect: Dialect { engine.dialect }

    /// Runs a statement and returns how many rows it inserted, changed or deleted.
    @discardableResult
    package func execute(_ sql: SQL) throws -> Int {
        try engine.query(sql) { _ in true }
    }

    /// The first row of the answer; nil where it has none.
    package func first<Value>(_ sql: SQL, _ decode: (borrowing Row) throws -> Value) throws -> Value? {
        var value: Value?
        _ = try engine.query(sql) { source in
            let row = Row(source)  // Named: see Row.
            value = try decode(row)
            return false
        }
        return value
    }

    /// All rows of the answer. Where it has more than `atMost`, throws a `Failure(.fault)` instead of filling the memory.
    package func rows<Value>(
        _ sql: SQL, atMost limit: Int = Database.mostRows, _ decode: (borrowing Row) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        _ = try engine.query(sql) { source in
            guard values.count < limit else { throw Failure.tooManyRows(limit) }
            let row = Row(source)  // Named: see Row.
            values.append(try decode(row))
            return true
        }
        return values
    }

    /// Calls `body` with each row in turn, for answers of any length, until it returns false.
    package func each(_ sql: SQL, _ body: (borrowing Row) throws -> Bool) throws {
        _ = try engine.query(sql) { source in
            let row = Row(source)  // Named: see Row.
            return try body(row)
        }
    }

    /// Holds a name until the end of the transaction: of all transactions that lock the same one, on all machines, one
    /// runs at a time and sees what the ones before it wrote. For rules over sets ("at most three open plans"), which no
    /// row can guard. Where it is not the first thing a transaction does, the closure is started again with the lock taken
    /// first, because what was read before it may be old.
    package func lock(_ name: String) throws {
        try engine.lock(name)
    }

    /// Tells everyone who listens to the channel, once this is committed, that there is something to look at.
    package func notify(_ channel: Channel) throws {
        try engine.notify(channel)
    }

    /// Inserts many rows by the fastest way there is (PostgreSQL: COPY) and returns how many. Runs in this transaction.
    /// Values stand in the order of `columns`. Throws `Failure(.conflict)` and loads nothing where a key is there already.
    @discardableResult
    package func load(into table: String, columns: [String], rows: some Sequence<[SQLValue]>) throws -> Int {
        var iterator = rows.makeIterator()
        return try engine.load(into: table, columns: columns) { iterator.next() }
    }
}

/// What an engine does inside one transaction. Called on the thread that owns the connection.
package protocol TransactionEngine: AnyObject {
    var dialect: Dialect { get }
    /// Runs one statement, gives each row to `visit` until it returns false, and returns how many rows were changed.
    func query(_ sql: SQL, _ visit: (any RowSource) throws -> Bool) throws -> Int
    func lock(_ name: String) throws
    /// The rest of the transaction is of that organisation; returns of which it was.
    func enter(_ organisation: String?) throws -> String?
    func notify(_ channel: Channel) throws
    func load(into table: String, columns: [String], next: () throws -> [SQLValue]?) throws -> Int
}

/// A name on which transactions tell that there is something to look at. No content: whoever hears it looks.
package struct Channel: Sendable, Hashable {
    package let name: String

    /// Told after each commit of a write in this program, and to this program alone; not after those under `Terms.isQuiet`.
    package static let written = Channel("zancada_written")

    /// Lower-case letters, digits and underscores, at most 63; anything else is a programmer's error.
    package init(_ name: String) {
        _ = SQL(name: name)
        precondition(name == name.lowercased(), "a channel's name is in lower case")
        self.name = name
    }
}
