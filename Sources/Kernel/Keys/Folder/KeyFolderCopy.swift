import Base
import Glibc

/// The folder of keys as files: what a key archive takes along, and what a restore puts back.
extension KeyFolder {
    /// A file of the folder: its path in it, and its bytes, which open everything once the root is known.
    package struct CopiedFile: Sendable, Hashable {
        package let path: String
        package let bytes: [UInt8]

        /// nil for a path that is none of this folder's: `root.key`, `root.key.next`, `erasures`, `organisations/NAME/EPOCH`.
        package init?(path: String, bytes: [UInt8]) {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            let isKnown =
                switch parts.count {
                case 1: KeyFolder.copiedNames.contains(path)
                case 3: parts[0] == "organisations" && KeyFolder.isName(parts[1]) && KeyFolder.epoch(parts[2]) != nil
                default: false
                }
            guard isKnown else { return nil }
            self.path = path
            self.bytes = bytes
        }
    }

    private static let copiedNames: Set<String> = ["root.key", "root.key.next", "erasures"]

    /// Every file but those that belong to this machine, and what `reading` returned, both under the folder's lock: no epoch is made
    /// or destroyed and no erasure is entered between the one and the other.
    package func copied<Value>(
        within deadline: Duration = .seconds(60), _ reading: () async throws -> Value
    ) async throws -> (files: [CopiedFile], value: Value) {
        try await withLock(within: deadline) { _ in
            let value = try await reading()
            var files: [CopiedFile] = []
            func take(_ path: String, atMost most: Int) throws(Failure) {
                guard let bytes = try KeyFile.read("\(self.path)/\(path)", atMost: most) else { return }
                if let file = CopiedFile(path: path, bytes: bytes) { files.append(file) }
            }
            for name in Self.copiedNames.sorted() { try take(name, atMost: ErasureText.mostBytes) }
            for organisation in try organisations() {
                for epoch in try epochs(of: organisation) {
                    try take("organisations/\(organisation)/\(epoch)", atMost: EpochFile.mostBytes)
                }
            }
            return (files, value)
        }
    }

    /// Puts files into a new folder of keys, durable when it returns.
    package func place(_ files: [CopiedFile]) async throws {
        try await withLock { _ in
            for file in files {
                let parts = file.path.split(separator: "/").map(String.init)
                var folder = path
                for part in parts.dropLast() {
                    try DurableFiles.makeFolder("\(folder)/\(part)", in: folder)
                    folder += "/\(part)"
                }
                try DurableFiles.write(file.bytes, to: parts[parts.count - 1], in: folder)
            }
        }
    }
}
