import NIOCore

/// Frames as a server sends them: whole messages, without a mask.
enum WebSocketFrames {
    static func text(_ bytes: [UInt8]) -> ByteBuffer { frame(0x81, bytes) }

    /// nil where compressing does not pay.
    static func compressedText(_ bytes: [UInt8], by compression: MessageCompression) -> ByteBuffer? {
        // A first bit of 4 says that it is compressed (RFC 7692, section 6).
        compression.deflated(bytes).map { frame(0xC1, $0) }
    }

    static let ping = frame(0x89, [])

    static func pong(_ payload: ByteBuffer) -> ByteBuffer { frame(0x8A, Array(payload.readableBytesView)) }

    /// Its reason is cut to what a control frame holds.
    static func close(_ code: UInt16?, _ reason: String = "") -> ByteBuffer {
        guard let code else { return frame(0x88, []) }
        return frame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason.utf8.prefix(123))
    }

    private static func frame(_ first: UInt8, _ payload: [UInt8]) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: payload.count + 10)
        buffer.writeInteger(first)
        switch payload.count {
        case 0...125: buffer.writeInteger(UInt8(payload.count))
        case 126...65_535:
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(payload.count))
        default:
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(payload.count))
        }
        buffer.writeBytes(payload)
        return buffer
    }
}
