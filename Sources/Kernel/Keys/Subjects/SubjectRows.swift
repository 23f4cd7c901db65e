import Base
import Store

/// What the database says of keys: each statement in one place. All are within one organisation.
enum SubjectRows {
    /// A wrapped version.
    struct Wrapped: Sendable {
        let subject: String
        let version: Int64
        let epoch: Int64
        let bytes: [UInt8]

        init(_ row: borrowing Row) throws {
            subject = try row["subject"]
            version = try row["version"]
            epoch = try row["epoch"]
            bytes = try row["wrapped"]
        }
    }

    /// A version wrapped anew.
    struct Fresh: Sendable {
        let subject: String
        let version: Int64
        let wrapped: [UInt8]
    }

    /// All versions of some subjects, the newest of each first.
    static func versions(of subjects: [String], in tenant: String) -> SQL {
        """
        SELECT subject, version, epoch, wrapped FROM subject_keys
        WHERE tenant = \(tenant) AND \("subject", in: subjects) ORDER BY subject, version DESC
        """
    }

    static func epoch(of tenant: String) -> SQL {
        "SELECT epoch FROM organisation_epochs WHERE tenant = \(tenant)"
    }

    /// Those of some subjects that were erased.
    static func erased(of subjects: [String], in tenant: String) -> SQL {
        "SELECT subject FROM erased_subjects WHERE tenant = \(tenant) AND \("subject", in: subjects)"
    }

    /// The epoch that new keys are wrapped under. Whoever changes this row (a roll that moves it, an erasure that is marked)
    /// waits until this transaction has ended: so no key is stored under an epoch whose rows have been counted, and none for
    /// a subject whose keys are being removed.
    static func heldEpoch(of tenant: String, _ tx: borrowing Transaction) throws -> Int64? {
        try tx.first(epoch(of: tenant) + (tx.dialect == .postgres ? " FOR SHARE" : "")) { try $0["epoch"] }
    }

    /// Answers with the subjects that had no such version yet.
    static func insert(
        _ rows: [(subject: String, wrapped: [UInt8])], in tenant: String, version: Int64, epoch: Int64, at now: Instant
    ) -> SQL {
        var values = SQL.empty
        for (index, row) in rows.enumerated() {
            if index > 0 { values += ", " }
            values += "(\(tenant), \(row.subject), \(version), \(epoch), \(row.wrapped), \(now))"
        }
        return """
            INSERT INTO subject_keys (tenant, subject, version, epoch, wrapped, created_at) VALUES \(values)
            ON CONFLICT DO NOTHING RETURNING subject
            """
    }

    /// Marks a subject as erased: from its commit on no key is made. Waits for those who are making one (`heldEpoch`).
    static func markErased(_ subject: String, in tenant: String, at now: Instant, _ tx: borrowing Transaction) throws {
        try tx.execute("UPDATE organisation_epochs SET changed_at = \(now) WHERE tenant = \(tenant)")
        try tx.execute(
            "INSERT INTO erased_subjects (tenant, subject, erased_at) VALUES (\(tenant), \(subject), \(now)) ON CONFLICT DO NOTHING")
    }

    /// After a position, in the order of the key, those that a roll has still to wrap anew.
    static func behind(_ epoch: Int64, of tenant: String, after subject: String, _ version: Int64, atMost count: Int) -> SQL {
        """
        SELECT subject, version, epoch, wrapped FROM subject_keys
        WHERE tenant = \(tenant) AND (subject, version) > (\(subject), \(version)) AND epoch < \(epoch)
        ORDER BY subject, version LIMIT \(count)
        """
    }

    /// The oldest epoch that a row names.
    static func oldestEpoch(of tenant: String) -> SQL {
        "SELECT min(epoch) AS epoch FROM subject_keys WHERE tenant = \(tenant)"
    }

    /// Puts the new bytes in the place of the old, where the row is still there and still behind: erased ones stay away. The rows
    /// stand in the order of the key; its bounds hold PostgreSQL to them where it knows nothing of the table yet and would
    /// read all of it for each batch (365 ms among 300,000 rows).
    static func rewrap(_ rows: [Fresh], to epoch: Int64, in tenant: String) -> SQL {
        var values = SQL.empty
        for (index, row) in rows.enumerated() {
            if index > 0 { values += ", " }
            values += "(\(row.subject), \(row.version), \(row.wrapped))"
        }
        return """
            UPDATE subject_keys SET epoch = \(epoch), wrapped = fresh.column3 FROM (VALUES \(values)) AS fresh
            WHERE subject_keys.tenant = \(tenant) AND subject_keys.subject = fresh.column1
            AND subject_keys.version = fresh.column2 AND subject_keys.epoch < \(epoch)
            AND subject_keys.subject >= \(rows.first?.subject) AND subject_keys.subject <= \(rows.last?.subject)
            """
    }
}

/// Asked and told inside transactions of others.
extension SubjectKey {
    /// Whether this key still stands: to be asked in the write closure of whatever was sealed with it. False where the subject
    /// was erased in between: the caller stores nothing. An erasure waits for a transaction that was told yes. Cost: one
    /// read by primary key.
    package func stillStands(_ tx: borrowing Transaction) throws -> Bool {
        try tx.first(standing(tx.dialect)) { _ in true } ?? false
    }

    /// The same as a statement, to be part of another: it has one row where the key stands.
    package func standing(_ dialect: Dialect) -> SQL {
        let hold: SQL = dialect == .postgres ? " FOR KEY SHARE" : ""
        return "SELECT version FROM subject_keys WHERE tenant = \(tenant) AND subject = \(subject) AND version = \(version)\(hold)"
    }

    /// Throws `Failure(.conflict, "subject_key_gone")` where `stillStands` says no.
    package func requireStanding(_ tx: borrowing Transaction) throws {
        guard try stillStands(tx) else { throw Failure.subjectKeyGone }
    }
}

extension Failure {
    static let subjectKeyGone = Failure(
        .conflict, "subject_key_gone",
        Text(
            es: "Los datos de esta persona se borraron mientras se guardaba; no se guardó nada.",
            en: "This person's data were erased while this was being saved; nothing was saved."))

    static let subjectErased = Failure(
        .invalid, "subject_erased",
        Text(
            es:
                "Los datos de esta persona se borraron de forma definitiva y no se puede guardar nada más sobre ella con este identificador.",
            en: "This person's data were erased for good, and nothing more can be saved about them under this identifier."))

    static let subjectNameInvalid = Failure(
        .invalid, "subject_name",
        Text(
            es: "El identificador de la persona debe tener de 1 a 64 letras sin acentos, cifras, guiones o guiones bajos.",
            en: "A subject's identifier must have 1 to 64 plain letters, digits, hyphens or underscores."))

    static func subjectKeyAltered(_ subject: String, _ tenant: String) -> Failure {
        Failure(
            .invalid, "subject_key_altered",
            Text(
                es:
                    "La clave del sujeto \(subject) de la organización \(tenant) está dañada o no es la suya: recupérela del archivo de claves.",
                en:
                    "The key of subject \(subject) of organisation \(tenant) is damaged or not its own: restore it from the archive of keys."
            ))
    }

    static func epochKeyMissing(_ epoch: Int64, _ tenant: String) -> Failure {
        Failure(
            .unavailable, "epoch_key_missing",
            Text(
                es: "Falta la clave de la época \(epoch) de la organización \(tenant): recupere la carpeta de claves más reciente.",
                en: "The key of epoch \(epoch) of organisation \(tenant) is missing: restore the newest folder of keys."))
    }

    static func organisationKeyMissing(_ tenant: String) -> Failure {
        Failure(
            .unavailable, "organisation_key_missing",
            Text(
                es: "La organización \(tenant) no tiene claves: créela antes de guardar datos, o recupere la carpeta de claves.",
                en: "The organisation \(tenant) has no keys: create it before saving data, or restore the folder of keys."))
    }

    static let keysMoved = Failure(
        .conflict, "keys_moved",
        Text(
            es: "Las claves de la organización cambiaron varias veces seguidas; no se guardó nada: inténtelo de nuevo.",
            en: "The organisation's keys changed several times in a row; nothing was saved: try again."))
}
