/// Cuts a stream of PostgreSQL's protocol into messages (PostgreSQL 15, sections 55.2 and 55.7).
struct ProtocolMessages {
    struct Message {
        /// 0 for what a client sends before anything else, which has no type.
        let type: UInt8
        /// The whole message as it stands in the stream.
        let bytes: ArraySlice<UInt8>

        /// What follows type and length.
        var body: ArraySlice<UInt8> { bytes.dropFirst(type == 0 ? 4 : 5) }

        /// In a start-up message, what it asks for: 196608 the protocol, 80877103 TLS, 80877104 GSS, 80877102 a cancellation.
        var startupCode: UInt32 { body.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }

        /// The text up to the first zero byte, and what follows it.
        static func text(_ bytes: ArraySlice<UInt8>) -> (text: String, rest: ArraySlice<UInt8>) {
            let text = bytes.prefix { $0 != 0 }
            return (String(decoding: text, as: UTF8.self), bytes.dropFirst(text.count + 1))
        }
    }

    private var pending: [UInt8] = []
    /// Whether the next message is one without a type.
    var isStarting: Bool

    init(isStarting: Bool) {
        self.isStarting = isStarting
    }

    mutating func append(_ bytes: [UInt8]) { pending += bytes }

    /// The next whole message; nil until more has arrived.
    mutating func next() -> Message? {
        let head = isStarting ? 0 : 1
        guard pending.count >= head + 4 else { return nil }
        let length = pending[head..<head + 4].reduce(0) { $0 << 8 | Int($1) }
        guard pending.count >= head + length else { return nil }
        let message = Message(type: isStarting ? 0 : pending[0], bytes: pending[..<(head + length)])
        pending.removeFirst(head + length)
        if isStarting, message.startupCode == 196_608 { isStarting = false }
        return message
    }
}

/// Which statement a client's message runs, across simple and prepared ones.
struct StatementTexts {
    private var prepared: [String: String] = [:]

    /// The text of the statement that this message runs; nil where it runs none.
    mutating func run(by message: ProtocolMessages.Message) -> String? {
        switch message.type {
        case UInt8(ascii: "Q"): return ProtocolMessages.Message.text(message.body).text
        case UInt8(ascii: "P"):
            let (name, rest) = ProtocolMessages.Message.text(message.body)
            prepared[name] = ProtocolMessages.Message.text(rest).text
            return nil
        case UInt8(ascii: "B"):
            let (_, rest) = ProtocolMessages.Message.text(message.body)
            return prepared[ProtocolMessages.Message.text(rest).text]
        default: return nil
        }
    }
}
