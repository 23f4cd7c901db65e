import Foundation
import Glibc

/// A real mail server (aiosmtpd) on a free port of this machine, which reads mails as a mail program would; ended by its id.
package final class PostOffice: Sendable {
    /// How it is reached.
    package enum Mode: String, Sendable {
        case starttls, tls, plain
    }

    /// As a mail program read it: see `scripts/post_office.py`.
    package struct Mail: Decodable, Sendable {
        package let envelopeFrom: String
        package let envelopeTo: [String]
        package let encrypted: Bool
        package let user: String
        package let fields: [String]
        package let types: [String]
        package let subject: String
        package let fromName: String
        package let from: String
        package let to: [String]
        package let replyTo: [String]
        package let messageID: String
        package let date: String
        package let weekday: Bool
        package let auto: String
        package let language: String
        package let text: String?
        package let html: String?
        package let longest: Int
        package let ascii: Bool
        package let bare: Bool
        package let defects: [String]
        package let raw: Data
    }

    package static let user = "zancada"
    package static let password = "correct horse ñ"

    package let folder: URL
    package let mode: Mode
    private let process: pid_t

    private init(_ mode: Mode, _ mechanism: String?) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let tools = ProcessInfo.processInfo.environment["ZANCADA_TOOLS"] ?? root.appending(path: ".cache/tools").path
        guard FileManager.default.fileExists(atPath: "\(tools)/mail/installed.txt") else { throw Missing(path: "\(tools)/mail") }
        folder = FileManager.default.temporaryDirectory.appending(path: "zancada-post-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.mode = mode
        let script = root.appending(path: "scripts/post_office.py").path
        process = try Child.start(
            "/usr/bin/env", ["python3", script, folder.path, mode.rawValue] + (mechanism.map { [$0] } ?? []),
            ["PATH=/usr/local/bin:/usr/bin:/bin", "PYTHONPATH=\(tools)/mail", "PYTHONDONTWRITEBYTECODE=1"],
            log: folder.appending(path: "log").path)
    }

    /// Runs `body` beside a server, which is ended whatever happens. `mechanism`: the only way to sign in, without which nobody sends.
    package static func with(_ mode: Mode, signingIn mechanism: String? = nil, _ body: (PostOffice) async throws -> Void) async throws {
        let office = try PostOffice(mode, mechanism)
        defer { office.end() }
        try await eventually(seconds: 60) { FileManager.default.fileExists(atPath: office.folder.appending(path: "port").path) }
        try await body(office)
    }

    package var port: Int {
        get throws {
            Int(try String(contentsOf: folder.appending(path: "port"), encoding: .utf8)) ?? 0
        }
    }

    /// As `mail.server` names it.
    package var address: String {
        get throws {
            switch mode {
            case .starttls: "smtp://localhost:\(try port)?tls=starttls"
            case .tls: "smtps://localhost:\(try port)"
            case .plain: "smtp://127.0.0.1:\(try port)?tls=none"
            }
        }
    }

    /// The authority that vouches for it: its own certificate.
    package var authorityFile: String? { mode == .plain ? nil : folder.appending(path: "cert.pem").path }

    /// Those that it took, in order.
    package var mails: [Mail] {
        get throws {
            let path = folder.appending(path: "mails")
            guard FileManager.default.fileExists(atPath: path.path) else { return [] }
            let lines = try String(contentsOf: path, encoding: .utf8).utf8.split(separator: UInt8(ascii: "\n"))
            return try lines.map { try JSONDecoder().decode(Mail.self, from: Data($0)) }
        }
    }

    /// What it complained of.
    package var log: String { (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "" }

    private func end() { Child.end(process, removing: folder) }

    struct Missing: Error, CustomStringConvertible {
        let path: String
        var description: String { "there is no mail server in \(path): run scripts/bootstrap" }
    }
}
