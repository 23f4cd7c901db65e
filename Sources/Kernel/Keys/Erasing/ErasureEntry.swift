import Base
import Crypto
import Foundation

/// A line of the erasure ledger: `<sum> <number> <microseconds> <state> <epoch> <organisation> <subject>`.
///
/// The sum is the first 16 hexadecimal digits of the SHA-256 of `framed(sum of the line before, the line without its sum)`, so a
/// line that was changed, removed from the middle or put elsewhere is noticed. No content, no key.
package struct ErasureEntry: Sendable, Hashable {
    /// How far it came.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// It was decided; the keys may still stand.
        case pending
        /// The keys are gone from the tables. Copies in logs and backups are wrapped under epochs up to `epoch`.
        case destroyed
        /// Those epochs are gone too: nothing opens what was sealed.
        case complete
    }

    /// From 1 without a gap.
    package let number: Int64
    package let at: Instant
    package let state: State
    /// The newest epoch that can have wrapped the keys; 0 while pending.
    package let epoch: Int64
    package let tenant: String
    package let subject: String
}

/// The ledger's text.
package struct ErasureText: Sendable, Hashable {
    package private(set) var entries: [ErasureEntry] = []
    /// Of the last whole line.
    private var sum = "0000000000000000"
    /// Whole lines; what follows is a line that a crash broke off, and was never reported as written.
    package private(set) var wholeBytes = 0

    /// The most that a ledger may hold: some 500,000 lines.
    package static let mostBytes = 64 << 20

    package init() {}

    /// Throws `LineDamaged` with the number of the first line that is not what was written.
    package init(_ bytes: [UInt8]) throws(LineDamaged) {
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            guard let entry = Self.read(bytes[start..<end], after: sum, number: Int64(entries.count) + 1) else {
                throw LineDamaged(line: entries.count + 1)
            }
            entries.append(entry)
            sum = String(decoding: bytes[start..<start + 16], as: UTF8.self)
            start = end + 1
        }
        wholeBytes = start
    }

    /// A line that is not what was written.
    package struct LineDamaged: Error, Hashable {
        package let line: Int

        package init(line: Int) { self.line = line }
    }

    /// The next line, with its end, and the entry that it holds.
    package mutating func append(
        _ state: ErasureEntry.State, _ subject: String, in tenant: String, epoch: Int64, at now: Instant
    ) -> [UInt8] {
        let number = Int64(entries.count) + 1
        let rest = "\(number) \(now.microseconds) \(state.rawValue) \(epoch) \(tenant) \(subject)"
        sum = Self.sum(rest, after: sum)
        entries.append(ErasureEntry(number: number, at: now, state: state, epoch: epoch, tenant: tenant, subject: subject))
        let line = Array("\(sum) \(rest)\n".utf8)
        wholeBytes += line.count
        return line
    }

    private static func read(_ line: ArraySlice<UInt8>, after sum: String, number: Int64) -> ErasureEntry? {
        guard line.count <= 256, line.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 7, words[0].utf8.count == 16, words[0] == Self.sum(words[1...].joined(separator: " "), after: sum),
            Self.integer(words[1]) == number, let microseconds = Self.integer(words[2]),
            let state = ErasureEntry.State(rawValue: words[3]), let epoch = Self.integer(words[4]), epoch >= 0,
            KeyFolder.isName(words[5]), KeyFolder.isName(words[6])
        else { return nil }
        return ErasureEntry(
            number: number, at: Instant(microseconds: microseconds), state: state, epoch: epoch, tenant: words[5], subject: words[6])
    }

    /// As it is written, and in no other way.
    private static func integer(_ text: String) -> Int64? {
        Int64(text).flatMap { String($0) == text ? $0 : nil }
    }

    private static func sum(_ rest: String, after sum: String) -> String {
        var frame = FramedFields()
        frame.append(sum)
        frame.append(rest)
        var digest = Digest()
        digest.update(frame.bytes)
        return String(digest.hexadecimal.prefix(16))
    }
}
