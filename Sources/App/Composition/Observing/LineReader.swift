import Base
import Foundation

/// Reads a text line by line, also from a pipe, and hashes what it reads; only one block is held at a time.
struct LineReader {
    struct Unreadable: Error {}

    private(set) var digest = Digest()
    private let file: UnsafeMutablePointer<FILE>?
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    init(path: String) {
        file = fopen(path, "re")
    }

    /// The next line without its end; nil after the last. One that is longer than `longest` comes in pieces of that length.
    mutating func next(longest: Int) throws -> ArraySlice<UInt8>? {
        guard let file else { throw Unreadable() }
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return buffer[start..<end]
            }
            if buffer.count - start > longest || isAtEnd {
                guard start < buffer.count else { return nil }
                let end = min(buffer.count, start + longest + 1)
                defer { start = end }
                return buffer[start..<end]
            }
            try fill(from: file)
        }
    }

    private mutating func fill(from file: UnsafeMutablePointer<FILE>) throws {
        buffer.removeFirst(start)
        start = 0
        var block = [UInt8](repeating: 0, count: 1 << 18)
        let count = fread(&block, 1, block.count, file)
        guard count > 0 else {
            guard ferror(file) == 0 else { throw Unreadable() }
            isAtEnd = true
            fclose(file)
            return
        }
        block.removeLast(block.count - count)
        digest.update(block)
        buffer += block
    }
}
