import Foundation

/// What another process has in its memory: all that may be read, freed pieces included. The process stands still meanwhile.
struct ProcessMemory {
    struct Unreadable: Error {
        let process: Int32
    }

    private let process: Int32
    private static let chunkBytes = 4 << 20

    init(_ process: Int32) { self.process = process }

    /// Lends the memory in pieces; each begins with the last `overlap` bytes of the one before, where they touch. Returns how
    /// many bytes there were. The system lets a process be read by one of the same user that started it.
    func read(overlap: Int, _ body: (UnsafeRawBufferPointer) -> Void) throws -> Int {
        let memory = open("/proc/\(process)/mem", O_RDONLY | O_CLOEXEC)
        guard memory >= 0 else { throw Unreadable(process: process) }
        defer { close(memory) }
        guard kill(process, SIGSTOP) == 0 else { throw Unreadable(process: process) }
        defer { kill(process, SIGCONT) }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkBytes + overlap, alignment: 16)
        defer { piece.deallocate() }
        var total = 0
        for region in try regions() {
            var (position, kept) = (region.lowerBound, 0)
            while position < region.upperBound {
                let wanted = min(Self.chunkBytes, Int(region.upperBound - position))
                let count = pread(memory, piece.baseAddress.map { $0 + kept }, wanted, off_t(position))
                // What the system keeps for itself, and pages of a file that was cut.
                guard count > 0 else { break }
                total += count
                body(UnsafeRawBufferPointer(rebasing: piece[..<(kept + count)]))
                let next = min(overlap, kept + count)
                UnsafeMutableRawBufferPointer(rebasing: piece[..<next]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: piece[(kept + count - next)..<(kept + count)]))
                kept = next
                position += UInt64(count)
            }
        }
        return total
    }

    private func regions() throws -> [Range<UInt64>] {
        // A file that has no size is read to its end only this way.
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/\(process)/maps"))
        let maps = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        return maps.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, words[1].hasPrefix("r"), !line.hasSuffix("[vsyscall]") else { return nil }
            let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
            return ends.count == 2 ? ends[0]..<ends[1] : nil
        }
    }
}
