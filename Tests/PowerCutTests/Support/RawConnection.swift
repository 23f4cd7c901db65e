import CSQLite
import PowerCut

/// A bare SQLite connection, for the tests of the disk itself.
final class RawConnection {
    struct Problem: Error, Equatable {
        let code: Int32
        let message: String
    }

    private var handle: OpaquePointer?

    init(_ vfs: PowerCutVFS, _ path: String = "db") throws {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let result = sqlite3_open_v2(path, &handle, flags, vfs.name)
        sqlite3_extended_result_codes(handle, 1)
        guard result == SQLITE_OK else {
            let problem = problem(result)
            close()
            throw problem
        }
    }

    func execute(_ sql: String) throws {
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw problem(result) }
    }

    /// The first column of all rows.
    func texts(_ sql: String) throws -> [String] {
        var statement: OpaquePointer?
        var result = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        defer { sqlite3_finalize(statement) }
        guard result == SQLITE_OK else { throw problem(result) }
        var texts: [String] = []
        while true {
            result = sqlite3_step(statement)
            guard result == SQLITE_ROW else { break }
            texts.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "NULL")
        }
        guard result == SQLITE_DONE else { throw problem(result) }
        return texts
    }

    func close() {
        sqlite3_close_v2(handle)
        handle = nil
    }

    deinit { close() }

    private func problem(_ code: Int32) -> Problem { Problem(code: code, message: String(cString: sqlite3_errmsg(handle))) }
}

/// A disk and the VFS that leads to it, under a name that no other test has.
struct Rig {
    let disk: SimulatedDisk
    let vfs: PowerCutVFS

    init(
        _ world: FixedWorldSeed, promise: DiskPromise = .nothing, sectorBytes: Int = 512, claims: DiskPromise? = nil
    ) throws {
        disk = SimulatedDisk(promise: promise, sectorBytes: sectorBytes, random: world.random)
        let name = "cut-\(world.seed)-\(ObjectIdentifier(disk).hashValue)"
        guard let vfs = PowerCutVFS(name: name, disk: disk, sectorBytes: sectorBytes, promise: claims ?? promise) else {
            throw RawConnection.Problem(code: SQLITE_ERROR, message: "the VFS was not registered")
        }
        self.vfs = vfs
    }
}
