import Base
import CZlib

/// Bytes packed as gzip does it (RFC 1952), by zlib.
package enum Gzip {
    /// Packed; nil where it does not become shorter. `level` is 1, in haste, to 9, as short as can be.
    package static func packed(_ bytes: [UInt8], level: Int32) -> [UInt8]? {
        var stream = z_stream()
        // 15 bits of window, and 16 for the header of gzip (zlib.h).
        guard
            deflateInit2_(&stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var isDone = false
        let packed = [UInt8](unsafeUninitializedCapacity: bytes.count) { room, count in
            isDone = feed(bytes, to: &stream, room) { deflate(&$0, Z_FINISH) == Z_STREAM_END }
            count = isDone ? Int(stream.total_out) : 0
        }
        return isDone ? packed : nil
    }

    /// What was packed. Throws `Failure(.invalid, "gzip")` where the bytes are no whole gzip, or of more than `most` bytes.
    package static func unpacked(_ bytes: [UInt8], atMost most: Int) throws(Failure) -> [UInt8] {
        // The last four bytes say how long it was (RFC 1952, section 2.3.1); how far that is true, unpacking shows.
        guard bytes.count >= 18 else { throw .notGzip }
        let length = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= most else { throw .notGzip }
        var stream = z_stream()
        guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { throw .notGzip }
        defer { inflateEnd(&stream) }
        var isDone = false
        let unpacked = [UInt8](unsafeUninitializedCapacity: length) { room, count in
            isDone = feed(bytes, to: &stream, room) { inflate(&$0, Z_FINISH) == Z_STREAM_END && $0.avail_in == 0 }
            count = isDone ? Int(stream.total_out) : 0
        }
        guard isDone, unpacked.count == length else { throw .notGzip }
        return unpacked
    }

    private static func feed(
        _ bytes: [UInt8], to stream: inout z_stream, _ room: UnsafeMutableBufferPointer<UInt8>, _ run: (inout z_stream) -> Bool
    ) -> Bool {
        guard let inCount = UInt32(exactly: bytes.count), let outCount = UInt32(exactly: room.count) else { return false }
        return bytes.withUnsafeBufferPointer { input in
            // zlib reads what it is given and writes nothing there.
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = inCount
            stream.next_out = room.baseAddress
            stream.avail_out = outCount
            return run(&stream)
        }
    }
}

extension Failure {
    fileprivate static let notGzip = Failure(
        .invalid, "gzip",
        Text(es: "Los datos comprimidos están dañados: vuelva a obtenerlos.", en: "The packed data are damaged: get them again."))
}
