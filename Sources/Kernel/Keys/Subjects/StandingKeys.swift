import Base
import Store

extension Keyring {
    /// The key that seals what is written about somebody who is known: none is made. Throws `Failure`:
    /// `.notFound, "subject_not_found"` for who never had one, `.invalid, "subject_erased"` for who is erased, else as
    /// `keys(of:in:)`.
    package func standingKey(of subject: String, in tenant: String) async throws -> SubjectKey {
        if let keys = try await keys(of: subject, in: tenant) { return keys.newest }
        throw try await isErased(subject, in: tenant) ? Failure.subjectErased : Failure.subjectUnknown
    }

    /// Whether somebody was erased here, completely or not yet.
    package func isErased(_ subject: String, in tenant: String) async throws -> Bool {
        try await database.within(organisation: tenant).first(SubjectRows.erased(of: [subject], in: tenant)) { _ in true } ?? false
    }
}

extension Failure {
    package static let subjectUnknown = Failure(
        .notFound, "subject_not_found",
        Text(
            es: "Su organización no conoce a esa persona: revise el identificador, o cree primero a la persona.",
            en: "Your organisation knows no such person: check the id, or create the person first."))
}
