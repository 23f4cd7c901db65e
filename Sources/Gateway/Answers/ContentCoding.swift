import CBrotli
import Gzip

/// How an answer may be packed on its way (RFC 9110, section 8.4.1).
enum ContentCoding: String, Sendable, CaseIterable {
    case brotli = "br"
    case gzip

    /// The one that the asker prefers and we have, brotli where it is all the same; nil for none.
    init?(accepted field: String?) {
        guard let field else { return nil }
        var best: (coding: ContentCoding, quality: Double)?
        for item in field.split(separator: ",").prefix(16) {
            let parts = item.split(separator: ";")
            guard let name = parts.first?.filter({ $0 != " " }).lowercased(), let coding = ContentCoding(rawValue: name) else { continue }
            let quality = parts.dropFirst().lazy.compactMap { part in
                let part = part.filter { $0 != " " }
                return part.hasPrefix("q=") ? Double(part.dropFirst(2)) : nil
            }.first
            let weight = quality ?? 1
            guard weight > 0, weight <= 1 else { continue }
            guard let known = best, known.quality > weight || known.quality == weight && known.coding == .brotli else {
                best = (coding, weight)
                continue
            }
        }
        guard let best else { return nil }
        self = best.coding
    }

    /// Packed; nil where it does not become shorter. `isKept`: it is packed once and sent often.
    ///
    /// Cost: some 10 µs a KiB of JSON; what is longer than 128 KiB is packed in haste, so that no other request waits for long.
    func packed(_ bytes: [UInt8], isKept: Bool) -> [UInt8]? {
        let isLong = bytes.count > 128 << 10
        switch self {
        case .brotli: return Self.brotli(bytes, quality: isKept ? 9 : isLong ? 1 : 4)
        case .gzip: return Gzip.packed(bytes, level: isKept ? 9 : isLong ? 1 : 5)
        }
    }

    private static func brotli(_ bytes: [UInt8], quality: Int32) -> [UInt8]? {
        [UInt8](filled: bytes.count) { room in
            var length = room.count
            let isDone = BrotliEncoderCompress(
                quality, 19, BROTLI_MODE_TEXT, bytes.count, bytes, &length, room.baseAddress)
            return isDone == BROTLI_TRUE ? length : nil
        }
    }
}

extension [UInt8] {
    /// Room for `count` bytes, of which `fill` says how many it wrote; nil where it failed.
    fileprivate init?(filled count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Int?) {
        var isDone = true
        self.init(unsafeUninitializedCapacity: count) { buffer, length in
            let room = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
            guard let written = fill(room) else {
                isDone = false
                return
            }
            length = written
        }
        guard isDone else { return nil }
    }
}
