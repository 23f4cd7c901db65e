import Base
import CConfinement
import Glibc
import Synchronization

/// A wish to stop that can be asked about between two steps of work and waited for together with descriptors.
package final class Cancellation: Sendable {
    /// Readable from the moment the wish is there; nothing is ever read from it.
    package let descriptor: CInt
    private let writeEnd: CInt
    private let isWished = Atomic(false)
    private let followsInterrupts: Bool

    /// One that only `cancel()` fulfils.
    package convenience init() throws(Failure) {
        try self.init(followsInterrupts: false)
    }

    /// The one that Ctrl-C (SIGINT), SIGTERM and SIGHUP fulfil. Only the root of the program asks for it, early; from then on
    /// the first of these signals no longer ends the process, the second of the same kind does.
    package static func byInterrupts() throws(Failure) -> Cancellation {
        try interrupts.get()
    }

    private static let interrupts = Result { () throws(Failure) in
        let cancellation = try Cancellation(followsInterrupts: true)
        guard confinement_catch_interrupts(cancellation.writeEnd) == 0 else { throw Failure.noDescriptors }
        return cancellation
    }

    private init(followsInterrupts: Bool) throws(Failure) {
        var ends: [CInt] = [-1, -1]
        guard confinement_pipe(&ends) == 0 else { throw Failure.noDescriptors }
        descriptor = ends[0]
        writeEnd = ends[1]
        self.followsInterrupts = followsInterrupts
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    package var isCancelled: Bool {
        isWished.load(ordering: .acquiring) || (followsInterrupts && confinement_interrupt() != 0)
    }

    /// The signal that came first, for the exit code 128 + signal; nil where none came.
    package var signal: CInt? {
        guard followsInterrupts, confinement_interrupt() != 0 else { return nil }
        return confinement_interrupt()
    }

    package func cancel() {
        guard !isWished.exchange(true, ordering: .acquiringAndReleasing) else { return }
        withUnsafeBytes(of: UInt8(1)) { _ = write(writeEnd, $0.baseAddress, 1) }
    }

    /// For loops: does nothing, or stops them.
    /// - Throws: `.cancelled`.
    package func check() throws(Failure) {
        if isCancelled { throw Failure.cancelled }
    }
}

extension Failure {
    package static let cancelled = Failure(
        .cancelled, "cancelled",
        Text(es: "Interrumpido; no se ha escrito ningún informe.", en: "Interrupted; no report was written."))

    static let noDescriptors = Failure(
        .unavailable, "no_descriptors",
        Text(
            es: "El sistema no permite abrir más archivos o procesos. Cierre otros programas e inténtelo de nuevo.",
            en: "The system does not allow any more files or processes. Close other programs and try again."))
}
