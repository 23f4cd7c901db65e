import Access
import Base
import HTTPTypes
import Runtime
import Store
import Web

/// Gives the first answer again to whoever asks for the same a second time (`Idempotency-Key`): for every POST that creates.
///
/// What was answered is kept by reference, in the transaction of what was done, so there is never one without the other; and of several
/// requests at once with one key exactly one is done. A key is one caller's, in one organisation, at one route, for 24 hours.
///
/// ```swift
/// return try await repeats.once(call, "order.create") { slot in
///     let order = …
///     try await database.within(organisation: tenant).write { tx in … ; try slot.keep(kept, tx) }
///     return reply
/// } again: { kept in … }
/// ```
package struct RepeatedRequests: Sendable {
    private let database: Database
    private let world: World

    /// How long an answer is remembered.
    package static let age: Duration = .seconds(86_400)

    package init(_ host: FeatureHost) {
        database = host.database
        world = host.world
    }

    /// Chosen by whoever asks, new for each thing that is to be done.
    package static let key = Parameter<String>(
        shape: ParameterShape(
            "Idempotency-Key", in: .header, .pattern("^[!-~]{16,128}$", 16...128), isRequired: true,
            Text(
                es: "Una clave nueva para cada cosa que se pide, como un UUID; la misma si se repite porque no llegó la respuesta.",
                en: "A new key for each thing that is asked, such as a UUID; the same where it is asked again as no answer came."))
    ) { text in
        (16...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? text : nil
    }

    /// `first` does it and keeps what it answers in its own transaction (`slot.keep`, the last thing in it); `again` makes the same
    /// answer of what was kept. What was refused is not kept: asked again, it is looked at again.
    ///
    /// Throws `Problem`: `.badRequest` without a key, `.invalid` where the key was used for another request; and what `first` throws.
    package func once(
        _ call: Call, _ route: String, _ first: (RepeatSlot) async throws -> Reply, again: (KeptAnswer) throws -> Reply
    ) async throws -> Reply {
        let standing = try call.signedIn()
        guard let key = try call.optional(Self.key) else { throw Problem.keyMissing }
        let slot = RepeatSlot(call, route, key, in: try standing.organisation(), by: standing.caller.actor, at: world.now())
        do {
            return try await first(slot)
        } catch {
            // Whatever stood in the way may have been the first request itself: a name that it took, a row that it wrote.
            if let failure = error as? Failure, failure.kind == .forbidden { throw error }
            guard let kept = try await kept(slot) else { throw error is AnsweredAlready ? Failure.answerGone : error }
            guard kept.request == slot.request else { throw Problem.keyReused }
            return try again(kept.answer)
        }
    }

    private func kept(_ slot: RepeatSlot) async throws -> (request: String, answer: KeptAnswer)? {
        try await database.within(organisation: slot.tenant.text).first(
            """
            SELECT request, status, location, tag, refs FROM idempotent_answers
            WHERE slot = \(slot.name) AND tenant = \(slot.tenant) AND created_at > \(slot.oldest)
            """
        ) { row in (request: try row["request"], answer: try KeptAnswer(row)) }
    }
}

extension Problem {
    static let keyMissing = Problem(
        .badRequest, "idempotency_key_missing",
        Text(
            es: "Falta el campo Idempotency-Key: mande una clave nueva, como un UUID, para que repetir la solicitud no cree dos.",
            en: "The header field Idempotency-Key is missing: send a new key, such as a UUID, so that asking again does not create two."))

    static let keyReused = Problem(
        .invalid, "idempotency_key_reused",
        Text(
            es: "Esa clave ya se usó para otra solicitud: use una nueva.", en: "That key was used for another request: use a new one."))
}

extension Failure {
    /// It was there a moment ago and has grown too old meanwhile: asked again it is done.
    fileprivate static let answerGone = Failure(
        .conflict, "answer_gone",
        Text(es: "La respuesta guardada acaba de vencer: repita la solicitud.", en: "The kept answer has just expired: ask again."))
}
