import Access
import Base
import HTTPTypes
import Web

/// Proving in the middle of a session who one is, for programs: `/api/v1/auth/mfa/step-up…`. Whoever has no second factor does so by their
/// password (`/api/v1/auth/reauthenticate`).
struct StepUpRoutes: Sendable {
    let parts: IdentityParts
    private var desk: FactorDesk { FactorDesk(parts: parts) }

    var all: [Route] { [options, send, prove] }

    private var options: Route {
        Route(
            .post, "/api/v1/auth/mfa/step-up/options", "mfa.step_up_options",
            Text(
                es: "Con qué se puede confirmar quién soy, y lo que el navegador necesita para pedir una llave de acceso.",
                en: "By what I can prove who I am, and what the browser needs to ask for a passkey."), access: .signedIn,
            answers: [
                .ok(
                    .json(
                        .named(
                            "StepUpOptions",
                            .object([
                                .init("methods", .list(.text(1...20), atMost: 10)),
                                .init("passkey", FactorSchemas.ceremony, isRequired: false),
                            ]))))
            ], refusals: [.tooMany], pace: .signIn, repeating: .another
        ) { call in
            let account = try call.signedIn().caller.actor
            let methods = try await desk.proofs(of: account)
            let ceremony =
                methods.contains(SecondFactorMethod.passkey.rawValue) ? try await parts.factors.beginSignIn(of: account) : nil
            var json = JSONWriter(reservingBytes: 1_024)
            var inner = JSONWriter(reservingBytes: 1_024)
            try ceremony?.write(to: &inner)
            let passkey = ceremony == nil ? nil : try JSON.parse(inner.bytes)
            json.object { json in
                json.member("methods", array: { json in for method in methods { json.string(method) } })
                guard let passkey else { return }
                json.key("passkey")
                passkey.write(to: &json)
            }
            return .json(json.bytes)
        }
    }

    private var send: Route {
        Route(
            .post, "/api/v1/auth/mfa/step-up/send", "mfa.step_up_send",
            Text(
                es: "Enviar un código con el que confirmar quién soy.", en: "Send a code by which to prove who I am."), access: .signedIn,
            body: FactorSchemas.body("SendStepUpCode", [FactorSchemas.sending]),
            answers: [AnswerShape(202, Text(es: "El código va en camino.", en: "The code is on its way."))],
            refusals: [.tooMany, .notFound], pace: .signIn, repeating: .another, time: .seconds(20)
        ) { call in
            var fields = try BodyFields(json: call)
            let method = fields.sending()
            try fields.finish()
            try await desk.send(method, to: try await desk.account(of: try call.signedIn().caller))
            return Reply(.accepted, .none)
        }
    }

    private var prove: Route {
        Route(
            .post, "/api/v1/auth/mfa/step-up", "mfa.step_up",
            Text(
                es: "Confirmar quién soy con un segundo factor: la sesión vale entonces por lo que se dio.",
                en: "Prove who I am by a second factor: the session is then as sure as what was given."), access: .signedIn,
            body: FactorSchemas.body("StepUp", FactorSchemas.answer), answers: [.ok(.json(SessionReplies.schema))],
            refusals: [.invalid, .tooMany], pace: .signIn, repeating: .another, time: .seconds(20)
        ) { call in
            var fields = try BodyFields(json: call, depth: 16)
            let answer = fields.secondFactor()
            try fields.finish()
            guard let answer else { throw Problem.fault }
            let (session, caller) = try await desk.prove(try call.signedIn().caller, answer)
            // A browser goes on by its cookie.
            guard session.kind != .browser else {
                return .json { json in json.object { json in SessionReplies.write(session, caller, to: &json) } }
            }
            return try await SessionReplies(parts: parts).tokens(session, caller)
        }
    }
}
