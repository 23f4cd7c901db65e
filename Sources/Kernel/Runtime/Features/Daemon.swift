/// Something that goes on as long as the program serves.
package struct Daemon: Sendable {
    /// `journal.sealer`.
    package let name: String
    /// Returns when its task is cancelled, soon. Where it throws or returns before that, it is started again after a pause that
    /// grows with each failure.
    package let run: @Sendable () async throws -> Void

    package init(_ name: String, run: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.run = run
    }
}
