import Base
import Certification
import FuzzTargets
import Testing
import Transparency

@Suite("Certificates: what anyone can check")
struct CertificateTests {
    @Test("page, report and certificate are right, and say who signed and where it stands")
    func right() throws {
        let sample = try CertificateSample()
        for file in try Self.files(sample) {
            let findings = try CertifiedFile(file).findings(key: sample.key)
            #expect(findings.allSatisfy { $0.outcome == .shown }, "\(findings)")
            #expect(Set(findings.map(\.code)).isSuperset(of: ["signature", "entry", "journal", "key"]))
        }
    }

    @Test("each byte that is altered in any file is found")
    func altered() throws {
        let sample = try CertificateSample()
        for (which, file) in try Self.files(sample).enumerated() {
            // The certificate stands in the other two.
            let changes: [UInt8] = which == 2 ? [0x01, 0x20, 0x80] : [0x01]
            for index in file.indices {
                for change in changes {
                    var copy = file
                    copy[index] ^= change
                    #expect(!Self.isRight(copy, sample.key), "file \(which), byte \(index) by \(change)")
                }
            }
        }
    }

    @Test("each byte that is left out or doubled is found")
    func shifted() throws {
        let sample = try CertificateSample()
        for (which, file) in try Self.files(sample).enumerated() {
            for index in file.indices {
                var (less, more) = (file, file)
                less.remove(at: index)
                more.insert(file[index], at: index)
                #expect(!Self.isRight(less, sample.key), "file \(which) without byte \(index)")
                #expect(!Self.isRight(more, sample.key), "file \(which) with byte \(index) twice")
            }
        }
    }

    @Test("without the installation's key that is said, and the rest is shown")
    func unknownKey() throws {
        let sample = try CertificateSample()
        let findings = try CertifiedFile(sample.certificate.bytes).findings()
        #expect(findings.filter { $0.outcome == .open }.map(\.code) == ["key"])
        #expect(findings.isRight)
    }

    @Test("another installation's key, and another installation's journal, are wrong")
    func otherInstallation() throws {
        var choices = CertificateSample.Choices()
        choices.installation = "zancada/017f22e2-79b0-7cc3-98c4-dc0c0c07ffff"
        let (one, other) = (try CertificateSample(), try CertificateSample(choices))
        #expect(!one.certificate.findings(key: other.key).isRight)
        // The other's proof under the one's statement.
        let mixed = Certificate(one.certificate.signed, installationKey: other.key, proof: other.certificate.proof)
        #expect(!mixed.findings().isRight && !mixed.findings(key: other.key).isRight)
    }

    @Test("a statement that the journal does not tell of is wrong, whoever signed it")
    func otherStatement() throws {
        var choices = CertificateSample.Choices()
        choices.statementInJournal = String(repeating: "0", count: 64)
        let sample = try CertificateSample(choices)
        let wrong = sample.certificate.findings(key: sample.key).filter { $0.outcome == .wrong }
        #expect(wrong.map(\.code) == ["entry"])
    }

    @Test("where the tree has not caught up, the certificate says so and is not wrong")
    func young() throws {
        var choices = CertificateSample.Choices()
        choices.isProved = false
        let sample = try CertificateSample(choices)
        for file in try Self.files(sample) {
            let findings = try CertifiedFile(file).findings(key: sample.key)
            #expect(findings.isRight && findings.contains { $0.outcome == .open && $0.code == "journal" })
        }
    }

    @Test("a signature by another key is wrong")
    func otherSigner() throws {
        let sample = try CertificateSample()
        let other = try #require(CertifierKey(seed: Secret([UInt8](repeating: 6, count: 32))))
        let forged = try other.sign(sample.certificate.statement)
        let certificate = Certificate(forged, installationKey: sample.key, proof: sample.certificate.proof)
        #expect(certificate.findings(key: sample.key).first { $0.code == "signature" }?.outcome == .wrong)
    }

    @Test("a page of another language, or with the certificate of another page, is wrong; an uncertified one is called that")
    func otherPage() throws {
        let sample = try CertificateSample()
        let english = try CertifiedPage(sample.page).certified(by: sample.certificate, .english)
        #expect(!Self.isRight(english, sample.key))
        let other = try CertifiedPage(CertificateSample.page("Zancada")).certified(by: sample.certificate, .spanish)
        #expect(!Self.isRight(other, sample.key))
        for bare in [sample.page, sample.report, [], Array("hola".utf8)] {
            do throws(Failure) {
                _ = try CertifiedFile(bare)
                Issue.record("taken for certified")
            } catch { #expect(["nothing_certified", "page_without_marks"].contains(error.code)) }
        }
    }

    @Test("what people wrote is shown as text, and amendments stand above the report")
    func shown() throws {
        let sample = try CertificateSample()
        let page = String(decoding: try CertifiedPage(sample.page).certified(by: sample.certificate, .spanish), as: UTF8.self)
        #expect(page.contains("Eva &lt;Ruiz&gt;") && !page.contains("Eva <Ruiz>"))
        #expect(page.contains("Las repeticiones son 5, no 3.") && page.contains("Certificado con cambios"))
        #expect(!page.contains("Sin certificar") && !page.contains("Nadie lo firmó"))
        #expect(page.contains("2026-11-22"))
    }

    @Test("a rejected page says so and why, and brings no certificate")
    func rejected() throws {
        let sample = try CertificateSample()
        let rejection = Rejection(
            by: "Eva", at: Instant(microseconds: 0), because: Text(es: "Mala grabación.", en: "Poor recording."),
            words: "Grabe <otra vez>.",
            isWithdrawal: true)
        let bytes = try CertifiedPage(sample.page).rejected(rejection, .spanish)
        let page = String(decoding: bytes, as: UTF8.self)
        #expect(page.contains("Certificación retirada") && page.contains("Mala grabación.") && page.contains("Grabe &lt;otra vez&gt;."))
        #expect(try CertifiedPage(bytes).certificate() == nil)
    }

    /// The block is drawn again by whoever checks: its bytes never change while the format is this one.
    @Test("the block has the bytes that it always had")
    func block() throws {
        let page = try CertifiedPage(try CertificateSample().page)
        let digests = try [Language.spanish, .english].map { language in
            Digest.of(page.certified(by: try CertificateSample().certificate, language))
        }
        #expect(digests == Self.blocks, "\(digests)")
    }

    private static let blocks = [
        "f6faefea9b1733ac55f88c71d3332b9819241dec01d9818d6c5d8bc943a0b095",
        "d87ff6df33f989a55fb4bc80433190822d85d08990d2240735a62dbe5c4b7247",
    ]

    private static func files(_ sample: CertificateSample) throws -> [[UInt8]] {
        [
            try CertifiedPage(sample.page).certified(by: sample.certificate, .spanish),
            try CertifiedReport.certified(sample.report, by: sample.certificate), sample.certificate.bytes,
        ]
    }

    private static func isRight(_ file: [UInt8], _ key: NoteVerifier) -> Bool {
        guard let file = try? CertifiedFile(file) else { return false }
        return file.findings(key: key).isRight
    }
}
