import Base
import Foundation
import FoundationNetworking
import Glibc

/// A real OpenBao server on a free port of this machine, in memory, with a transit engine; ended by its id.
package final class OpenBao: Sendable {
    package static let token = "root"
    package let address: String
    package let folder: URL
    private let process: pid_t

    /// `ZANCADA_TOOLS` names the folder of the program; else where scripts/bootstrap puts it.
    static var program: String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return (ProcessInfo.processInfo.environment["ZANCADA_TOOLS"] ?? root.appending(path: ".cache/tools").path) + "/bao"
    }

    private init(isEncrypted: Bool) throws {
        guard access(Self.program, X_OK) == 0 else { throw Missing(path: Self.program) }
        let port = try freePort()
        folder = FileManager.default.temporaryDirectory.appending(path: "zancada-bao-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        address = "\(isEncrypted ? "https" : "http")://127.0.0.1:\(port)"
        var arguments = [
            "server", "-dev", "-dev-no-store-token", "-dev-root-token-id=\(Self.token)", "-dev-listen-address=127.0.0.1:\(port)",
        ]
        if isEncrypted { arguments += ["-dev-tls", "-dev-tls-cert-dir=\(folder.path)"] }
        process = try Child.start(
            Self.program, arguments, ["PATH=/usr/bin:/bin", "HOME=/nonexistent"], log: folder.appending(path: "log").path)
    }

    /// Runs `body` beside a server with an engine at `transit`; the server is ended whatever happens.
    package static func with(isEncrypted: Bool = false, _ body: (OpenBao) async throws -> Void) async throws {
        let server = try OpenBao(isEncrypted: isEncrypted)
        defer { server.end() }
        try await eventually(seconds: 60) { server.isListening }
        if !isEncrypted {
            try await eventually(seconds: 60) { (try? await server.call("POST", "sys/mounts/transit", #"{"type":"transit"}"#)) != nil }
            try await server.call("POST", "transit/keys/zancada", "{}")
        }
        try await body(server)
    }

    /// As an operator, by the same interface.
    @discardableResult
    package func call(_ method: String, _ path: String, _ body: String) async throws -> Data {
        guard let url = URL(string: "\(address)/v1/\(path)") else { throw URLError(.badURL) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.setValue(Self.token, forHTTPHeaderField: "X-Vault-Token")
        request.httpBody = Data(body.utf8)
        let (data, response) = try await URLSession.shared.data(for: request)
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard (200..<300).contains(status) else { throw Refused(status: status) }
        return data
    }

    struct Refused: Error { let status: Int }

    private var isListening: Bool {
        let log = (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? ""
        return log.contains("Development mode should NOT be used")
    }

    private func end() { Child.end(process, removing: folder) }

    struct Missing: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) cannot be run: run scripts/bootstrap, or name its folder in ZANCADA_TOOLS" }
    }
}

/// One that was free a moment ago.
private func freePort() throws -> UInt16 {
    let (socket, port) = try Loopback.listen()
    Glibc.close(socket)
    return port
}
