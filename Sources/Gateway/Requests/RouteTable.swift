import Base
import HTTPTypes
import Web

/// Routes by path, then by method. Text goes before names, names before the rest of a path.
package struct RouteTable: Sendable {
    /// What a path leads to.
    package enum Match: Sendable {
        case route(Int, captured: [(name: String, value: String)])
        /// There is something, for these methods.
        case otherMethods([HTTPRequest.Method])
        case nothing
        /// A segment that is no percent-encoded UTF-8.
        case notAPath
    }

    package let routes: [Route]
    private let root: Node

    private final class Node: Sendable {
        let texts: [String: Node]
        let named: Node?
        /// By method: a route whose path ends here, and one whose rest begins here.
        let ends: [String: Int]
        let rests: [String: Int]

        init(texts: [String: Node], named: Node?, ends: [String: Int], rests: [String: Int]) {
            self.texts = texts
            self.named = named
            self.ends = ends
            self.rests = rests
        }
    }

    /// Two routes of one method that mean the same paths, or have one name, are a programmer's error.
    package init(_ routes: [Route]) {
        precondition(Set(routes.map(\.name)).count == routes.count, "two routes have one name")
        self.routes = routes
        root = Self.node(of: routes.enumerated().map { ($0.offset, $0.element.path.segments[...], $0.element.method.rawValue) })
    }

    private typealias Entry = (index: Int, segments: ArraySlice<RoutePath.Segment>, method: String)

    private static func node(of entries: [Entry]) -> Node {
        var texts: [String: [Entry]] = [:]
        var named: [Entry] = []
        var ends: [String: Int] = [:]
        var rests: [String: Int] = [:]
        for entry in entries {
            switch entry.segments.first {
            case nil:
                precondition(ends.updateValue(entry.index, forKey: entry.method) == nil, "two routes have one method and path")
            case .rest:
                precondition(rests.updateValue(entry.index, forKey: entry.method) == nil, "two routes have one method and path")
            case .text(let text): texts[text, default: []].append((entry.index, entry.segments.dropFirst(), entry.method))
            case .name: named.append((entry.index, entry.segments.dropFirst(), entry.method))
            }
        }
        return Node(
            texts: texts.mapValues { node(of: $0) }, named: named.isEmpty ? nil : node(of: named), ends: ends, rests: rests)
    }

    /// `path` as it was sent, without the query; `HEAD` is answered by the routes of `GET`.
    package func match(_ method: HTTPRequest.Method, _ path: some StringProtocol) -> Match {
        guard path.utf8.first == UInt8(ascii: "/") else { return .nothing }
        var segments: [String] = []
        segments.reserveCapacity(8)
        let parts = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            guard !part.isEmpty else {
                // Empty segments within a path are another path to others on the way, and none of ours.
                guard index == parts.count - 1 else { return .nothing }
                break
            }
            guard let segment = Self.segment(part), segment != ".", segment != ".." else { return .notAPath }
            segments.append(segment)
        }
        let wanted = method == .head ? "GET" : method.rawValue
        var methods: Set<String> = []
        if let (index, values) = find(segments[...], wanted, from: root, seen: &methods) {
            return .route(index, captured: Array(zip(routes[index].path.names, values).map { (name: $0, value: $1) }))
        }
        guard !methods.isEmpty else { return .nothing }
        if methods.contains("GET") { methods.insert("HEAD") }
        return .otherMethods(methods.sorted().compactMap { HTTPRequest.Method($0) })
    }

    /// Most segments have nothing to decode. nil for what is no percent-encoded UTF-8.
    private static func segment(_ part: some Collection<UInt8>) -> String? {
        part.contains(UInt8(ascii: "%")) ? PercentText.decoded(part) : String(decoding: part, as: UTF8.self)
    }

    /// Depth first; paths have a bounded count of segments, and each node at most three ways.
    private func find(
        _ segments: ArraySlice<String>, _ method: String, from node: Node, seen: inout Set<String>
    ) -> (Int, [String])? {
        guard let first = segments.first else {
            if let end = node.ends[method] { return (end, []) }
            seen.formUnion(node.ends.keys)
            return nil
        }
        if let next = node.texts[first], let found = find(segments.dropFirst(), method, from: next, seen: &seen) { return found }
        // Where a text leads somewhere by other methods, no name stands for it: a path is one place, as OpenAPI has it.
        guard seen.isEmpty else { return nil }
        if let next = node.named, let (index, values) = find(segments.dropFirst(), method, from: next, seen: &seen) {
            return (index, [first] + values)
        }
        guard seen.isEmpty else { return nil }
        if let rest = node.rests[method] { return (rest, [segments.joined(separator: "/")]) }
        seen.formUnion(node.rests.keys)
        return nil
    }
}
