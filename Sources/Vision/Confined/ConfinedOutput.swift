import Base
import Glibc

/// The child's voice: lines on standard output, then how it ended. Each line leaves at once, so that the parent sees progress.
package struct ConfinedOutput {
    private let descriptor: CInt
    private var lineCount = 0

    package init(descriptor: CInt = STDOUT_FILENO) {
        self.descriptor = descriptor
    }

    /// Writes one line of printable ASCII without backslash and without a line feed; the parent accepts nothing else.
    /// - Throws: `.inputOutput` where the parent does not listen any more.
    package mutating func write(line: some Sequence<UInt8>) throws(Failure) {
        try send(Array(line))
        lineCount += 1
    }

    /// Says that every line was written. Exit with 0 afterwards.
    package func end() throws(Failure) {
        try send(ConfinedLines.end(lineCount: lineCount))
    }

    /// Says why there are no more lines. Only the code travels: the parent finds its own words for it.
    package func refuse(_ failure: Failure) throws(Failure) {
        try send(ConfinedLines.refusal(code: failure.code))
    }

    private func send(_ line: [UInt8]) throws(Failure) {
        let bytes = line + [UInt8(ascii: "\n")]
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw Failure(
                    .inputOutput, "reader_unheard",
                    Text(
                        es: "El lector de video no pudo entregar lo que vio.",
                        en: "The video reader could not hand over what it saw."))
            }
            written += count
        }
    }
}
