import HTTPTypes
import NIOHTTP1
import Web

/// Header fields that the door itself looks at, of every request: found once, as the head is read, instead of searched for each time.
struct KnownFields: Sendable {
    /// Which they are.
    enum Name: Int, CaseIterable {
        case authorization, cookie, accept, acceptEncoding, acceptLanguage, ifMatch, ifNoneMatch, expect, origin, secFetchSite, traceparent
    }

    private var values = InlineArray<11, String?>(repeating: nil)

    /// nil where it was not sent; fields that were sent several times are one list (RFC 9110, section 5.3).
    subscript(_ name: Name) -> String? { values[name.rawValue] }

    mutating func add(_ name: Name, _ value: String) {
        guard let earlier = values[name.rawValue] else {
            values[name.rawValue] = value
            return
        }
        values[name.rawValue] = earlier + (name == .cookie ? "; " : ", ") + value
    }
}

/// Names of header fields by how requests spell them, so that a usual one is read without looking into its letters.
enum FieldSpelling {
    struct Entry {
        let name: HTTPField.Name
        let known: KnownFields.Name?
    }

    /// nil for what cannot be a name.
    static func entry(_ spelling: String) -> Entry? {
        if let usual = usual[spelling] { return usual }
        guard let name = HTTPField.Name(spelling) else { return nil }
        return Entry(name: name, known: watched[name])
    }

    private static let watched: [HTTPField.Name: KnownFields.Name] = [
        .authorization: .authorization, .cookie: .cookie, .accept: .accept, .acceptEncoding: .acceptEncoding,
        .acceptLanguage: .acceptLanguage, .ifMatch: .ifMatch, .ifNoneMatch: .ifNoneMatch, .expect: .expect, .origin: .origin,
        .secFetchSite: .secFetchSite, .traceparent: .traceparent,
    ]

    /// As programs and browsers write them: with capitals, and small as HTTP/2 has them.
    private static let usual: [String: Entry] = {
        let others: [HTTPField.Name] = [
            .host, .contentLength, .contentType, .contentEncoding, .transferEncoding, .userAgent, .connection, .idempotencyKey,
            .cacheControl,
            .referer, .ifModifiedSince, .range,
        ]
        var entries: [String: Entry] = [:]
        for name in Array(watched.keys) + others {
            for spelling in [name.rawName, name.canonicalName] { entries[spelling] = Entry(name: name, known: watched[name]) }
        }
        return entries
    }()
}

extension HTTPField.Name {
    /// Which HTTPTypes keeps apart, as the authority.
    static let host = known("Host")
}
