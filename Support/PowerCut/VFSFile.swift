import CSQLite
import Foundation
import Synchronization

/// What SQLite reserves for each open file: its own part first, then ours. Laid out as C would, since both are pointers.
struct VFSFile {
    var base: sqlite3_file
    /// Held from `open` to the file's `xClose`.
    var file: Unmanaged<OpenFile>?
    /// Keeps the methods' memory while the file is open.
    var vfs: Unmanaged<PowerCutVFS>?

    static func open(
        _ name: String?, at place: UnsafeMutablePointer<sqlite3_file>, in vfs: PowerCutVFS, flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        let slot = UnsafeMutableRawPointer(place).assumingMemoryBound(to: VFSFile.self)
        // SQLite closes what it could not open if there are methods.
        slot.initialize(to: VFSFile(base: sqlite3_file(pMethods: nil), file: nil, vfs: nil))
        guard let file = OpenFile(vfs.disk, name: name, flags: flags) else { return SQLITE_CANTOPEN }
        slot.pointee = VFSFile(
            base: sqlite3_file(pMethods: UnsafePointer(vfs.methods)), file: .passRetained(file), vfs: .passRetained(vfs))
        outFlags?.pointee = flags
        return SQLITE_OK
    }

    private static func slot(_ file: UnsafeMutablePointer<sqlite3_file>?) -> UnsafeMutablePointer<VFSFile>? {
        file.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: VFSFile.self) }
    }

    private static func of(_ file: UnsafeMutablePointer<sqlite3_file>?) -> OpenFile? {
        slot(file)?.pointee.file?.takeUnretainedValue()
    }

    private static func vfs(of file: UnsafeMutablePointer<sqlite3_file>?) -> PowerCutVFS? {
        slot(file)?.pointee.vfs?.takeUnretainedValue()
    }

    static var methods: sqlite3_io_methods {
        var methods = sqlite3_io_methods()
        methods.iVersion = 2
        addFileCalls(to: &methods)
        addLockCalls(to: &methods)
        addIndexCalls(to: &methods)
        return methods
    }

    private static func addFileCalls(to methods: inout sqlite3_io_methods) {
        methods.xClose = { file in
            guard let slot = VFSFile.slot(file) else { return SQLITE_OK }
            slot.pointee.file?.takeUnretainedValue().close()
            slot.pointee.file?.release()
            slot.pointee.vfs?.release()
            slot.pointee.file = nil
            slot.pointee.vfs = nil
            return SQLITE_OK
        }
        methods.xRead = { file, buffer, count, offset in
            let buffer = UnsafeMutableRawBufferPointer(start: buffer, count: Int(count))
            return VFSFile.of(file)?.read(into: buffer, at: Int(offset)) ?? IOError.read
        }
        methods.xWrite = { file, bytes, count, offset in
            let bytes = UnsafeRawBufferPointer(start: bytes, count: Int(count))
            return VFSFile.of(file)?.write(bytes, at: Int(offset)) ?? IOError.write
        }
        methods.xTruncate = { file, length in VFSFile.of(file)?.resize(to: Int(length)) ?? IOError.truncate }
        methods.xSync = { file, _ in VFSFile.of(file)?.sync() ?? IOError.sync }
        methods.xFileSize = { file, size in
            var answer: Int64 = 0
            let result = VFSFile.of(file)?.size(&answer) ?? IOError.size
            size?.pointee = answer
            return result
        }
        methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        methods.xSectorSize = { file in VFSFile.vfs(of: file)?.sectorBytes ?? 4096 }
        methods.xDeviceCharacteristics = { file in VFSFile.vfs(of: file)?.characteristics ?? 0 }
    }

    private static func addLockCalls(to methods: inout sqlite3_io_methods) {
        methods.xLock = { file, level in VFSFile.of(file)?.lock(level) ?? IOError.lock }
        methods.xUnlock = { file, level in VFSFile.of(file)?.unlock(level) ?? SQLITE_OK }
        methods.xCheckReservedLock = { file, answer in
            var isReserved = false
            let result = VFSFile.of(file)?.isReserved(&isReserved) ?? IOError.reserved
            answer?.pointee = isReserved ? 1 : 0
            return result
        }
    }

    private static func addIndexCalls(to methods: inout sqlite3_io_methods) {
        methods.xShmMap = { file, region, bytes, extending, address in
            var mapped: UnsafeMutableRawPointer?
            let result = VFSFile.of(file)?.mapIndex(Int(region), bytes: Int(bytes), extending: extending != 0, &mapped)
            address?.pointee = mapped
            return result ?? IOError.indexMap
        }
        methods.xShmLock = { file, first, count, flags in
            let slots = Int(first)..<Int(first + count)
            return VFSFile.of(file)?.lockIndex(slots, flags: flags) ?? IOError.indexLock
        }
        methods.xShmBarrier = { file in
            // Taking the lock orders memory for whoever takes it next; the fence does for everyone.
            atomicMemoryFence(ordering: .sequentiallyConsistent)
            VFSFile.of(file)?.disk.locked {}
        }
        methods.xShmUnmap = { file, _ in VFSFile.of(file)?.unmapIndex() ?? SQLITE_OK }
    }
}
