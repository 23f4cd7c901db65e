import Foundation
import Testing

/// Bytes to a program's door and back, as clients of all kinds send them: no library mends what is wrong with them.
struct Wire {
    let port: UInt16

    init(port: UInt16) { self.port = port }

    init(_ service: Service) throws {
        let line = try String(contentsOf: service.running.output, encoding: .utf8)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let place = try #require((json["listen"] as? [String])?.first)
        port = try #require(UInt16(place.split(separator: ":").last ?? ""))
    }

    struct Answer {
        let status: Int
        /// By name in lower case.
        let fields: [String: String]
        /// Each as it was given.
        let cookies: [String]
        let body: String
    }

    /// Sends the bytes, and returns what came until the other side closed or was silent for twenty seconds.
    func send(_ bytes: some Collection<UInt8>, inPiecesOf size: Int = .max) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        try #require(isConnected == 0)
        var isOn: Int32 = 1
        // Each piece is a segment of its own.
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(size))
            guard Foundation.send(descriptor, piece, piece.count, Int32(MSG_NOSIGNAL)) == piece.count else { break }
            rest = rest.dropFirst(piece.count)
        }
        shutdown(descriptor, Int32(SHUT_WR))
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while answer.count < 16 << 20 {
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { break }
            answer += piece.prefix(count)
        }
        return answer
    }

    func get(_ target: String, _ fields: [String] = []) throws -> Answer { try ask("GET", target, fields) }

    func ask(_ method: String, _ target: String, _ fields: [String] = [], body: String = "") throws -> Answer {
        try ask(method, target, fields, bytes: Array(body.utf8))
    }

    func ask(_ method: String, _ target: String, _ fields: [String] = [], bytes body: [UInt8]) throws -> Answer {
        var head = ["\(method) \(target) HTTP/1.1", "Host: localhost", "Connection: close"] + fields
        if !body.isEmpty { head.append("Content-Length: \(body.count)") }
        let raw = String(decoding: try send(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body), as: UTF8.self)
        let cut = try #require(raw.range(of: "\r\n\r\n"), "no answer to \(method)")
        let lines = raw[..<cut.lowerBound].components(separatedBy: "\r\n")
        let status = try #require(lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        let named = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        return Answer(
            status: status, fields: Dictionary(named) { first, _ in first }, cookies: named.filter { $0.0 == "set-cookie" }.map(\.1),
            body: String(raw[cut.upperBound...]))
    }
}

extension Service {
    /// A field that says who asks, by a token of the installation's own.
    func bearer(_ actor: String, org: String? = nil, roles: [String] = [], tier: String = "free") throws -> String {
        let outcome = try Zancada.run(
            ["token", "--actor", actor, "--tier", tier, "--data", data] + (org.map { ["--org", $0] } ?? [])
                + roles.flatMap { ["--role", $0] })
        try #require(outcome.status == 0, "\(outcome.errors)")
        return "Authorization: Bearer \(outcome.output.trimmingCharacters(in: .newlines))"
    }
}
