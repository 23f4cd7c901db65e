import Base
import CSQLite
import Foundation

/// A machine with one folder on one disk, in memory, whose power can be cut: SQLite works on it through a VFS of its own
/// (`PowerCutVFS`).
///
/// The disk keeps what was synced. What was not survives a cut whole, in parts or not at all, as the seed has it. Names too
/// are kept only once the folder was synced: that is done by the first sync of a journal or log after it was created, and by a
/// deletion that asks for it, as SQLite does on Linux. From a cut until `reboot` every call answers with an I/O error; files
/// that were open before stay dead for ever. Calls may come from any thread.
package final class SimulatedDisk: @unchecked Sendable {
    // Safe to share: everything that changes is read and written only while `lock` is held.
    private let lock = NSLock()
    private let promise: DiskPromise
    private let sectorBytes: Int
    private let random: Randomness
    private let isTracing: Bool

    private var boot = 0
    private var isPowered = true
    private var filesMade = 0
    /// What a program finds under a name.
    private var names: [String: DiskFile] = [:]
    /// What the folder on the disk says.
    private var durableNames: [String: DiskFile] = [:]
    /// What became of a name since the folder was last synced, in order; nil: it was deleted.
    private var pendingNames: [String: [DiskFile?]] = [:]
    private var survivors: [String: [UInt8]] = [:]
    private var armed: [DiskFault: ArmedFault] = [:]
    private var struck: [DiskFault: Int] = [:]
    private var ignoresSyncs = false
    private var done = 0
    private var trace = Trace()

    /// `sectorBytes`: 512 or 4096, what a disk writes at once; larger ones than a page SQLite does not survive without the
    /// promise of `.powersafeOverwrite`.
    package init(promise: DiskPromise, sectorBytes: Int, random: Randomness, isTracing: Bool = true) {
        precondition(sectorBytes == 512 || sectorBytes == 4096, "a sector has 512 or 4096 bytes")
        self.promise = promise
        self.sectorBytes = sectorBytes
        self.random = random
        self.isTracing = isTracing
    }

    /// Lets a fault come after `count` more of what it is counted in (see `DiskFault`); 0 is the next one. It replaces one of
    /// the same kind that has not come yet.
    package func arm(_ fault: DiskFault, after count: Int, lasting: Int = 1) {
        locked { armed[fault] = ArmedFault(remaining: count, lasting: lasting) }
    }

    package func disarm() {
        locked { armed = [:] }
    }

    /// From now on a sync does nothing and says that it did: what a program that forgets to sync would meet.
    package func ignoreSyncs() {
        locked { ignoresSyncs = true }
    }

    /// How often a fault has struck since the start.
    package func strikes(of fault: DiskFault) -> Int { locked { struck[fault] ?? 0 } }

    /// Cuts the power between two operations.
    package func cutPower() {
        locked { losePower() }
    }

    /// Starts the machine with what survived; cuts the power first where it is on. No fault is armed.
    package func reboot() {
        locked {
            losePower()
            boot += 1
            armed = [:]
            names = [:]
            for (name, content) in survivors.sorted(by: { $0.key < $1.key }) { names[name] = newFile(content) }
            durableNames = names
            isPowered = true
        }
    }

    /// Ends all programs while the machine runs on: what they wrote is there for the next ones, synced or not.
    package func killPrograms() {
        locked {
            boot += 1
            for file in names.values { file.forgetPrograms() }
        }
    }

    package var isOn: Bool { locked { isPowered } }

    /// Operations that changed something, since the start.
    package var operations: Int { locked { done } }

    /// Of the kind, place and length of all operations so far, and of what the faults did: the same for the same seed where
    /// one thread works. The bytes are left out, because SQLite draws the salts of its log from elsewhere.
    package var traceDigest: UInt64 { locked { trace.digest } }

    /// What a program would read now; nil where there is no such file.
    package func content(of name: String) -> [UInt8]? { locked { names[name]?.content } }

    /// Everything a connection does goes through here.
    func locked<Value>(_ body: () throws -> Value) rethrows -> Value {
        lock.lock()
        defer { lock.unlock() }
        return try body()
    }

    private func newFile(_ content: [UInt8] = []) -> DiskFile {
        filesMade += 1
        return DiskFile(number: filesMade, durable: content)
    }

    private func losePower() {
        guard isPowered else { return }
        isPowered = false
        struck[.powerCut, default: 0] += 1
        var survival = Survival(promise: promise, sectorBytes: sectorBytes, random: random)
        for (name, changes) in pendingNames.sorted(by: { $0.key < $1.key }) {
            let kept = survival.namesKept(of: changes.count)
            if kept > 0 { durableNames[name] = changes[kept - 1] }
        }
        survivors = [:]
        for (name, file) in durableNames.sorted(by: { $0.value.number < $1.value.number }) {
            let content = survival.content(of: file)
            survivors[name] = content
            note("survived", file, content.count)
        }
        names = [:]
        durableNames = [:]
        pendingNames = [:]
    }
}

/// What the VFS asks for. Called while the lock is held; `OpenFile` does so.
extension SimulatedDisk {
    /// Whether a file that was opened in this boot can still be used.
    func isAlive(_ boot: Int) -> Bool { isPowered && boot == self.boot }

    var currentBoot: Int { boot }

    func file(named name: String) -> DiskFile? { isPowered ? names[name] : nil }

    /// nil where the power went.
    func create(_ name: String?) -> DiskFile? {
        guard isPowered else { return nil }
        let file = newFile()
        if let name {
            names[name] = file
            pendingNames[name, default: []].append(file)
        }
        return finish("create", file, 0) ? file : nil
    }

    func delete(_ name: String, syncingFolder: Bool) -> Int32 {
        guard isPowered else { return IOError.delete }
        guard let file = names.removeValue(forKey: name) else { return IOError.noSuchFile }
        pendingNames[name, default: []].append(nil)
        guard finish("delete", file, 0) else { return IOError.delete }
        if syncingFolder { syncFolder() }
        return SQLITE_OK
    }

    func read(_ file: DiskFile, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int32 {
        let there = max(0, min(buffer.count, file.content.count - offset))
        file.content.withUnsafeBytes { content in
            if there > 0 { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: content[offset..<offset + there])) }
        }
        if strikes(.failedRead, file) { return IOError.read }
        guard there < buffer.count else { return SQLITE_OK }
        // SQLite relies on zeros in what the file is too short for.
        UnsafeMutableRawBufferPointer(rebasing: buffer[there...]).initializeMemory(as: UInt8.self, repeating: 0)
        return IOError.shortRead
    }

    func write(_ file: DiskFile, _ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
        if offset + bytes.count > file.content.count, strikes(.fullDisk, file) {
            var random = random
            file.write(UnsafeRawBufferPointer(rebasing: bytes.prefix(random.below(bytes.count))), at: offset)
            return SQLITE_FULL
        }
        file.write(bytes, at: offset)
        return finish("write", file, offset, bytes.count) ? SQLITE_OK : IOError.write
    }

    func resize(_ file: DiskFile, to length: Int) -> Int32 {
        file.resize(to: length)
        return finish("resize", file, length) ? SQLITE_OK : IOError.truncate
    }

    func sync(_ file: DiskFile, withFolder: Bool) -> Int32 {
        guard finish("sync", file, file.changes.count) else { return IOError.sync }
        if strikes(.failedSync, file) {
            var survival = Survival(promise: promise, sectorBytes: sectorBytes, random: random)
            let survived = survival.content(of: file)
            var random = random
            file.settle(on: survived, cached: random.below(2) == 0)
            return IOError.sync
        }
        if ignoresSyncs { return SQLITE_OK }
        file.sync()
        if withFolder { syncFolder() }
        return SQLITE_OK
    }

    private func syncFolder() {
        for (name, changes) in pendingNames {
            if let last = changes.last { durableNames[name] = last }
        }
        pendingNames = [:]
    }

    /// Counts an operation that was begun; false if the power fails in it.
    private func finish(_ operation: StaticString, _ file: DiskFile, _ numbers: Int...) -> Bool {
        done += 1
        note(operation, file, numbers.first ?? 0, numbers.last ?? 0)
        guard armed[.powerCut]?.strikes() == true else { return true }
        losePower()
        return false
    }

    private func strikes(_ fault: DiskFault, _ file: DiskFile) -> Bool {
        guard armed[fault]?.strikes() == true else { return false }
        struck[fault, default: 0] += 1
        note("fault", file, DiskFault.allCases.firstIndex(of: fault) ?? 0)
        return true
    }

    private func note(_ what: StaticString, _ file: DiskFile, _ numbers: Int...) {
        guard isTracing else { return }
        trace.add(what, file.number, numbers)
    }
}

/// FNV-1a over what happened.
private struct Trace {
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ what: StaticString, _ file: Int, _ numbers: [Int]) {
        what.withUTF8Buffer { for byte in $0 { mix(UInt64(byte)) } }
        mix(UInt64(truncatingIfNeeded: file))
        for number in numbers { mix(UInt64(truncatingIfNeeded: number)) }
    }

    private mutating func mix(_ value: UInt64) {
        digest = (digest ^ value) &* 0x0000_0100_0000_01B3
    }
}
