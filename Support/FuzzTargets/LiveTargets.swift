import Base
import Gateway
import NIOCore

extension FuzzTarget {
    /// What a client says on `/ws`, and the topics that it names.
    static let liveMessage = FuzzTarget(
        "live-message",
        corpus: [
            #"{"type":"authenticate","token":"a.b.c"}"#, #"{"type":"subscribe","topic":"records/exercise","after":"0iYk"}"#,
            #"{"type":"unsubscribe","topic":"subjects/019"}"#, #"{"type":"ping"}"#, #"{"type":"ping","id":"\u00e9"}"#,
            #"{"type":"ping","id":7}"#, #"{"type":"ping","more":""}"#, #"{"type":"subscribe","type":"ping"}"#, "[]", "records/a/b/c",
        ]
    ) { input in
        _ = Topic(input.text).map { topic in
            require(topic.text.utf8.count <= Topic.mostBytes, "limit of a topic's bytes")
            require((1...3).contains(topic.segments.count) && !topic.kind.isEmpty, "two to four segments, none empty")
        }
        guard let message = try? ClientMessage(Array(input)) else { return }
        require((try? JSON.parse(Array(input)))?.object != nil, "an object")
        let longest =
            switch message {
            case .authenticate(let token): token.utf8.count - ClientMessage.mostTokenBytes
            case .subscribe(let topic, let after): max(topic.utf8.count, after?.utf8.count ?? 0) - 200
            case .unsubscribe(let topic): topic.utf8.count - 200
            case .ping(let id): (id?.utf8.count ?? 0) - 64
            }
        require(longest <= 0, "limits hold")
        require((try? ClientMessage(Self.written(message))) == message, "written and read again it is the same")
    }

    private static func written(_ message: ClientMessage) -> [UInt8] {
        var writer = JSONWriter(reservingBytes: 256)
        writer.object { json in
            switch message {
            case .authenticate(let token):
                json.member("type", "authenticate")
                json.member("token", token)
            case .subscribe(let topic, let after):
                json.member("type", "subscribe")
                json.member("topic", topic)
                if let after { json.member("after", after) }
            case .unsubscribe(let topic):
                json.member("type", "unsubscribe")
                json.member("topic", topic)
            case .ping(let id):
                json.member("type", "ping")
                if let id { json.member("id", id) }
            }
        }
        return writer.bytes
    }

    private static let mostFrameBytes = 1_000

    /// Frames as they come, however they are cut.
    static let webSocketFrames = FuzzTarget(
        "websocket-frames",
        bytes: [
            [0x81, 0x85, 1, 2, 3, 4, 0x69, 0x67, 0x6F, 0x68, 0x6E],
            [0x01, 0x81, 0, 0, 0, 0, 0x61, 0x89, 0x80, 0, 0, 0, 0, 0x80, 0x80, 9, 9, 9, 9],
            [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8], [0x8A, 0x80, 1, 1, 1, 1, 0x81, 0xFE, 0, 126, 0, 0, 0, 0],
            [0xC1, 0x82, 0, 0, 0, 0, 0x4B, 0x04],
            [0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0], [0x82, 0x80], [0x81, 0x82, 0, 0, 0, 0, 0xC3, 0xA9, 0x81, 0x81, 0, 0, 0, 0, 0xC3],
        ]
    ) { input in
        let bytes = Array(input)
        for takesCompressed in [false, true] {
            let whole = heard([bytes], takesCompressed)
            require(heard(bytes.map { [$0] }, takesCompressed) == whole, "one byte at a time it is the same")
            for event in whole.events {
                switch event {
                case .message(let message, let isCompressed):
                    require(message.readableBytes <= mostFrameBytes, "limit of a message")
                    require(takesCompressed || !isCompressed, "compressed only where that was agreed on")
                    let isText = String(validating: message.readableBytesView, as: UTF8.self) != nil
                    require(isCompressed || isText, "text is UTF-8")
                case .ping(let payload): require(payload.readableBytes <= 125, "limit of a control frame")
                case .close(let code): require(code.map { (1000...4999).contains($0) } ?? true, "a code that may be sent")
                case .part, .pong: break
                }
            }
        }
    }

    private struct Heard: Equatable {
        var events: [FrameReader.Event] = []
        var fault: WebSocketFault?
    }

    private static func heard(_ pieces: [[UInt8]], _ takesCompressed: Bool) -> Heard {
        var reader = FrameReader(mostBytes: mostFrameBytes, takesCompressed: takesCompressed)
        var heard = Heard()
        var buffer = ByteBuffer()
        for piece in pieces where heard.fault == nil {
            buffer.writeBytes(piece)
            do throws(WebSocketFault) {
                while let event = try reader.next(&buffer) { heard.events.append(event) }
            } catch {
                heard.fault = error
            }
        }
        return heard
    }

    /// Compressed messages: what comes out is text within its limit, or nothing; and what we compress comes back.
    static let webSocketDeflate = FuzzTarget(
        "websocket-deflate",
        bytes: [
            [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], [0x4B, 0x04, 0x00], [0x4A, 0x1C, 0x05, 0xA3, 0x60, 0x14, 0x0C, 0x77, 0x00],
            [0x01, 0x00], [],
            Array(String(repeating: "{\"type\":\"ping\"}", count: 50).utf8),
        ]
    ) { input in
        let compression = MessageCompression()
        if let text = try? compression.inflated(ByteBuffer(bytes: input), atMost: mostFrameBytes) {
            require(text.count <= mostFrameBytes, "limit of a message, once expanded")
            require(String(validating: text, as: UTF8.self) != nil, "text is UTF-8")
        }
        let text = Array(input.text.utf8)
        guard let packed = compression.deflated(text) else { return }
        require(packed.count < text.count, "it became shorter")
        require((try? compression.inflated(ByteBuffer(bytes: packed), atMost: text.count)) == text, "expanded it is what it was")
    }
}
