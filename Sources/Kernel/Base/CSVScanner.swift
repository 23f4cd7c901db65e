/// Reads CSV byte by byte: see `CSV.read`.
struct CSVScanner {
    private let bytes: [UInt8]
    private let separator: UInt8
    private let limits: CSV.Limits
    private var offset: Int
    private var row: [String] = []
    private var rowsRead = 0

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ bytes: [UInt8], separator: UInt8, limits: CSV.Limits) {
        self.bytes = bytes
        self.separator = separator
        self.limits = limits
        offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func rows() throws(CSVError) -> [[String]] {
        var rows: [[String]] = []
        while offset < bytes.count {
            guard rows.count < limits.rows else { throw error(.tooManyRows) }
            row = []
            while try cell() {}
            rows.append(row)
            rowsRead += 1
        }
        return rows
    }

    /// Reads a cell and what ends it; false where the row ended with it.
    private mutating func cell() throws(CSVError) -> Bool {
        guard row.count < limits.columns else { throw error(.tooManyColumns) }
        let text = offset < bytes.count && bytes[offset] == Self.quote ? try quoted() : try plain()
        guard let cell = String(validating: text, as: UTF8.self) else { throw error(.notUTF8) }
        guard !text.contains(0) else { throw error(.nul) }
        // Before the cell is counted, so that a fault names it.
        let goesOn = try end()
        row.append(cell)
        return goesOn
    }

    private mutating func plain() throws(CSVError) -> [UInt8] {
        let start = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn { break }
            if byte == Self.quote { throw error(.strayQuote) }
            offset += 1
        }
        return Array(bytes[start..<offset])
    }

    private mutating func quoted() throws(CSVError) -> [UInt8] {
        offset += 1
        var text: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            guard byte == Self.quote else {
                text.append(byte)
                continue
            }
            guard offset < bytes.count, bytes[offset] == Self.quote else { return text }
            text.append(Self.quote)
            offset += 1
        }
        throw error(.unclosedQuote)
    }

    private mutating func end() throws(CSVError) -> Bool {
        guard offset < bytes.count else { return false }
        switch bytes[offset] {
        case separator:
            offset += 1
            return true
        case Self.lineFeed:
            offset += 1
            return false
        case Self.carriageReturn:
            guard offset + 1 < bytes.count, bytes[offset + 1] == Self.lineFeed else { throw error(.carriageReturn) }
            offset += 2
            return false
        default: throw error(.afterQuote)
        }
    }

    private func error(_ reason: CSVError.Reason) -> CSVError {
        CSVError(reason, row: rowsRead + 1, column: row.count + 1)
    }
}
