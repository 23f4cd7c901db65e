import Base
import Foundation
import HTTPTypes
import Testing
import Web

/// A page taken apart, as far as tests need it.
struct PageText {
    let markup: String
    /// What people read or hear, in order: between tags, and in the attributes that are shown or said.
    let words: [String]
    let ids: [String]
    /// Tags that were not closed, or closed and not opened.
    let unbalanced: [String]
    let attributes: [(tag: String, name: String, value: String)]

    static let void: Set = ["meta", "link", "input", "br", "hr", "img", "rect", "circle", "line", "path"]
    static let spoken: Set = [
        "aria-label", "placeholder", "title", "alt", "data-label", "data-busy", "data-copied", "data-offline", "data-online",
    ]

    init(_ markup: String) {
        self.markup = markup
        var words: [String] = []
        var ids: [String] = []
        var open: [String] = []
        var unbalanced: [String] = []
        var attributes: [(String, String, String)] = []
        var rest = Substring(markup)
        while let start = rest.firstIndex(of: "<") {
            let text = rest[..<start].trimmingCharacters(in: .whitespacesAndNewlines)
            if !text.isEmpty { words.append(text) }
            guard let end = rest[start...].firstIndex(of: ">") else { break }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            let name = tag.prefix { $0.isLetter || $0.isNumber }
            if tag.first == "/" {
                let closed = String(tag.dropFirst())
                if open.last == closed { open.removeLast() } else { unbalanced.append("</\(closed)>") }
            } else if !name.isEmpty, !tag.hasSuffix("/"), !Self.void.contains(String(name)) {
                open.append(String(name))
            }
            for (attribute, value) in Self.attributes(of: tag) {
                attributes.append((String(name), attribute, value))
                if attribute == "id" { ids.append(value) }
                if Self.spoken.contains(attribute) { words.append(value) }
            }
        }
        self.words = words
        self.ids = ids
        self.unbalanced = unbalanced + open.map { "<\($0)>" }
        self.attributes = attributes
    }

    /// Those with a value, which stands in quotation marks.
    private static func attributes(of tag: Substring) -> [(String, String)] {
        var found: [(String, String)] = []
        var rest = tag
        while let start = rest.range(of: "=\"") {
            let name = rest[..<start.lowerBound].split(separator: " ").last.map(String.init) ?? ""
            guard let end = rest[start.upperBound...].firstIndex(of: "\"") else { break }
            found.append((name, String(rest[start.upperBound..<end])))
            rest = rest[rest.index(after: end)...]
        }
        return found
    }
}

extension Call {
    /// A request as a browser sends it, for handlers that are called without a gateway.
    static func sample(
        _ method: HTTPRequest.Method = .get, _ path: String, query: String = "", fields: HTTPFields = [:],
        captured: [(name: String, value: String)] = [],
        body: String = "", language: Language = .spanish, isSecure: Bool = false
    ) throws -> Call {
        Call(
            method: method, path: path, query: try Query(query), fields: fields, captured: captured, body: Array(body.utf8),
            id: ID(high: 1, low: 2),
            trace: TraceContext(trace: [1], span: [1], parent: nil, isSampled: false, state: nil), standing: nil, language: language,
            deadline: .seconds(10), peer: "127.0.0.1", isSecure: isSecure)
    }
}

extension Reply {
    var text: String {
        if case .bytes(let bytes) = content { String(decoding: bytes, as: UTF8.self) } else { "" }
    }
}

/// The gallery, as a browser gets it.
enum Gallery {
    static func page(_ route: Route, _ language: Language, _ theme: Theme = .auto) async throws -> PageText {
        let call = try Call.sample(.get, route.path.description, fields: [.cookie: "theme=\(theme.rawValue)"], language: language)
        return PageText(try await route.handle(call).text)
    }
}
