import Access
import Base
import HTTPTypes
import Runtime
import Web

/// Coming in, going on, and leaving, for programs: `/api/v1/auth/…`.
struct AuthRoutes: Sendable {
    let parts: IdentityParts
    private var replies: SessionReplies { SessionReplies(parts: parts) }

    var all: [Route] {
        [login, refresh, logout, me, change, sessions, endOthers, endOne, password, prove, switching, makeDevice, useDevice]
    }

    private static let mostBytes = 16_384

    private static func body(_ name: String, _ members: Schema.Member...) -> BodyRule {
        .json(.named(name, .object(members)), mostBytes: mostBytes)
    }

    private var login: Route {
        Route(
            .post, "/api/v1/auth/login", "auth.login", Text(es: "Entrar con contraseña.", en: "Sign in with a password."), access: .anyone,
            body: Self.body(
                "Login", .init("email", .text(1...254)), .init("password", .text(1...1_024)),
                .init("organisation", .text(1...64), isRequired: false), .init("device", .text(1...200), isRequired: false)),
            answers: [.ok(.json(SessionReplies.schema))], refusals: [.notSignedIn, .invalid, .tooMany, .forbidden, .conflict],
            pace: .signIn,
            repeating: .another, time: .seconds(20)
        ) { call in
            var fields = try BodyFields(json: call)
            let ask = SignIn.Ask(
                address: fields.text("email", atMost: 1_024), password: Secret(fields.text("password", atMost: 16_384)),
                organisation: fields.identifier("organisation"), kind: .program,
                device: fields.optional("device", atMost: 200) ?? call.fields[.userAgent] ?? "", peer: call.peer)
            try fields.finish()
            switch try await parts.signIn.withPassword(ask) {
            case .opened(let session, let caller): return try await replies.tokens(session, caller)
            case .secondFactor(let pending, let methods): return replies.question(pending, methods)
            }
        }
    }

    private var refresh: Route {
        Route(
            .post, "/api/v1/auth/refresh", "auth.refresh",
            Text(
                es: "Cambiar un token de renovación por tokens nuevos; el anterior ya no vale.",
                en: "Exchange a refresh token for new tokens; the former is good no longer."), access: .anyone,
            body: Self.body("Refresh", .init("refresh_token", .text(1...200))), answers: [.ok(.json(SessionReplies.schema))],
            refusals: [.notSignedIn, .invalid], repeating: .another
        ) { call in
            var fields = try BodyFields(json: call)
            let text = fields.text("refresh_token")
            try fields.finish()
            let (session, caller) = try await parts.renewed(text)
            return try await replies.tokens(session, caller)
        }
    }

    private var logout: Route {
        Route(
            .post, "/api/v1/auth/logout", "auth.logout", Text(es: "Cerrar esta sesión.", en: "End this session."), access: .signedIn,
            answers: [.done], repeating: .harmless
        ) { call in
            let caller = try call.signedIn().caller
            if let id = caller.session, let session = try await parts.sessions.session(id, of: caller.actor) {
                try await parts.sessions.end(session, by: caller.actor)
            }
            var reply = Reply.done
            if call.isBrowserSession { reply.fields.append(SessionCookie.taken(isSecure: call.isSecure)) }
            return reply
        }
    }

    private var me: Route {
        Route(
            .get, "/api/v1/auth/me", "auth.me", Text(es: "Quién soy en esta sesión.", en: "Who I am in this session."), access: .signedIn,
            answers: [.ok(.json(Self.meSchema))]
        ) { call in
            let standing = try call.signedIn()
            let caller = standing.caller
            let account = try await parts.accounts.account(caller.actor)
            let memberships = try await parts.memberships(of: caller.actor)
            return .json { json in
                json.object { json in
                    SessionReplies.write(nil, caller, to: &json)
                    json.member(
                        "permissions", array: { json in for item in standing.permissions.map(\.text).sorted() { json.string(item) } })
                    json.given("name", account?.profile.name)
                    json.given("email", account?.profile.address.text)
                    json.given("language", account?.profile.language)
                    json.member(
                        "organisations",
                        array: { json in
                            for member in memberships {
                                json.object { json in
                                    json.member("name", member.organisation.text)
                                    json.member("roles", array: { json in for role in member.roles.sorted() { json.string(role.text) } })
                                }
                            }
                        })
                }
            }
        }
    }

    private static let meSchema = Schema.named(
        "Me",
        .object(
            SessionReplies.personMembers + [
                .init("permissions", .list(.text(1...100), atMost: nil)), .init("name", .text(1...100), isRequired: false),
                .init("email", .text(1...254), isRequired: false), .init("language", .choice(["es", "en"]), isRequired: false),
                .init(
                    "organisations",
                    .list(.object([.init("name", .text(1...64)), .init("roles", .list(.text(1...63), atMost: 64))]), atMost: nil)),
            ]))

    private var change: Route {
        Route(
            .patch, "/api/v1/auth/me", "auth.change_me",
            Text(
                es: "Cambiar cómo me llamo y en qué idioma me escriben.",
                en: "Change what I am called and in which language I am written to."),
            access: .signedIn,
            body: Self.body(
                "MyProfile", .init("name", .text(1...100), isRequired: false), .init("language", .choice(["es", "en"]), isRequired: false)),
            answers: [.done], refusals: [.invalid, .conflict, .notFound]
        ) { call in
            var fields = try BodyFields(json: call)
            let (name, language) = (fields.optional("name", atMost: 400), fields.optional("language", atMost: 2))
            try fields.finish()
            try await parts.changeProfile(of: try call.signedIn().caller.actor, name: name, language: language)
            return .done
        }
    }

    private static let session = Parameter.id("id", Text(es: "El identificador de la sesión.", en: "The session's id."))

    private var sessions: Route {
        Route(
            .get, "/api/v1/auth/sessions", "auth.sessions", Text(es: "Mis sesiones abiertas.", en: "My open sessions."), access: .signedIn,
            answers: [.ok(.json(Self.sessionsSchema))]
        ) { call in
            let caller = try call.signedIn().caller
            let list = try await parts.sessions.sessions(of: caller.actor)
            return .json { json in
                json.object { json in
                    json.member(
                        "sessions",
                        array: { json in
                            for (session, device, peer) in list {
                                json.object { json in
                                    json.member("id", session.id.text)
                                    json.member("kind", session.kind.rawValue)
                                    json.member("device", device)
                                    json.member("address", peer)
                                    json.given("organisation", session.organisation?.text)
                                    json.member("assurance", session.assurance.rawValue)
                                    json.member("created_at", session.createdAt)
                                    json.member("seen_at", session.seenAt)
                                    json.member("ends_at", session.endsAt)
                                    json.member("is_this", session.id == caller.session)
                                }
                            }
                        })
                }
            }
        }
    }

    private static let sessionsSchema = Schema.named(
        "Sessions",
        .object([
            .init(
                "sessions",
                .list(
                    .object([
                        .init("id", .id), .init("kind", .choice(Session.Kind.allCases.map(\.rawValue))), .init("device", .text(0...200)),
                        .init("address", .text(0...100)), .init("organisation", .text(1...64), isRequired: false),
                        .init("assurance", .choice(Caller.Assurance.allCases.map(\.rawValue))), .init("created_at", .format("date-time")),
                        .init("seen_at", .format("date-time")), .init("ends_at", .format("date-time")), .init("is_this", .bool),
                    ]), atMost: 200))
        ]))

    private var endOthers: Route {
        Route(
            .delete, "/api/v1/auth/sessions", "auth.end_other_sessions",
            Text(es: "Cerrar mis demás sesiones.", en: "End my other sessions."), access: .signedIn, answers: [.done]
        ) { call in
            let caller = try call.signedIn().caller
            for (session, _, _) in try await parts.sessions.sessions(of: caller.actor) where session.id != caller.session {
                try await parts.sessions.end(session, by: caller.actor)
            }
            return .done
        }
    }

    private var endOne: Route {
        Route(
            .delete, "/api/v1/auth/sessions/{id}", "auth.end_session",
            Text(es: "Cerrar una de mis sesiones.", en: "End one of my sessions."),
            access: .signedIn, parameters: [Self.session.shape], answers: [.done]
        ) { call in
            let caller = try call.signedIn().caller
            guard let session = try await parts.sessions.session(try Identifier(call.value(Self.session)), of: caller.actor) else {
                throw Problem.nothingHere
            }
            try await parts.sessions.end(session, by: caller.actor)
            return .done
        }
    }

    private var password: Route {
        Route(
            .post, "/api/v1/auth/password", "auth.password",
            Text(es: "Cambiar mi contraseña; mis demás sesiones terminan.", en: "Change my password; my other sessions end."),
            access: .signedIn,
            body: Self.body("NewPassword", .init("password", .text(1...1_024)), .init("new_password", .text(1...1_024))), answers: [.done],
            refusals: [.invalid, .tooMany, .conflict], pace: .signIn, repeating: .another, time: .seconds(20)
        ) { call in
            var fields = try BodyFields(json: call)
            let (old, new) = (Secret(fields.text("password", atMost: 16_384)), Secret(fields.text("new_password", atMost: 16_384)))
            try fields.finish()
            let caller = try call.signedIn().caller
            try await parts.registration.changePassword(from: old, to: new, of: caller.actor, in: caller.session)
            return .done
        }
    }

    private var prove: Route {
        Route(
            .post, "/api/v1/auth/reauthenticate", "auth.reauthenticate",
            Text(
                es: "Escribir la contraseña otra vez, antes de algo delicado.",
                en: "Give the password once more, before something delicate."),
            access: .signedIn, body: Self.body("Reauthenticate", .init("password", .text(1...1_024))), answers: [.done],
            refusals: [.invalid, .tooMany], pace: .signIn, repeating: .another, time: .seconds(20)
        ) { call in
            var fields = try BodyFields(json: call)
            let password = Secret(fields.text("password", atMost: 16_384))
            try fields.finish()
            try await parts.stepUp.prove(by: password, try call.signedIn().caller)
            return .done
        }
    }

    private var switching: Route {
        Route(
            .post, "/api/v1/auth/organisation", "auth.switch_organisation",
            Text(
                es: "Pasar a otra de mis organizaciones: una sesión nueva en lugar de esta.",
                en: "Go to another of my organisations: a new session instead of this one."), access: .signedIn,
            body: Self.body("SwitchOrganisation", .init("organisation", .text(1...64))), answers: [.ok(.json(SessionReplies.schema))],
            refusals: [.invalid, .conflict, .forbidden], repeating: .another
        ) { call in
            var fields = try BodyFields(json: call)
            let name = fields.text("organisation", atMost: 64)
            try fields.finish()
            let (session, caller) = try await parts.switched(try call.signedIn().caller, to: try Identifier(name), call)
            var reply = try await replies.tokens(session, caller)
            if session.kind == .browser {
                let value = try await SessionCode.write(.cookie, session.id, parts.keys)
                reply.fields.append(SessionCookie.given(value, isSecure: call.isSecure))
            }
            return reply
        }
    }

    private var makeDevice: Route {
        Route(
            .post, "/api/v1/auth/devices", "auth.make_device",
            Text(
                es: "Dar a un dispositivo que trabaja sin red una credencial propia, que se puede revocar.",
                en: "Give a device that works offline a credential of its own, which can be revoked."), access: .signedIn,
            body: Self.body("NewDevice", .init("name", .text(1...100))),
            answers: [
                .created(
                    .json(
                        .named(
                            "DeviceCredential",
                            .object([
                                .init("id", .id), .init("credential", .text(1...200), "Shown this once."),
                                .init("ends_at", .format("date-time")),
                            ]))))
            ],
            refusals: [.invalid, .forbidden], repeating: .another
        ) { call in
            let standing = try call.signedIn()
            try await parts.stepUp.require(standing.caller)
            var fields = try BodyFields(json: call)
            guard let name = PersonName.read(fields.text("name", atMost: 400)) else {
                fields.fault("name", "name", Text(es: "Póngale un nombre corto.", en: "Give it a short name."))
                try fields.finish()
                throw Problem.fault
            }
            try fields.finish()
            let (session, _) = try await parts.signIn.open(
                .device, standing.caller.actor, in: standing.caller.tenant, standing.caller.assurance,
                SessionDevice(name: name, peer: call.peer), on: SessionBasis(standing.caller))
            let credential = try await SessionCode.write(.device, session.id, parts.keys)
            return .json(.created) { json in
                json.object { json in
                    json.member("id", session.id.text)
                    json.member("credential", credential)
                    json.member("ends_at", session.endsAt)
                }
            }
        }
    }

    private var useDevice: Route {
        Route(
            .post, "/api/v1/auth/devices/token", "auth.device_token",
            Text(es: "Un token de acceso por la credencial de un dispositivo.", en: "An access token for a device's credential."),
            access: .anyone, body: Self.body("DeviceToken", .init("credential", .text(1...200))),
            answers: [.ok(.json(SessionReplies.schema))], refusals: [.notSignedIn, .invalid], repeating: .another
        ) { call in
            var fields = try BodyFields(json: call)
            let text = fields.text("credential")
            try fields.finish()
            guard let code = SessionCode(text, .device), try await code.isGenuine(parts.keys),
                let (session, caller) = try await parts.sessions.caller(of: code.session), session.kind == .device
            else { throw Failure.sessionOver }
            return try await replies.tokens(session, caller)
        }
    }
}
