import Base
import Store

/// The types of PostgreSQL that this engine sends and reads, by their object ids (catalog pg_type, fixed for ever).
enum ServerType {
    static let bool: UInt32 = 16
    static let bytes: UInt32 = 17
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let paddedText: UInt32 = 1042
    static let limitedText: UInt32 = 1043
    static let numeric: UInt32 = 1700

    /// The type of arrays of a type that can be loaded.
    static func array(of type: UInt32) -> UInt32? {
        switch type {
        case bool: 1000
        case bytes: 1001
        case int2: 1005
        case int4: 1007
        case text: 1009
        case paddedText: 1014
        case limitedText: 1015
        case int8: 1016
        case float4: 1021
        case float8: 1022
        default: nil
        }
    }
}

/// What makes two statements the same for the server: the text, and the types of its values.
struct StatementKey: Hashable, Sendable {
    let markedText: String
    let types: [UInt32]
}

/// A statement with its values in the server's binary form. Made by the caller, so that many callers share the work.
struct EncodedStatement: Sendable {
    let key: StatementKey
    let sql: SQL
    /// All values one after the other.
    let bytes: [UInt8]
    /// -1 is NULL.
    let lengths: [Int32]

    /// For statements of the engine itself, whose values are numbers and plain names.
    init(trusted sql: SQL) {
        do {
            try self.init(sql)
        } catch {
            preconditionFailure("a statement of the engine with a value that cannot be sent")
        }
    }

    /// A statement of the program's, in a closure or alone. Throws `.transactionStatementRefused`, and as `init(_:)` does.
    init(program sql: SQL) throws(Failure) {
        guard !sql.isAboutSession else { throw .transactionStatementRefused }
        try self.init(sql)
    }

    /// Throws what `SQLValue.validated` throws, and `.invalid` for more values than the protocol counts.
    init(_ sql: SQL) throws(Failure) {
        guard sql.values.count <= Self.mostValues else { throw .tooManyValues }
        var bytes: [UInt8] = []
        var lengths: [Int32] = []
        var types: [UInt32] = []
        lengths.reserveCapacity(sql.values.count)
        types.reserveCapacity(sql.values.count)
        bytes.reserveCapacity(24 * sql.values.count)
        for value in sql.values {
            let start = bytes.count
            let value = try value.validated()
            guard bytes.count + value.byteCount <= Self.mostBytes else { throw .valueTooLarge }
            let type = bytes.append(value)
            types.append(type)
            lengths.append(type == 0 ? -1 : Int32(bytes.count - start))
        }
        key = StatementKey(markedText: sql.markedText, types: types)
        self.sql = sql
        self.bytes = bytes
        self.lengths = lengths
    }

    /// Values that are encoded already.
    init(_ sql: SQL, types: [UInt32], bytes: [UInt8], lengths: [Int32]) {
        key = StatementKey(markedText: sql.markedText, types: types)
        self.sql = sql
        self.bytes = bytes
        self.lengths = lengths
    }

    /// A Bind message counts its values in 16 bits.
    static let mostValues = 65_535
    /// For the values of a statement or of a row that is loaded, together: a message or a row of the server's holds at most 1 GB.
    static let mostBytes = 1 << 29
}

extension [UInt8] {
    /// Appends the binary form and returns its type; 0 for NULL, whose type the server finds out.
    fileprivate mutating func append(_ value: SQLValue) -> UInt32 {
        switch value {
        case .null: return 0
        case .bool(let flag):
            append(flag ? 1 : 0)
            return ServerType.bool
        case .integer(let number):
            append(bigEndian: number)
            return ServerType.int8
        case .real(let number):
            append(bigEndian: number.bitPattern)
            return ServerType.float8
        case .text(let text):
            append(contentsOf: text.utf8)
            return ServerType.text
        case .bytes(let bytes):
            append(contentsOf: bytes)
            return ServerType.bytes
        }
    }

    mutating func append(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}

extension SQLValue {
    /// At least as many as it takes in the server's binary form.
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .null, .bool, .integer, .real: 8
        }
    }
}

extension Failure {
    static let tooManyValues = Failure(
        .invalid, "too_many_values",
        Text(
            es: "Una consulta lleva más de 65 535 valores: hay que repartirla.",
            en: "A statement has more than 65,535 values: it must be split."))

    static let valueTooLarge = Failure(
        .invalid, "value_too_large",
        Text(
            es: "Un valor, o una fila, ocupa más de 512 MB y no se puede guardar en la base de datos: guárdelo como archivo.",
            en: "A value or a row takes more than 512 MB and cannot be stored in the database: keep it as a file."))
}
