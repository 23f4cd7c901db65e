import Foundation
import TestKit
import Testing

/// A certificate that is renewed while the program is at work.
@Suite("A renewed certificate", .timeLimit(.minutes(2)))
struct CertificateTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func openssl(_ arguments: [String]) throws -> String {
        let output = try scratch.file("openssl-\(UUID().uuidString)")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "20", "openssl"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return String(decoding: try Data(contentsOf: output), as: UTF8.self)
    }

    /// Makes a certificate of its own, and puts it and its key where the program looks, each whole.
    private func renew(named name: String) throws {
        _ = try openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
            "-keyout", scratch.path("\(name).key"), "-out", scratch.path("\(name).pem"),
        ])
        for ending in ["key", "pem"] {
            try #require(rename(scratch.path("\(name).\(ending)"), scratch.path("server.\(ending)")) == 0)
        }
    }

    /// The name in the certificate that a new connection is shown.
    private func shown(_ port: Substring) throws -> String {
        let said = try openssl(["s_client", "-connect", "127.0.0.1:\(port)", "-tls1_3"])
        return said.split(separator: "\n").first { $0.hasPrefix("subject=") }.map(String.init) ?? ""
    }

    @Test("is shown to new connections without a restart, and one that is no good never is")
    func renewed() async throws {
        try renew(named: "first")
        let service = try await Service(
            scratch.path("data"),
            environment: [
                "ZANCADA_HTTP_TLS_CERTIFICATE": scratch.path("server.pem"), "ZANCADA_HTTP_TLS_KEY": scratch.path("server.key"),
                "ZANCADA_HTTP_TLS_LOOK": "1s",
            ])
        let port = try #require(try service.address().split(separator: ":").last)
        #expect(try shown(port).contains("first"))
        try renew(named: "second")
        try await eventually { try shown(port).contains("second") }
        // Half of a renewal, or a mistake: whoever comes meanwhile is served as before.
        try Data("-----BEGIN CERTIFICATE-----\n".utf8).write(to: URL(fileURLWithPath: scratch.path("server.pem")))
        try await eventually {
            try String(contentsOf: service.running.errors, encoding: .utf8).contains("certificate unusable")
        }
        #expect(try shown(port).contains("second"))
        try renew(named: "third")
        try await eventually { try shown(port).contains("third") }
        let end = try service.stop()
        #expect(end.status == 0 && end.errors.contains("certificate renewed"))
    }
}
