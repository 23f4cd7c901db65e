import Base
import Records
import Web

/// What the store says, as HTTP says it where it has a status of its own for it.
enum RecordProblems {
    /// The same error where nothing better is known.
    static func translated(_ error: any Error) -> any Error {
        guard let failure = error as? Failure else { return error }
        switch failure.code {
        case "version_moved": return Problem.stale(nil)
        case "record_deleted": return Problem.deleted(nil)
        case "not_json": return Problem(.badRequest, failure.code, failure.message)
        case "record_too_large": return Problem(.tooLarge, failure.code, failure.message)
        // Nothing that whoever asks could send otherwise.
        case "record_altered": return Failure(.fault, failure.code, failure.message)
        default: return failure
        }
    }
}

extension Problem {
    /// `tag`: what `If-Match` has to say to restore it.
    static func deleted(_ tag: EntityTag?) -> Problem {
        Problem(
            .gone, "record_deleted",
            Text(
                es: "El registro está borrado: su historia sigue ahí, y restaurarlo lo trae de vuelta.",
                en: "The record is deleted: its history is still there, and restoring brings it back."),
            fields: tag.map { [Field("ETag", $0.text)] } ?? [])
    }

    /// Whoever does not see all of a record would change what they do not see.
    static let partlyHidden = Problem(
        .forbidden, "partly_hidden",
        Text(
            es: "Usted no ve todo este registro, así que no puede cambiarlo: pida a quien lo ve que lo haga.",
            en: "You do not see all of this record, so you cannot change it: ask somebody who does."))

    static let cursorOfAnotherList = Problem(
        .invalid, "cursor_of_another_list",
        Text(
            es: "El cursor no es de esta lista: empiece por la primera página.",
            en: "The cursor is none of this list's: begin with the first page."))
}
