import Base
import Keys
import Transparency

extension Certificate {
    /// The name of the event by which the journal tells of a certification.
    package static let event = "evaluation.certified"

    /// What of the certificate is shown: who signed, that the journal tells of it, and whose journal that is.
    ///
    /// `key` is the installation's, from where it published it; without it, the key in the file is taken, and that is said.
    package func findings(key: NoteVerifier? = nil) -> [Finding] {
        [signature] + (proof.map { entry($0) + [checkpoint($0, key ?? installationKey)] } ?? [Self.younger]) + origin(key)
    }

    private var signature: Finding {
        let (name, day) = (statement.certifier.name, statement.certifiedAt.plainMoment)
        guard signed.isSigned else {
            return Finding(
                .wrong, "signature",
                Text(
                    es: "La firma no es la de esta declaración: fue alterada, o nadie la firmó.",
                    en: "The signature is not this statement's: it was altered, or nobody signed it."))
        }
        return Finding(
            .shown, "signature",
            Text(es: "\(name) firmó esta declaración (\(day)).", en: "\(name) signed this statement (\(day))."))
    }

    private static let younger = Finding(
        .open, "journal",
        Text(
            es:
                "El certificado todavía no trae la prueba de que está en el diario de la instalación: pídalo de nuevo dentro de unos minutos.",
            en: "The certificate does not bring the proof that the installation's journal has it yet: ask for it again in some minutes."))

    /// The entry is the one that tells of this statement, by whoever signed it.
    private func entry(_ proof: InclusionProofFile) -> [Finding] {
        let metadata = proof.metadata
        let isOfIt =
            metadata.kind == Self.event && metadata.verb == "published" && metadata.record == statement.evaluation
            && metadata.tenant == statement.organisation && metadata.subjects == [statement.subject]
            && [metadata.actor, metadata.onBehalfOf ?? ""].contains(statement.certifier.account)
        guard isOfIt else {
            return [
                Finding(
                    .wrong, "entry",
                    Text(
                        es: "La entrada del diario es de otra cosa, no de esta certificación.",
                        en: "The journal's entry is about something else, not about this certification."))
            ]
        }
        guard let told = Self.told(proof), told == statement.digest else {
            return [
                Finding(
                    .wrong, "entry",
                    Text(
                        es: "La entrada del diario no habla de esta declaración, o no se abre: algo fue alterado.",
                        en: "The journal's entry does not tell of this statement, or does not open: something was altered."))
            ]
        }
        let day = metadata.time.plainMoment
        return [
            Finding(
                .shown, "entry",
                Text(
                    es: "La entrada \(metadata.entry) del diario cuenta esta certificación (\(day)).",
                    en: "The journal's entry \(metadata.entry) tells of this certification (\(day))."))
        ]
    }

    /// The SHA-256 of the statement that the sealed body of the entry holds; nil where it does not open.
    private static func told(_ proof: InclusionProofFile) -> String? {
        let metadata = proof.metadata
        guard let sealed = proof.sealedBody, let key = proof.entryKey.flatMap({ EntryKey(bytes: $0) }) else { return nil }
        let context = EntryContext(
            tenant: metadata.tenant, kind: metadata.kind, record: metadata.record ?? "", version: Int64(metadata.version))
        guard let body = try? Sealing.open(sealed, under: key, as: context),
            let json = try? JSON.parse(body, limits: JSON.Limits(bytes: 4_096, depth: 2))
        else { return nil }
        return json["statement_sha256"]?.string
    }

    private func checkpoint(_ proof: InclusionProofFile, _ key: NoteVerifier) -> Finding {
        do throws(Failure) {
            try proof.verify(origin: statement.installation, keys: [key])
        } catch {
            return Finding(.wrong, "journal", error.message)
        }
        let (place, size) = (proof.proof.index, proof.proof.size)
        return Finding(
            .shown, "journal",
            Text(
                es: "Está en el diario de \(statement.installation): posición \(place) de \(size) entradas firmadas.",
                en: "It stands in the journal of \(statement.installation): position \(place) of \(size) signed entries."))
    }

    private func origin(_ key: NoteVerifier?) -> [Finding] {
        guard let key else {
            return [
                Finding(
                    .open, "key",
                    Text(
                        es: """
                            La clave de la instalación es la que trae el mismo archivo, y vale lo que valga su procedencia. Compárela con la \
                            que la instalación publica (--key): \(installationKey.text)
                            """,
                        en: """
                            The installation's key is the one in the file itself, and as good as where the file came from. Compare it with \
                            the one that the installation publishes (--key): \(installationKey.text)
                            """))
            ]
        }
        guard key == installationKey else {
            return [
                Finding(
                    .wrong, "key",
                    Text(
                        es: "La clave de la instalación en el archivo no es la que usted dio: es de otra instalación.",
                        en: "The installation's key in the file is not the one you gave: it is another installation's."))
            ]
        }
        return [
            Finding(
                .shown, "key",
                Text(
                    es: "La clave de la instalación es la que usted dio.", en: "The installation's key is the one you gave."))
        ]
    }
}

extension Instant {
    /// `2026-11-22, 17:05 UTC`: the same for ever, whatever becomes of the ways in which pages write moments.
    package var plainMoment: String {
        let text = description
        return "\(text.prefix(10)), \(text.dropFirst(11).prefix(5)) UTC"
    }
}
