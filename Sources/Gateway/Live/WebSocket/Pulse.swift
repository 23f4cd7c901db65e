/// When a connection is looked after next.
struct Pulse {
    /// Until when somebody has to have said who they are.
    let patience: Duration
    var next: Duration
    /// Whether anything came since the last ping.
    var isAnswered = true
    /// Whether the credential is to be asked about.
    var asksAgain = false
    /// Since when it takes nothing.
    var blockedSince: Duration?
    /// How often in a row the credential could not be asked about.
    var unanswered = 0

    /// Some minutes without an answer: then nobody knows whether they still may.
    static let mostUnanswered = 4

    /// `spread`: so that connections that came together are not looked after together.
    init(_ limits: LiveLimits, at now: Duration, spread: Int64) {
        patience = now + limits.patience
        let most = max(limits.pulse.components.seconds, 1)
        next = now + limits.pulse / 2 + .seconds(abs(spread) % most) / 2
    }
}

/// How many frames and messages a client may still send: a little more each moment.
struct Allowance {
    private var frames: Bucket
    private var messages: Bucket

    private struct Bucket {
        let most: Double
        let each: Double
        var left: Double
        var at: Duration

        mutating func take(at now: Duration) -> Bool {
            left = min(most, left + each * ((now - at) / .seconds(1)))
            at = now
            guard left >= 1 else { return false }
            left -= 1
            return true
        }
    }

    init(_ limits: LiveLimits, at now: Duration) {
        frames = Bucket(most: Double(limits.frameBurst), each: Double(limits.framesPerSecond), left: Double(limits.frameBurst), at: now)
        messages = Bucket(
            most: Double(limits.messageBurst), each: Double(limits.messagesPerSecond), left: Double(limits.messageBurst), at: now)
    }

    mutating func takesFrame(at now: Duration) -> Bool { frames.take(at: now) }
    mutating func takesMessage(at now: Duration) -> Bool { messages.take(at: now) }
}
