import Base

/// What we say (docs/live.md).
enum ServerMessage {
    /// The caller is known from now on.
    static let authenticated = message("authenticated") { _ in }

    /// Everything after `position` will be told.
    static func subscribed(_ topic: String, position: String) -> [UInt8] {
        message("subscribed") { json in
            json.member("topic", topic)
            json.member("position", position)
        }
    }

    static func unsubscribed(_ topic: String) -> [UInt8] {
        message("unsubscribed") { $0.member("topic", topic) }
    }

    static func refused(_ topic: String, _ failure: Failure, in language: Language) -> [UInt8] {
        message("refused") { json in
            json.member("topic", topic)
            json.member("code", failure.code)
            json.member("message", failure.message(language))
        }
    }

    /// Something was not told: read everything again; what comes after `position` is told.
    static func reset(_ topic: String, position: String) -> [UInt8] {
        message("reset") { json in
            json.member("topic", topic)
            json.member("position", position)
        }
    }

    static func pong(_ id: String?) -> [UInt8] {
        message("pong") { json in
            if let id { json.member("id", id) }
        }
    }

    /// Their members are JSON already.
    static func events(_ topic: Topic, _ events: [LiveEvent]) -> [UInt8] {
        // Topics need no escapes.
        var bytes = Array("{\"type\":\"events\",\"topic\":\"\(topic.text)\",\"events\":[".utf8)
        bytes.reserveCapacity(bytes.count + events.reduce(2) { $0 + $1.json.count + 3 })
        for (index, event) in events.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "{"))
            bytes += event.json
            bytes.append(UInt8(ascii: "}"))
        }
        bytes += "]}".utf8
        return bytes
    }

    private static func message(_ type: String, _ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reservingBytes: 160)
        json.object { json in
            json.member("type", type)
            members(&json)
        }
        return json.bytes
    }
}
