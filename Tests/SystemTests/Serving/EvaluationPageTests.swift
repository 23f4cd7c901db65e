import Foundation
import Testing

/// Filming, sending and reading by the pages, on the real program that really measures, with a real browser and a camera that shows a recording.
@Suite("the pages of evaluations, with a browser", .serialized, .timeLimit(.minutes(12)))
struct EvaluationPageTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(
        "a patient comes in by a passkey, agrees, films, follows and reads, a physician certifies; a broken connection, a second tab, no camera, nobody in the picture"
    )
    func pages() async throws {
        // Passkeys are of a name, and of the port that its pages have.
        let port = try Service.freePort()
        let place = "http://localhost:\(port)"
        let service = try await Service(
            scratch.path("data"), listen: "127.0.0.1:\(port)",
            environment: [
                "ZANCADA_IDENTITY_URL": place, "ZANCADA_PACE_SIGN_IN_ADDRESS_BURST": "0", "ZANCADA_EVALUATION_MOST_MEGABYTES": "16",
            ])
        defer { _ = try? service.stop() }
        let line = try String(contentsOf: service.running.output, encoding: .utf8)
        let link = try #require((try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["setup"] as? String)
        let said = try PythonProgram.run(
            PythonProgram.script("browse_evaluation.py"),
            [
                place, link, Zancada.samples + "/walk.mp4",
                Zancada.root.appending(path: "out/pages/evaluation").path,
            ], with: "browser", atMost: 600, in: scratch)
        #expect(said.status == 0 && said.output.isEmpty, "\(said.output)")
    }
}
