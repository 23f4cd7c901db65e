import Base

/// What both engines say of the same mishap, in the same words and under the same codes.
extension Failure {
    /// The statement and the code that reads its answer disagree.
    package static func missingColumn(_ name: String) -> Failure {
        Failure(
            .fault, "missing_column",
            Text(
                es: "La respuesta de la base de datos no tiene la columna \(name): es un error del programa; avise a quien lo mantiene.",
                en: "The database's answer has no column \(name): this is a fault of the program; tell whoever maintains it."))
    }

    /// A column that is not optional in the code holds NULL.
    package static func unexpectedNull(_ name: String) -> Failure {
        Failure(
            .fault, "unexpected_null",
            Text(
                es: "La columna \(name) está vacía donde debía tener un valor: es un error del programa; avise a quien lo mantiene.",
                en: "The column \(name) is NULL where a value was due: this is a fault of the program; tell whoever maintains it."))
    }

    /// A column holds another type than the code reads, or a value that is none of the known ones.
    package static func wrongType(_ name: String, expected: String) -> Failure {
        Failure(
            .fault, "wrong_column_type",
            Text(
                es: "La columna \(name) no contiene lo que el programa espera (\(expected)): avise a quien lo mantiene.",
                en: "The column \(name) does not hold what the program expects (\(expected)): tell whoever maintains it."))
    }

    /// A list went beyond its bound; it must be paged.
    package static func tooManyRows(_ limit: Int) -> Failure {
        Failure(
            .fault, "too_many_rows",
            Text(
                es: "La consulta da más de \(limit) filas y se detuvo para no llenar la memoria: hay que pedirla por páginas.",
                en: "The query gives more than \(limit) rows and was stopped before it fills the memory: it must be paged."))
    }

    /// A row to be loaded and the columns that it is loaded into disagree.
    package static func wrongColumnCount(_ found: Int, _ expected: Int) -> Failure {
        Failure(
            .fault, "wrong_column_count",
            Text(
                es: "Una fila tiene \(found) valores y se cargan \(expected) columnas: avise a quien mantiene el programa.",
                en: "A row has \(found) values where \(expected) columns are loaded: tell whoever maintains the program."))
    }

    /// A value that one of the two engines would lose.
    package static let textContainsNUL = Failure(
        .invalid, "text_contains_nul",
        Text(
            es: "Un texto contiene un carácter nulo (U+0000), que no se puede guardar: quítelo.",
            en: "A text contains a null character (U+0000), which cannot be stored: remove it."))

    package static let realIsNotANumber = Failure(
        .invalid, "not_a_number",
        Text(
            es: "Un valor no es un número (NaN) y no se puede guardar.", en: "A value is not a number (NaN) and cannot be stored."))

    /// A rule of the tables. `constraint` names it where the engine does.
    package static func violated(_ rule: ConstraintRule, _ constraint: String?) -> Failure {
        let name = constraint.map { " (\($0))" } ?? ""
        return switch rule {
        case .unique:
            Failure(
                .conflict, rule.rawValue,
                Text(
                    es: "Ya existe un registro con el mismo valor único\(name).",
                    en: "A record with the same unique value exists already\(name)."))
        case .foreignKey:
            Failure(
                .conflict, rule.rawValue,
                Text(
                    es: "El registro se refiere a otro que no existe, u otro se refiere a él\(name).",
                    en: "The record refers to one that does not exist, or another refers to it\(name)."))
        case .check:
            Failure(
                .invalid, rule.rawValue,
                Text(es: "Un valor incumple una regla de la tabla\(name).", en: "A value breaks a rule of the table\(name)."))
        case .notNull:
            Failure(
                .invalid, rule.rawValue,
                Text(es: "Falta un valor que es obligatorio\(name).", en: "A value that is required is missing\(name)."))
        }
    }

    /// Others changed the same rows each time the closure was run.
    package static func contended(tries: Int) -> Failure {
        Failure(
            .conflict, "contended",
            Text(
                es: "Otros cambiaron los mismos datos \(tries) veces seguidas; no se guardó nada: inténtelo de nuevo.",
                en: "Others changed the same data \(tries) times in a row; nothing was saved: try again."))
    }

    /// A queue or pool is full. `what` names it.
    package static func overloaded(_ what: Text) -> Failure {
        Failure(
            .overloaded, "database_overloaded",
            Text(
                es: "La base de datos tiene demasiado trabajo (\(what.spanish)); no se hizo nada: inténtelo de nuevo en un momento.",
                en: "The database has too much to do (\(what.english)); nothing was done: try again in a moment."))
    }

    package static let databaseDeadlineExceeded = Failure(
        .deadlineExceeded, "database_deadline_exceeded",
        Text(
            es: "La base de datos no terminó a tiempo; no se guardó nada: inténtelo de nuevo.",
            en: "The database did not finish in time; nothing was saved: try again."))

    package static let databaseCancelled = Failure(
        .cancelled, "database_cancelled", Text(es: "Se canceló; no se guardó nada.", en: "It was cancelled; nothing was saved."))

    package static let databaseOutcomeUnknown = Failure(
        .outcomeUnknown, "database_outcome_unknown",
        Text(
            es: "Se perdió la conexión con la base de datos mientras guardaba: está guardado todo o nada; compruébelo antes de repetir.",
            en: "The connection to the database was lost while saving: all of it is saved or none; look before you repeat it."))

    package static let databaseClosed = Failure(
        .unavailable, "database_closed",
        Text(es: "La base de datos se está cerrando; no se hizo nada.", en: "The database is closing; nothing was done."))

    /// `why` must not name a password.
    package static func databaseUnavailable(_ why: Text) -> Failure {
        Failure(
            .unavailable, "database_unavailable",
            Text(
                es: "No se puede usar la base de datos: \(why.spanish).", en: "The database cannot be used: \(why.english)."))
    }

    /// Another program has the file. `owner`: its process's number.
    package static func databaseOwned(_ path: String, by owner: String) -> Failure {
        Failure(
            .unavailable, "database_owned",
            Text(
                es:
                    "No se puede usar la base de datos: otro programa (proceso \(owner)) está usando \(path): ciérrelo antes de empezar éste.",
                en:
                    "The database cannot be used: another program (process \(owner)) is using \(path): stop it before you start this one."
            ))
    }

    /// Reads write nothing, on either engine.
    package static let readOnlyTransaction = Failure(
        .fault, "read_only_transaction",
        Text(
            es: "Una lectura intentó escribir en la base de datos: es un error del programa; avise a quien lo mantiene.",
            en: "A read tried to write to the database: this is a fault of the program; tell whoever maintains it."))

    /// A statement that begins, ends or divides a transaction, changes settings or opens other files: the engine's business
    /// alone, on either engine. The transaction of the closure that ran it is undone.
    package static let transactionStatementRefused = Failure(
        .fault, "transaction_statement_refused",
        Text(
            es:
                "Una consulta del programa intentó abrir o cerrar la transacción o cambiar ajustes; no se guardó nada: avise a quien lo mantiene.",
            en:
                "A statement of the program tried to begin or end the transaction or change settings; nothing was saved: tell whoever maintains it."
        ))

    /// A statement that the engine does not understand. `detail` is the engine's own sentence; it holds no values.
    package static func badStatement(_ detail: String) -> Failure {
        Failure(
            .fault, "bad_statement",
            Text(
                es: "La base de datos no entiende una consulta del programa (\(detail)): avise a quien lo mantiene.",
                en: "The database does not understand a statement of the program (\(detail)): tell whoever maintains it."))
    }
}

/// The rules that tables hold their rows to.
package enum ConstraintRule: String, Sendable, Hashable, CaseIterable {
    case unique = "unique_violated"
    case foreignKey = "foreign_key_violated"
    case check = "check_violated"
    case notNull = "not_null_violated"
}

extension SQLValue {
    /// This value if both engines can hold it, in the form in which both give it back. Throws `.textContainsNUL` or
    /// `.realIsNotANumber`.
    package func validated() throws(Failure) -> SQLValue {
        switch self {
        case .text(let text) where text.utf8.contains(0): throw Failure.textContainsNUL
        case .real(let real) where real.isNaN: throw Failure.realIsNotANumber
        case .real(0): .real(0)
        default: self
        }
    }
}
