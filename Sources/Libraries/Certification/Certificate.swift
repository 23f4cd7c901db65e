import Base
import Transparency

/// All that an outsider needs to check what a clinician said of an evaluation: the statement, its signature, and the proof that the
/// installation's journal tells of it. Read, it is not yet believed: `Certificate.findings` says what of it is shown.
package struct Certificate: Sendable, Hashable {
    package static let format = "zancada evaluation certificate 1"
    package static let mostBytes = 1 << 20

    package let signed: SignedStatement
    /// With which the installation signs its journal. In a file it is only as good as where the file came from.
    package let installationKey: NoteVerifier
    /// nil where the journal's tree had not taken up the entry yet.
    package let proof: InclusionProofFile?

    package init(_ signed: SignedStatement, installationKey: NoteVerifier, proof: InclusionProofFile?) {
        self.signed = signed
        self.installationKey = installationKey
        self.proof = proof
    }

    package var statement: Statement { signed.statement }

    /// One line of JSON. Statement and proof stand in it as texts, since their bytes count.
    package var bytes: [UInt8] {
        var json = JSONWriter(reservingBytes: 8_192)
        json.object { json in
            json.member("format", Self.format)
            json.member("statement", String(decoding: statement.bytes, as: UTF8.self))
            json.member("signature", Hexadecimal.string(signed.signature))
            json.member("installation_key", installationKey.text)
            json.member("proof", proof.map { String(decoding: $0.bytes, as: UTF8.self) })
        }
        return json.bytes
    }

    /// Reads one, strictly: a certificate has one text. A newline at its end is passed over.
    ///
    /// Throws `Failure(.invalid)`: `"certificate_malformed"`, `"statement_malformed"`, and what reading a proof and a key throws.
    package init(_ bytes: [UInt8]) throws(Failure) {
        let line = bytes.last == UInt8(ascii: "\n") ? Array(bytes.dropLast()) : bytes
        guard line.count <= Self.mostBytes, let json = try? JSON.parse(line, limits: JSON.Limits(bytes: Self.mostBytes, depth: 2)),
            json["format"]?.string == Self.format, let text = json["statement"]?.string,
            let signature = json["signature"]?.string.flatMap({ Hexadecimal.read($0.utf8) }), signature.count == 64,
            let key = json["installation_key"]?.string
        else { throw Failure.certificateMalformed }
        signed = SignedStatement(try Statement(Array(text.utf8)), signature: signature)
        installationKey = try NoteVerifier(key)
        proof = if let text = json["proof"]?.string { try InclusionProofFile(Array(text.utf8)) } else { nil }
        guard self.bytes == line else { throw Failure.certificateMalformed }
    }
}

extension Failure {
    static let certificateMalformed = Failure(
        .invalid, "certificate_malformed",
        Text(
            es: "Esto no es un certificado de una evaluación, o está alterado: pida el archivo de nuevo.",
            en: "This is no certificate of an evaluation, or was altered: ask for the file again."))
}
