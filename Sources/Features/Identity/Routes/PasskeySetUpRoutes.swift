import Access
import Base
import HTTPTypes
import Runtime
import Web

/// My passkeys, for programs: `/api/v1/auth/mfa/passkeys…`.
struct PasskeySetUpRoutes: Sendable {
    let parts: IdentityParts
    private var desk: FactorDesk { FactorDesk(parts: parts) }
    private var factors: SecondFactors { parts.factors }

    var all: [Route] { [options, create, read, rename, remove] }

    private static let id = Parameter.id("id", Text(es: "El identificador de la llave de acceso.", en: "The passkey's id."))
    private static let name = Schema.Member("name", .text(1...Passkey.mostNameCharacters), "What its owner calls it.")

    static let schema = Schema.named(
        "Passkey",
        .object([
            .init("id", .id), name, .init("made_at", .format("date-time")), .init("used_at", .format("date-time"), isRequired: false),
            .init("is_backed_up", .bool, "Copied to other devices of its owner's by whoever keeps it for them."),
            .init("is_suspect", .bool, "There may be a copy: good for nothing until it is removed."),
            .init("model", .id, isRequired: false, "The authenticator's model (AAGUID); nobody vouches for it."),
        ]))

    static func write(_ passkey: Passkey, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", passkey.id)
            json.member("name", passkey.name)
            json.member("made_at", passkey.madeAt)
            json.member("used_at", passkey.usedAt)
            json.member("is_backed_up", passkey.isBackedUp)
            json.member("is_suspect", passkey.isSuspect)
            json.member("model", passkey.model)
        }
    }

    private func proved(_ call: Call) async throws -> Account {
        let caller = try call.signedIn().caller
        try await parts.stepUp.require(caller)
        return try await desk.account(of: caller)
    }

    private static func passkey(_ call: Call) throws -> ID<Passkey> {
        guard let id = ID<Passkey>(try call.value(Self.id)) else { throw Failure.factorNotFound }
        return id
    }

    private var options: Route {
        Route(
            .post, "/api/v1/auth/mfa/passkeys/options", "mfa.passkeys.options",
            Text(
                es: "Lo que el navegador necesita para crear una llave de acceso.", en: "What the browser needs to make a passkey."),
            access: .signedIn, answers: [.ok(.json(FactorSchemas.ceremony))], refusals: [.notFound, .invalid], repeating: .another
        ) { call in
            let account = try await proved(call)
            return try await factors.beginPasskey(
                of: account.id, name: account.profile.address.text, displayName: account.profile.name
            ).reply()
        }
    }

    private var create: Route {
        Route(
            .post, "/api/v1/auth/mfa/passkeys", "mfa.passkeys.create",
            Text(es: "Registrar la llave de acceso que creó el navegador.", en: "Take in the passkey that the browser made."),
            access: .signedIn, body: FactorSchemas.body("NewPasskey", [Self.name] + FactorSchemas.credential),
            answers: [.created(.json(Self.schema))], refusals: [.notFound, .invalid, .conflict], repeating: .another
        ) { call in
            let account = try await proved(call)
            var fields = try BodyFields(json: call, depth: 16)
            let (name, made) = (fields.text("name", atMost: 1_024), fields.passkey())
            try fields.finish()
            guard let (ceremony, credential) = made else { throw Problem.fault }
            let passkey = try await factors.finishPasskey(ceremony, response: credential, named: name, of: account.id)
            try await desk.lift(try call.signedIn().caller, to: .secondFactor)
            return .json(.created) { json in Self.write(passkey, to: &json) }
        }
    }

    private var read: Route {
        Route(
            .get, "/api/v1/auth/mfa/passkeys/{id}", "mfa.passkeys.read", Text(es: "Una de mis llaves.", en: "One of my passkeys."),
            access: .signedIn, parameters: [Self.id.shape], answers: [.ok(.json(Self.schema))]
        ) { call in
            let id = try Self.passkey(call)
            let account = try await desk.account(of: try call.signedIn().caller)
            guard let passkey = try await factors.passkeys(of: account.id).first(where: { $0.id == id }) else {
                throw Failure.factorNotFound
            }
            return .json { json in Self.write(passkey, to: &json) }
        }
    }

    private var rename: Route {
        Route(
            .patch, "/api/v1/auth/mfa/passkeys/{id}", "mfa.passkeys.rename",
            Text(es: "Llamarla de otra manera.", en: "Call it something else."), access: .signedIn, parameters: [Self.id.shape],
            body: FactorSchemas.body("PasskeyName", [Self.name]), answers: [.done], refusals: [.invalid, .conflict]
        ) { call in
            let account = try await proved(call)
            var fields = try BodyFields(json: call)
            let name = fields.text("name", atMost: 1_024)
            try fields.finish()
            try await factors.renamePasskey(try Self.passkey(call), to: name, of: account.id)
            return .done
        }
    }

    private var remove: Route {
        Route(
            .delete, "/api/v1/auth/mfa/passkeys/{id}", "mfa.passkeys.remove",
            Text(es: "Quitar una de mis llaves.", en: "Remove one of my passkeys."), access: .signedIn, parameters: [Self.id.shape],
            answers: [.done], refusals: [.conflict]
        ) { call in
            let account = try await proved(call)
            try await factors.removePasskey(try Self.passkey(call), of: account.id)
            return .done
        }
    }
}
