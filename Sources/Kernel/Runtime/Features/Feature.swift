import Web

/// One capability of the platform: it declares what it is, and everything else is derived from that.
///
/// A feature is one module; it imports the kernel and pure libraries, never another feature. What it needs from others it takes as
/// ports, structs of closures in its own words, when the root makes it. `manifest` is known without making one; the faces are the
/// values by which the root runs it.
package protocol Feature: Sendable {
    static var manifest: Manifest { get }
    /// What can be asked of it over HTTP.
    var routes: [Route] { get }
    /// What it does whenever the journal tells of something.
    var subscriptions: [Subscription] { get }
    /// The work that it does outside of transactions.
    var jobs: [JobHandler] { get }
    /// When it asks for work by the clock.
    var schedules: [Schedule] { get }
    /// What it does all the time.
    var daemons: [Daemon] { get }
}

extension Feature {
    package var routes: [Route] { [] }
    package var subscriptions: [Subscription] { [] }
    package var jobs: [JobHandler] { [] }
    package var schedules: [Schedule] { [] }
    package var daemons: [Daemon] { [] }
}
