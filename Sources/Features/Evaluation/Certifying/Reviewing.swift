import Access
import Base
import Certification
import Keys
import Records
import Runtime
import Store
import Transparency

/// A clinician reviews what was measured: certifies it as it is or with changes, or rejects it.
///
/// A review is prepared and signed first, then written. Whether whoever signs still may is asked again where it is written, in its
/// transaction.
package struct Reviewing: Sendable {
    let store: EvaluationStore
    let ports: EvaluationPorts
    package let certificates: Certificates
    private let keys: CertifierKeys

    init(_ store: EvaluationStore, _ ports: EvaluationPorts) {
        self.store = store
        self.ports = ports
        certificates = Certificates(store.host, ports.certifying)
        keys = CertifierKeys(store.host)
    }

    private var host: FeatureHost { store.host }

    /// Who reviews: by a relation to the person, besides the permission.
    private static let reviewers: Set<RoleName> = ["therapist", "coach", "physician"]

    /// To be asked of whoever reviews, not of the feature that writes it down.
    private static let rule = AccessRule(
        .grant(to: .all(.related(as: reviewers), .holds(EvaluationFeature.certify)), upTo: .confidential))

    /// A review that is decided and signed, and not written yet.
    package struct Prepared: Sendable {
        let found: EvaluationStore.Entry
        let place: EvaluationPlace
        let standing: Standing
        let write: RecordWrite
        let told: JournalEntry
        /// What certifies; nil for a rejection.
        let rows: CertificateRows.SQLPair?
        /// Under whose key the certifier's stands.
        let certifier: SubjectKey?
        let withdrawnAt: Instant?
    }

    /// Whether somebody may review an evaluation. Throws `Failure`: `.forbidden, "permission_missing"`, `"own_evaluation"`,
    /// `"access_denied"`; `.conflict, "not_reviewable"`.
    func require(_ entry: EvaluationStore.Entry, by standing: Standing) async throws {
        do throws(Failure) {
            try standing.require(EvaluationFeature.certify)
            guard !standing.selves.contains(entry.person) else { throw Failure.ownEvaluation }
        } catch {
            try await tellRefusal(entry, standing)
            throw error
        }
        let tenant = try standing.organisation()
        let isRelated = try await host.database.within(organisation: tenant.text).read { tx in
            try Self.isRelated(standing, to: entry.person, in: tenant, tx)
        }
        guard isRelated else {
            try await tellRefusal(entry, standing)
            throw Failure.accessDenied
        }
        guard [.preAssessment, .certified].contains(entry.evaluation.state) else { throw Failure.notReviewable }
    }

    private static func isRelated(
        _ standing: Standing, to person: Identifier, in tenant: Identifier, _ tx: borrowing Transaction
    ) throws -> Bool {
        let relations = try RelationTable.relations(of: standing, to: [person], tx)
        return rule.allows(standing, on: RecordFacts(tenant: tenant, subject: person), relations: relations)
    }

    /// Prepares and writes. Throws as `prepare` and `commit`.
    package func review(
        _ request: ReviewRequest, of entry: EvaluationStore.Entry, by standing: Standing
    ) async throws -> EvaluationStore.Entry {
        try await commit(try await prepare(request, of: entry, by: standing))
    }

    /// Decides and signs. Nothing is written but the certifier's key, the first time.
    ///
    /// Throws `InvalidInput`; `Problem` where they have to prove who they are; `Failure`: as `require`; `.forbidden, "certifier_unnamed"`;
    /// `.conflict`, `"already_certified"`, `"page_outdated"`.
    package func prepare(
        _ request: ReviewRequest, of entry: EvaluationStore.Entry, by standing: Standing
    ) async throws -> Prepared {
        try await require(entry, by: standing)
        guard let result = entry.evaluation.result else { throw Failure.notReviewable }
        guard entry.evaluation.state == .preAssessment || request.decision == .reject else { throw Failure.alreadyCertified }
        let amendments = try request.amendments(of: result)
        try await ports.certifying.proof(standing.caller)
        let tenant = try standing.organisation()
        let actor = standing.caller.actor
        guard let name = try await ports.names.names([actor], tenant)[actor] else { throw Failure.certifierUnnamed }
        var review = MovementEvaluation.Review(
            decision: request.decision.outcome, reviewer: actor.text, reviewerName: String(name.prefix(200)),
            reviewedAt: host.world.now(), reason: request.decision == .reject ? request.reason : nil, words: request.words,
            amendments: amendments, statementDigest: entry.evaluation.review?.statementDigest,
            certificate: entry.evaluation.review?.certificate)
        let place = EvaluationPlace(id: entry.id, tenant: tenant, person: entry.person)
        guard request.decision != .reject else { return try await rejecting(entry, place, review, by: standing) }
        let (key, sealing) = try await keys.key(of: actor, in: tenant)
        let checkpoints = try await ports.certifying.checkpoints()
        let statement = try await statement(of: entry, place, result, review, by: key, installation: checkpoints.origin)
        let signed = try key.sign(statement)
        (review.statementDigest, review.certificate) = (statement.digest, statement.number)
        let write = try await revision(entry, .certified, review, by: standing)
        let told = try await EvaluationEvents.certified.entry(
            .init(decision: review.decision, statementDigest: statement.digest), of: entry.id, version: write.record.version,
            about: entry.person, by: try store.working(for: actor, in: tenant), host)
        let certificate = Certificate(signed, installationKey: checkpoints.verifier, proof: nil)
        let rows = try certificates.rows.insertion(
            certificate, version: write.record.version, of: place,
            under: try await host.keyring.standingKey(of: entry.person.text, in: tenant.text))
        return Prepared(
            found: entry, place: place, standing: standing, write: write, told: told, rows: rows, certifier: sealing, withdrawnAt: nil)
    }

    private func rejecting(
        _ entry: EvaluationStore.Entry, _ place: EvaluationPlace, _ review: MovementEvaluation.Review, by standing: Standing
    ) async throws -> Prepared {
        let write = try await revision(entry, .rejected, review, by: standing)
        let told = try await EvaluationEvents.rejected.entry(
            .init(reason: review.reason ?? .other, statementDigest: review.statementDigest), of: entry.id, version: write.record.version,
            about: entry.person, by: try store.working(for: standing.caller.actor, in: place.tenant), host)
        return Prepared(
            found: entry, place: place, standing: standing, write: write, told: told, rows: nil, certifier: nil,
            withdrawnAt: review.isWithdrawal ? review.reviewedAt : nil)
    }

    private func revision(
        _ entry: EvaluationStore.Entry, _ state: MovementEvaluation.State, _ review: MovementEvaluation.Review, by standing: Standing
    ) async throws -> RecordWrite {
        var evaluation = entry.evaluation
        evaluation.state = state
        evaluation.review = review
        return try await store.revision(evaluation, instead: entry, for: standing.caller.actor, in: try standing.organisation())
    }

    /// Writes a review that was prepared, where whoever signed still may, and nobody was quicker.
    ///
    /// Throws `Failure`: `.forbidden` where they may no longer (the journal is told, nothing is written); `.conflict` where the evaluation
    /// changed meanwhile, or somebody was erased.
    package func commit(_ prepared: Prepared) async throws -> EvaluationStore.Entry {
        let (place, standing) = (prepared.place, prepared.standing.at(host.world.now()))
        do {
            try await host.database.within(organisation: place.tenant.text).write { tx in
                try requireStill(standing, place, tx)
                try prepared.certifier?.requireStanding(tx)
                try prepared.write.put(tx)
                try JournalWriter.append(prepared.told, tx)
                try prepared.rows?.execute(tx)
                if let moment = prepared.withdrawnAt { try CertificateRows.withdraw(place.id, in: place.tenant, at: moment, tx) }
            }
        } catch let failure as Failure where failure.kind == .forbidden {
            try await tellRefusal(prepared.found, prepared.standing)
            throw failure
        }
        if prepared.rows != nil { await prove(place, version: prepared.write.record.version) }
        return try store.entry(prepared.write.record)
    }

    /// Roles and relations as they are in this very transaction.
    private func requireStill(_ standing: Standing, _ place: EvaluationPlace, _ tx: borrowing Transaction) throws {
        let caller = standing.caller
        guard let roles = try ports.certifying.roles(caller.actor, place.tenant, tx) else { throw Failure.accessDenied }
        let now = Standing(
            Caller(
                actor: caller.actor, tenant: place.tenant, roles: roles, tier: caller.tier, assurance: caller.assurance,
                session: caller.session), by: host.roles, at: standing.now)
        try now.require(EvaluationFeature.certify)
        guard try Self.isRelated(now, to: place.person, in: place.tenant, tx) else { throw Failure.accessDenied }
    }

    /// The review stands; where the proof cannot be had now, it is made when the certificate is asked for.
    private func prove(_ place: EvaluationPlace, version: Int64) async {
        do {
            try await certificates.proved(place, version: version)
        } catch {
            host.log.warning("certificate_not_proved", ["error": .error(error)])
        }
    }

    private func tellRefusal(_ entry: EvaluationStore.Entry, _ standing: Standing) async throws {
        let told = try JournalEntry(
            .denied, MovementEvaluation.kind.shape.name, record: entry.id, version: Int(entry.version), about: [entry.person.text],
            by: standing, in: host.world)
        try await host.database.within(organisation: try standing.organisation().text).write { tx in
            try JournalWriter.append(told, tx)
        }
    }
}

extension ReviewRequest.Decision {
    fileprivate var outcome: MovementEvaluation.Review.Decision {
        switch self {
        case .certify: .certified
        case .amend: .amended
        case .reject: .rejected
        }
    }
}

extension Failure {
    fileprivate static let ownEvaluation = Failure(
        .forbidden, "own_evaluation",
        Text(
            es: "Nadie certifica su propia evaluación: pida a un colega que la revise.",
            en: "Nobody certifies their own: ask a colleague to review it."))

    static let notReviewable = Failure(
        .conflict, "not_reviewable",
        Text(
            es: "Aquí no hay nada que revisar: todavía no se midió, no se pudo medir, o ya se descartó.",
            en: "There is nothing to review here: it is not measured yet, could not be, or was rejected already."))

    fileprivate static let alreadyCertified = Failure(
        .conflict, "already_certified",
        Text(
            es: "Esta evaluación ya está certificada: lo único que se puede es retirar la certificación, diciendo por qué.",
            en: "This evaluation is certified already: all that can be done is to withdraw that, saying why."))

    fileprivate static let certifierUnnamed = Failure(
        .forbidden, "certifier_unnamed",
        Text(
            es: "Para firmar hace falta una cuenta con nombre en esta organización: un programa no certifica.",
            en: "Signing takes an account with a name in this organisation: a program does not certify."))
}
