import Access
import Base
import NIOCore

/// What a client says, and what it is answered.
extension LiveSocket {
    func take(_ message: ClientMessage) throws(WebSocketFault) {
        if case .authenticate(let token) = message {
            guard !isAuthenticating else { throw WebSocketFault(.badMessage, "authenticated twice") }
            return authenticate(token)
        }
        guard session != nil else { throw WebSocketFault(.notSignedIn) }
        switch message {
        case .authenticate: break
        case .ping(let id): if isReady { send(ServerMessage.pong(id)) }
        case .subscribe(let topic, let after): subscribe(topic, after: after)
        case .unsubscribe(let topic):
            if let subscription = subscriptions.removeValue(forKey: topic) { hub.remove(subscription) }
            send(ServerMessage.unsubscribed(topic))
        }
    }

    private func subscribe(_ topic: String, after: String?) {
        // Again: from where it says now.
        if let earlier = subscriptions.removeValue(forKey: topic) { hub.remove(earlier) }
        do throws(Failure) {
            guard subscriptions.count < limits.subscriptions else { throw .tooManySubscriptions }
            subscriptions[topic] = try reception.feed.subscribe([topic], after: (journal: after, passing: after), self, on: hub)
        } catch { send(ServerMessage.refused(topic, error, in: language)) }
    }

    private func authenticate(_ token: String) {
        isAuthenticating = true
        let identity = reception.feed.identity
        let socket = NIOLoopBound(self, eventLoop: hub.loop)
        let loop = hub.loop
        Task {
            let outcome: Result<Standing, Failure>
            do throws(Failure) { outcome = .success(try await identity.standing(token)) } catch { outcome = .failure(error) }
            loop.execute { socket.value.authenticated(token, outcome) }
        }
    }

    private func authenticated(_ token: String, _ outcome: Result<Standing, Failure>) {
        isAuthenticating = false
        guard isOpen else { return }
        switch outcome {
        case .failure(let failure): close(failure.kind == .unauthenticated ? .notSignedIn : .tryAgainLater, failure.code)
        case .success(let standing):
            if let known = session?.standing.caller, known.actor != standing.caller.actor || known.tenant != standing.caller.tenant {
                return close(.anotherCaller)
            }
            guard takeSeat(standing.caller.actor) else { return close(.tooMany) }
            session = LiveSession(token: token, standing: standing)
            pulse.isAnswered = true
            send(ServerMessage.authenticated)
        }
    }
}

extension LiveSocket: LiveSink {
    var standing: Standing? { session?.standing }

    func began(_ subscription: LiveSubscription) {
        guard let (topic, position) = place(of: subscription) else { return }
        send(ServerMessage.subscribed(topic, position: position))
    }

    func refused(_ subscription: LiveSubscription, _ failure: Failure) {
        guard let topic = subscription.topics.first?.text else { return }
        subscriptions[topic] = nil
        send(ServerMessage.refused(topic, failure, in: language))
    }

    func reset(_ subscription: LiveSubscription) {
        guard let (topic, position) = place(of: subscription) else { return }
        send(ServerMessage.reset(topic, position: position))
    }

    func deliver(_ matched: [LiveSubscription.Match], of chunk: LiveChunk, to subscription: LiveSubscription, _ parcels: Parcels) {
        guard let topic = subscription.topics.first, let context else { return }
        let parcel = parcels.parcel(topic, matched.reduce(0) { $0 | $1.mask })
        context.write(Self.wrapOutboundOut(isCompressed ? parcel.compressed : parcel.plain), promise: nil)
    }

    func flush() { context?.flush() }

    private func place(of subscription: LiveSubscription) -> (topic: String, position: String)? {
        guard let topic = subscription.topics.first, let seals = subscription.seals else { return nil }
        let salt = UInt32(truncatingIfNeeded: reception.feed.world.random.next())
        return (topic.text, seals.text(subscription.positions, isJournal: subscription.hears(journal: true), salt: salt))
    }
}

extension LiveSocket: LiveMember {
    func tick(_ now: Duration) {
        guard isOpen else {
            if isPastFarewell(now) { hangUp() }
            return
        }
        if session == nil, now >= pulse.patience { return close(.notSignedIn) }
        if let since = pulse.blockedSince, now - since >= limits.stillness { return close(.tooSlow) }
        guard now >= pulse.next else { return }
        guard pulse.isAnswered else { return close(.tooSlow) }
        pulse.isAnswered = false
        pulse.next = now + limits.pulse
        pulse.asksAgain = true
        if isReady { write(WebSocketFrames.ping) }
    }

    func dueToken() -> String? {
        guard isOpen, pulse.asksAgain, !isAuthenticating else { return nil }
        pulse.asksAgain = false
        return session?.token
    }

    func recognised(_ token: String, _ outcome: Result<Standing, Failure>) {
        // A newer one came meanwhile.
        guard isOpen, session?.token == token else { return }
        switch outcome {
        case .success(let standing):
            pulse.unanswered = 0
            session = LiveSession(token: token, standing: standing)
        case .failure(let failure) where failure.kind == .unauthenticated: close(.notSignedIn, failure.code)
        case .failure:
            pulse.unanswered += 1
            if pulse.unanswered > Pulse.mostUnanswered { close(.tryAgainLater) }
        }
    }

    func leave() { close(.goingAway) }
}

extension Failure {
    static let tooManySubscriptions = Failure(
        .overloaded, "too_many_subscriptions",
        Text(es: "Sigue demasiados temas a la vez: deje alguno.", en: "You follow too many topics at once: leave one."))
}
