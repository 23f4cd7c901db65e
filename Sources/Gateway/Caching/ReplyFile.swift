import Base
import HTTPTypes
import Web

/// An answer as bytes, as caches keep it: its status, its fields, its body.
enum ReplyFile {
    /// The most bytes of a body that are kept.
    static let mostBytes = 1 << 20

    /// Not so for answers that are written as they go, that say something of one caller alone, or are too long.
    static func isKept(_ reply: Reply) -> Bool {
        guard reply.status == .ok, !reply.fields.contains(where: { isPersonal($0.name) }) else { return false }
        return switch reply.content {
        case .none: true
        case .bytes(let bytes): bytes.count <= mostBytes
        case .stream: false
        }
    }

    /// nil for what is not kept.
    static func bytes(_ reply: Reply) -> [UInt8]? {
        guard isKept(reply) else { return nil }
        let body: [UInt8]
        switch reply.content {
        case .none: body = []
        case .bytes(let bytes): body = bytes
        case .stream: return nil
        }
        var frame = FramedFields(reservingBytes: body.count + 256)
        frame.append(Int64(reply.status.code))
        frame.append(body)
        for field in reply.fields {
            frame.append(field.name.canonicalName)
            frame.append(field.value)
        }
        return frame.bytes
    }

    private static func isPersonal(_ name: HTTPField.Name) -> Bool { name == .setCookie || name == .wwwAuthenticate }

    /// nil for what `bytes` did not give.
    static func reply(_ bytes: [UInt8]) -> Reply? {
        var rest = bytes[...]
        guard let code = field(&rest), code.count == 8, let body = field(&rest) else { return nil }
        let status = code.reduce(0) { $0 << 8 | Int($1) }
        guard (100...599).contains(status) else { return nil }
        var fields = HTTPFields()
        while !rest.isEmpty {
            guard let name = field(&rest), let value = field(&rest), let known = HTTPField.Name(String(decoding: name, as: UTF8.self))
            else {
                return nil
            }
            fields.append(HTTPField(name: known, value: String(decoding: value, as: UTF8.self)))
        }
        return Reply(
            HTTPResponse.Status(code: status), body.isEmpty ? .none : .bytes(Array(body)), fields: fields)
    }

    /// Its length in four bytes, then its bytes.
    private static func field(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.count >= 4 else { return nil }
        let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        guard rest.count >= length else { return nil }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }
}
