/// What the engine says to a transaction. Nobody else may.
enum SQLiteCommand: String, CaseIterable {
    case begin = "BEGIN IMMEDIATE"
    case beginReading = "BEGIN"
    case commit = "COMMIT"
    case rollback = "ROLLBACK"
    case savepoint = "SAVEPOINT one"
    case release = "RELEASE one"
    case rollbackToSavepoint = "ROLLBACK TO one"
}
