import Base
import Certification
import Foundation
import FuzzTargets
import Testing
import Transparency

/// `zancada verify` with files as somebody gets them.
@Suite("zancada verify")
struct VerifyCommandTests {
    private static func with(_ body: (URL, CertificateSample) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "verify-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let sample = try CertificateSample()
        try Data(try CertifiedPage(sample.page).certified(by: sample.certificate, .spanish)).write(
            to: folder.appending(path: "report.html"))
        try Data(try CertifiedReport.certified(sample.report, by: sample.certificate)).write(to: folder.appending(path: "report.json"))
        try Data(sample.certificate.bytes + [0x0A]).write(to: folder.appending(path: "certificate.json"))
        try body(folder, sample)
    }

    @Test("says line by line what is shown, and 0", arguments: ["report.html", "report.json", "certificate.json"])
    func right(_ name: String) throws {
        try Self.with { folder, sample in
            let path = folder.appending(path: name).path
            let run = try Zancada.run(["verify", path, "--key", sample.key.text, "--language", "en"])
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(run.output.contains("✓ Eva <Ruiz> signed this statement") && run.output.contains("Nothing is wrong;"))
            #expect(run.output.contains("position 4 of 7") && run.output.contains("There are 5 repetitions, not 3."))
            let unknown = try Zancada.run(["verify", path, "--language", "es"])
            #expect(unknown.status == 0 && unknown.output.contains("? La clave de la instalación"))
        }
    }

    @Test("an altered file, another key, and what is not certified are 65")
    func wrong() throws {
        try Self.with { folder, sample in
            let page = folder.appending(path: "report.html")
            var other = CertificateSample.Choices()
            other.installation = "zancada/017f22e2-79b0-7cc3-98c4-dc0c0c07ffff"
            let key = try CertificateSample(other).key
            #expect(try Zancada.run(["verify", page.path, "--key", key.text]).status == 65)
            let text = try String(contentsOf: page, encoding: .utf8).replacing("97°", with: "79°")
            try text.write(to: page, atomically: true, encoding: .utf8)
            let run = try Zancada.run(["verify", page.path, "--language", "es"])
            #expect(run.status == 65 && run.output.contains("✕") && run.output.contains("MAL"))
            try Data(sample.page).write(to: page)
            #expect(try Zancada.run(["verify", page.path]).status == 65)
            #expect(try Zancada.run(["verify", page.path, "--key", "nonsense"]).status == 65)
            #expect(try Zancada.run(["verify", folder.path + "/none"]).status == 65)
        }
    }
}
