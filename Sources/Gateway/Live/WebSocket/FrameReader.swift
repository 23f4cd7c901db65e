import NIOCore

/// Reads what a client sends (RFC 6455, section 5), byte by byte as it comes, and complains at the first byte that breaks a rule:
/// nothing is waited for, and nothing kept, that will be refused.
///
/// Idle it holds two empty buffers.
package struct FrameReader: Sendable {
    package enum Event: Sendable, Hashable {
        /// Part of a message has come: for counting.
        case part
        /// UTF-8, or compressed bytes that may be.
        case message(ByteBuffer, isCompressed: Bool)
        case ping(ByteBuffer)
        case pong
        /// nil where no code was sent.
        case close(UInt16?)
    }

    private let mostBytes: Int
    private let takesCompressed: Bool
    /// Of the frame in hand, until all of it is there.
    private var header: [UInt8] = []
    private var frame: Frame?
    private var message: Message?
    private var control = ByteBuffer()

    private struct Frame: Sendable {
        let opcode: UInt8
        let isLast: Bool
        var mask: UInt32
        var rest: Int

        var isControl: Bool { opcode >= 8 }
    }

    private struct Message: Sendable {
        var bytes: ByteBuffer
        let isCompressed: Bool
        var check = UTF8Check()
    }

    package init(mostBytes: Int, takesCompressed: Bool) {
        self.mostBytes = mostBytes
        self.takesCompressed = takesCompressed
    }

    /// The next thing that has come whole; nil where more bytes are needed.
    package mutating func next(_ input: inout ByteBuffer) throws(WebSocketFault) -> Event? {
        while true {
            if frame == nil {
                guard try readHeader(&input) else { return nil }
            }
            try readPayload(&input)
            guard let frame, frame.rest == 0 else { return nil }
            self.frame = nil
            return try finished(frame)
        }
    }

    /// False where more bytes are needed.
    private mutating func readHeader(_ input: inout ByteBuffer) throws(WebSocketFault) -> Bool {
        while let byte: UInt8 = input.readInteger() {
            header.append(byte)
            switch header.count {
            case 1: try checkFirst(byte)
            case 2: try checkSecond(byte)
            default: break
            }
            guard header.count >= 2 else { continue }
            let extra = header[1] & 0x7F == 126 ? 2 : header[1] & 0x7F == 127 ? 8 : 0
            if extra > 0, header.count == 2 + extra { try checkLength(length(extra)) }
            guard header.count == 6 + extra else { continue }
            let mask = header[(2 + extra)...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let length = extra == 0 ? Int(header[1] & 0x7F) : length(extra)
            frame = Frame(opcode: header[0] & 0x0F, isLast: header[0] & 0x80 != 0, mask: mask, rest: length)
            if header[0] & 0x0F == 1 {
                message = Message(bytes: ByteBuffer(), isCompressed: header[0] & 0x40 != 0)
            }
            header = []
            return true
        }
        return false
    }

    private func checkFirst(_ byte: UInt8) throws(WebSocketFault) {
        let opcode = byte & 0x0F
        guard byte & 0x30 == 0 else { throw WebSocketFault(.protocolError, "reserved bits") }
        guard byte & 0x40 == 0 || (takesCompressed && (opcode == 1 || opcode == 2)) else {
            throw WebSocketFault(.protocolError, "reserved bits")
        }
        switch opcode {
        case 0: guard message != nil else { throw WebSocketFault(.protocolError, "nothing to continue") }
        case 1, 2:
            guard message == nil else { throw WebSocketFault(.protocolError, "message within a message") }
            if opcode == 2 { throw WebSocketFault(.notText) }
        case 8, 9, 10: guard byte & 0x80 != 0 else { throw WebSocketFault(.protocolError, "fragmented control frame") }
        default: throw WebSocketFault(.protocolError, "unknown opcode")
        }
    }

    private func checkSecond(_ byte: UInt8) throws(WebSocketFault) {
        guard byte & 0x80 != 0 else { throw WebSocketFault(.protocolError, "frame without mask") }
        if header[0] & 0x08 != 0 {
            guard byte & 0x7F <= 125 else { throw WebSocketFault(.protocolError, "control frame too long") }
            if header[0] & 0x0F == 8, byte & 0x7F == 1 { throw WebSocketFault(.protocolError, "half a close code") }
        } else if byte & 0x7F <= 125 {
            try checkSize(Int(byte & 0x7F))
        }
    }

    private func length(_ bytes: Int) -> Int {
        header[2..<(2 + bytes)].reduce(0) { $0 << 8 | Int($1) }
    }

    private func checkLength(_ length: Int) throws(WebSocketFault) {
        // As short as can be, and without the highest bit (section 5.2).
        guard length >= 0, length > (header.count == 4 ? 125 : 65_535) else { throw WebSocketFault(.protocolError, "length") }
        try checkSize(length)
    }

    private func checkSize(_ length: Int) throws(WebSocketFault) {
        let before = header[0] & 0x0F == 0 ? message?.bytes.readableBytes ?? 0 : 0
        guard length <= mostBytes - before else { throw WebSocketFault(.tooLarge) }
    }

    private mutating func readPayload(_ input: inout ByteBuffer) throws(WebSocketFault) {
        guard var frame, frame.rest > 0, input.readableBytes > 0 else { return }
        let count = min(frame.rest, input.readableBytes)
        // Taken out, so that it is nobody else's while bytes are added to it.
        var target = frame.isControl ? control : message?.bytes ?? ByteBuffer()
        if frame.isControl { control = ByteBuffer() } else { message?.bytes = ByteBuffer() }
        let start = target.readableBytes
        input.readWithUnsafeReadableBytes { bytes in
            target.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            return count
        }
        let mask = frame.mask
        var isText = true
        target.withUnsafeMutableReadableBytes { bytes in
            let part = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
            Self.unmask(part, mask)
            if !frame.isControl, message?.isCompressed == false { isText = message?.check.take(UnsafeRawBufferPointer(part)) ?? true }
        }
        guard isText else { throw WebSocketFault(.invalidText) }
        let shift = UInt32(count % 4 * 8)
        if shift > 0 { frame.mask = mask << shift | mask >> (32 - shift) }
        frame.rest -= count
        self.frame = frame
        if frame.isControl { control = target } else { message?.bytes = target }
    }

    /// Four bytes at a time.
    private static func unmask(_ bytes: UnsafeMutableRawBufferPointer, _ mask: UInt32) {
        let word = mask.bigEndian
        var index = 0
        while index + 4 <= bytes.count {
            let value = bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self) ^ word
            bytes.storeBytes(of: value, toByteOffset: index, as: UInt32.self)
            index += 4
        }
        var rest = mask
        while index < bytes.count {
            bytes[index] ^= UInt8(rest >> 24)
            rest <<= 8
            index += 1
        }
    }

    private mutating func finished(_ frame: Frame) throws(WebSocketFault) -> Event {
        guard frame.isControl else {
            guard frame.isLast, let message else { return .part }
            self.message = nil
            guard message.isCompressed || message.check.isWhole else { throw WebSocketFault(.invalidText) }
            return .message(message.bytes, isCompressed: message.isCompressed)
        }
        let payload = control
        control = ByteBuffer()
        switch frame.opcode {
        case 8: return .close(try Self.closeCode(payload))
        case 9: return .ping(payload)
        default: return .pong
        }
    }

    private static func closeCode(_ payload: ByteBuffer) throws(WebSocketFault) -> UInt16? {
        var payload = payload
        guard let code: UInt16 = payload.readInteger() else { return nil }
        guard (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code) else {
            throw WebSocketFault(.protocolError, "close code")
        }
        var check = UTF8Check()
        guard payload.withUnsafeReadableBytes({ check.take($0) }), check.isWhole else { throw WebSocketFault(.invalidText) }
        return code
    }
}
