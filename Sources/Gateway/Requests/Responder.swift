import Access
import Base
import HTTPTypes
import Web

/// From a request to an answer: which route, who asks, may they, and what the route's handler says. Knows nothing of connections.
package struct Responder: Sendable {
    let table: RouteTable
    let terms: GatewayTerms
    let ports: GatewayPorts
    private let compression = Compression()

    package init(_ routes: [Route], _ terms: GatewayTerms, _ ports: GatewayPorts) {
        table = RouteTable(routes)
        self.terms = terms
        self.ports = ports
    }

    /// All that can be said from the head alone. Never waits.
    func admit(_ head: RequestHead, peer: String, isSecure: Bool) -> Exchange {
        let world = ports.world
        let id = world.id(of: Call.self)
        let trace = TraceContext.continuing(head, random: world.random)
        var route: Route?
        var captured: [(name: String, value: String)] = []
        var problem: Problem?
        switch table.match(head.method, head.path) {
        case .route(let index, let values): (route, captured) = (table.routes[index], values)
        case .otherMethods(let methods): problem = head.method == .options ? nil : .wrongMethod(methods.map(\.rawValue))
        case .nothing, .notAPath: problem = .nothingHere
        }
        if let route, problem == nil { problem = Self.refusal(of: head, by: route) }
        return Exchange(
            head: head, id: id, trace: trace,
            language: Self.language(head), begun: world.elapsed(), peer: peer, isSecure: isSecure, route: route, captured: captured,
            problem: problem)
    }

    /// As they chose it here, else as their browser says.
    private static func language(_ head: RequestHead) -> Language {
        if head.known[.cookie] != nil, let chosen = Preferences(head.fields).language { return chosen }
        return Language(accepting: head.known[.acceptLanguage])
    }

    /// What of a body can be refused before it comes.
    private static func refusal(of head: RequestHead, by route: Route) -> Problem? {
        if head.known[.expect].map({ $0.lowercased() != "100-continue" }) == true {
            return Problem(.expectationFailed, "expectation", .headText)
        }
        guard head.hasBody else { return nil }
        guard route.body.isAny else { return .bodyNotExpected }
        if let length = head.length, length > route.body.mostBytes { return .tooLarge(route.body.mostBytes) }
        if let coding = head.fields[.contentEncoding], coding.lowercased() != "identity" { return .wrongCoding }
        let type = String((head.fields[.contentType] ?? "").prefix { $0 != ";" && $0 != " " && $0 != "\t" }).lowercased()
        guard route.body.types.contains(where: { $0 == type || $0 == "*/*" }) else { return .wrongType(route.body.types) }
        return nil
    }

    /// The answer to a request whose body is there, or comes through `stream`. Never throws: whatever goes wrong is an answer.
    func respond(_ exchange: Exchange, body: [UInt8], stream: BodyStream?) async -> Answer {
        ports.begun(exchange.route)
        var caller: Caller?
        var reply: Reply
        do {
            reply = try await answer(exchange, body, stream, &caller)
        } catch {
            reply = refused(exchange, error)
        }
        return finished(&reply, exchange, caller)
    }

    /// `caller`: who was found to ask, also where it throws.
    private func answer(_ exchange: Exchange, _ body: [UInt8], _ stream: BodyStream?, _ caller: inout Caller?) async throws -> Reply {
        if let problem = exchange.problem { throw problem }
        if let preflight = CrossOrigin.preflight(exchange, terms, table) { return preflight }
        guard let route = exchange.route else { throw Problem.nothingHere }
        let credentials = Credentials(exchange.head.known)
        try CrossOrigin.check(exchange, credentials, terms)
        let standing: Standing?
        do {
            standing = try await self.standing(of: route, credentials)
        } catch {
            // Whoever cannot say who they are is a stranger, and counted as one.
            _ = try await ports.pacing.admit(PaceAsk(route: route, caller: nil, peer: exchange.peer), exchange.begun)
            throw error
        }
        caller = standing?.caller
        let ask = PaceAsk(
            route: route, caller: caller, peer: exchange.peer, isBrowserSession: credentials.isCookie, length: exchange.head.length)
        let admission = try await ports.pacing.admit(ask, exchange.begun)
        if case .permission(let permission) = route.access { try standing?.require(permission) }
        var fields = exchange.head.fields
        if let tags = exchange.head.known[.ifMatch] { fields[.ifMatch] = PackedTag.plain(tags) }
        if let tags = exchange.head.known[.ifNoneMatch] { fields[.ifNoneMatch] = PackedTag.plain(tags) }
        let call = Call(
            method: exchange.head.method, path: exchange.head.path, query: try Query(exchange.head.query),
            fields: fields, captured: exchange.captured, body: body, stream: stream, id: exchange.id, trace: exchange.trace,
            standing: standing, language: exchange.language, deadline: exchange.begun + route.time, peer: exchange.peer,
            isSecure: exchange.isSecure, isBrowserSession: credentials.isCookie)
        var reply = try await ports.caching.answer(route, call)
        for (name, value) in admission { reply.fields.append(HTTPField(name: name, value: value)) }
        return reply
    }

    /// Who asks. Throws `.unauthenticated` problems where the route demands somebody, or where what was sent is no good.
    private func standing(of route: Route, _ credentials: Credentials) async throws -> Standing? {
        guard route.access != .anyone else { return nil }
        guard let token = credentials.token else {
            guard route.access == .anyoneKnown else { throw Problem.notSignedIn }
            return nil
        }
        let caller: Caller
        do throws(Failure) {
            caller = try await ports.authenticator.caller(for: token)
        } catch {
            guard error.kind == .unauthenticated else { throw error }

            throw Problem(
                .notSignedIn, error.code, error.message,
                fields: [.init("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"\(error.code)\"")])
        }
        return Standing(caller, by: ports.roles, at: ports.world.now(), aliases: try await ports.aliases(caller))
    }

    /// The answer to what cannot be read, or is not looked into any further.
    func refusal(_ problem: Problem, _ exchange: Exchange?, isSecure: Bool) -> Answer {
        let id = exchange?.id ?? ports.world.id(of: Call.self)
        let reply = exchange.map { self.reply(problem, $0) } ?? Reply(problem, .spanish, instance: id.description)
        ports.finished(
            Finished(
                route: exchange?.route, status: reply.status.code, begun: exchange?.begun ?? ports.world.elapsed(), id: id,
                trace: exchange?.trace, caller: nil, wasBegun: false))
        return Answer(reply, id: id, trace: nil, cacheControl: Caching.never.field, isSecure: isSecure)
    }

    /// The answer to what was thrown. A fault of ours is logged once, with the number that the answer carries.
    func refused(_ exchange: Exchange, _ error: any Error) -> Reply {
        let problem = Problem(error) ?? (error is CancellationError ? .outOfTime : .fault)
        if problem.refusal == .fault {
            let code = (error as? Failure)?.code ?? "\(type(of: error))"
            ports.log.correlated(exchange.id).error(
                "request failed", ["route": .public(exchange.route?.name ?? "none"), "code": .public(code)])
        } else if let failure = error as? Failure, failure.kind == .unavailable {
            // Whoever asked is told no more than that something is missing.
            ports.log.correlated(exchange.id).error(
                "something is not available",
                [
                    "route": .public(exchange.route?.name ?? "none"), "code": .public(failure.code),
                    "why": .public(failure.message(.english)),
                ])
        }
        return reply(problem, exchange)
    }

    /// A page for whoever looks with a browser, a document for whoever asks with a program.
    private func reply(_ problem: Problem, _ exchange: Exchange) -> Reply {
        let document = Reply(problem, exchange.language, instance: exchange.id.description)
        guard exchange.head.known[.accept]?.contains("text/html") == true, !exchange.head.path.hasPrefix("/api/") else { return document }
        if problem.refusal == .notSignedIn, let reply = signingIn(exchange) { return reply }
        let preferences = Preferences(exchange.head.fields)
        let page = ErrorPage.page(
            problem, Interface(exchange.language, theme: preferences.theme, place: LocalPath.checked(exchange.head.path) ?? "/"),
            request: exchange.id.description)
        var reply = Reply.page(page, document.status)
        for field in document.fields where field.name != .contentType { reply.fields.append(field) }
        return reply
    }

    /// Whoever opens a page that asks who they are is led to where they can say so, and back; a cookie that is good no longer is taken away.
    /// nil for a form that was sent, for who brought a token, and where there is no page to sign in.
    private func signingIn(_ exchange: Exchange) -> Reply? {
        let head = exchange.head
        guard head.method == .get || head.method == .head, let route = exchange.route, route.path != Self.signInPath,
            case .route = table.match(.get, Self.signInPath.description)
        else { return nil }
        let credentials = Credentials(head.known)
        guard credentials.token == nil || credentials.isCookie else { return nil }
        let next = LocalPath.checked(head.query.isEmpty ? head.path : "\(head.path)?\(head.query)") ?? "/"
        var reply = Reply.see("\(Self.signInPath)?next=\(PercentText.encoded(next))")
        if credentials.isCookie { reply.fields.append(SessionCookie.taken(isSecure: exchange.isSecure)) }
        return reply
    }

    private static let signInPath: RoutePath = "/sign-in"

    /// What is the same for every answer: what was seen before is not sent again, the rest is packed, and somebody is told.
    private func finished(_ reply: inout Reply, _ exchange: Exchange, _ caller: Caller?) -> Answer {
        if exchange.head.known[.ifNoneMatch] != nil { Conditional.apply(to: &reply, exchange) }
        if terms.compresses { compression.apply(to: &reply, exchange) }
        CrossOrigin.expose(&reply, exchange, terms)
        ports.finished(
            Finished(
                route: exchange.route, status: reply.status.code, begun: exchange.begun, id: exchange.id, trace: exchange.trace,
                caller: caller))
        let isGood = reply.status.kind == .successful || reply.status == .notModified
        return Answer(
            reply, id: exchange.id, trace: exchange.trace.parent == nil ? nil : exchange.trace,
            cacheControl: isGood ? exchange.route?.cacheControl ?? Caching.never.field : Caching.never.field, isSecure: exchange.isSecure)
    }
}

extension Reply {
    init(_ problem: Problem, _ language: Language, instance: String) {
        self.init(
            HTTPResponse.Status(code: problem.refusal.status), type: "application/problem+json",
            .bytes(problem.json(in: language, instance: instance)), fields: [.contentLanguage: language.rawValue])
        for field in problem.fields {
            guard let name = HTTPField.Name(field.name) else { continue }
            fields[name] = field.value
        }
        if let wait = problem.retryAfter { fields[.retryAfter] = "\(max(1, Int((wait / .seconds(1)).rounded(.up))))" }
    }
}
