import Base

/// Brings a database to the schema of this program, or says how far apart the two are.
///
/// What was done stands in the table `schema_migrations`, with a checksum. All migrators of one database, on all machines,
/// take turns. Whoever is killed half-way leaves each migration done or not done; a separate one is taken again.
package struct Migrator: Sendable {
    let series: [MigrationSeries]

    /// No two series of one feature.
    package init(_ series: [MigrationSeries]) {
        precondition(Set(series.map(\.feature)).count == series.count, "two series of migrations for one feature")
        self.series = series
    }

    /// Takes every step that is due, in the order of features and numbers, and returns what was done. `now` is written beside
    /// each. Contracting steps are left out unless `contracting`, or where the series is new to the database: no older
    /// release can be running on it then.
    ///
    /// Throws a `Failure(.unavailable)` where the database was made by a newer program or a released step was altered, and
    /// `.conflict` where another migrator is at work or a step that is due stands behind a contracting one; nothing was done
    /// then. Where a step fails, or the connection that keeps other migrators away is lost (`.unavailable`), the steps before
    /// it stay.
    package func migrate(_ database: Database, contracting: Bool = false, now: @Sendable () -> Instant) async throws -> [MigrationStep] {
        let database = database.under {
            $0.isLong = true
            $0.refusesHiddenRows = true
            $0.deadline = .seconds(3600)
        }
        guard let lease = try await database.lease("zancada_migrations") else { throw Failure.anotherMigrator }
        do {
            let done = try await takeSteps(database, under: lease, contracting: contracting, now: now)
            await lease.release()
            return done
        } catch {
            await lease.release()
            throw error
        }
    }

    private func takeSteps(
        _ database: Database, under lease: any Lease, contracting: Bool, now: @Sendable () -> Instant
    ) async throws -> [MigrationStep] {
        try await database.write { tx in
            try tx.lock("zancada_migrations")
            try tx.execute(MigrationLedger.creation(tx.dialect))
        }
        let status = try await status(database)
        if let obstacle = status.obstacle { throw obstacle }
        if !contracting, let obstacle = status.contractionFirst { throw obstacle }
        var done: [MigrationStep] = []
        for step in contracting ? status.pending : status.due {
            guard lease.isHeld else { throw Failure.migratorsLeaseLost }
            let wasTaken =
                switch step.migration.unity {
                case .transaction: try await takeWhole(step, database, at: now())
                case .separate: try await takeApart(step, database, under: lease, now: now)
                }
            if wasTaken { done.append(step) }
        }
        return done
    }

    /// False where another migrator took the step since.
    private func takeWhole(_ step: MigrationStep, _ database: Database, at instant: Instant) async throws -> Bool {
        try await database.write { tx in
            try tx.lock("zancada_migrations")
            guard try !MigrationLedger.isFinished(step, tx) else { return false }
            for statement in step.migration.statements(tx.dialect) { try tx.execute(statement) }
            try MigrationLedger.begin(step, at: instant, tx)
            try MigrationLedger.finish(step, at: instant, tx)
            return true
        }
    }

    private func takeApart(
        _ step: MigrationStep, _ database: Database, under lease: any Lease, now: @Sendable () -> Instant
    ) async throws -> Bool {
        let begun = now()
        let isDue = try await database.write { tx in
            guard try !MigrationLedger.isFinished(step, tx) else { return false }
            try MigrationLedger.begin(step, at: begun, tx)
            return true
        }
        guard isDue else { return false }
        for statement in step.migration.statements(database.dialect) {
            guard lease.isHeld else { throw Failure.migratorsLeaseLost }
            try await database.executeAlone(statement)
        }
        let finished = now()
        try await database.write { tx in try MigrationLedger.finish(step, at: finished, tx) }
        return true
    }

    /// How far the database and this program are apart. Reads only; a database without the table has taken no step.
    package func status(_ database: Database) async throws -> MigrationStatus {
        let entries = try await database.read { tx in try MigrationLedger.entries(tx) }
        return MigrationStatus(entries: entries, series: series, dialect: database.dialect)
    }
}

/// A migration and the feature it belongs to.
package struct MigrationStep: Sendable {
    package let feature: String
    package let migration: Migration

    /// `identity 3: add devices`
    package var title: String { "\(feature) \(migration.number): \(migration.name)" }
}

/// How far a database and a program are apart.
package struct MigrationStatus: Sendable {
    /// Steps of this program that the database has not taken, in the order in which they are due.
    package private(set) var pending: [MigrationStep] = []
    /// Steps that the database has taken and this program does not know: it was made by a newer one.
    package private(set) var unknown: [String] = []
    /// Steps that were edited after the database took them.
    package private(set) var altered: [String] = []
    /// Separate steps that broke off; `migrate` takes them again.
    package private(set) var halfTaken: [String] = []
    package private(set) var takenCount = 0

    /// Contracting steps of series that have taken other steps before: an older release may be running.
    private var heldBack: Set<String> = []

    init(entries: [MigrationLedger.Entry], series: [MigrationSeries], dialect: Dialect) {
        struct Key: Hashable {
            let feature: String
            let number: Int
        }
        let taken = Dictionary(entries.map { (Key(feature: $0.feature, number: $0.number), $0) }, uniquingKeysWith: { first, _ in first })
        let begunFeatures = Set(entries.map(\.feature))
        var known: Set<Key> = []
        for series in series {
            for migration in series.migrations {
                let step = MigrationStep(feature: series.feature, migration: migration)
                let key = Key(feature: series.feature, number: migration.number)
                known.insert(key)
                guard let entry = taken[key] else {
                    pending.append(step)
                    if migration.phase == .contract, begunFeatures.contains(series.feature) { heldBack.insert(step.title) }
                    continue
                }
                if entry.finishedAt == nil {
                    halfTaken.append(step.title)
                    pending.append(step)
                } else if entry.checksum != migration.checksum(dialect) {
                    altered.append(step.title)
                } else {
                    takenCount += 1
                }
            }
        }
        for entry in entries where !known.contains(Key(feature: entry.feature, number: entry.number)) {
            unknown.append("\(entry.feature) \(entry.number): \(entry.name)")
        }
    }

    /// Why this program must not work on the database at all; nil where it may.
    package var obstacle: Failure? {
        if !unknown.isEmpty { return .newerSchema(unknown) }
        if !altered.isEmpty { return .alteredMigration(altered) }
        return nil
    }

    /// Steps that must be taken before this program can work.
    package var due: [MigrationStep] { pending.filter { !heldBack.contains($0.title) } }

    /// Steps that can be taken once no older release runs any more.
    package var awaitingContraction: [MigrationStep] { pending.filter { heldBack.contains($0.title) } }

    /// Steps are taken in the order of their numbers: where one that is due stands behind one that waits for older releases to
    /// be gone, that one comes first.
    package var contractionFirst: Failure? {
        var waiting: [String: String] = [:]
        for step in pending {
            if heldBack.contains(step.title) {
                waiting[step.feature] = step.title
            } else if let before = waiting[step.feature] {
                return .contractionFirst(before, then: step.title)
            }
        }
        return nil
    }
}

extension Failure {
    static func newerSchema(_ steps: [String]) -> Failure {
        Failure(
            .unavailable, "newer_schema",
            Text(
                es: "Un programa más nuevo hizo esta base de datos (\(steps.joined(separator: "; "))): use esa versión o una posterior.",
                en: "A newer program made this database (\(steps.joined(separator: "; "))): use that version or a later one."))
    }

    static func alteredMigration(_ steps: [String]) -> Failure {
        Failure(
            .unavailable, "altered_migration",
            Text(
                es:
                    "Estas migraciones ya aplicadas no son las de este programa (\(steps.joined(separator: "; "))): no se cambió nada; use el programa con que se aplicaron.",
                en:
                    "These migrations were taken in another form than this program's (\(steps.joined(separator: "; "))): nothing was changed; use the program that took them."
            ))
    }

    static func contractionFirst(_ step: String, then next: String) -> Failure {
        Failure(
            .conflict, "contraction_first",
            Text(
                es:
                    "La migración «\(step)» quita lo que usan versiones anteriores, y «\(next)» va después: cuando ya no corra ninguna, ejecute zancada migrate --contract.",
                en:
                    "The migration “\(step)” takes away what earlier releases use, and “\(next)” comes after it: once none of them runs, use zancada migrate --contract."
            ))
    }

    static let migratorsLeaseLost = Failure(
        .unavailable, "migration_interrupted",
        Text(
            es: "Se perdió la conexión con la base de datos a mitad de la migración: lo aplicado queda; ejecute zancada migrate otra vez.",
            en: "The connection to the database was lost during the migration: what was taken stays; run zancada migrate again."))

    static let anotherMigrator = Failure(
        .conflict, "another_migrator",
        Text(
            es: "Otro programa está migrando esta base de datos: espere a que termine.",
            en: "Another program is migrating this database: wait until it is done."))
}
