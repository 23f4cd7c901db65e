import Base
import HTTPTypes

/// The routes as an OpenAPI 3.1 document: made of the values by which the gateway runs them, so that it says what is so.
///
/// The same routes give the same bytes.
package struct OpenAPIDocument: Sendable {
    private let routes: [Route]
    private let title: String
    private let version: String

    package init(_ routes: [Route], title: String = "Zancada", version: String) {
        self.routes = routes
        self.title = title
        self.version = version
    }

    package var bytes: [UInt8] {
        var writer = JSONWriter(reservingBytes: 64 << 10)
        writer.object { json in
            json.member("openapi", "3.1.0")
            json.member(
                "info",
                object: { json in
                    json.member("title", title)
                    json.member("version", version)
                    json.member("description", Self.description)
                })
            json.member("servers", array: { json in json.object { $0.member("url", "/") } })
            json.member("paths", object: { json in writePaths(to: &json) })
            OpenAPIComponents(routes).write(to: &json)
        }
        return writer.bytes
    }

    private static let description = """
        Errors are problem documents (RFC 9457) with a stable code. What cannot be understood as HTTP at all is refused before any \
        route is found (400, 408, 413, 414, 417, 431), and is not repeated at each operation.
        """

    private func writePaths(to json: inout JSONWriter) {
        var paths: [String] = []
        for route in routes where !paths.contains(route.template) { paths.append(route.template) }
        for path in paths {
            json.member(
                path,
                object: { json in
                    for route in routes where route.template == path {
                        json.key(route.method.rawValue.lowercased())
                        json.object { json in OpenAPIOperation(route).write(to: &json) }
                    }
                })
        }
    }
}

extension Route {
    /// The path as OpenAPI has it; it knows no segments that stand for several.
    var template: String { path.description.replacing("...}", with: "}") }
}
