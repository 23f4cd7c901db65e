import Base
import CPostgres
import Store

/// Why a statement or a connection did not do what it should, inside this engine.
enum Mishap: Error {
    /// The connection cannot be used any more.
    case lost(Text)
    /// The caller's deadline passed, or it cancelled; the statement was broken off and the connection is in order.
    case interrupted(Failure)
    /// The server refused a statement.
    case refused(ServerError)
}

/// What the server says of a statement that it refused (protocol documentation, "Error and Notice Message Fields").
struct ServerError: Error {
    let state: String
    let isFatal: Bool
    let message: String
    let constraint: String?
    let column: String?
    let function: String

    init(_ result: OpaquePointer) {
        func field(_ text: UnsafePointer<CChar>?) -> String? { text.map { String(cString: $0) } }
        // Messages of libpq itself have no state: they tell that the connection is gone.
        state = field(zpostgres_sqlstate(result)) ?? "08006"
        let severity = field(zpostgres_severity(result)) ?? "FATAL"
        isFatal = severity == "FATAL" || severity == "PANIC"
        message = field(zpostgres_primary(result)) ?? field(PQresultErrorMessage(result)) ?? ""
        constraint = field(zpostgres_constraint(result))
        column = field(zpostgres_column(result))
        function = field(zpostgres_function(result)) ?? ""
    }

    /// Others were in the way: running the closure again may do. Serialisation failure, deadlock.
    var isContention: Bool { state == "40001" || state == "40P01" }

    /// A statement kept by name no longer fits the tables, or is gone: preparing it again helps.
    var isStalePlan: Bool { isUnknownStatement || (state == "0A000" && function == "RevalidateCachedQuery") }

    /// No statement of that name: `ERRCODE_UNDEFINED_PSTATEMENT`.
    var isUnknownStatement: Bool { state == "26000" }

    /// Somebody broke the statement off.
    var isCancellation: Bool { state == "57014" }

    /// What the program is told.
    var failure: Failure {
        switch state {
        case "23505", "23P01": .violated(.unique, constraint)
        case "23503", "23001": .violated(.foreignKey, constraint)
        case "23514": .violated(.check, constraint)
        case "23502": .violated(.notNull, column ?? constraint)
        case "40001", "40P01", "55P03": .contended(tries: 1)
        case "57014": .databaseDeadlineExceeded
        case "25006": .readOnlyTransaction
        case "42501": .permissionDenied(message)
        case "53100": .databaseDiskFull
        case "53200", "53400", "55006": .overloaded(Text(es: "el servidor dice: \(message)", en: "the server says: \(message)"))
        case let state where state.hasPrefix("22"): .refusedValue(message)
        case let state where state.hasPrefix("58") || state == "XX001" || state == "XX002": .databaseStorage(message)
        default: .badStatement("\(state) \(message)")
        }
    }
}

extension Failure {
    static func permissionDenied(_ detail: String) -> Failure {
        Failure(
            .fault, "database_permission_denied",
            Text(
                es:
                    "El usuario de la base de datos no tiene permiso (\(detail)): ejecute «zancada migrate» con el usuario dueño de las tablas.",
                en: "The database's user has no right to this (\(detail)): run `zancada migrate` as the user who owns the tables."))
    }

    static func refusedValue(_ detail: String) -> Failure {
        Failure(
            .invalid, "value_refused",
            Text(
                es: "La base de datos no puede guardar un valor (\(detail)): corríjalo.",
                en: "The database cannot hold a value (\(detail)): correct it."))
    }

    static let databaseDiskFull = Failure(
        .inputOutput, "database_disk_full",
        Text(
            es: "El disco del servidor de la base de datos está lleno; no se guardó nada: libere espacio.",
            en: "The disk of the database's server is full; nothing was saved: free some space."))

    static func databaseStorage(_ detail: String) -> Failure {
        Failure(
            .inputOutput, "database_storage",
            Text(
                es: "El servidor no puede leer o escribir sus datos (\(detail)): revise su disco y restaure una copia si hace falta.",
                en: "The server cannot read or write its data (\(detail)): check its disk, and restore a backup if need be."))
    }

    static func unreadableColumnType(_ name: String, _ type: String) -> Failure {
        Failure(
            .fault, "unreadable_column_type",
            Text(
                es:
                    "La columna \(name) es de tipo \(type), que el programa no lee: conviértala en la consulta, por ejemplo con CAST(… AS TEXT).",
                en: "The column \(name) is of type \(type), which the program does not read: cast it in the statement, say CAST(… AS TEXT)."
            ))
    }
}
