import Foundation

/// Looks for secrets in bytes: any piece of them of eight bytes or more, as they are, as UTF-16, in base64 and in hexadecimal,
/// wherever it begins.
struct TraceSearch: Sendable {
    /// One way in which a secret may be written, and how long a piece of it is none by chance.
    private struct Form: Sendable {
        let name: String
        let bytes: [UInt8]
        let leastBytes: Int
    }

    private struct Place: Sendable {
        let form: Int
        let offset: Int
    }

    private let forms: [Form]
    /// By the first eight bytes of each piece.
    private let places: [UInt64: [Place]]
    /// A bit for each hash of those eight bytes, so that most bytes cost one look.
    private let marks: [UInt64]

    private static let windowBytes = 8
    private static let mostPieceBytes = 16
    private static let markBits: UInt64 = 24

    /// Secrets by their names; `texts` are written in UTF-16 as well.
    init(texts: [String: String] = [:], keys: [String: [UInt8]] = [:]) {
        var forms = texts.flatMap { name, text in Self.forms(of: Array(text.utf8), name) }
        for (name, text) in texts {
            let units = Array(text.utf16)
            forms.append(Form(name: "\(name), UTF-16", bytes: units.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }, leastBytes: 16))
            forms.append(Form(name: "\(name), UTF-16", bytes: units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }, leastBytes: 16))
        }
        for (name, key) in keys { forms += Self.forms(of: key, name) }
        var places: [UInt64: [Place]] = [:]
        var marks = [UInt64](repeating: 0, count: 1 << (Self.markBits - 6))
        for (number, form) in forms.enumerated() where form.bytes.count >= form.leastBytes {
            for offset in 0...form.bytes.count - form.leastBytes {
                let window = form.bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
                places[window, default: []].append(Place(form: number, offset: offset))
                let mark = Self.mark(window)
                marks[Int(mark >> 6)] |= 1 << (mark & 63)
            }
        }
        (self.forms, self.places, self.marks) = (forms, places, marks)
    }

    private static func forms(of bytes: [UInt8], _ name: String) -> [Form] {
        var forms = [Form(name: name, bytes: bytes, leastBytes: 8)]
        for shift in 0..<3 {
            let whole = (bytes.count - shift) / 3 * 3
            let text = Data(bytes[shift..<shift + whole]).base64EncodedString()
            forms.append(Form(name: "\(name), base64", bytes: Array(text.utf8), leastBytes: 12))
            let other = text.replacing("+", with: "-").replacing("/", with: "_")
            if other != text { forms.append(Form(name: "\(name), base64url", bytes: Array(other.utf8), leastBytes: 12)) }
        }
        let text = bytes.map { String(format: "%02x", $0) }.joined()
        forms.append(Form(name: "\(name), hexadecimal", bytes: Array(text.utf8), leastBytes: 16))
        forms.append(Form(name: "\(name), hexadecimal", bytes: Array(text.uppercased().utf8), leastBytes: 16))
        return forms
    }

    @inline(__always)
    private static func mark(_ window: UInt64) -> UInt64 { (window &* 0x9E37_79B9_7F4A_7C15) >> (64 - markBits) }

    /// The names of the secrets, and forms, that were found.
    func traces(in bytes: UnsafeRawBufferPointer) -> Set<String> {
        var found: Set<String> = []
        guard bytes.count >= Self.windowBytes else { return found }
        marks.withUnsafeBufferPointer { marks in
            var next = 0
            while next <= bytes.count - Self.windowBytes {
                let start = next
                let window = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
                // Most memory is zero, and no piece begins with two zeros but, once in a thousand, one of a key.
                next += window == 0 ? Self.windowBytes - 1 : 1
                let mark = Self.mark(window)
                guard marks[Int(mark >> 6)] >> (mark & 63) & 1 == 1, let places = places[window] else { continue }
                for place in places {
                    let form = forms[place.form]
                    let end = start + form.leastBytes
                    guard end <= bytes.count, !found.contains(form.name) else { continue }
                    let piece = form.bytes[place.offset..<place.offset + form.leastBytes]
                    if bytes[start..<end].elementsEqual(piece) { found.insert(form.name) }
                }
            }
        }
        return found
    }

    func traces(in bytes: Data) -> Set<String> { bytes.withUnsafeBytes { traces(in: $0) } }

    /// In the memory of a process, as far as it may be read. Throws where none may.
    func traces(inMemoryOf process: Int32) throws -> Set<String> {
        var found: Set<String> = []
        let bytes = try ProcessMemory(process).read(overlap: Self.mostPieceBytes) { found.formUnion(traces(in: $0)) }
        guard bytes > 1 << 20 else { throw ProcessMemory.Unreadable(process: process) }
        return found
    }
}
