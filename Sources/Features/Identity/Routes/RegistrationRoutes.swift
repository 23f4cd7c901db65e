import Access
import Base
import Web

/// How accounts come to be, for programs. None of these tells whether an address has an account.
struct RegistrationRoutes: Sendable {
    let parts: IdentityParts

    var all: [Route] { [register, confirm, forgot, reset, accept, setUp] }

    private static let mostBytes = 16_384
    private static let person: [Schema.Member] = [
        .init("email", .text(1...254)), .init("name", .text(1...100)), .init("password", .text(1...1_024)),
        .init("language", .choice(["es", "en"]), isRequired: false),
    ]

    private func route(
        _ path: RoutePath, _ name: String, _ summary: Text, _ body: [Schema.Member], refusals: Set<Refusal> = [],
        answer: AnswerShape = .done, _ handle: @escaping @Sendable (inout BodyFields, Call) async throws -> Reply
    ) -> Route {
        let title = name.split(separator: ".").last.map { $0.split(separator: "_").map(\.capitalized).joined() } ?? name
        return Route(
            .post, path, name, summary, access: .anyone, body: .json(.named(title, .object(body)), mostBytes: Self.mostBytes),
            answers: [answer], refusals: refusals.union([.invalid, .tooMany, .conflict]), pace: .signIn, repeating: .another,
            time: .seconds(20)
        ) { call in
            var fields = try BodyFields(json: call)
            return try await handle(&fields, call)
        }
    }

    /// Reads who somebody says they are. The faults of the person are found with all others by `Registration`.
    static func person(_ fields: inout BodyFields, _ call: Call, hasAddress: Bool = true) -> Registration.Person {
        Registration.Person(
            address: hasAddress ? fields.text("email") : "", name: fields.optional("name", atMost: 1_024) ?? "",
            password: Secret(fields.text("password", atMost: 16_384)),
            language: fields.optional("language", atMost: 2).flatMap { Language(rawValue: $0) } ?? call.language)
    }

    private var register: Route {
        route(
            "/api/v1/auth/register", "auth.register",
            Text(
                es: "Crear una cuenta. La respuesta es siempre la misma; lo demás llega por correo.",
                en: "Make an account. The answer is always the same; the rest comes by mail."),
            Self.person + [.init("organisation", .text(1...64))], refusals: [.forbidden],
            answer: AnswerShape(202, Text(es: "Mire su correo.", en: "Look into your mail."))
        ) { fields, call in
            let person = Self.person(&fields, call)
            let organisation = fields.text("organisation", atMost: 64)
            try fields.finish()
            try await parts.registration.register(person, in: try Identifier(organisation))
            return Reply(.accepted, .none)
        }
    }

    private var confirm: Route {
        route(
            "/api/v1/auth/confirm", "auth.confirm",
            Text(
                es: "Confirmar la dirección con el código del correo y la contraseña elegida.",
                en: "Confirm the address with the code of the mail and the password that was chosen."),
            [.init("code", .text(1...200)), .init("password", .text(1...1_024))]
        ) { fields, _ in
            let (code, password) = (fields.text("code"), Secret(fields.text("password", atMost: 16_384)))
            try fields.finish()
            _ = try await parts.registration.confirm(code, password: password)
            return .done
        }
    }

    private var forgot: Route {
        route(
            "/api/v1/auth/forgot", "auth.forgot",
            Text(es: "Pedir un enlace para otra contraseña.", en: "Ask for a link to another password."), [.init("email", .text(1...254))],
            refusals: [.forbidden], answer: AnswerShape(202, Text(es: "Mire su correo.", en: "Look into your mail."))
        ) { fields, _ in
            let address = fields.text("email")
            try fields.finish()
            try await parts.registration.forgot(address)
            return Reply(.accepted, .none)
        }
    }

    private var reset: Route {
        route(
            "/api/v1/auth/reset", "auth.reset",
            Text(es: "Elegir otra contraseña con el código de un enlace.", en: "Choose another password with the code of a link."),
            [.init("code", .text(1...200)), .init("password", .text(1...1_024))]
        ) { fields, _ in
            let (code, password) = (fields.text("code"), Secret(fields.text("password", atMost: 16_384)))
            try fields.finish()
            try await parts.registration.reset(code, password: password)
            return .done
        }
    }

    private var accept: Route {
        route(
            "/api/v1/auth/accept", "auth.accept_invitation",
            Text(
                es: "Aceptar una invitación, con una cuenta nueva o con la que ya se tiene en esa dirección.",
                en: "Take up an invitation, with a new account or the one that the address has already."),
            [
                .init("code", .text(1...200)), .init("name", .text(1...100), isRequired: false), .init("password", .text(1...1_024)),
                .init("language", .choice(["es", "en"]), isRequired: false),
            ]
        ) { fields, call in
            let code = fields.text("code")
            let person = Self.person(&fields, call, hasAddress: false)
            try fields.finish()
            _ = try await parts.registration.accept(code, person)
            return .done
        }
    }

    private var setUp: Route {
        route(
            "/api/v1/auth/setup", "auth.setup",
            Text(
                es: "La primera cuenta y la primera organización, con el enlace que imprimió el primer arranque.",
                en: "The first account and the first organisation, by the link that the first start printed."),
            Self.person + [.init("code", .text(1...200)), .init("organisation", .text(1...64))]
        ) { fields, call in
            let (code, name) = (fields.text("code"), fields.text("organisation", atMost: 64))
            let person = Self.person(&fields, call)
            try fields.finish()
            _ = try await parts.registration.setUp(code, person, organisation: try Identifier(name))
            return .done
        }
    }
}
