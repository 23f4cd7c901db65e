import Base
import Keys

/// Bytes of any length, sealed in segments of 1 MiB. Each segment is bound to the stream, to its place in it, and to whether it is the
/// last one: one that was exchanged, repeated, left out or cut off is noticed.
enum SealedStream {
    static let segmentBytes = 1 << 20
    static let idBytes = 16
    static let mostBytes = 1 << 30

    /// Why a stream does not open.
    enum Fault: Error, Hashable {
        /// The first segment commits to another key.
        case wrongKey
        /// So many segments, from 0, are good.
        case damaged(segment: Int)
    }

    /// The stream's id, then for each segment its length in four bytes, big-endian, and its sealed bytes.
    static func seal(_ bytes: [UInt8], under key: EntryKey, as kind: String, random: Randomness) throws -> [UInt8] {
        let id = random.bytes(idBytes)
        let count = max(1, (bytes.count + segmentBytes - 1) / segmentBytes)
        var sealed = id
        sealed.reserveCapacity(idBytes + bytes.count + count * (4 + Sealing.overheadBytes))
        for index in 0..<count {
            let segment = Array(bytes[index * segmentBytes..<min((index + 1) * segmentBytes, bytes.count)])
            let part = try Sealing.seal(
                segment, under: key, as: context(kind, id, index, isLast: index == count - 1), random: random)
            withUnsafeBytes(of: UInt32(part.count).bigEndian) { sealed.append(contentsOf: $0) }
            sealed += part
        }
        return sealed
    }

    static func open(_ sealed: ArraySlice<UInt8>, under key: EntryKey, as kind: String) throws(Fault) -> [UInt8] {
        guard sealed.count > idBytes + 4, sealed.count <= mostBytes else { throw .damaged(segment: 0) }
        let id = Array(sealed.prefix(idBytes))
        var rest = sealed.dropFirst(idBytes)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sealed.count)
        var index = 0
        while !rest.isEmpty {
            guard rest.count > 4 else { throw .damaged(segment: index) }
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard length >= Sealing.overheadBytes, length <= segmentBytes + Sealing.overheadBytes, length <= rest.count else {
                throw .damaged(segment: index)
            }
            let part = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            do {
                bytes += try Sealing.open(part, under: key, as: context(kind, id, index, isLast: rest.isEmpty))
            } catch {
                throw index == 0 && error == .wrongKey ? .wrongKey : .damaged(segment: index)
            }
            index += 1
        }
        return bytes
    }

    private static func context(_ kind: String, _ id: [UInt8], _ index: Int, isLast: Bool) -> EntryContext {
        EntryContext(tenant: "", kind: kind, record: Hexadecimal.string(id), version: Int64(index) << 1 | (isLast ? 1 : 0))
    }
}
