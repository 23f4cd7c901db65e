import Access
import Base
import Keys
import Movement
import Records
import Runtime
import Store
import Transparency

/// Evaluations, from their announcement to the moment at which all of the video is here.
package struct EvaluationStore: Sendable {
    let host: FeatureHost
    let parts: VideoParts
    let files: EvaluationFiles
    let kind = MovementEvaluation.kind.shape
    /// What lists are ordered by.
    let gists = EvaluationGists()

    init(_ host: FeatureHost, _ videos: any BlobStore) {
        self.host = host
        parts = VideoParts(host, videos)
        files = EvaluationFiles(host)
    }

    /// An evaluation and the record that holds it.
    package struct Entry: Sendable, Hashable {
        package let id: String
        package let version: Int64
        package let tenant: String
        package let person: Identifier
        package let createdAt: Instant
        package let evaluation: MovementEvaluation
    }

    /// What somebody announces.
    package struct Announcement: Sendable {
        package var request: MeasureRequest
        package var bytes: Int
        package var gravity: [Double]?
        package var focalLengthOverLongSide: Double?

        package init(request: MeasureRequest, bytes: Int, gravity: [Double]? = nil, focalLengthOverLongSide: Double? = nil) {
            self.request = request
            self.bytes = bytes
            self.gravity = gravity
            self.focalLengthOverLongSide = focalLengthOverLongSide
        }
    }

    /// The largest video that is taken, in bytes.
    package var mostBytes: Int { host.settings[EvaluationSettings.mostMegabytes] << 20 }

    /// Opens an evaluation of somebody, whose video comes afterwards. `also` writes more in the same transaction.
    ///
    /// Throws `InvalidInput`; `Failure`: `.forbidden, "consent_needed"` where who may film has not the person's consent, `.forbidden`
    /// for who may not film them, `.invalid, "video_too_large"`, `.notFound` for a person whom nobody created.
    package func begin(
        _ announcement: Announcement, of person: Identifier, by standing: Standing,
        also: (@Sendable (Entry, borrowing Transaction) throws -> Void)? = nil
    ) async throws -> Entry {
        let tenant = try standing.organisation()
        guard announcement.bytes <= mostBytes else { throw Failure.videoTooLarge(mostBytes) }
        let evaluation = MovementEvaluation(
            state: .uploading, asked: announcement.request.exercise?.rawValue ?? "auto", language: announcement.request.language.rawValue,
            heightCentimetres: announcement.request.heightMetres.map { ($0 * 1_000).rounded() / 10 }, gravity: announcement.gravity,
            focalLengthOverLongSide: announcement.focalLengthOverLongSide, bytes: announcement.bytes, isVideoKept: false)
        let write: RecordWrite
        do {
            write = try await host.store.creation(
                kind, try MovementEvaluation.kind.body(of: evaluation).bytes, about: person, by: standing)
        } catch let failure as Failure where failure.kind == .forbidden {
            throw try await isFilmed(person, in: tenant, by: standing) ? Failure.consentNeeded : failure
        }
        let entry = try entry(write.record)
        try await host.database.within(organisation: tenant.text).write { tx in
            try write.put(tx)
            try also?(entry, tx)
        }
        return entry
    }

    /// Whether nothing but the person's consent is missing. For who has nothing to do with them it is no, whether or not there is such a
    /// person.
    private func isFilmed(_ person: Identifier, in tenant: Identifier, by standing: Standing) async throws -> Bool {
        let relations = try await host.database.within(organisation: tenant.text).read { tx in
            try RelationTable.relations(of: standing, to: [person], tx)
        }
        let facts = RecordFacts(tenant: tenant, subject: person, consents: [EvaluationFeature.consent])
        return kind.access.create.allows(standing, on: facts, relations: relations)
    }

    /// Takes a part of a video. Said again it does no harm.
    ///
    /// Throws `Failure`: `.notFound` for an evaluation that the caller may not see or that has no such part; `.conflict`,
    /// `"upload_closed"` where its video is complete or dropped, `"part_differs"`; `.invalid`, `"part_length"`, `"part_digest"` where
    /// the bytes are not those of `digest`.
    package func take(_ bytes: [UInt8], digest: String, number: Int, of id: String, by standing: Standing) async throws {
        let (found, place) = try await open(id, by: standing)
        guard (0..<VideoParts.count(of: found.evaluation.bytes)).contains(number) else { throw Failure.noPart }
        let length = VideoParts.length(of: number, in: found.evaluation.bytes)
        guard bytes.count == length else { throw Failure.partLength(length) }
        var content = Digest()
        content.update(bytes)
        guard content.hexadecimal == digest else { throw Failure.partDigest }
        try await parts.put(bytes, digest, number, of: place)
    }

    /// Which parts are missing yet, in order.
    package func missing(of entry: Entry, by standing: Standing) async throws -> [Int] {
        guard entry.evaluation.state == .uploading else { return [] }
        let there = try await parts.digests(of: EvaluationPlace(id: entry.id, tenant: try standing.organisation(), person: entry.person))
        return (0..<VideoParts.count(of: entry.evaluation.bytes)).filter { there[$0] == nil }
    }

    /// All of the video was sent: from now on it is measured, without anybody's help. Said again it does no harm.
    ///
    /// Throws `Failure`: `.notFound`; `.conflict`, `"parts_missing"`, or `"upload_closed"` where the upload was dropped.
    package func finish(_ id: String, by standing: Standing) async throws -> Entry {
        let found = try await entry(id, by: standing)
        guard found.evaluation.state == .uploading else {
            if found.evaluation.refusal?.code == Failure.uploadDropped.code { throw Failure.uploadClosed }
            return found
        }
        let missing = try await missing(of: found, by: standing)
        guard missing.isEmpty else { throw Failure.partsMissing(missing) }
        var evaluation = found.evaluation
        evaluation.state = .waiting
        let tenant = try standing.organisation()
        let order = try EvaluationJobs.measuring.request(
            EvaluationOrder(evaluation: found.id, person: found.person.text), in: tenant, key: found.id, host.world)
        do {
            return try await write(evaluation, instead: found, for: standing.caller.actor, in: tenant) { tx in _ = try order.enqueue(tx) }
        } catch let failure as Failure where failure.kind == .conflict {
            // Somebody else finished it, or it was dropped.
            let now = try await entry(id, by: standing)
            guard now.evaluation.state != .uploading, now.evaluation.refusal?.code != Failure.uploadDropped.code else { throw failure }
            return now
        }
    }

    /// One of them. Throws `Failure(.notFound)` for what is not there or is not for the caller to see.
    /// `isShown`: as `RecordStore.read`.
    package func entry(_ id: String, isShown: Bool = true, by standing: Standing) async throws -> Entry {
        let record = try await host.store.read(kind, id, isShown: isShown, by: standing)
        guard record.deletedAt == nil else { throw Failure.noEvaluation }
        return try entry(record)
    }

    /// A page of somebody's evaluations, or of all that the caller may see, by time of creation.
    package func entries(of person: Identifier?, _ page: PageRequest, by standing: Standing) async throws -> Page<Entry> {
        let records = try await host.store.list(kind, of: person, page, by: standing)
        return Page(items: try records.items.map { try entry($0) }, next: records.next)
    }

    private func open(_ id: String, by standing: Standing) async throws -> (Entry, EvaluationPlace) {
        let found = try await entry(id, isShown: false, by: standing)
        guard found.evaluation.state == .uploading else { throw Failure.uploadClosed }
        return (found, EvaluationPlace(id: found.id, tenant: try standing.organisation(), person: found.person))
    }

    func entry(_ record: Record) throws -> Entry {
        guard let person = record.subjects.first else { throw Failure.noEvaluation }
        return Entry(
            id: record.id, version: record.version, tenant: record.tenant, person: try Identifier(person), createdAt: record.createdAt,
            evaluation: try MovementEvaluation.kind.value(from: record.body))
    }

    /// Writes the next version in the feature's own name, for whoever asked.
    func write(
        _ evaluation: MovementEvaluation, instead found: Entry, for somebody: Identifier?, in tenant: Identifier,
        also: @escaping MoreWriting = { _ in }
    ) async throws -> Entry {
        let write = try await revision(evaluation, instead: found, for: somebody, in: tenant)
        try await host.database.within(organisation: tenant.text).write { tx in
            try write.put(tx)
            try also(tx)
        }
        return try entry(write.record)
    }

    func revision(
        _ evaluation: MovementEvaluation, instead found: Entry, for somebody: Identifier?, in tenant: Identifier
    ) async throws -> RecordWrite {
        try await host.store.revision(
            kind, found.id, try MovementEvaluation.kind.body(of: evaluation).bytes, ifVersion: found.version,
            by: try working(for: somebody, in: tenant))
    }

    func working(for somebody: Identifier?, in tenant: Identifier) throws -> Standing {
        try host.standing(of: EvaluationFeature.manifest.name, as: EvaluationFeature.role.name, for: somebody, in: tenant)
    }
}

extension Failure {
    static let noEvaluation = Failure(
        .notFound, "evaluation_not_found",
        Text(es: "No hay tal evaluación, o usted no tiene acceso a ella.", en: "There is no such evaluation, or you have no access to it."))

    fileprivate static let consentNeeded = Failure(
        .forbidden, "consent_needed",
        Text(
            es: "La persona todavía no aceptó que se mida cómo se mueve: pídale su consentimiento en «Mis datos».",
            en: "The person has not agreed yet that their movement is measured: ask for their consent under “My data”."))

    static func videoTooLarge(_ most: Int) -> Failure {
        Failure(
            .invalid, "video_too_large",
            Text(
                es: "El video es demasiado grande: se aceptan hasta \(most >> 20) MiB. Grabe menos tiempo o con menos calidad.",
                en: "The video is too large: at most \(most >> 20) MiB are taken. Film for a shorter time, or in lower quality."))
    }

    fileprivate static let noPart = Failure(
        .notFound, "no_such_part",
        Text(es: "El video no tiene una parte con ese número.", en: "The video has no part of that number."))

    fileprivate static func partLength(_ length: Int) -> Failure {
        Failure(
            .invalid, "part_length",
            Text(
                es: "Esta parte del video debe tener \(length) bytes: mande la que falta entera.",
                en: "This part of the video must have \(length) bytes: send all of it."))
    }

    fileprivate static let partDigest = Failure(
        .invalid, "part_digest",
        Text(
            es: "La parte llegó dañada (no es la de su resumen SHA-256): mándela de nuevo.",
            en: "The part arrived damaged (it is not that of its SHA-256): send it again."))

    fileprivate static let uploadClosed = Failure(
        .conflict, "upload_closed",
        Text(
            es: "Esta evaluación ya no recibe video: está completo o se descartó. Empiece otra si quiere grabar de nuevo.",
            en: "This evaluation takes no video any more: it is complete, or was dropped. Begin another to film again."))

    fileprivate static func partsMissing(_ numbers: [Int]) -> Failure {
        let list = numbers.prefix(20).map(String.init).joined(separator: ", ") + (numbers.count > 20 ? "…" : "")
        return Failure(
            .conflict, "parts_missing",
            Text(
                es: "Faltan \(numbers.count) partes del video (\(list)): mándelas y termine después.",
                en: "\(numbers.count) parts of the video are missing (\(list)): send them, then finish."))
    }

    static let uploadDropped = Failure(
        .invalid, "upload_dropped",
        Text(
            es: "El video no llegó completo a tiempo y se descartó: grabe de nuevo.",
            en: "The video did not arrive in full in time, and was dropped: film again."))
}
