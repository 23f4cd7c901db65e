import Access
import Base
import Certification
import Runtime
import Web

extension Reviewing {
    /// What is to be signed: the files as they are kept, held against what the record says of them.
    func statement(
        of entry: EvaluationStore.Entry, _ place: EvaluationPlace, _ result: MovementEvaluation.Result,
        _ review: MovementEvaluation.Review, by key: CertifierKey, installation: String
    ) async throws -> Statement {
        guard let report = try await store.files.bytes(.report, of: place), Digest.of(report) == result.reportDigest,
            let spanish = try await store.files.bytes(.spanishPage, of: place),
            let english = try await store.files.bytes(.englishPage, of: place),
            let provenance = (try? JSON.parse(report))?["provenance"]
        else { throw Failure.filesAltered }
        let pages: Statement.Pages
        do throws(Failure) {
            pages = .init(spanish: try CertifiedPage(spanish).digest, english: try CertifiedPage(english).digest)
        } catch {
            throw Failure.pageOutdated
        }
        let models = (provenance["models"]?.object?.members ?? []).compactMap { member in
            member.value.string.map { Statement.Model(member.name, digest: $0) }
        }
        let number = Hexadecimal.string(store.host.world.random.bytes(16))
        let address = "\(ports.certifying.place)\(EvaluationPages.certificates)/\(number)"
        return Statement(
            number: number, address: address, installation: installation, organisation: place.tenant.text, evaluation: entry.id,
            version: Int(entry.version), subject: entry.person.text, decision: review.decision == .amended ? .amended : .certified,
            measured: .init(
                observations: result.observationsDigest, report: result.reportDigest, video: entry.evaluation.videoDigest ?? "",
                program: result.program, method: result.method, models: models),
            pages: pages,
            amendments: review.amendments.map { .init(what: $0.what.rawValue, from: $0.from, to: $0.to, told: $0.told) },
            words: review.words,
            certifier: .init(account: review.reviewer, name: review.reviewerName, publicKey: key.publicKey),
            certifiedAt: review.reviewedAt, code: ports.certifying.qr(address).flatMap { Squares(width: $0.width, isDark: $0.isDark) })
    }
}

extension Failure {
    /// What is signed is what was measured, or nothing is.
    fileprivate static let filesAltered = Failure(
        .fault, "files_altered",
        Text(
            es: "Los archivos de esta evaluación no son los que se midieron: no se firma nada. Avise a quien administra el sistema.",
            en: "The files of this evaluation are not those that were measured: nothing is signed. Tell whoever runs the system."))

    fileprivate static let pageOutdated = Failure(
        .conflict, "page_outdated",
        Text(
            es: "El informe es de una versión anterior que no se puede certificar: pida una grabación nueva.",
            en: "The report is of an earlier version that cannot be certified: ask for a new recording."))
}
