/// What a listener may take of the program.
package struct LiveLimits: Sendable, Hashable {
    /// Of the process.
    package var connections = 50_000
    package var connectionsOfCaller = 32
    package var connectionsOfAddress = 2_048
    package var subscriptions = 100
    /// Of a message from a client, after decompression.
    package var messageBytes = 64 << 10
    /// Messages at once, and how many more each second.
    package var messageBurst = 150
    package var messagesPerSecond = 20
    /// Frames likewise, control frames among them.
    package var frameBurst = 2_000
    package var framesPerSecond = 500
    /// What waits to be sent on a connection before nothing more is given to it.
    package var waitingBytes = 64 << 10
    /// From the connection to the first token.
    package var patience: Duration = .seconds(5)
    /// Between two pings; who has not answered by the next is gone. The credential is asked about again at the same time.
    package var pulse: Duration = .seconds(30)
    /// How long a connection may take nothing of what is sent.
    package var stillness: Duration = .seconds(30)
    /// From our closing to theirs.
    package var farewell: Duration = .seconds(3)
    /// How far back a listener who returns may have been: positions of the journal, and events of theirs.
    package var replayedPositions: Int64 = 100_000
    package var replayedEvents = 10_000
    /// Between two signs of life on a stream of events.
    package var heartbeat: Duration = .seconds(15)

    package init(_ change: (inout LiveLimits) -> Void = { _ in }) { change(&self) }
}
