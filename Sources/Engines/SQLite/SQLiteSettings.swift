import Base
import CSQLite
import Store

/// How every connection is set up; what matters for not losing anything is read back.
extension SQLiteConnection {
    /// A larger WAL than this is cut back when it is next begun anew.
    static let mostIdleLogBytes = 64 << 20

    func settle() throws(Failure) {
        watch.stand(over: handle)
        sqlite3_busy_timeout(handle, 2_000)
        for (option, on) in [
            (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_DQS_DML, 0),
            (SQLITE_DBCONFIG_DQS_DDL, 0), (SQLITE_DBCONFIG_ENABLE_FKEY, 1), (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
        ] {
            try check(zsqlite_config_switch(handle, Int32(option), Int32(on)))
        }
        for (limit, most) in [
            (SQLITE_LIMIT_LENGTH, 256 << 20), (SQLITE_LIMIT_SQL_LENGTH, 1 << 20), (SQLITE_LIMIT_EXPR_DEPTH, 200),
            (SQLITE_LIMIT_ATTACHED, 0), (SQLITE_LIMIT_VARIABLE_NUMBER, 32_766), (SQLITE_LIMIT_TRIGGER_DEPTH, 32),
            (SQLITE_LIMIT_WORKER_THREADS, 0),
        ] {
            sqlite3_limit(handle, Int32(limit), Int32(most))
        }
        if role != .lookingOn {
            guard sqlite3_db_readonly(handle, "main") == 0 else { throw .sqlite(SQLITE_READONLY, "", path: path) }
            try expect("wal", from: "PRAGMA journal_mode = WAL")
            try expect("wal", from: "PRAGMA journal_mode")
        }
        try run("PRAGMA synchronous = FULL")
        try expect("2", from: "PRAGMA synchronous")
        try expect("1", from: "PRAGMA foreign_keys")
        try run("PRAGMA cell_size_check = ON")
        try run("PRAGMA mmap_size = 0")
        // Patients' data stays out of files in /tmp.
        try run("PRAGMA temp_store = MEMORY")
        try run("PRAGMA cache_size = \(role == .writing ? -65_536 : -16_384)")
        if role == .writing {
            try run("PRAGMA journal_size_limit = \(Self.mostIdleLogBytes)")
            // The writer does it between batches: `SQLiteLog`.
            try run("PRAGMA wal_autocheckpoint = 0")
        } else {
            try run("PRAGMA query_only = ON")
        }
        // A damaged or foreign file says so now.
        try run("SELECT count(*) FROM sqlite_master")
        sqlite3_set_authorizer(handle, authorise, Unmanaged.passUnretained(self).toOpaque())
        try prepareCommands()
        isTrusted = false
    }

    /// A setting that did not take is a reason not to begin.
    private func expect(_ value: String, from pragma: String) throws(Failure) {
        let found = try run(pragma)
        guard found == value else {
            throw .databaseUnavailable(
                Text(
                    es:
                        "\(path) no acepta el ajuste que protege los datos (\(pragma) da \(found ?? "nada"), no \(value)): use otro disco o carpeta",
                    en:
                        "\(path) does not take the setting that protects the data (\(pragma) gives \(found ?? "nothing"), not \(value)): use another disk or folder"
                ))
        }
    }

    /// Runs a statement of the engine's own that is not kept, and returns the first value it answers.
    @discardableResult
    func run(_ text: String) throws(Failure) -> String? {
        let wasTrusted = isTrusted
        isTrusted = true
        defer { isTrusted = wasTrusted }
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(handle, text, -1, &statement, nil))
        var value: String?
        var result = sqlite3_step(statement)
        if result == SQLITE_ROW { value = sqlite3_column_text(statement, 0).map { String(cString: $0) } }
        while result == SQLITE_ROW { result = sqlite3_step(statement) }
        // What a statement changes may fail after its rows were given, at its very end.
        try check(sqlite3_finalize(statement))
        guard result == SQLITE_DONE else { throw failure(result) }
        return value
    }
}

/// Asked while a statement is prepared: transactions, settings and other files are the engine's business alone.
private func authorise(
    _ context: UnsafeMutableRawPointer?, _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
    _ database: UnsafePointer<CChar>?, _ trigger: UnsafePointer<CChar>?
) -> Int32 {
    guard let context else { return SQLITE_DENY }
    if Unmanaged<SQLiteConnection>.fromOpaque(context).takeUnretainedValue().isTrusted { return SQLITE_OK }
    switch action {
    case SQLITE_TRANSACTION, SQLITE_SAVEPOINT, SQLITE_ATTACH, SQLITE_DETACH: return SQLITE_DENY
    case SQLITE_PRAGMA:
        let name = first.map { String(cString: $0) } ?? ""
        return second == nil || harmlessPragmas.contains(name) ? SQLITE_OK : SQLITE_DENY
    default: return SQLITE_OK
    }
}

/// Those whose argument says what to look at, not what to set.
private let harmlessPragmas: Set<String> = [
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list", "foreign_key_check",
    "integrity_check", "quick_check",
]
