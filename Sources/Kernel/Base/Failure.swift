/// What went wrong, in the form that crosses the edges of the program.
///
/// `kind` is closed, so that each edge (exit code, HTTP status, FHIR outcome, retry) maps it in one place.
/// `code` is stable and made for programs; `message` is one sentence made for the person, saying what to do.
package struct Failure: Error, Sendable, Hashable {
    /// What has to happen next: another command line, another file, other credentials, an installation, room to write, or a mend of ours.
    package enum Kind: Sendable, Hashable, CaseIterable {
        /// The command line or request was put together wrongly.
        case usage
        /// The input was understood as such but cannot be used: damaged, empty, of the wrong kind.
        case invalid
        /// Something this needs is missing here and now: a runtime, a model, another service.
        case unavailable
        /// A result could not be created: no such folder, no permission.
        case cannotCreate
        /// Reading or writing broke off half-way: a full disk, a lost mount.
        case inputOutput
        /// The person or the system asked to stop; nothing was done.
        case cancelled
        /// Others changed the same thing at the same time, or it is there already. Nothing was done.
        case conflict
        /// More is asked at once than the bounds allow. Nothing was done; trying again later helps.
        case overloaded
        /// The time that was given is over. Nothing was done.
        case deadlineExceeded
        /// The connection was lost while it was being made durable: it is done whole or not at all, and only looking tells.
        case outcomeUnknown
        /// Nobody knows who asks: no credentials, or none that are good. Signing in helps.
        case unauthenticated
        /// It is known who asks, and they may not. Asking again does not help.
        case forbidden
        /// There is no such thing here, for this caller.
        case notFound
        /// A fault of ours.
        case fault
    }

    package let kind: Kind
    package let code: String
    package let message: Text

    package init(_ kind: Kind, _ code: String, _ message: Text) {
        self.kind = kind
        self.code = code
        self.message = message
    }
}

extension Failure: CustomStringConvertible {
    package var description: String { "\(code): \(message.english)" }
}
