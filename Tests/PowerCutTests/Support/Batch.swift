import Base
import SQLiteEngine
import Store
import Synchronization
import WriteHistory

/// Closures that share a commit, run at once on the caller's thread.
enum Batch {
    typealias Closure = (key: Int64, body: @Sendable (borrowing Transaction) throws -> Void)

    /// What each was told, by its key.
    static func run(_ closures: [Closure], on writer: SQLiteWriter) -> [Int64: WriteLedger.Answer] {
        let answers = Answers()
        writer.runBatch(
            closures.map { closure in
                SQLiteWrite<Void>(closure.body) { result in
                    switch result {
                    case .success: answers.all.withLock { $0[closure.key] = .acknowledged }
                    case .failure(let error): answers.all.withLock { $0[closure.key] = .init(thrown: error) }
                    }
                }
            })
        return answers.all.withLock { $0 }
    }

    private final class Answers: Sendable {
        let all = Mutex<[Int64: WriteLedger.Answer]>([:])
    }
}

/// Which closures came to their end, committed or not.
final class Ran: Sendable {
    private let numbers = Mutex<Set<WriteNumber>>([])

    func note(_ number: WriteNumber) { numbers.withLock { _ = $0.insert(number) } }
    func has(_ number: WriteNumber) -> Bool { numbers.withLock { $0.contains(number) } }
}

/// What a closure read.
final class Found: Sendable {
    private let held = Mutex<WrittenState?>(nil)

    var state: WrittenState? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}
