import Base
import Certification
import Keys
import Markup
import Transparency

/// A made-up certification: a page and a report, what a clinician signed of them, and a journal of seven entries that tells of it.
package struct CertificateSample: Sendable {
    package let page: [UInt8]
    package let report: [UInt8]
    package let certificate: Certificate
    /// The installation's.
    package let key: NoteVerifier

    /// What may be otherwise than in the usual one.
    package struct Choices: Sendable {
        package var decision = Statement.Decision.amended
        package var words: String? = "Buen control. «Siga así» & descanse."
        package var statementInJournal: String?
        package var installation = "zancada/017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
        package var isProved = true

        package init() {}
    }

    package init(_ choices: Choices = Choices()) throws {
        let page = Self.page("Sentadilla")
        let report = Array("{\n  \"format\": \"zancada.report\",\n  \"provenance\": {\n    \"program\": \"zancada\"\n  }\n}\n".utf8)
        guard let clinician = CertifierKey(seed: Secret([UInt8](repeating: 5, count: 32))), let name = NoteKeyName(choices.installation)
        else { throw Failure.nothingCertified }
        let signer = try NoteSigner(name: name, seed: Secret([UInt8](repeating: 3, count: 32)))
        let digest = String(repeating: "ab", count: 32)
        let statement = Statement(
            number: String(repeating: "0f", count: 16),
            address: "https://clinica.example/certificates/" + String(repeating: "0f", count: 16),
            installation: choices.installation, organisation: "clinic", evaluation: "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", version: 4,
            subject: "017f22e2-79b0-7cc3-98c4-dc0c0c073990", decision: choices.decision,
            measured: .init(
                observations: digest, report: Digest.of(report), video: digest, program: "zancada 0.1.0", method: "7",
                models: [.init("pose.tflite", digest: digest), .init("detector.tflite", digest: digest)]),
            pages: .init(spanish: try CertifiedPage(page).digest, english: digest),
            amendments: choices.decision == .certified
                ? []
                : [
                    .init(
                        what: "repetitions", from: "3", to: "5",
                        told: Text(es: "Las repeticiones son 5, no 3.", en: "There are 5 repetitions, not 3."))
                ],
            words: choices.words, certifier: .init(account: "therapist-1", name: "Eva <Ruiz>", publicKey: clinician.publicKey),
            certifiedAt: Instant(microseconds: 1_795_367_100_123_456),
            code: Squares(width: 21, isDark: (0..<441).map { $0.isMultiple(of: 3) }))
        let signed = try clinician.sign(statement)
        let proof = choices.isProved ? try Self.proof(of: statement, telling: choices.statementInJournal ?? statement.digest, signer) : nil
        self.page = page
        self.report = report
        certificate = Certificate(signed, installationKey: signer.verifier, proof: proof)
        key = signer.verifier
    }

    /// A page with the two places that a report has.
    package static func page(_ title: String) -> [UInt8] {
        let page: HTML = """
            <!DOCTYPE html>
            <h1>\(title)</h1><!--zancada:standing--><p>Sin certificar</p><!--/zancada:standing--><p>97° ± 3°</p>\
            <!--zancada:reading-->Nadie lo firmó.<!--/zancada:reading--><p>fin</p>

            """
        return page.bytes
    }

    private static func proof(of statement: Statement, telling digest: String, _ signer: NoteSigner) throws -> InclusionProofFile {
        let world = FixedWorld(seed: 4).world
        guard let key = SubjectKey(tenant: "clinic", subject: statement.subject, version: 1, bytes: [UInt8](repeating: 7, count: 32)) else {
            throw Failure.nothingCertified
        }
        let context = EntryContext(tenant: "clinic", kind: Certificate.event, record: statement.evaluation, version: 5)
        let body = try key.seal(
            Array("{\"decision\":\"amended\",\"statement_sha256\":\"\(digest)\"}".utf8), as: context, random: world.random)
        var (frontier, tiles) = (TreeFrontier(), TilesInMemory())
        var told: (metadata: EntryMetadata, salt: LeafSalt)?
        for number in 0..<7 {
            let isIt = number == 4
            let metadata = EntryMetadata(
                entry: "entry-\(number)", tenant: "clinic", time: Instant(microseconds: 1_795_367_100_200_000), actor: "feature:evaluation",
                onBehalfOf: "therapist-1", verb: isIt ? "published" : "updated", kind: isIt ? Certificate.event : "evaluation",
                record: statement.evaluation, version: 5, shape: 1, sealingSubject: statement.subject, subjects: [statement.subject])
            let salt = LeafSalt(world.random)
            if isIt { told = (metadata, salt) }
            tiles.write(try frontier.append([LeafEntry(salt: salt, metadata: metadata, sealedBody: isIt ? body : [1]).hash]))
        }
        guard let told else { throw Failure.nothingCertified }
        let checkpoint = try SignedCheckpoint(
            Checkpoint(origin: statement.installation, size: 7, root: try MerkleTree.root(at: 7, tiles.read)), signedBy: [signer])
        return InclusionProofFile(
            metadata: told.metadata, salt: told.salt, bodyHash: TreeHash.digest(of: body), sealedBody: body,
            entryKey: key.entryKey(context).exposedBytes, proof: try MerkleTree.inclusionProof(of: 4, in: 7, tiles.read),
            checkpoint: checkpoint)
    }
}
