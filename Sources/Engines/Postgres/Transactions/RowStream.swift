import Base
import Store

/// The rows of one statement as the server sends them: as many as there are, one in memory at a time.
final class RowStream {
    private let run: TransactionRun
    private var isComplete = false
    private var changedCount = 0
    /// Rows kept because another statement was run while these were read.
    private var kept: [Answer] = []
    private var keptUsed = 0

    init(_ run: TransactionRun) {
        self.run = run
    }

    /// Rows that are kept while others are asked for; more would fill the memory.
    private static let mostKept = 100_000

    func visitAll(_ visit: (any RowSource) throws -> Bool) throws -> Int {
        var row: AnswerRow?
        do {
            while let answer = try nextRow() {
                if let row { row.stand(on: 0, of: answer) } else { row = AnswerRow(answer) }
                guard let row, try visit(row) else { break }
            }
        } catch {
            // What the visitor throws leaves the connection in the middle of an answer.
            try finish()
            throw error
        }
        try finish()
        return changedCount
    }

    /// Takes the connection's attention off these rows.
    func keepRest() throws {
        while let answer = try receive() {
            kept.append(answer)
            guard kept.count - keptUsed <= Self.mostKept else {
                try finish()
                throw run.doomed(Failure.tooManyRows(Self.mostKept))
            }
        }
    }

    private func nextRow() throws -> Answer? {
        guard keptUsed < kept.count else { return try receive() }
        keptUsed += 1
        return kept[keptUsed - 1]
    }

    private func finish() throws {
        while try receive() != nil {}
    }

    private func receive() throws -> Answer? {
        guard !isComplete, run.doom == nil else { return nil }
        do {
            switch try run.connection.reply(run.watch) {
            case .row(let answer): return answer
            case .done(let answer):
                changedCount = answer.changedCount
                isComplete = true
                try run.connection.drain(run.watch)
                // By whatever means it was ended: nothing of what follows may run without it.
                guard run.connection.isInTransaction else { throw run.connection.lose(.outOfStep) }
                return nil
            case .refused(let error):
                isComplete = true
                try run.connection.drain(run.watch)
                throw Mishap.refused(error)
            case .skipped, .sync, .copying: throw run.connection.lose(.outOfStep)
            }
        } catch {
            isComplete = true
            throw run.doomed(error)
        }
    }
}
