import Access
import Base
import HTTPTypes
import Web

/// The second half of signing in, and signing in by a passkey alone, for programs: `/api/v1/auth/mfa/…`, `/api/v1/auth/passkeys/…`.
struct SecondFactorRoutes: Sendable {
    let parts: IdentityParts
    private var desk: FactorDesk { FactorDesk(parts: parts) }
    private var replies: SessionReplies { SessionReplies(parts: parts) }

    var all: [Route] {
        [verify, send, passkeyOptions, anyPasskeyOptions, passkeySignIn] + SecondFactorSetUpRoutes(parts: parts).all
            + PasskeySetUpRoutes(parts: parts).all + StepUpRoutes(parts: parts).all + [takeAway]
    }

    private static let pending = Schema.Member("pending", .text(1...400), "What signing in with a password answered.")
    private static let device = Schema.Member("device", .text(1...200), isRequired: false)

    /// A step of signing in: whoever reaches the server may try.
    private func route(
        _ path: RoutePath, _ name: String, _ summary: Text, _ body: BodyRule, answer: AnswerShape, refusals: Set<Refusal> = [],
        _ handle: @escaping @Sendable (inout BodyFields, Call) async throws -> Reply
    ) -> Route {
        Route(
            .post, path, name, summary, access: .anyone, body: body, answers: [answer],
            refusals: refusals.union([.notSignedIn, .invalid, .tooMany, .forbidden]), pace: .signIn, repeating: .another,
            time: .seconds(20)
        ) { call in
            var fields = try BodyFields(json: call, depth: 16)
            return try await handle(&fields, call)
        }
    }

    private static let account = Parameter.id("account", Text(es: "El identificador de la cuenta.", en: "The account's id."))

    private var takeAway: Route {
        Route(
            .delete, "/api/v1/organisation/members/{account}/second-factors", "member.remove_second_factors",
            Text(
                es: "Quitar todos los segundos factores a quien los perdió; sus sesiones terminan.",
                en: "Take all second factors away from whoever lost them; their sessions end."),
            access: .permission(OrganisationOffice.change), parameters: [Self.account.shape], answers: [.done], refusals: [.conflict]
        ) { call in
            let standing = try call.signedIn()
            try await parts.stepUp.require(standing.caller)
            try await desk.removeAll(of: try Identifier(call.value(Self.account)), by: standing)
            return .done
        }
    }

    private var verify: Route {
        route(
            "/api/v1/auth/mfa/verify", "mfa.verify",
            Text(es: "Dar el segundo factor después de la contraseña.", en: "Give the second factor after the password."),
            FactorSchemas.body("SecondFactor", [Self.pending] + FactorSchemas.answer + [Self.device]),
            answer: .ok(.json(SessionReplies.schema))
        ) { fields, call in
            let (text, answer) = (fields.text("pending"), fields.secondFactor())
            let device = fields.optional("device", atMost: 200) ?? call.fields[.userAgent] ?? ""
            try fields.finish()
            guard let answer else { throw Problem.fault }
            let (session, caller) = try await desk.finish(try await desk.pending(text), answer, device: device, call)
            return try await replies.tokens(session, caller)
        }
    }

    private var send: Route {
        route(
            "/api/v1/auth/mfa/send", "mfa.send",
            Text(es: "Enviar un código por correo o mensaje de texto.", en: "Send a code by mail or text message."),
            FactorSchemas.body("SendCode", [Self.pending, FactorSchemas.sending]),
            answer: AnswerShape(202, Text(es: "El código va en camino.", en: "The code is on its way.")), refusals: [.overloaded]
        ) { fields, _ in
            let (text, method) = (fields.text("pending"), fields.sending())
            try fields.finish()
            try await desk.send(method, to: try await desk.account(of: try await desk.pending(text)))
            return Reply(.accepted, .none)
        }
    }

    private var passkeyOptions: Route {
        route(
            "/api/v1/auth/mfa/passkey/options", "mfa.passkey_options",
            Text(
                es: "Lo que el navegador necesita para pedir una llave de acceso de la cuenta.",
                en: "What the browser needs to ask for a passkey of the account."),
            FactorSchemas.body("PasskeyOptionsAsked", [Self.pending]), answer: .ok(.json(FactorSchemas.ceremony))
        ) { fields, _ in
            let text = fields.text("pending")
            try fields.finish()
            return try await parts.factors.beginSignIn(of: try await desk.account(of: try await desk.pending(text)).id).reply()
        }
    }

    private var anyPasskeyOptions: Route {
        Route(
            .post, "/api/v1/auth/passkeys/options", "passkeys.options",
            Text(
                es:
                    "Lo que el navegador necesita para pedir cualquier llave de acceso de aquí; ata la respuesta a este navegador con una cookie.",
                en: "What the browser needs to ask for any passkey of ours; ties the answer to this browser by a cookie."),
            access: .anyone, answers: [.ok(.json(FactorSchemas.ceremony))], refusals: [.tooMany], pace: .signIn, repeating: .another
        ) { call in
            let ceremony = try await parts.factors.beginSignIn()
            var reply = try ceremony.reply()
            reply.fields.append(try await CeremonyTie.given(ceremony.id, call, parts.keys))
            return reply
        }
    }

    private var passkeySignIn: Route {
        route(
            "/api/v1/auth/passkeys/sign-in", "passkeys.sign_in",
            Text(
                es: "Entrar con una llave de acceso, sin contraseña; con la cookie que llegó con las opciones.",
                en: "Sign in with a passkey, without a password; with the cookie that came with the options."),
            FactorSchemas.body(
                "PasskeySignIn", FactorSchemas.credential + [.init("organisation", .text(1...64), isRequired: false), Self.device]),
            answer: .ok(.json(SessionReplies.schema))
        ) { fields, call in
            let (passkey, organisation) = (fields.passkey(), fields.identifier("organisation"))
            let device = fields.optional("device", atMost: 200) ?? call.fields[.userAgent] ?? ""
            try fields.finish()
            guard let (ceremony, credential) = passkey else { throw Problem.fault }
            let (session, caller) = try await desk.signIn(ceremony, credential, as: .program, in: organisation, device: device, call)
            var reply = try await replies.tokens(session, caller)
            reply.fields.append(CeremonyTie.taken(call))
            return reply
        }
    }
}
