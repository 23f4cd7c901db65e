import Access
import Base
import Records
import Runtime
import Store
import Transparency

/// Takes, ends and reviews access in emergencies. Each takes effect in one transaction: the relation, the record that tells of it, the
/// journal, and the order to tell whom it concerns.
package struct EmergencyStore: Sendable {
    private let host: FeatureHost
    private let keeper: PrivacyKeeper
    private let kind = EmergencyAccess.kind.shape

    init(_ host: FeatureHost, _ keeper: PrivacyKeeper) {
        self.host = host
        self.keeper = keeper
    }

    /// How long what a clinician or a reviewer says is: less says nothing.
    static let words = 10...2_000
    /// In which of their own roles a clinician may come in, the widest first.
    static let roles: [RoleName] = ["physician", "therapist", "field_agent"]

    /// An access and the record that holds it.
    package struct Entry: Sendable, Hashable {
        package let id: String
        package let version: Int64
        package let person: String
        /// Who took it.
        package let clinician: String
        package let access: EmergencyAccess
    }

    /// Takes access to a person now. `role` is one of the caller's own; the widest of them unless it is said. `also` writes more in the
    /// same transaction.
    ///
    /// Throws `InvalidInput`; `Failure`: `.forbidden` without the permission or the role, `.notFound` for a person whom nobody created,
    /// `.conflict, "relation_overlaps"` for who is let in as that already, `.invalid` for oneself.
    package func take(
        of person: Identifier, _ reason: EmergencyAccess.Reason, _ words: String, as role: RoleName? = nil, by standing: Standing,
        also: (@Sendable (Entry, borrowing Transaction) throws -> Void)? = nil
    ) async throws -> Entry {
        try standing.require(PrivacyFeature.takeEmergency)
        let tenant = try standing.organisation()
        guard let role = role ?? Self.roles.first(where: standing.roles.contains), Self.roles.contains(role), standing.roles.contains(role)
        else { throw Failure.notOwnRole }
        let (now, minutes) = (host.world.now(), host.settings[PrivacySettings.emergencyMinutes])
        let known = try await keeper.person(person, in: tenant)
        let relation = try Relation(
            id: host.world.id(), tenant: tenant, subject: known.id, grantee: standing.caller.actor, role: role, from: now,
            until: now + .seconds(60 * minutes), reason: .emergency)
        let access = EmergencyAccess(
            state: .awaitingReview, reason: reason, words: words, role: role.text, from: now, until: relation.until ?? now,
            relation: relation.id)
        let write = try await host.store.creation(kind, try EmergencyAccess.kind.body(of: access).bytes, about: known.id, by: standing)
        let granting = try await relations.granting(relation, by: try keeper.standing(for: standing.caller.actor, in: tenant))
        let told = try await PrivacyEvents.emergencyTaken.entry(
            .init(until: access.until), of: write.record.id, version: 1, about: known.id, by: standing, host)
        let notify = try PrivacyJobs.notifying.request(
            NotifyOrder(person: known.id.text, access: write.record.id, what: .taken), in: tenant, priority: .urgent, host.world)
        let entry = try entry(write.record)
        try await host.database.within(organisation: tenant.text).write { tx in
            try write.put(tx)
            try granting(tx)
            try JournalWriter.append(told, tx)
            try notify.enqueue(tx)
            try also?(entry, tx)
        }
        return entry
    }

    /// Ends it before its time: whoever took it, or may review it. Throws `Failure`: `.forbidden`, `.notFound`, `.conflict` where it is
    /// over.
    package func end(_ id: String, by standing: Standing) async throws -> Entry {
        let found = try await access(id, by: standing)
        guard found.clinician == standing.caller.actor.text || standing.permissions.contains(PrivacyFeature.reviewEmergency) else {
            throw Failure.accessDenied
        }
        let now = host.world.now()
        guard found.access.isOpen(at: now) else { throw Failure.emergencyOver }
        var access = found.access
        access.endedAt = max(now, access.from)
        return try await put(access, instead: found, ending: true, by: standing)
    }

    /// Says whether it was justified, once. An open one that was not ends. Throws `InvalidInput`; `Failure`: `.forbidden` without the
    /// permission and for one's own, `.notFound`, `.conflict` where it was reviewed.
    package func review(_ id: String, isJustified: Bool, _ words: String, by standing: Standing) async throws -> Entry {
        try standing.require(PrivacyFeature.reviewEmergency)
        let found = try await access(id, by: standing)
        guard found.clinician != standing.caller.actor.text else { throw Failure.emergencyOwn }
        guard found.access.state == .awaitingReview else { throw Failure.emergencyReviewed }
        let now = host.world.now()
        var access = found.access
        access.state = isJustified ? .justified : .notJustified
        access.reviewedBy = standing.caller.actor.text
        access.reviewedAt = now
        access.review = words
        let isEnding = !isJustified && access.isOpen(at: now)
        if isEnding { access.endedAt = max(now, access.from) }
        return try await put(access, instead: found, ending: isEnding, by: standing)
    }

    private func put(
        _ access: EmergencyAccess, instead found: Entry, ending isEnding: Bool, by standing: Standing
    ) async throws -> Entry {
        let tenant = try standing.organisation()
        let write = try await host.store.revision(
            kind, found.id, try EmergencyAccess.kind.body(of: access).bytes, ifVersion: found.version, by: standing)
        let ending =
            isEnding
            ? try await relations.ending(access.relation, by: try keeper.standing(for: standing.caller.actor, in: tenant)) : nil
        let isReviewed = access.state != found.access.state
        let told =
            isReviewed
            ? try await PrivacyEvents.emergencyReviewed.entry(
                .init(isJustified: access.state == .justified), of: found.id, version: write.record.version,
                about: try Identifier(found.person), by: standing, host) : nil
        let notify =
            isReviewed
            ? try PrivacyJobs.notifying.request(
                NotifyOrder(person: found.person, access: found.id, what: .reviewed), in: tenant, host.world) : nil
        try await host.database.within(organisation: tenant.text).write { tx in
            try write.put(tx)
            do { try ending?(tx) } catch let failure as Failure where failure.code == "relation_ended" { throw Failure.emergencyOver }
            if let told { try JournalWriter.append(told, tx) }
            try notify?.enqueue(tx)
        }
        return try entry(write.record)
    }

    /// One of them. Throws `Failure(.notFound)`, for one that the caller may not see as for one that is not there.
    package func access(_ id: String, by standing: Standing) async throws -> Entry {
        do {
            return try entry(try await host.store.read(kind, id, by: standing))
        } catch let failure as Failure where failure.kind == .forbidden || failure.kind == .notFound {
            throw Failure.noEmergency
        }
    }

    /// Those that the caller may see, what waits for a review first; of one person where it is said whose.
    package func accesses(of person: Identifier? = nil, _ request: PageRequest, by standing: Standing) async throws -> Page<Entry> {
        try await host.store.list(kind, orderedBy: RecordIndex(by: "state"), of: person, request, by: standing).map { try entry($0) }
    }

    /// What the clinician did with the person's data while it lasted, the latest first, at most 200: as the journal tells it, within a
    /// second.
    package func looks(during entry: Entry, in tenant: Identifier) async throws -> [EntrySeen] {
        let person = try await keeper.person(try Identifier(entry.person), in: tenant)
        let looks = JournalLooks(at: person.names.map(\.text)) { looks in
            looks.verbs = [.read, .listed, .exported, .created, .updated, .deleted, .restored, .denied]
            looks.actor = entry.clinician
            looks.from = entry.access.from
            looks.until = entry.access.over
        }
        let found = try await JournalReader(host.database).entries(looks, in: tenant.text, atMost: PageRequest.limits.upperBound)
        // Asking for it is not part of what it was asked for.
        return found.filter { $0.entry.metadata.kind != kind.name }.map { EntrySeen($0) }
    }

    private var relations: Relations { Relations(host.database, host.keyring, book: host.roles, world: host.world) }

    private func entry(_ record: Record) throws -> Entry {
        Entry(
            id: record.id, version: record.version, person: record.subjects.first ?? "", clinician: record.author,
            access: try EmergencyAccess.kind.value(from: record.body))
    }
}

extension Failure {
    fileprivate static let notOwnRole = Failure(
        .forbidden, "emergency_role",
        Text(
            es: "Solo puede entrar como lo que usted es: elija uno de sus propios roles clínicos.",
            en: "You can come in only as what you are: choose one of your own clinical roles."))

    fileprivate static let noEmergency = Failure(
        .notFound, "emergency_not_found",
        Text(es: "No hay tal acceso de emergencia: revise la lista.", en: "There is no such emergency access: look at the list."))

    fileprivate static let emergencyOver = Failure(
        .conflict, "emergency_over",
        Text(es: "Ese acceso ya terminó; no hay nada que hacer.", en: "That access is over already; there is nothing to do."))

    fileprivate static let emergencyOwn = Failure(
        .forbidden, "emergency_own",
        Text(es: "Nadie revisa su propio acceso: lo hará otra persona.", en: "Nobody reviews their own access: somebody else will."))

    fileprivate static let emergencyReviewed = Failure(
        .conflict, "emergency_reviewed",
        Text(es: "Ese acceso ya fue revisado: vea lo que se dijo.", en: "That access was reviewed already: see what was said."))
}
