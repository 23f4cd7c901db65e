import Base
import Store

/// Rows turned on their side: one array of the server's for each column. Source: `array_send` of PostgreSQL: dimensions,
/// whether there are NULLs, type of the elements, length, first index, then each element with its length.
struct ColumnArrays {
    private let columns: [CopyEncoder.Column]
    private let types: [UInt32]
    private var elements: [[UInt8]]
    private(set) var rowCount = 0

    /// Throws where a column is of a type that cannot be loaded.
    init(_ columns: [CopyEncoder.Column]) throws(Failure) {
        self.columns = columns
        elements = columns.map { _ in [] }
        var types: [UInt32] = []
        for column in columns {
            guard let type = ServerType.array(of: column.type) else { throw .unreadableColumnType(column.name, "oid \(column.type)") }
            types.append(type)
        }
        self.types = types
    }

    var byteCount: Int { elements.reduce(0) { $0 + $1.count } }

    /// Throws as `CopyEncoder.append` does.
    mutating func append(_ row: [SQLValue]) throws(Failure) {
        try CopyEncoder.check(row, columns)
        for index in row.indices { try elements[index].append(try row[index].validated(), columns[index]) }
        rowCount += 1
    }

    /// The statement with these arrays as its values; begins anew.
    mutating func take(for sql: SQL) -> EncodedStatement {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount + 20 * columns.count)
        var lengths: [Int32] = []
        for (column, index) in zip(columns, elements.indices) {
            let start = bytes.count
            for word in [1, 1, column.type, UInt32(rowCount), 1] { bytes.append(bigEndian: word) }
            bytes.append(contentsOf: elements[index])
            elements[index].removeAll(keepingCapacity: true)
            lengths.append(Int32(bytes.count - start))
        }
        rowCount = 0
        return EncodedStatement(sql, types: types, bytes: bytes, lengths: lengths)
    }
}
