import Foundation
import Glibc
import Testing

/// Second factors on the real program, with a real browser and its virtual authenticator (WebAuthn Level 2, section 11).
@Suite("second factors, with a browser", .serialized, .timeLimit(.minutes(8)))
struct FactorBrowserTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(
        "a passkey is made, used alone and behind a password, copied and removed; an app and codes on paper; all of it but passkeys without script"
    )
    func factors() async throws {
        // Passkeys are of a name, and of the port that its pages have.
        let port = try Self.freePort()
        let place = "http://localhost:\(port)"
        let service = try await Service(
            scratch.path("data"), listen: "127.0.0.1:\(port)",
            environment: ["ZANCADA_IDENTITY_URL": place, "ZANCADA_PACE_SIGN_IN_ADDRESS_BURST": "0"])
        defer { _ = try? service.stop() }
        let made = try service.run(
            "admin", "create", "ana@clinica.example", "--name", "Ana Molina", "--json")
        let link = try #require(
            (try JSONSerialization.jsonObject(with: Data(made.output.utf8)) as? [String: Any])?["link"] as? String,
            "\(made.output) \(made.errors)")
        #expect(link.hasPrefix("\(place)/account/reset?code="))
        let said = try PythonProgram.run(
            PythonProgram.script("browse_factors.py"),
            [
                place, link, try PythonProgram.packages("factors").path,
                Zancada.root.appending(path: "out/pages/factors").path,
            ], with: "browser", atMost: 400, in: scratch)
        #expect(said.status == 0 && said.output.isEmpty, "\(said.output)")
    }

    /// One that nobody listens on a moment ago.
    private static func freePort() throws -> UInt16 {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(probe, $0, length) == 0 && getsockname(probe, $0, &length) == 0 }
        }
        try #require(isBound)
        return UInt16(bigEndian: address.sin_port)
    }
}
