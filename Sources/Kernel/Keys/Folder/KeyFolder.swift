import Base
import Glibc

/// The folder `keys`, outside the database: organisations' keys by epoch in `organisations/<organisation>/<epoch>`, the root
/// key's file, the erasure ledger, and `lock`.
///
/// Several processes work on one folder. Whoever changes something holds the lock; readers need none, because files appear
/// and vanish whole. Every file is 0600, every folder 0700, and what others may touch is refused.
package struct KeyFolder: Sendable, Hashable {
    package let path: String

    /// Makes the folder where it is missing. Throws `Failure`: `.invalid` where others may enter it, `.inputOutput` where it
    /// cannot be made.
    package init(_ path: String) throws(Failure) {
        self.path = path
        try DurableFiles.makeFolder(path, in: nil)
        try DurableFiles.makeFolder(organisationsPath, in: path)
    }

    private var organisationsPath: String { "\(path)/organisations" }

    func folder(of organisation: String) throws(Failure) -> String {
        guard Self.isName(organisation) else { throw .organisationNameInvalid }
        return "\(organisationsPath)/\(organisation)"
    }

    /// Whether an organisation can have this name here: 1 to 64 letters a-z, A-Z, digits, `-` and `_`.
    package static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// Organisations that have a folder, sorted.
    package func organisations() throws(Failure) -> [String] {
        try DurableFiles.names(in: organisationsPath).filter(Self.isName)
    }

    /// The epochs of an organisation whose keys are there, ascending; none for an unknown one.
    package func epochs(of organisation: String) throws(Failure) -> [Int64] {
        try DurableFiles.names(in: try folder(of: organisation)).compactMap(Self.epoch).sorted()
    }

    /// A file's name that is an epoch: digits without a leading zero, from 1.
    static func epoch(_ name: String) -> Int64? {
        guard let first = name.utf8.first, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first) else { return nil }
        return Int64(name)
    }

    /// The file of an epoch; nil where there is none (never made, or destroyed). Throws `.invalid` where it is damaged, lies in
    /// another organisation's or epoch's place, or others may read it. Cost: some 50 µs.
    package func file(of organisation: String, epoch: Int64) throws(Failure) -> EpochFile? {
        let path = "\(try folder(of: organisation))/\(epoch)"
        guard let bytes = try KeyFile.read(path, atMost: EpochFile.mostBytes) else { return nil }
        guard let file = EpochFile(bytes), file.organisation == organisation, file.epoch == epoch else {
            throw .keyFileDamaged(path)
        }
        return file
    }
}

extension KeyFolder {
    /// The key of an epoch's file. Throws as `RootKey.unwrap`, and names the file where its key was altered.
    package func unwrap(_ file: EpochFile, by root: any RootKey) async throws -> Secret {
        do {
            return try await root.unwrap(file.key, for: .organisation(file.organisation, epoch: file.epoch))
        } catch let failure as Failure where failure.code == "root_key_altered" {
            throw Failure.rootKeyAltered(file.key.root, at: "\(try folder(of: file.organisation))/\(file.epoch)")
        }
    }
}

/// All at once.
extension KeyFolder {
    /// Every epoch's file, by organisation and epoch. Throws as `file(of:epoch:)`. Cost: some 50 µs each.
    package func files() throws(Failure) -> [EpochFile] {
        var files: [EpochFile] = []
        for organisation in try organisations() {
            for epoch in try epochs(of: organisation) {
                if let file = try file(of: organisation, epoch: epoch) { files.append(file) }
            }
        }
        return files
    }

    /// Organisations whose epoch is being rolled, here or by another process, or whose roll broke off: those with the keys of
    /// several epochs, or with what a crash left of one. Sorted. Cost: some 20 µs an organisation.
    package func unfinishedRolls() throws(Failure) -> [String] {
        var found: [String] = []
        for organisation in try organisations() {
            let names = try DurableFiles.names(in: try folder(of: organisation))
            if names.count > 1 || names.first?.hasPrefix(".") == true { found.append(organisation) }
        }
        return found
    }
}

/// Changes, which ask for the lock as proof that it is held.
extension KeyFolder {
    /// A new epoch's file. Throws `.conflict` where there is one.
    func create(_ file: EpochFile, _ lock: KeyFolderLock) throws(Failure) {
        let folder = try folder(of: file.organisation)
        try DurableFiles.makeFolder(folder, in: organisationsPath)
        try DurableFiles.sweep(folder)
        guard try DurableFiles.create(file.bytes, at: "\(file.epoch)", in: folder) else { throw .epochExists(file) }
    }

    /// An epoch's file wrapped anew.
    func replace(_ file: EpochFile, _ lock: KeyFolderLock) throws(Failure) {
        try DurableFiles.write(file.bytes, to: "\(file.epoch)", in: try folder(of: file.organisation))
    }

    /// Whether a crash left something half-made or half-destroyed beside the root key. True for a moment while another process
    /// makes or destroys a file there.
    package var hasLeftovers: Bool { get throws(Failure) { try DurableFiles.names(in: path).contains(where: DurableFiles.isLeftover) } }

    /// Finishes what a crash left half-made or half-destroyed, beside the root key and among all organisations' files.
    package func sweep() async throws {
        try await withLock { lock in
            try DurableFiles.sweep(path)
            for organisation in try organisations() { try sweep(organisation, lock) }
        }
    }

    /// Finishes what a crash left half-made or half-destroyed among an organisation's files.
    func sweep(_ organisation: String, _ lock: KeyFolderLock) throws(Failure) {
        try DurableFiles.sweep(try folder(of: organisation))
    }

    /// Destroys an epoch's keys for good: overwritten, removed, durable. What is not there is destroyed already, and what a
    /// crash left half-destroyed is finished.
    func destroy(_ organisation: String, epoch: Int64, _ lock: KeyFolderLock) throws(Failure) {
        let folder = try folder(of: organisation)
        try DurableFiles.destroy("\(epoch)", in: folder)
        try DurableFiles.sweep(folder)
    }
}
