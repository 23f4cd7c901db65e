import Base

/// What a client says (docs/live.md): JSON objects with these members and no others.
package enum ClientMessage: Sendable, Hashable {
    case authenticate(token: String)
    /// `after`: the last position that was told of this topic.
    case subscribe(topic: String, after: String?)
    case unsubscribe(topic: String)
    case ping(id: String?)

    /// Why a message means nothing.
    package enum Fault: String, Error, Sendable, Hashable {
        case notJSON = "not JSON"
        case notAnObject = "not an object"
        case unknownType = "unknown type"
        case unknownMember = "unknown member"
        case missingMember = "missing member"
        case notText = "member is not text"
        case tooLong = "member too long"
    }

    /// The longest token; other members are shorter.
    package static let mostTokenBytes = 16 << 10

    package init(_ bytes: [UInt8]) throws(Fault) {
        let json: JSON
        do { json = try JSON.parse(bytes, limits: JSON.Limits(bytes: 64 << 10, depth: 2)) } catch { throw .notJSON }
        guard let object = json.object else { throw .notAnObject }
        let members = Members(object)
        switch try members.text("type", atMost: 40) {
        case "authenticate":
            try members.require(["token"])
            self = .authenticate(token: try members.text("token", atMost: Self.mostTokenBytes))
        case "subscribe":
            try members.require(["topic"], maybe: ["after"])
            self = .subscribe(topic: try members.text("topic", atMost: 200), after: try members.optional("after", atMost: 200))
        case "unsubscribe":
            try members.require(["topic"])
            self = .unsubscribe(topic: try members.text("topic", atMost: 200))
        case "ping":
            try members.require([], maybe: ["id"])
            self = .ping(id: try members.optional("id", atMost: 64))
        default: throw .unknownType
        }
    }

    private struct Members {
        private let object: JSON.Object

        init(_ object: JSON.Object) { self.object = object }

        func require(_ names: Set<String>, maybe more: Set<String> = []) throws(Fault) {
            let found = Set(object.members.map(\.name)).subtracting(["type"])
            guard names.isSubset(of: found) else { throw .missingMember }
            guard found.isSubset(of: names.union(more)) else { throw .unknownMember }
        }

        func text(_ name: String, atMost most: Int) throws(Fault) -> String {
            guard let text = try optional(name, atMost: most) else { throw .missingMember }
            return text
        }

        func optional(_ name: String, atMost most: Int) throws(Fault) -> String? {
            guard let value = object[name] else { return nil }
            guard let text = value.string else { throw .notText }
            guard text.utf8.count <= most else { throw .tooLong }
            return text
        }
    }
}
