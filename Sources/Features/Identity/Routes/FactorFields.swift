import Base
import HTTPTypes
import Web

/// What bodies about second factors hold.
extension BodyFields {
    /// A method and its code, or `passkey` with a ceremony and what `PublicKeyCredential.toJSON()` gave. nil where that is a fault.
    mutating func secondFactor() -> SecondFactorAnswer? {
        let name = text("method", atMost: 20)
        guard !name.isEmpty else { return nil }
        guard let method = SecondFactorMethod(rawValue: name) else {
            fault("method", "method", Text(es: "Esto no es un método.", en: "This is no method."))
            return nil
        }
        switch method {
        case .totp: return .totp(text("code", atMost: 100))
        case .mail: return .mail(text("code", atMost: 100))
        case .sms: return .sms(text("code", atMost: 100))
        case .recovery: return .recovery(text("code", atMost: 100))
        case .passkey:
            guard let (ceremony, credential) = passkey() else { return nil }
            return .passkey(ceremony, response: credential)
        }
    }

    /// A ceremony and the answer to it.
    mutating func passkey() -> (ID<PasskeyCeremony>, JSON)? {
        let (name, credential) = (text("ceremony", atMost: 36), json("credential"))
        guard let ceremony = ID<PasskeyCeremony>(name) else {
            if !name.isEmpty { fault("ceremony", "id_expected", Text(es: "Esto no es un identificador.", en: "This is no identifier.")) }
            return nil
        }
        return (ceremony, credential)
    }

    /// A method of which codes are sent.
    mutating func sending() -> SecondFactorMethod {
        let name = text("method", atMost: 20)
        let method = SecondFactorMethod(rawValue: name)
        if method != .mail, method != .sms, !name.isEmpty {
            fault("method", "method", Text(es: "Elija «mail» o «sms».", en: "Choose “mail” or “sms”."))
        }
        return method ?? .mail
    }
}

/// The forms of what is sent and answered.
enum FactorSchemas {
    /// Attestation with a chain of certificates is a few kilobytes.
    static let mostBytes = 65_536

    static let code = Schema.Member("code", .text(1...100))
    static let answer: [Schema.Member] = [
        .init("method", .choice(SecondFactorMethod.allCases.map(\.rawValue))),
        .init("code", .text(1...100), isRequired: false, "Of every method but passkey."),
        .init("ceremony", .id, isRequired: false, "Of a passkey."),
        .init("credential", .object([], open: true), isRequired: false, "Of a passkey: what PublicKeyCredential.toJSON() gave."),
    ]
    static let credential: [Schema.Member] = [
        .init("ceremony", .id), .init("credential", .object([], open: true), "What PublicKeyCredential.toJSON() gave."),
    ]
    static let sending = Schema.Member("method", .choice(["mail", "sms"]))
    static let ceremony = Schema.named(
        "PasskeyCeremony",
        .object([
            .init("ceremony", .id, "To be sent back with the credential."), .init("expires_at", .format("date-time")),
            .init("options", .object([], open: true), "For parseCreationOptionsFromJSON() or parseRequestOptionsFromJSON()."),
        ]))

    static func body(_ name: String, _ members: [Schema.Member]) -> BodyRule { .json(.named(name, .object(members)), mostBytes: mostBytes) }
}

extension PasskeyCeremony {
    func write(to json: inout JSONWriter) throws {
        let options = try JSON.parse(options)
        json.object { json in
            json.member("ceremony", id)
            json.member("expires_at", expires)
            json.key("options")
            options.write(to: &json)
        }
    }

    func reply() throws -> Reply {
        var json = JSONWriter(reservingBytes: 1_024)
        try write(to: &json)
        return .json(json.bytes)
    }
}
