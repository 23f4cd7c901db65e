import Access
import Base
import HTTPTypes
import Web

/// Live updates over plain HTTP, for who needs no more than to listen: `GET /api/v1/events?topic=…&topic=…`.
extension LiveReception {
    package var eventsRoute: Route {
        Route(
            .get, "/api/v1/events", "events.listen",
            Text(
                es: "Escuchar cambios mientras ocurren (text/event-stream).", en: "Listen to changes as they happen (text/event-stream)."),
            access: .signedIn, parameters: [Self.topic.shape, Self.lastEventID.shape],
            answers: [AnswerShape(200, Text(es: "Los cambios.", en: "The changes."), .other("text/event-stream"))],
            refusals: [.badRequest, .forbidden, .notFound, .tooMany, .overloaded]
        ) { call in try await listen(call) }
    }

    private static let mostTopics = 20

    private static let topic = Parameter.text(
        "topic", in: .query, 1...Topic.mostBytes, isRequired: true,
        Text(es: "Qué escuchar; puede repetirse hasta \(mostTopics) veces.", en: "What to listen to; may be repeated up to \(mostTopics) times."))

    private static let lastEventID = Parameter.text(
        "Last-Event-ID", in: .header, 0...200,
        Text(es: "El último suceso recibido, para seguir desde ahí.", en: "The last event that was received, to go on from there."))

    private func listen(_ call: Call) async throws -> Reply {
        let standing = try call.signedIn()
        let topics = call.query.items.filter { $0.name == "topic" }.map(\.value)
        guard !topics.isEmpty, topics.count <= Self.mostTopics, Set(topics).count == topics.count else { throw Problem.eventTopics }
        let last = try call.optional(Self.lastEventID)
        let seat = try seats.take(for: standing.caller.actor, at: call.peer)
        // The gateway held the cookie's page to our origin already where it had to.
        let session = LiveSession(token: Credentials(call.fields).token ?? "", standing: standing)
        let reading = try await EventStream.open(topics, lastEventID: last?.isEmpty == true ? nil : last, self, session, seat, call.language)
        return Reply(
            .ok, type: "text/event-stream",
            .stream(length: nil) { writer in try await reading.write(to: writer) },
            // For proxies that would hold it back.
            fields: [.cacheControl: "no-store", Self.buffering: "no"])
    }

    private static let buffering = HTTPField.Name("X-Accel-Buffering") ?? .cacheControl
}

extension Problem {
    fileprivate static let eventTopics = Problem(
        .badRequest, "event_topics",
        Text(
            es: "Indique de 1 a 20 temas distintos: ?topic=records/exercise&topic=…",
            en: "Name 1 to 20 different topics: ?topic=records/exercise&topic=…"))
}
