import Base
import Store

/// Rows in the binary form of COPY, in a buffer that is used again and again.
struct CopyEncoder {
    /// What a table says of a column.
    struct Column {
        let name: String
        let type: UInt32
    }

    var columns: [Column] = []
    var bytes: [UInt8] = []

    /// The signature, no flags, no extension.
    mutating func begin() {
        bytes += [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00]
        bytes.append(bigEndian: UInt32(0))
        bytes.append(bigEndian: UInt32(0))
    }

    mutating func end() { bytes.append(bigEndian: Int16(-1)) }

    /// What a row must be before it is encoded. Throws `.wrongColumnCount`, and `.valueTooLarge` for a row that no message holds.
    static func check(_ row: [SQLValue], _ columns: [Column]) throws(Failure) {
        guard row.count == columns.count else { throw .wrongColumnCount(row.count, columns.count) }
        guard row.reduce(0, { $0 + $1.byteCount }) <= EncodedStatement.mostBytes else { throw .valueTooLarge }
    }

    /// Throws what `check` and `SQLValue.validated` throw, and `.wrongType` where the column holds something else.
    mutating func append(_ row: [SQLValue]) throws(Failure) {
        try Self.check(row, columns)
        bytes.append(bigEndian: Int16(row.count))
        for index in row.indices { try bytes.append(try row[index].validated(), columns[index]) }
    }
}

extension [UInt8] {
    /// Appends the length and the binary form of a field, as COPY and arrays have it.
    mutating func append(_ value: SQLValue, _ column: CopyEncoder.Column) throws(Failure) {
        switch (value, column.type) {
        case (.null, _): append(bigEndian: Int32(-1))
        case (.integer(let number), ServerType.int8):
            append(bigEndian: Int32(8))
            append(bigEndian: number)
        case (.integer(let number), ServerType.int4):
            guard let number = Int32(exactly: number) else { throw .refusedValue(column.name) }
            append(bigEndian: Int32(4))
            append(bigEndian: number)
        case (.integer(let number), ServerType.int2):
            guard let number = Int16(exactly: number) else { throw .refusedValue(column.name) }
            append(bigEndian: Int32(2))
            append(bigEndian: number)
        case (.integer(let number), ServerType.float8):
            append(bigEndian: Int32(8))
            append(bigEndian: Double(number).bitPattern)
        case (.real(let number), ServerType.float8):
            append(bigEndian: Int32(8))
            append(bigEndian: number.bitPattern)
        case (.real(let number), ServerType.float4):
            append(bigEndian: Int32(4))
            append(bigEndian: Float(number).bitPattern)
        case (.bool(let flag), ServerType.bool):
            append(bigEndian: Int32(1))
            append(flag ? 1 : 0)
        case (.text(let text), ServerType.text), (.text(let text), ServerType.limitedText), (.text(let text), ServerType.paddedText):
            var text = text
            text.withUTF8 { utf8 in
                append(bigEndian: Int32(utf8.count))
                append(contentsOf: utf8)
            }
        case (.bytes(let value), ServerType.bytes):
            append(bigEndian: Int32(value.count))
            append(contentsOf: value)
        default: throw .wrongType(column.name, expected: "oid \(column.type)")
        }
    }
}
