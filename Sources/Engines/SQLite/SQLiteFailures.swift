import Base
import CSQLite
import Glibc
import Store

/// What SQLite's result codes mean to the person. Each code is mapped here, and nowhere else.
extension Failure {
    /// `code` is extended; `message` is SQLite's sentence, which names tables and columns and holds no values.
    static func sqlite(_ code: Int32, _ message: String, path: String) -> Failure {
        switch code & 0xff {
        case SQLITE_CONSTRAINT: constraint(code, message)
        case SQLITE_FULL: diskFull(path)
        case SQLITE_IOERR: code == ExtendedCode.outOfMemory ? outOfMemory : ioError(path, code)
        case SQLITE_CORRUPT: corrupt(path)
        case SQLITE_NOTADB: notADatabase(path)
        case SQLITE_READONLY: readOnlyFile(path)
        case SQLITE_CANTOPEN, SQLITE_PERM: cannotOpen(path)
        case SQLITE_BUSY, SQLITE_PROTOCOL: busy(path)
        case SQLITE_NOMEM: outOfMemory
        case SQLITE_TOOBIG, SQLITE_NOLFS: tooBig
        case SQLITE_MISMATCH: violated(.check, nil)
        case SQLITE_INTERRUPT, SQLITE_ABORT: databaseCancelled
        // What the authorizer of `SQLiteSettings` refused.
        case SQLITE_AUTH: transactionStatementRefused
        default: badStatement(message)
        }
    }

    /// `UNIQUE constraint failed: devices.serial`: the name is what stands after the colon.
    private static func constraint(_ code: Int32, _ message: String) -> Failure {
        let name = message.firstRange(of: ": ").map { String(message[$0.upperBound...]) }
        return switch code {
        case ExtendedCode.unique, ExtendedCode.primaryKey, ExtendedCode.rowID: violated(.unique, name)
        case ExtendedCode.foreignKey: violated(.foreignKey, name)
        case ExtendedCode.notNull: violated(.notNull, name)
        // A text in a column of numbers is a check that STRICT tables have by themselves.
        default: violated(.check, name ?? message)
        }
    }

    private static func diskFull(_ path: String) -> Failure {
        Failure(
            .inputOutput, "disk_full",
            Text(
                es: "No queda espacio en el disco de \(path); no se guardó nada: libere espacio e inténtelo de nuevo.",
                en: "The disk of \(path) is full; nothing was saved: free some space and try again."))
    }

    private static func ioError(_ path: String, _ code: Int32) -> Failure {
        Failure(
            .inputOutput, "database_io_error",
            Text(
                es: "El disco de \(path) dio un error (SQLite \(code)); no se guardó nada: revise el disco y haga una copia cuanto antes.",
                en: "The disk of \(path) gave an error (SQLite \(code)); nothing was saved: check the disk and make a backup soon."))
    }

    package static func corrupt(_ path: String) -> Failure {
        Failure(
            .inputOutput, "database_corrupt",
            Text(
                es: "La base de datos \(path) está dañada: deje de usarla, guarde una copia del archivo y restaure el último respaldo.",
                en: "The database \(path) is damaged: stop using it, keep a copy of the file and restore the last backup."))
    }

    private static func notADatabase(_ path: String) -> Failure {
        Failure(
            .unavailable, "not_a_database",
            Text(
                es: "El archivo \(path) no es una base de datos SQLite: indique otro archivo o restaure un respaldo.",
                en: "The file \(path) is not an SQLite database: name another file or restore a backup."))
    }

    private static func readOnlyFile(_ path: String) -> Failure {
        Failure(
            .unavailable, "database_read_only",
            Text(
                es: "No se puede escribir en \(path) o en su carpeta: dé permiso de escritura a quien ejecuta el programa.",
                en: "\(path) or its folder cannot be written to: give the one who runs the program permission to write."))
    }

    /// Says which of the reasons it is.
    static func cannotOpen(_ path: String) -> Failure {
        let folder = SQLiteFiles.folder(of: path)
        if !SQLiteFiles.isFolder(folder) {
            return databaseUnavailable(
                Text(es: "no existe la carpeta \(folder) de \(path): créela", en: "the folder \(folder) of \(path) does not exist: make it")
            )
        }
        if SQLiteFiles.isFolder(path) {
            return databaseUnavailable(
                Text(es: "\(path) es una carpeta: indique un archivo", en: "\(path) is a folder: name a file"))
        }
        if access(path, F_OK) != 0 {
            return databaseUnavailable(
                Text(
                    es: "no existe el archivo \(path) o no se puede crear: revise la ruta y los permisos de \(folder)",
                    en: "the file \(path) does not exist or cannot be made: check the path and the permissions of \(folder)"))
        }
        return databaseUnavailable(
            Text(
                es: "no se puede abrir \(path): revise los permisos del archivo y de su carpeta",
                en: "\(path) cannot be opened: check the permissions of the file and its folder"))
    }

    private static func busy(_ path: String) -> Failure {
        databaseUnavailable(
            Text(
                es: "otro programa tiene bloqueado \(path): ciérrelo e inténtelo de nuevo; no se hizo nada",
                en: "another program has locked \(path): close it and try again; nothing was done"))
    }

    private static let outOfMemory = databaseUnavailable(
        Text(es: "al programa le falta memoria; no se hizo nada", en: "the program is out of memory; nothing was done"))

    private static let tooBig = Failure(
        .invalid, "value_too_big",
        Text(
            es: "Un valor o una consulta es demasiado grande para la base de datos; no se guardó nada: divídalo.",
            en: "A value or a statement is too big for the database; nothing was saved: divide it."))
}

/// Extended result codes, which SQLite's header computes in macros that Swift does not read.
private enum ExtendedCode {
    static let foreignKey = SQLITE_CONSTRAINT | 3 << 8
    static let notNull = SQLITE_CONSTRAINT | 5 << 8
    static let primaryKey = SQLITE_CONSTRAINT | 6 << 8
    static let unique = SQLITE_CONSTRAINT | 8 << 8
    static let rowID = SQLITE_CONSTRAINT | 10 << 8
    static let outOfMemory = SQLITE_IOERR | 12 << 8
}
