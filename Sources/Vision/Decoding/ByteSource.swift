import Foundation

/// The bytes of a recording, wherever they are: an open file today, a sealed one tomorrow.
///
/// A source is used by one reader at a time and never opens anything itself.
package struct ByteSource {
    /// Length in bytes.
    package let size: Int
    /// Fills the buffer from the given offset and returns how many bytes it got: fewer than asked only where the
    /// end is near, 0 at the end, a negative number where reading failed.
    package let read: (_ offset: Int, _ buffer: UnsafeMutableRawBufferPointer) -> Int

    package init(size: Int, read: @escaping (_ offset: Int, _ buffer: UnsafeMutableRawBufferPointer) -> Int) {
        self.size = size
        self.read = read
    }

    /// An open file, which stays the caller's to close and whose position is left alone; nil where it is not a regular file.
    package init?(fileDescriptor: Int32) {
        var status = stat()
        guard fstat(fileDescriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(size: Int(status.st_size)) { offset, buffer in
            var filled = 0
            while filled < buffer.count {
                let count = pread(
                    fileDescriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, off_t(offset + filled))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count < 0 && filled == 0 ? -1 : filled }
                filled += count
            }
            return filled
        }
    }

    /// Bytes in memory.
    package init(bytes: [UInt8]) {
        self.init(size: bytes.count) { offset, buffer in
            let count = max(0, min(buffer.count, bytes.count - offset))
            bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count])) }
            return count
        }
    }
}
