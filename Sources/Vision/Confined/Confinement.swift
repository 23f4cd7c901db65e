import Base
import CConfinement

/// The child's side of the wall around hostile video: called once everything trusted is loaded, before the first byte of the
/// video is read. From then on the process can read descriptor 0, write 1 and 2, use memory and time, and end.
///
/// What each wall is for, and what stands on which kernel: `docs/threat-model.md`.
package enum Confinement {
    /// What the process may use from here on.
    package struct Limits: Sendable, Equatable {
        /// Private writable memory in bytes, including what the process has already.
        package var dataBytes: UInt64
        /// Processor time in seconds, including what the process has used already; the kernel sends SIGXCPU past it.
        package var cpuSeconds: UInt64

        package init(dataBytes: UInt64 = 900_000_000, cpuSeconds: UInt64 = 3600) {
            self.dataBytes = dataBytes
            self.cpuSeconds = cpuSeconds
        }
    }

    /// The walls that can stand; each holds without the others.
    package struct Walls: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// No new rights by exec, no core file, no ptrace by others, no life after the parent, low priority.
        package static let renounced = Walls(rawValue: 1)
        /// No capability, also for root.
        package static let capabilities = Walls(rawValue: 2)
        /// Bounded memory and processor time; no byte written to a file.
        package static let resources = Walls(rawValue: 4)
        /// Descriptors 0, 1, 2 and never another: no file, no socket, no pipe.
        package static let descriptors = Walls(rawValue: 8)
        /// Landlock: no path, and with newer kernels no TCP, no signal to others.
        package static let landlock = Walls(rawValue: 16)
        /// seccomp: no system call outside a short list.
        package static let systemCalls = Walls(rawValue: 32)

        package static let all: Walls = [.renounced, .capabilities, .resources, .descriptors, .landlock, .systemCalls]

        /// Names for logs and reports, in a fixed order.
        package var names: [String] {
            let table: [(Walls, String)] = [
                (.renounced, "renounced"), (.capabilities, "capabilities"), (.resources, "resources"),
                (.descriptors, "descriptors"), (.landlock, "landlock"), (.systemCalls, "seccomp"),
            ]
            return table.filter { contains($0.0) }.map(\.1)
        }
    }

    /// Puts up the walls and says which stand. None can be taken down again.
    ///
    /// Landlock and seccomp are missing on old kernels and in some containers; then they are missing in the answer. What every
    /// Linux has (limits and descriptors) must succeed.
    /// - Parameter walls: fewer than all only in the tests, which try each wall alone.
    /// - Throws: `.fault` where a wall that every kernel has does not stand; then no video must be read.
    package static func enter(_ limits: Limits = Limits(), walls: Walls = .all) throws(Failure) -> Walls {
        var standing: Walls = []
        // Landlock and the capabilities are each thread's own; a second thread would be outside of them.
        let isAlone = confinement_thread_count() == 1
        if walls.contains(.renounced) {
            try demand(confinement_renounce(), "renounce")
            // Being polite is no wall: where a container forbids it, the rest goes on.
            _ = confinement_lower_priority()
            standing.insert(.renounced)
        }
        if walls.contains(.landlock), confinement_landlock() > 0, isAlone { standing.insert(.landlock) }
        if walls.contains(.resources) {
            try demand(confinement_limit(limits.dataBytes, limits.cpuSeconds), "limit")
            standing.insert(.resources)
        }
        if walls.contains(.descriptors) {
            try demand(confinement_seal_descriptors(), "descriptors")
            standing.insert(.descriptors)
        }
        // After the limits, which root could otherwise raise again.
        if walls.contains(.capabilities), confinement_drop_capabilities() == 0, isAlone {
            standing.insert(.capabilities)
        }
        // Last: it forbids putting up the others.
        if walls.contains(.systemCalls), confinement_seccomp() == 0 { standing.insert(.systemCalls) }
        return standing
    }

    /// What is said where a wall that every kernel has does not stand.
    package static func failed(_ what: String) -> Failure {
        Failure(
            .fault, "confinement_failed",
            Text(
                es: "El lector de video no pudo aislarse (\(what)); no se ha leído el video.",
                en: "The video reader could not be confined (\(what)); the video was not read."))
    }

    private static func demand(_ result: CInt, _ wall: String) throws(Failure) {
        guard result >= 0 else {
            throw failed("\(wall), error \(-result)")
        }
    }
}
