import Access
import Base
import HTTPTypes
import Runtime
import Synchronization
import Web

/// How far an evaluation is, told as it goes on (server-sent events, HTML Standard, section 9.2), so that a page that waits need not ask
/// again and again: who asks is looked at once, and the journal told of one reading; from then on the job's row is followed.
struct ProgressStream: Sendable {
    private let feature: EvaluationFeature
    private let seats = ProgressSeats()

    /// Then it ends, and whoever still listens asks again, and is looked at again.
    private static let longest: Duration = .seconds(300)
    private static let pause: Duration = .seconds(1)
    /// Proxies, and our own gateway, take what is silent for longer to be dead.
    private static let heartbeat: Duration = .seconds(10)

    init(_ feature: EvaluationFeature) { self.feature = feature }

    var route: Route {
        Route(
            .get, "/api/v1/evaluations/{id}/progress", "evaluation.progress",
            Text(
                es: "Cómo va una evaluación, mientras ocurre (text/event-stream).",
                en: "How far an evaluation is, as it goes on (text/event-stream)."),
            access: .signedIn, parameters: [EvaluationRoutes.id.shape],
            answers: [AnswerShape(200, Text(es: "Lo que avanza.", en: "What goes on."), .other("text/event-stream"))],
            refusals: [.tooMany, .overloaded]
        ) { call in
            let standing = try call.signedIn()
            let entry = try await feature.store.entry(try call.value(EvaluationRoutes.id), by: standing)
            let seat = try seats.take(for: standing.caller.actor)
            return Reply(
                .ok, type: "text/event-stream",
                .stream(length: nil) { writer in try await follow(entry, call.language, seat, writer) },
                // For proxies that would hold it back.
                fields: [.cacheControl: "no-store", Self.buffering: "no"])
        }
    }

    private static let buffering = HTTPField.Name("X-Accel-Buffering") ?? .cacheControl

    private func follow(
        _ entry: EvaluationStore.Entry, _ language: Language, _ seat: ProgressSeat, _ writer: any ReplyWriter
    ) async throws {
        let world = feature.host.world
        let begun = world.elapsed()
        var (last, told) = ([UInt8](), begun)
        try await writer.write(Array("retry: 2000\n\n".utf8))
        while world.elapsed() - begun < Self.longest {
            guard let state = try await feature.store.state(of: entry), state == .uploading || state == .waiting else {
                return try await writer.write(Array("event: end\ndata: {}\n\n".utf8))
            }
            let event = try await event(entry, state, language)
            if event != last {
                try await writer.write(event)
                (last, told) = (event, world.elapsed())
            } else if world.elapsed() - told >= Self.heartbeat {
                try await writer.write(Array(":\n\n".utf8))
                told = world.elapsed()
            }
            try await Task.sleep(for: Self.pause)
        }
        _ = seat
    }

    private func event(_ entry: EvaluationStore.Entry, _ state: MovementEvaluation.State, _ language: Language) async throws -> [UInt8] {
        let progress = state == .waiting ? try await feature.store.measuring(entry) : nil
        var json = JSONWriter(reservingBytes: 256)
        json.object { json in
            json.member("state", state.rawValue)
            progress?.write(to: &json, language)
        }
        return Array("event: progress\ndata: ".utf8) + json.bytes + Array("\n\n".utf8)
    }
}

/// How many listen: a page's worth for each account, and not more in all than the database is asked for each second.
final class ProgressSeats: Sendable {
    private let taken = Mutex<[Identifier: Int]>([:])
    private static let most = 500
    private static let mostOfAccount = 6

    func take(for account: Identifier) throws(Problem) -> ProgressSeat {
        let isFree = taken.withLock { taken in
            guard taken[account, default: 0] < Self.mostOfAccount, taken.values.reduce(0, +) < Self.most else { return false }
            taken[account, default: 0] += 1
            return true
        }
        guard isFree else { throw .tooManyListen }
        return ProgressSeat(self, account)
    }

    fileprivate func leave(_ account: Identifier) {
        taken.withLock { taken in
            let rest = taken[account, default: 0] - 1
            taken[account] = rest > 0 ? rest : nil
        }
    }
}

/// A listener's place, given back with the last reference: also where the answer is never written.
final class ProgressSeat: Sendable {
    private let seats: ProgressSeats
    private let account: Identifier

    init(_ seats: ProgressSeats, _ account: Identifier) {
        self.seats = seats
        self.account = account
    }

    deinit { seats.leave(account) }
}

extension Problem {
    fileprivate static let tooManyListen = Problem(
        .tooMany, "too_many_listen",
        Text(
            es: "Demasiadas páginas siguen esta medición a la vez: cierre alguna, o pregunte de vez en cuando.",
            en: "Too many pages follow measurements at once: close one, or ask now and then."), retryAfter: .seconds(10))
}
