import CSQLite

/// One connection's hold on one file. Its calls answer with SQLite's result codes.
final class OpenFile {
    let disk: SimulatedDisk
    private let boot: Int
    private let file: DiskFile
    /// Whether the file is gone when it is closed.
    private let temporaryName: String??
    /// A journal or log that was opened to be made where it was missing: this connection's first sync of it makes its name
    /// durable as well, whoever made it (SQLite's unix VFS does so).
    private var syncsFolder: Bool
    private var index: SharedIndex?

    /// nil where there is no such file and none shall be made, or no power. `flags` are those of `sqlite3_open_v2`.
    init?(_ disk: SimulatedDisk, name: String?, flags: Int32) {
        let isLog = flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL) != 0
        let found: DiskFile? = disk.locked {
            if let name, let file = disk.file(named: name) {
                return flags & SQLITE_OPEN_EXCLUSIVE != 0 && flags & SQLITE_OPEN_CREATE != 0 ? nil : file
            }
            guard name == nil || flags & SQLITE_OPEN_CREATE != 0 else { return nil }
            return disk.create(name)
        }
        guard let found else { return nil }
        self.disk = disk
        boot = disk.locked { disk.currentBoot }
        file = found
        temporaryName = flags & SQLITE_OPEN_DELETEONCLOSE != 0 ? .some(name) : nil
        syncsFolder = isLog && flags & SQLITE_OPEN_CREATE != 0
    }

    func close() {
        disk.locked {
            leaveIndex()
            file.locks.lower(self, to: SQLITE_LOCK_NONE)
            if let name = temporaryName ?? nil, disk.isAlive(boot) { _ = disk.delete(name, syncingFolder: false) }
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int32 {
        alive(else: IOError.read) { disk.read(file, at: offset, into: buffer) }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
        alive(else: IOError.write) { disk.write(file, bytes, at: offset) }
    }

    func resize(to length: Int) -> Int32 {
        alive(else: IOError.truncate) { disk.resize(file, to: length) }
    }

    func sync() -> Int32 {
        alive(else: IOError.sync) {
            let result = disk.sync(file, withFolder: syncsFolder)
            if result == SQLITE_OK { syncsFolder = false }
            return result
        }
    }

    func size(_ size: inout Int64) -> Int32 {
        alive(else: IOError.size) {
            size = Int64(file.content.count)
            return SQLITE_OK
        }
    }

    func lock(_ level: Int32) -> Int32 {
        alive(else: IOError.lock) { file.locks.raise(self, to: level) }
    }

    /// Works without power too: nobody is kept out of a dead machine.
    func unlock(_ level: Int32) -> Int32 {
        disk.locked { file.locks.lower(self, to: level) }
        return SQLITE_OK
    }

    func isReserved(_ answer: inout Bool) -> Int32 {
        alive(else: IOError.reserved) {
            answer = file.locks.isReserved
            return SQLITE_OK
        }
    }

    func mapIndex(
        _ region: Int, bytes: Int, extending: Bool, _ address: inout UnsafeMutableRawPointer?
    ) -> Int32 {
        alive(else: IOError.indexMap) {
            let index = self.index ?? file.index ?? SharedIndex()
            index.enter(self)
            self.index = index
            file.index = index
            address = index.region(region, bytes: bytes, extending: extending)
            return SQLITE_OK
        }
    }

    func lockIndex(_ slots: Range<Int>, flags: Int32) -> Int32 {
        if flags & SQLITE_SHM_UNLOCK != 0 {
            disk.locked { index?.unlock(self, slots) }
            return SQLITE_OK
        }
        return alive(else: IOError.indexLock) {
            guard let index else { return IOError.indexLock }
            let isHeld = flags & SQLITE_SHM_SHARED != 0 ? index.lockShared(self, slots) : index.lockExclusive(self, slots)
            return isHeld ? SQLITE_OK : SQLITE_BUSY
        }
    }

    func unmapIndex() -> Int32 {
        disk.locked { leaveIndex() }
        return SQLITE_OK
    }

    private func leaveIndex() {
        guard let index else { return }
        if index.leave(self), file.index === index { file.index = nil }
        self.index = nil
    }

    private func alive(else failure: Int32, _ body: () -> Int32) -> Int32 {
        disk.locked { disk.isAlive(boot) ? body() : failure }
    }
}
