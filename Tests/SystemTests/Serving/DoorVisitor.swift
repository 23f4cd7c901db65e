import Foundation
import Testing

/// A browser at the program's door that does what an attacker makes it do, and keeps its cookies.
final class DoorVisitor {
    private let wire: Wire
    private(set) var cookies: [String: String] = [:]

    init(_ wire: Wire) { self.wire = wire }

    func take(_ name: String, _ value: String?) { cookies[name] = value }

    func get(_ target: String, _ fields: [String] = []) throws -> Wire.Answer { try ask("GET", target, fields) }

    /// A form of a page of ours.
    func post(_ target: String, _ values: [String: String], _ fields: [String] = ["Sec-Fetch-Site: same-origin"]) throws -> Wire.Answer {
        try ask("POST", target, fields + ["Content-Type: application/x-www-form-urlencoded"], body: Self.form(values))
    }

    func ask(_ method: String, _ target: String, _ fields: [String], body: String = "") throws -> Wire.Answer {
        var fields = fields
        if !fields.contains(where: { $0.hasPrefix("Accept:") }) { fields.append("Accept: text/html") }
        if !cookies.isEmpty { fields.append("Cookie: \(cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; "))") }
        let answer = try wire.ask(method, target, fields, body: body)
        for line in answer.cookies {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            cookies[pair[0]] = line.contains("Max-Age=0") ? nil : pair.last
        }
        return answer
    }

    var session: String? { cookies["session"] }

    static func form(_ values: [String: String]) -> String {
        values.sorted { $0.key < $1.key }.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
    }

    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : String(format: "%%%02X", byte)
        }.joined()
    }
}

/// What the program says can be asked of it.
struct DoorOperation {
    let method: String
    let path: String
    let name: String
    let queries: Set<String>
    /// Of a form that a page sends; nil where it takes none.
    let form: Set<String>?
    let types: [String]

    /// With an id of nobody's in each place that wants one.
    var target: String { path.replacing(#/\{[^}]*\}/#, with: "0190a3c0-0000-7000-8000-00000000000a") }

    static func all(_ wire: Wire) throws -> [DoorOperation] {
        let bytes = Data(try wire.get("/openapi.json").body.utf8)
        let document = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        return paths.flatMap { path, operations in
            operations.compactMap { method, value -> DoorOperation? in
                guard let operation = value as? [String: Any], let name = operation["operationId"] as? String else { return nil }
                let parameters = operation["parameters"] as? [[String: Any]] ?? []
                let contents = (operation["requestBody"] as? [String: Any])?["content"] as? [String: [String: Any]] ?? [:]
                let form = contents["application/x-www-form-urlencoded"]?["schema"] as? [String: Any]
                return DoorOperation(
                    method: method.uppercased(), path: path, name: name,
                    queries: Set(parameters.filter { $0["in"] as? String == "query" }.compactMap { $0["name"] as? String }),
                    form: form.map { Set(($0["properties"] as? [String: Any] ?? [:]).keys) }, types: contents.keys.sorted())
            }
        }.sorted { ($0.path, $0.method) < ($1.path, $1.method) }
    }
}
