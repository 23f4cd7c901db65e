import Foundation
import Testing

/// Accounts and organisations by their pages, on the real program, with a real browser.
@Suite("the pages of accounts, with a browser", .serialized, .timeLimit(.minutes(6)))
struct IdentityPageTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("from the printed link to the last person removed, without script on a phone; every page is one that axe has no complaint about")
    func pages() async throws {
        let service = try await Service(scratch.path("data"), environment: ["ZANCADA_PACE_SIGN_IN_ADDRESS_BURST": "0"])
        defer { _ = try? service.stop() }
        let line = try String(contentsOf: service.running.output, encoding: .utf8)
        let link = try #require((try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["setup"] as? String)
        // Asked where it listens: a name of the machine's would be another place to the browser.
        let place = link.replacingOccurrences(of: "//localhost", with: "//127.0.0.1")
        let said = try PythonProgram.run(
            PythonProgram.script("browse_identity.py"),
            [try service.address(), place, Zancada.root.appending(path: "out/pages/identity").path], with: "browser", atMost: 300,
            in: scratch)
        #expect(said.status == 0 && said.output.isEmpty, "\(said.output)")
    }
}
