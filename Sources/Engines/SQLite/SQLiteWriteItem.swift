import Base
import Store

/// Something that waits for the writer.
package class SQLiteWriteItem: SQLiteTicket, @unchecked Sendable {
    // Safe to share as its superclass is: the answer belongs to the writer once it took the ticket, `isQuiet` never changes.
    let isQuiet: Bool

    init(expiry: Duration, isLong: Bool, isQuiet: Bool) {
        self.isQuiet = isQuiet
        super.init(expiry: expiry, isLong: isLong)
    }

    /// Runs the closure once more. What it returned the last time counts.
    func run(_ transaction: borrowing Transaction) throws {
        preconditionFailure("every item says what it does")
    }

    /// The closure's last value is durable.
    func succeed() {
        preconditionFailure("every item says how it succeeds")
    }

    /// Where not nil, this is one statement that stands in no transaction.
    var lonelyStatement: SQL? { nil }
}

/// A closure and whoever waits for its value.
package final class SQLiteWrite<Value: Sendable>: SQLiteWriteItem, @unchecked Sendable {
    // Safe to share as its superclass is: `answer` is set before the ticket stands in line.
    private let body: @Sendable (borrowing Transaction) throws -> Value
    var answer: (@Sendable (Result<Value, any Error>) -> Void)?
    private var value: Value?

    /// `answer` is called once, when the outcome is known, on the writer's thread or where the ticket is given up. `expiry`
    /// is a time of `World.elapsed`.
    package init(
        expiry: Duration = SQLiteTicket.never, isLong: Bool = false, isQuiet: Bool = false,
        _ body: @escaping @Sendable (borrowing Transaction) throws -> Value,
        answer: (@Sendable (Result<Value, any Error>) -> Void)? = nil
    ) {
        self.body = body
        self.answer = answer
        super.init(expiry: expiry, isLong: isLong, isQuiet: isQuiet)
    }

    override func run(_ transaction: borrowing Transaction) throws { value = try body(transaction) }

    override func succeed() {
        guard let value else { preconditionFailure("a closure that did not run cannot have succeeded") }
        answer?(.success(value))
    }

    override func refuse(_ error: any Error) { answer?(.failure(error)) }
}

/// One statement that must stand in no transaction.
final class SQLiteLonelyWrite: SQLiteWriteItem, @unchecked Sendable {
    // Safe to share as its superclass is: `answer` is set before the ticket stands in line.
    private let sql: SQL
    var answer: (@Sendable (Result<Void, any Error>) -> Void)?

    init(expiry: Duration, _ sql: SQL) {
        self.sql = sql
        super.init(expiry: expiry, isLong: true, isQuiet: true)
    }

    override var lonelyStatement: SQL? { sql }
    override func succeed() { answer?(.success(())) }
    override func refuse(_ error: any Error) { answer?(.failure(error)) }
}
