import Foundation
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
        let port = try Service.freePort()
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
}
