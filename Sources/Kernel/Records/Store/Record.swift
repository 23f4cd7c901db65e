import Access
import Base

/// A version of a record, opened, as far as whoever asked may see it.
package struct Record: Sendable {
    package let kind: String
    package let id: String
    package let tenant: String
    /// Whose data it is; none where it is the organisation's own.
    package let subjects: [String]
    /// Who created it.
    package let author: String
    /// From 1, one more with each change.
    package let version: Int64
    package let createdAt: Instant
    package let updatedAt: Instant
    /// When it was deleted; nil while it stands.
    package let deletedAt: Instant?
    /// JSON of the kind's present shape, without hidden fields.
    package let body: [UInt8]
    /// Fields that were left out because the caller may not see them.
    package let hidden: [String]

    init(_ row: StoredRecord, _ kind: KindShape, body: [UInt8], hidden: [String]) {
        self.kind = kind.name
        id = row.id
        tenant = row.tenant
        subjects = row.subjects
        author = row.author
        version = row.version
        createdAt = row.createdAt
        updatedAt = row.updatedAt
        deletedAt = row.deletedAt
        self.body = body
        self.hidden = hidden
    }
}

/// Who may do what with the records of a kind.
package struct RecordAccess: Sendable {
    package let read: AccessRule
    /// Asked with the record as it would be.
    package let create: AccessRule
    /// Changing, deleting, restoring.
    package let change: AccessRule

    package init(read: AccessRule, create: AccessRule, change: AccessRule) {
        self.read = read
        self.create = create
        self.change = change
    }
}

extension Failure {
    static func recordNotFound(_ kind: String) -> Failure {
        Failure(
            .notFound, "record_not_found",
            Text(
                es:
                    "No hay tal registro (\(kind)), o usted no tiene acceso a él: revise el identificador o pida que lo agreguen al equipo de la persona.",
                en: "There is no such record (\(kind)), or you have no access to it: check its id, or ask to be added to the person's team."
            ))
    }

    static func versionMoved(_ version: Int64) -> Failure {
        Failure(
            .conflict, "version_moved",
            Text(
                es: "El registro cambió mientras tanto (ahora es la versión \(version)): léalo de nuevo y repita su cambio.",
                en: "The record changed meanwhile (it is version \(version) now): read it again and repeat your change."))
    }

    static let recordDeleted = Failure(
        .conflict, "record_deleted",
        Text(
            es: "El registro está borrado: restáurelo antes de cambiarlo.", en: "The record is deleted: restore it before changing it."))

    static let recordNotDeleted = Failure(
        .conflict, "record_not_deleted",
        Text(es: "El registro no está borrado: no hay qué restaurar.", en: "The record is not deleted: there is nothing to restore."))

    static let subjectMissing = Failure(
        .invalid, "subject_missing",
        Text(
            es: "Falta decir de quién es este registro: indique la persona.", en: "It is not said whose record this is: name the person."))

    static let subjectNotTaken = Failure(
        .invalid, "subject_not_taken",
        Text(
            es: "El propio registro dice de quién es: no indique otra persona.",
            en: "The record itself says whose it is: name nobody beside it."))

    /// A body that does not open under the key that it should: altered in the database, or the wrong keys are there.
    static func recordAltered(_ kind: String, _ id: String, version: Int64) -> Failure {
        Failure(
            .invalid, "record_altered",
            Text(
                es:
                    "El registro \(kind) \(id), versión \(version), no se abre: alguien lo alteró o las llaves no son las suyas. Ejecute zancada journal verify.",
                en:
                    "The record \(kind) \(id), version \(version), does not open: somebody altered it, or the keys are not its own. Run zancada journal verify."
            ))
    }
}
