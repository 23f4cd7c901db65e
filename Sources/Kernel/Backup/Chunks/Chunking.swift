import Base
import Glibc

/// How a database's bytes are cut.
package enum Chunking {
    /// Blocks of a file of pages: sixteen of SQLite's usual 4 KiB, aligned with them, so that a changed page changes one block.
    package static let blockBytes = 1 << 16
    package static let mostBytes = 1 << 18
}

/// A file in blocks of one size. It is only read, from its beginning to its end.
package final class FileBlocks: ChunkSource {
    private let file: Int32
    private let path: String

    /// Throws `Failure(.inputOutput)` where it cannot be opened.
    package init(_ path: String) throws(Failure) {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .fileNotRead(path, errno) }
    }

    deinit { close(file) }

    package func next() async throws -> [UInt8]? {
        var number: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Chunking.blockBytes) { buffer, filled in
            while filled < Chunking.blockBytes {
                let count = read(file, buffer.baseAddress?.advanced(by: filled), Chunking.blockBytes - filled)
                if count < 0, errno == EINTR { continue }
                if count < 0 { number = errno }
                guard count > 0 else { return }
                filled += count
            }
        }
        guard number == 0 else { throw Failure.fileNotRead(path, number) }
        return bytes.isEmpty ? nil : bytes
    }
}

extension Failure {
    static func fileNotRead(_ path: String, _ number: Int32) -> Failure {
        let reason = String(cString: strerror(number))
        return Failure(
            .inputOutput, "file_not_read",
            Text(
                es: "No se puede leer \(path) (\(reason)): revise el disco.", en: "\(path) cannot be read (\(reason)): check the disk."))
    }
}
