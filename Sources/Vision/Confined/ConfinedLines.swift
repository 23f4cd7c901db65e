/// What a confined child says: lines of printable ASCII without backslash, then one last line that says how it ended.
///
/// The child may be in the hands of a hostile video. With these characters alone no line can carry a control sequence to a
/// terminal, neither as it is nor after its JSON is decoded.
///
///     {"end":{"lines":807}}             all lines were written
///     {"refused":{"code":"no_person"}}  it refused, for a reason the parent has words for
struct ConfinedLines {
    enum Ending: Equatable {
        case complete
        case refused(code: String)
    }

    /// The child broke the rules: too long, too much, a forbidden byte, words after the last line, a wrong count.
    struct Violation: Error, Equatable {}

    private let bounds: ConfinedProcess.Bounds
    private var unfinished: [UInt8] = []
    private var lineCount = 0
    private var byteCount = 0
    private(set) var ending: Ending?

    init(bounds: ConfinedProcess.Bounds) {
        self.bounds = bounds
    }

    /// Takes the next bytes and returns the lines they complete, without their line feeds and without the last line.
    mutating func receive(_ bytes: UnsafeRawBufferPointer) throws(Violation) -> [[UInt8]] {
        byteCount += bytes.count
        guard byteCount <= bounds.maximumBytes else { throw Violation() }
        var lines: [[UInt8]] = []
        for byte in bytes {
            guard ending == nil else { throw Violation() }
            switch byte {
            case UInt8(ascii: "\n"):
                if let line = try finish() { lines.append(line) }
            case 0x20...0x7E where byte != UInt8(ascii: "\\"):
                guard unfinished.count < bounds.maximumLineBytes else { throw Violation() }
                unfinished.append(byte)
            default:
                throw Violation()
            }
        }
        return lines
    }

    private mutating func finish() throws(Violation) -> [UInt8]? {
        let line = unfinished
        unfinished.removeAll(keepingCapacity: true)
        if let count = Self.quoted(in: line, Self.endPrefix, Self.endSuffix, where: Self.isDigit) {
            guard count == String(lineCount) else { throw Violation() }
            ending = .complete
            return nil
        }
        if let code = Self.quoted(in: line, Self.refusalPrefix, Self.refusalSuffix, where: Self.isCodeCharacter) {
            ending = .refused(code: code)
            return nil
        }
        lineCount += 1
        guard lineCount <= bounds.maximumLines else { throw Violation() }
        return line
    }

    static func end(lineCount: Int) -> [UInt8] { endPrefix + Array(String(lineCount).utf8) + endSuffix }

    static func refusal(code: String) -> [UInt8] { refusalPrefix + Array(code.utf8) + refusalSuffix }

    private static let endPrefix = Array(#"{"end":{"lines":"#.utf8)
    private static let endSuffix = Array("}}".utf8)
    private static let refusalPrefix = Array(#"{"refused":{"code":""#.utf8)
    private static let refusalSuffix = Array(#""}}"#.utf8)

    private static func quoted(
        in line: [UInt8], _ prefix: [UInt8], _ suffix: [UInt8], where isAllowed: (UInt8) -> Bool
    ) -> String? {
        let middleCount = line.count - prefix.count - suffix.count
        guard (1...64).contains(middleCount), line.starts(with: prefix) else { return nil }
        guard line.suffix(suffix.count).elementsEqual(suffix) else { return nil }
        let middle = line.dropFirst(prefix.count).prefix(middleCount)
        guard middle.allSatisfy(isAllowed) else { return nil }
        return String(decoding: middle, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isCodeCharacter(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
    }
}
