import CZlib
import NIOCore

/// Compresses and expands whole messages (RFC 7692), each by itself, so that one pair of zlib's streams serves all connections of an
/// event loop: 300 kB in all instead of that for each.
package final class MessageCompression {
    private let deflater: UnsafeMutablePointer<z_stream>?
    private let inflater: UnsafeMutablePointer<z_stream>?

    /// Shorter messages are not tried: what deflate saves of them is less than what it costs.
    static let fewestBytes = 512
    /// What an empty block ends with; it is cut off, and put back (section 7.2.1).
    private static let tail: [UInt8] = [0, 0, 0xFF, 0xFF]

    /// Without streams, nothing is compressed, and what is compressed is refused.
    package init() {
        deflater = Self.stream { deflateInit2_($0, 5, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Self.size) }
        inflater = Self.stream { inflateInit2_($0, -MAX_WBITS, ZLIB_VERSION, Self.size) }
    }

    deinit {
        if let deflater {
            deflateEnd(deflater)
            deflater.deallocate()
        }
        if let inflater {
            inflateEnd(inflater)
            inflater.deallocate()
        }
    }

    private static let size = Int32(MemoryLayout<z_stream>.size)

    private static func stream(_ begin: (UnsafeMutablePointer<z_stream>) -> Int32) -> UnsafeMutablePointer<z_stream>? {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        if begin(stream) == Z_OK { return stream }
        stream.deallocate()
        return nil
    }

    /// nil where it would save less than an eighth.
    package func deflated(_ bytes: [UInt8]) -> [UInt8]? {
        guard let deflater, bytes.count >= Self.fewestBytes, deflateReset(deflater) == Z_OK else { return nil }
        let most = bytes.count - bytes.count / 8
        var input = bytes
        let output: [UInt8] = [UInt8](unsafeUninitializedCapacity: most) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                deflater.pointee.next_in = input.baseAddress
                deflater.pointee.avail_in = UInt32(input.count)
                deflater.pointee.next_out = output.baseAddress
                deflater.pointee.avail_out = UInt32(most)
                let isDone = deflate(deflater, Z_SYNC_FLUSH) == Z_OK && deflater.pointee.avail_in == 0 && deflater.pointee.avail_out > 0
                count = isDone ? most - Int(deflater.pointee.avail_out) : 0
            }
        }
        guard output.suffix(4) == Self.tail[...] else { return nil }
        return Array(output.dropLast(4))
    }

    /// Throws `.tooLarge` beyond `most` bytes, however little they were before, and `.invalidText` for what is no such message.
    package func inflated(_ message: ByteBuffer, atMost most: Int) throws(WebSocketFault) -> [UInt8] {
        guard let inflater, inflateReset(inflater) == Z_OK else { throw WebSocketFault(.fault) }
        var input = Array(message.readableBytesView) + Self.tail
        var outcome = Outcome.needsRoom
        var output: [UInt8] = []
        // Grown as it is needed, so that a short message takes no room for a long one.
        var capacity = min(most + 1, max(1_024, input.count * 4))
        input.withUnsafeMutableBufferPointer { input in
            inflater.pointee.next_in = input.baseAddress
            inflater.pointee.avail_in = UInt32(input.count)
            while outcome == .needsRoom, output.count <= most {
                output += [UInt8](unsafeUninitializedCapacity: capacity) { part, count in
                    inflater.pointee.next_out = part.baseAddress
                    inflater.pointee.avail_out = UInt32(capacity)
                    outcome = Self.outcome(inflate(inflater, Z_SYNC_FLUSH), inflater.pointee)
                    count = capacity - Int(inflater.pointee.avail_out)
                }
                capacity = min(most + 1, capacity * 2)
            }
        }
        guard output.count <= most else { throw WebSocketFault(.tooLarge) }
        guard outcome == .whole else { throw WebSocketFault(.invalidText, "not deflate") }
        var check = UTF8Check()
        guard output.withUnsafeBytes({ check.take($0) }), check.isWhole else { throw WebSocketFault(.invalidText) }
        return output
    }

    private enum Outcome {
        case needsRoom
        case whole
        case broken
    }

    private static func outcome(_ code: Int32, _ stream: z_stream) -> Outcome {
        switch code {
        // A last block may end the message before the tail that we put behind it.
        case Z_STREAM_END: stream.avail_in <= 5 ? .whole : .broken
        case Z_OK, Z_BUF_ERROR:
            if stream.avail_out == 0 { .needsRoom } else { stream.avail_in == 0 ? .whole : .broken }
        default: .broken
        }
    }
}
