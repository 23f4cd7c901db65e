import Base
import CPostgres
import Glibc
import Store

/// Rows by COPY … FROM STDIN in the server's binary form, inside a transaction.
///
/// Source: PostgreSQL 15 documentation, "COPY", "Binary Format". The columns' types are asked for first, since COPY converts
/// nothing.
final class BulkLoad {
    private let run: TransactionRun
    private let connection: Connection
    private let table: SQL
    private let columns: SQL
    private let columnCount: Int
    private var encoder = CopyEncoder()

    init(_ run: TransactionRun, _ table: String, _ columns: [String]) {
        self.run = run
        connection = run.connection
        self.table = SQL(name: table)
        columnCount = columns.count
        self.columns = columns.map { SQL(name: $0) }.joined(separator: ", ")
    }

    func run(_ next: () throws -> [SQLValue]?) throws -> Int {
        let (columns, isWalled) = try describe()
        encoder.columns = columns
        if isWalled { return try insert(next) }
        try begin()
        do {
            encoder.begin()
            var count = 0
            while let row = try next() {
                try encoder.append(row)
                count += 1
                if encoder.bytes.count >= Self.chunkBytes { try put() }
            }
            encoder.end()
            try put()
            return try end()
        } catch let error as Mishap {
            throw error
        } catch {
            // The rows ran out of order on our side: the server undoes what it has.
            try abandon()
            throw error
        }
    }

    /// libpq copies what it is given; larger pieces gain nothing.
    private static let chunkBytes = 64 << 10

    /// The types of the columns, by a reading of no rows, and whether the table shows this role only some of its rows: the
    /// server refuses COPY there.
    private func describe() throws -> (columns: [CopyEncoder.Column], isWalled: Bool) {
        let own = try run.sendPrefix()
        try connection.send(try EncodedStatement("SELECT \(columns) FROM \(table) LIMIT 0"))
        try connection.send(try EncodedStatement("SELECT row_security_active(\(table.markedText)) AS is_walled"))
        try connection.sync()
        try run.expectPrefix(own)
        let answer = try run.expectDone()
        let wall = try run.expectDone()
        try connection.drain(run.watch)
        guard let answer, let wall else { throw connection.lose(.outOfStep) }
        let columns = (0..<PQnfields(answer.result)).map { column in
            CopyEncoder.Column(
                name: PQfname(answer.result, column).map { String(cString: $0) } ?? "?", type: PQftype(answer.result, column))
        }
        return (columns, try AnswerRow(wall).bool(0))
    }

    /// Leaves the pipeline, in which there is no COPY, and begins it.
    private func begin() throws {
        let statement: SQL = "COPY \(table) (\(columns)) FROM STDIN (FORMAT binary)"
        guard PQexitPipelineMode(connection.handle) == 1, PQsendQuery(connection.handle, statement.rendered(for: .postgres)) == 1 else {
            throw connection.lose()
        }
        while try connection.isBusyOutside(run.watch) {}
        guard let result = PQgetResult(connection.handle) else { throw connection.lose(.outOfStep) }
        let answer = Answer(result)
        guard PQresultStatus(answer.result) == PGRES_COPY_IN else {
            try leave()
            throw Mishap.refused(ServerError(answer.result))
        }
    }

    private func put() throws {
        try encoder.bytes.withUnsafeBytes { bytes in
            guard let start = bytes.bindMemory(to: CChar.self).baseAddress else { return }
            while true {
                switch PQputCopyData(connection.handle, start, Int32(bytes.count)) {
                case 1: return
                case 0: try awaitRoom()
                default: throw connection.lose()
                }
            }
        }
        encoder.bytes.removeAll(keepingCapacity: true)
        // What the server does not take yet stays in libpq; beyond one piece we wait, so that it does not grow.
        while try !connection.flush() { try awaitRoom() }
    }

    private func awaitRoom() throws {
        let left = run.watch.deadline - connection.world.elapsed()
        switch wait(socket: PQsocket(connection.handle), for: POLLOUT | POLLIN, or: connection.wakeup, atMost: left) {
        case .ready: guard PQconsumeInput(connection.handle) == 1 else { throw connection.lose() }
        case .woken, .timedOut: try stopIfUnwanted()
        }
    }

    private func stopIfUnwanted() throws {
        guard let failure = run.watch.interruption(at: connection.world.elapsed()) else { return }
        try abandon()
        throw Mishap.interrupted(failure)
    }

    private func end() throws -> Int {
        while true {
            switch PQputCopyEnd(connection.handle, nil) {
            case 1: break
            case 0:
                try awaitRoom()
                continue
            default: throw connection.lose()
            }
            break
        }
        while try connection.isBusyOutside(run.watch) {}
        guard let result = PQgetResult(connection.handle) else { throw connection.lose(.outOfStep) }
        let answer = Answer(result)
        try leave()
        guard PQresultStatus(answer.result) == PGRES_COMMAND_OK else { throw Mishap.refused(ServerError(answer.result)) }
        return answer.changedCount
    }

    /// Tells the server to forget the rows; it answers with an error, as asked.
    private func abandon() throws {
        let limit = Limit(connection.world.elapsed() + .seconds(2))
        while PQputCopyEnd(connection.handle, "given up") == 0 {
            guard
                wait(
                    socket: PQsocket(connection.handle), for: POLLOUT | POLLIN, or: connection.wakeup,
                    atMost: limit.deadline - connection.world.elapsed()) != .timedOut
            else {
                throw connection.lose(.unansweredCancel)
            }
            _ = PQconsumeInput(connection.handle)
        }
        while try connection.isBusyOutside(limit) {}
        if let result = PQgetResult(connection.handle) { PQclear(result) }
        try leave()
    }

    /// Back into the pipeline.
    private func leave() throws {
        let limit = Limit(connection.world.elapsed() + .seconds(2))
        repeat {
            while try connection.isBusyOutside(limit) {}
            guard let result = PQgetResult(connection.handle) else { break }
            PQclear(result)
        } while true
        guard PQenterPipelineMode(connection.handle) == 1 else { throw connection.lose() }
    }
}

/// Behind a wall.
extension BulkLoad {
    private static let rowsAtOnce = 5_000
    private static let bytesAtOnce = 4 << 20

    /// The second fastest way: columns as arrays, thousands of rows in one INSERT.
    private func insert(_ next: () throws -> [SQLValue]?) throws -> Int {
        let marks = Array(repeating: "\(SQLValue.null)" as SQL, count: columnCount).joined(separator: ", ")
        let statement: SQL = "INSERT INTO \(table) (\(columns)) SELECT * FROM unnest(\(marks))"
        var count = 0
        var batch = try ColumnArrays(encoder.columns)
        while let row = try next() {
            try batch.append(row)
            guard batch.rowCount >= Self.rowsAtOnce || batch.byteCount >= Self.bytesAtOnce else { continue }
            count += try send(statement, &batch)
        }
        return try count + send(statement, &batch)
    }

    private func send(_ statement: SQL, _ batch: inout ColumnArrays) throws -> Int {
        guard batch.rowCount > 0 else { return 0 }
        return try connection.ask(batch.take(for: statement), run.watch).changedCount
    }
}

extension Connection {
    /// Waits for a result outside of the pipeline; false once one is there. Throws `Mishap.lost`, also where the wait is not wanted
    /// any more: what runs then is not worth saving.
    func isBusyOutside(_ watch: any Watch) throws -> Bool {
        guard PQisBusy(handle) != 0 else { return false }
        let isFlushed = try flush()
        switch wait(
            socket: PQsocket(handle), for: isFlushed ? POLLIN : POLLIN | POLLOUT, or: wakeup, atMost: watch.deadline - world.elapsed())
        {
        case .ready: guard PQconsumeInput(handle) == 1 else { throw lose() }
        case .woken, .timedOut:
            if let failure = watch.interruption(at: world.elapsed()) { throw lose(failure.message) }
        }
        return true
    }
}
