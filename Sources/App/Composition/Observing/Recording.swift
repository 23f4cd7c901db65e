import Base
import Foundation
import Movement
import Vision

/// A video, open and hashed, with what the phone told about it.
final class Recording {
    let descriptor: Int32
    let bytes: Int
    let sha256: String
    let captureFile: CaptureFile?

    /// A file that is open already, which is closed with this.
    init(descriptor: Int32, bytes: Int, sha256: String, captureFile: CaptureFile?) {
        self.descriptor = descriptor
        self.bytes = bytes
        self.sha256 = sha256
        self.captureFile = captureFile
    }

    /// A file that a person named.
    /// - Throws: `.invalid` where it is no file that can be read.
    init(path: String, captureFile: String?, cancellation: Cancellation) throws(Failure) {
        self.captureFile = try captureFile.map { path throws(Failure) in try CaptureFile(path: path) }
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? Failure(
                    .invalid, "video_missing",
                    Text(es: "No existe el archivo «\(path)». Revise el nombre.", en: "There is no file '\(path)'. Check its name."))
                : Failure(
                    .invalid, "video_not_readable",
                    Text(
                        es: "No se puede leer «\(path)». Revise los permisos.", en: "'\(path)' cannot be read. Check its permissions."))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Failure(
                .invalid, "video_not_a_file",
                Text(es: "«\(path)» no es un archivo de video.", en: "'\(path)' is not a video file."))
        }
        bytes = Int(status.st_size)
        do {
            sha256 = try Self.digest(of: descriptor, path: path, cancellation: cancellation)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    private static func digest(of descriptor: Int32, path: String, cancellation: Cancellation) throws(Failure) -> String {
        var digest = Digest()
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { block.deallocate() }
        var offset = 0
        while true {
            try cancellation.check()
            let count = pread(descriptor, block.baseAddress, block.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw Failure(
                    .invalid, "video_not_readable",
                    Text(
                        es: "«\(path)» no se pudo leer hasta el final. Compruebe el disco.",
                        en: "'\(path)' could not be read to its end. Check the disk."))
            }
            guard count > 0 else { return digest.hexadecimal }
            digest.update(UnsafeRawBufferPointer(rebasing: block[..<count]))
            offset += count
        }
    }
}
