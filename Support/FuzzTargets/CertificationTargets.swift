import Base
import Certification
import Transparency

extension FuzzTarget {
    /// Whatever somebody hands over as certified: nothing that was not signed is ever shown as it.
    static let certifiedFile = FuzzTarget("certified-file", bytes: samples.files) { input in
        let bytes = Array(input)
        guard let file = try? CertifiedFile(bytes) else { return }
        guard file.findings(key: samples.key).isRight else { return }
        require(samples.digests.contains(file.certificate.statement.digest), "what was not signed is not shown")
        switch file.kind {
        case .certificate:
            require(file.certificate.bytes == bytes || file.certificate.bytes + [0x0A] == bytes, "a certificate has one text")
        case .page, .report: require(samples.files.contains(bytes), "an altered file is not shown")
        }
    }

    private static let samples = Samples()
}

private struct Samples: Sendable {
    var files: [[UInt8]] = []
    var digests: Set<String> = []
    var key: NoteVerifier?

    init() {
        do {
            var plain = CertificateSample.Choices()
            (plain.decision, plain.words) = (.certified, nil)
            for choices in [CertificateSample.Choices(), plain] {
                let sample = try CertificateSample(choices)
                key = sample.key
                digests.insert(sample.certificate.statement.digest)
                files.append(sample.certificate.bytes)
                files.append(try CertifiedPage(sample.page).certified(by: sample.certificate, .spanish))
                files.append(try CertifiedReport.certified(sample.report, by: sample.certificate))
            }
        } catch {
            fatalError("the samples cannot be made: \(error)")
        }
    }
}
