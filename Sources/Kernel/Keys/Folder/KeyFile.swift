import Base
import Glibc

/// Reads files of the folder of keys.
enum KeyFile {
    /// The whole file, at most `most` bytes; nil where there is none. Throws where it is a link or no file, where others may
    /// read or write it, where it belongs to somebody else, and where it is longer.
    static func read(_ path: String, atMost most: Int) throws(Failure) -> [UInt8]? {
        do {
            let file = try PrivateFile(path, links: .refused, atMost: most)
            var bytes = [UInt8](repeating: 0, count: file.room)
            var outcome = Result<Int, PrivateFile.Fault>.success(0)
            bytes.withUnsafeMutableBytes { buffer in
                do throws(PrivateFile.Fault) { outcome = .success(try file.fill(buffer)) } catch { outcome = .failure(error) }
            }
            bytes.removeLast(bytes.count - (try outcome.get()))
            return bytes
        } catch {
            switch error {
            case .refused(ENOENT): return nil
            case .refused(let number): throw .keyFile(path, number)
            case .notAFile: throw .keyFileNotAFile(path)
            case .tooOpen(let mode): throw .keyFileTooOpen(path, mode)
            case .foreign: throw .keyFileForeign(path)
            case .tooLarge: throw .keyFileDamaged(path)
            }
        }
    }
}
