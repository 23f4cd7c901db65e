import CSQLite
import Foundation
import Synchronization

/// SQLite's way to a `SimulatedDisk`: a VFS registered under a name of its own, until `unregister`.
///
/// ```swift
/// let vfs = try PowerCutVFS(name: "powercut-7", disk: disk, sectorBytes: 512, promise: .nothing)
/// sqlite3_open_v2("db", &connection, flags, vfs.name)
/// ```
/// Names of files are taken as they are; all files stand in one folder. Log, index of the log in shared memory and locks work
/// between the connections of one process. Nothing is mapped from files (I/O methods of version 2).
package final class PowerCutVFS: @unchecked Sendable {
    // Safe to share: what the pointers lead to is written before SQLite knows of it and only read afterwards.
    package let name: String
    let disk: SimulatedDisk
    let sectorBytes: Int32
    let characteristics: Int32
    let methods: UnsafeMutablePointer<sqlite3_io_methods>
    private let vfs: UnsafeMutablePointer<sqlite3_vfs>
    private let cName: UnsafeMutablePointer<CChar>
    private let isRegistered = Mutex(false)

    /// `disk`, sector and promise as SQLite is told them: a test may tell it other than what is so, to see it fail.
    package init?(name: String, disk: SimulatedDisk, sectorBytes: Int, promise: DiskPromise) {
        guard let cName = strdup(name) else { return nil }
        self.name = name
        self.disk = disk
        self.sectorBytes = Int32(sectorBytes)
        self.cName = cName
        characteristics = promise == .powersafeOverwrite ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0
        methods = .allocate(capacity: 1)
        methods.initialize(to: VFSFile.methods)
        vfs = .allocate(capacity: 1)
        vfs.initialize(to: Self.calls)
        vfs.pointee.zName = UnsafePointer(cName)
        vfs.pointee.pAppData = Unmanaged.passUnretained(self).toOpaque()
        guard sqlite3_vfs_register(vfs, 0) == SQLITE_OK else { return nil }
        isRegistered.withLock { $0 = true }
    }

    /// To be called after the last connection was closed.
    package func unregister() {
        isRegistered.withLock { isRegistered in
            guard isRegistered else { return }
            sqlite3_vfs_unregister(vfs)
            isRegistered = false
        }
    }

    deinit {
        unregister()
        vfs.deallocate()
        methods.deallocate()
        free(cName)
    }

    /// 2026-01-01T00:00:00Z as SQLite counts: milliseconds since noon in Greenwich on 24 November 4714 B.C.
    private static let now: Int64 = 212_633_985_600_000

    private static func of(_ vfs: UnsafeMutablePointer<sqlite3_vfs>?) -> PowerCutVFS? {
        guard let data = vfs?.pointee.pAppData else { return nil }
        return Unmanaged<PowerCutVFS>.fromOpaque(data).takeUnretainedValue()
    }

    private static var calls: sqlite3_vfs {
        var calls = sqlite3_vfs()
        calls.iVersion = 2
        calls.szOsFile = Int32(MemoryLayout<VFSFile>.stride)
        calls.mxPathname = 1024
        calls.xOpen = { vfs, name, file, flags, outFlags in
            guard let vfs = PowerCutVFS.of(vfs), let file else { return SQLITE_CANTOPEN }
            return VFSFile.open(name.map { String(cString: $0) }, at: file, in: vfs, flags: flags, outFlags)
        }
        calls.xDelete = { vfs, name, syncsFolder in
            guard let disk = PowerCutVFS.of(vfs)?.disk, let name else { return IOError.delete }
            return disk.locked { disk.delete(String(cString: name), syncingFolder: syncsFolder != 0) }
        }
        calls.xAccess = { vfs, name, flags, answer in
            guard let disk = PowerCutVFS.of(vfs)?.disk, let name, disk.isOn else { return IOError.access }
            // As the system's VFS has it, a file of no bytes does not exist where only that is asked.
            let content = disk.locked { disk.file(named: String(cString: name))?.content }
            let isThere = flags == SQLITE_ACCESS_EXISTS ? content?.isEmpty == false : content != nil
            answer?.pointee = isThere ? 1 : 0
            return SQLITE_OK
        }
        calls.xFullPathname = { _, name, capacity, full in
            guard let name, let full, strlen(name) < Int(capacity) else { return SQLITE_CANTOPEN }
            strcpy(full, name)
            return SQLITE_OK
        }
        calls.xRandomness = { _, count, bytes in
            // SQLite seeds its own generator from the system's VFS; this one is asked for nothing that matters.
            if let bytes { memset(bytes, 7, Int(count)) }
            return count
        }
        calls.xSleep = { _, microseconds in
            usleep(UInt32(max(0, microseconds)))
            return microseconds
        }
        calls.xCurrentTime = { _, days in
            days?.pointee = Double(PowerCutVFS.now) / 86_400_000
            return SQLITE_OK
        }
        calls.xCurrentTimeInt64 = { _, milliseconds in
            milliseconds?.pointee = PowerCutVFS.now
            return SQLITE_OK
        }
        calls.xGetLastError = { _, _, _ in 0 }
        return calls
    }
}
