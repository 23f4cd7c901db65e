import Base
import Gateway
import HTTPTypes
import NIOHTTP1
import Resources
import Web

extension FuzzTarget {
    /// A head, as lines: method and target, then fields.
    static let requestHead = FuzzTarget(
        "request-head",
        corpus: [
            "GET /api/v1/exercises?limit=3\nhost: localhost:8080\ncookie: a=b; __Host-session=x; theme=dark",
            "POST /a%20b/..\nhost: [::1]\ncontent-length: 12\nauthorization: Bearer a.b.c", "OPTIONS *\nhost: a\norigin: https://a:1",
            "POST /\nhost: a\ntransfer-encoding: chunked\ncontent-length: 3", "GET //x\nhost: a\nhost: b", "GET http://a/\nhost: a",
            "GET /\nhost: a\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\naccept-language: en;q=0.5, es",
            "GET /ws\nhost: a\nupgrade: websocket\nconnection: Upgrade\nsec-websocket-extensions: permessage-deflate; client_max_window_bits",
        ]
    ) { input in
        let lines = input.text.split(separator: "\n", omittingEmptySubsequences: false).prefix(50)
        let start = lines.first?.split(separator: " ", maxSplits: 1) ?? []
        var head = HTTPRequestHead(
            version: .http1_1, method: .RAW(value: String(start.first ?? "GET")), uri: start.count > 1 ? String(start[1]) : "/")
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            // Neither of the two readers of NIO lets another name through.
            guard parts[0].utf8.allSatisfy({ $0 < 0x80 }) else { return }
            head.headers.add(name: String(parts[0]), value: parts.count > 1 ? parts[1].drop { $0 == " " }.description : "")
        }
        for isHTTP2 in [false, true] {
            guard let read = try? HeadReading(head, isHTTP2: isHTTP2) else { continue }
            require(head.headers[canonicalForm: "host"].count == 1, "one host")
            require((read.length ?? 0) >= 0, "a length is one")
            require(read.path == "*" || read.path.utf8.first == UInt8(ascii: "/"), "a path from the root")
            let uri = read.query.isEmpty && !head.uri.hasSuffix("?") ? String(read.path) : "\(read.path)?\(read.query)"
            require(uri == head.uri, "path and query are what was sent")
            let codings = head.headers[canonicalForm: "transfer-encoding"]
            require(codings.isEmpty || read.length == nil && !isHTTP2, "never both a length and an encoding")
            require(!read.path.utf8.contains { $0 <= 0x20 || $0 >= 0x7F }, "visible ASCII")
        }
    }

    private static let table = RouteTable(
        [
            ("/api/v1/exercises/{id}", "exercise.read", ["id"]), ("/api/v1/{kind}/{id}/history", "any.history", ["kind", "id"]),
            ("/assets/{rest...}", "assets", ["rest"]), ("/", "home", []),
        ].map { (path: RoutePath, name: String, names: [String]) in
            Route(
                .get, path, name, Text(verbatim: name), access: .anyone,
                parameters: names.map { ParameterShape($0, in: .path, .text(0...10_000), Text(verbatim: $0)) }, answers: [.ok(.page)]
            ) { _ in .done }
        })

    /// Where a path leads, and what its names stand for.
    static let routePath = FuzzTarget(
        "route-path",
        corpus: [
            "/api/v1/exercises/019a", "/api/v1/note/%C3%A9/history", "/assets/a/b/../c", "/assets/%2e%2e/x", "/", "//", "/assets/%2Fetc",
            "/api/v1/exercises/%00", "/api/v1/exercises/a/",
        ]
    ) { input in
        let path = input.text
        guard case .route(let index, let captured) = table.match(.get, path) else { return }
        let route = table.routes[index]
        require(captured.map(\.name) == route.path.names, "a value for each name")
        for (name, value) in captured {
            require(!value.utf8.contains(0), "no byte 0")
            let segments = value.split(separator: "/")
            require(name != "rest" || path.contains("%2F") || path.contains("%2f") || !segments.contains(".."), "no way up")
        }
    }

    /// What stands behind a question mark, and what a form sends.
    static let query = FuzzTarget(
        "query", corpus: ["a=b&c=d+e&f=%C3%A9", "=&&=&a", "a=%", "a=%0", "a=%00", "a=%FF", "name=%2B%26%3D&name=2", "q==="]
    ) { input in
        let text = input.text
        guard let query = try? Query(text) else { return }
        require(query.items.count <= Query.mostItems, "limit of items")
        require(!query.items.contains { $0.name.utf8.contains(0) || $0.value.utf8.contains(0) }, "no byte 0")
        require((try? Query(query.text))?.items == query.items, "written and read again it is the same")
        if let plain = PercentText.decoded(Array(input)) {
            let again = PercentText.decoded(Array(PercentText.encoded(plain).utf8))
            require(again.map { $0.utf8.elementsEqual(plain.utf8) } == true, "encoded and decoded it is the same")
        }
    }

    /// Fields that say what the asker has, speaks and chose, and addresses of those who ask.
    static let doorFields = FuzzTarget(
        "door-fields",
        corpus: [
            "\"1.1\", W/\"2.1-ab\"", "*", "\"a", "\"a\" \"b\"", "es-BO,en;q=0.9,*;q=nan", "en;q=inf",
            "theme=dark; zone=America/La_Paz; language=en",
            "192.0.2.7", "::ffff:127.0.0.1", "2001:db8::7%eth0", "[::1]:8080", "localhost:0", "a:b:1", "0000:1:99999",
        ]
    ) { input in
        let text = input.text
        switch TagCondition(text) {
        case .tags(let tags)?:
            require((1...TagCondition.mostTags).contains(tags.count), "limit of tags")
            let again = tags.map { ($0.isWeak ? "W/" : "") + "\"\($0.opaque)\"" }.joined(separator: ", ")
            require(TagCondition(again) == .tags(tags), "written and read again it is the same")
            for tag in tags {
                require(
                    TagCondition(again)?.allowsChanging(EntityTag(opaque: tag.opaque))
                        == tags.contains { !$0.isWeak && $0.opaque == tag.opaque }, "weak tags allow no change")
            }
        case .any?: require(text.contains("*"), "an asterisk")
        case nil: break
        }
        _ = Language(accepting: text)
        if let name = HTTPField.Name("Cookie"), HTTPField.isValidValue(text) { _ = Preferences([name: text]) }
        _ = PeerAddress(text)
        if let address = ListenAddress(text) {
            require((0...65_535).contains(address.port), "a port")
            require(ListenAddress(address.description) == address, "written and read again it is the same")
        }
    }
}
