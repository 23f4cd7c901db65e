import Access
import Base
import HTTPTypes
import Web

/// What somebody who came in is answered.
struct SessionReplies: Sendable {
    let parts: IdentityParts

    /// Tokens for a program, by the names of RFC 6749, section 5.1, with who they are. `refresh`: with a token to renew by.
    func tokens(_ session: Session, _ caller: Caller, _ status: HTTPResponse.Status = .ok) async throws -> Reply {
        let (token, life) = try await parts.signer.token(for: caller, asOf: session.seenAt, until: session.endsAt)
        let refresh =
            session.kind == .program ? try await SessionCode.write(.refresh, session.id, number: session.number, parts.keys) : nil
        return .json(status) { json in
            json.object { json in
                json.member("access_token", token)
                json.member("token_type", "Bearer")
                json.member("expires_in", Int(life.components.seconds))
                json.given("refresh_token", refresh)
                Self.write(session, caller, to: &json)
            }
        }
    }

    /// What is asked next of somebody whose password was right.
    func question(_ pending: String, _ methods: [String]) -> Reply {
        .json { json in
            json.object { json in
                json.member("second_factor", true)
                json.member("pending", pending)
                json.member("methods", array: { json in for method in methods { json.string(method) } })
            }
        }
    }

    /// Who somebody is in their session.
    static func write(_ session: Session?, _ caller: Caller, to json: inout JSONWriter) {
        json.member("account", caller.actor.text)
        json.given("organisation", caller.tenant?.text)
        json.member("roles", array: { json in for role in caller.roles.sorted() { json.string(role.text) } })
        json.member("assurance", caller.assurance.rawValue)
        json.given("session", caller.session?.text)
        if let session { json.member("session_ends_at", session.endsAt) }
    }

    static let tokenMembers: [Schema.Member] = [
        .init("access_token", .text(1...8_192), isRequired: false), .init("token_type", .choice(["Bearer"]), isRequired: false),
        .init("expires_in", .integer(1...86_400), isRequired: false), .init("refresh_token", .text(1...200), isRequired: false),
    ]

    static let personMembers: [Schema.Member] = [
        .init("account", .text(1...200), isRequired: false), .init("organisation", .text(1...64), isRequired: false),
        .init("roles", .list(.text(1...63), atMost: 64), isRequired: false),
        .init("assurance", .choice(Caller.Assurance.allCases.map(\.rawValue)), isRequired: false),
        .init("session", .id, isRequired: false), .init("session_ends_at", .format("date-time"), isRequired: false),
    ]

    /// Either tokens, or what is asked next.
    static let schema = Schema.named(
        "SignedIn",
        .object(
            tokenMembers + personMembers + [
                .init("second_factor", .bool, isRequired: false, "The password was right; a second factor is asked for."),
                .init("pending", .text(1...400), isRequired: false, "To be sent with the second factor."),
                .init("methods", .list(.text(1...20), atMost: 10), isRequired: false),
            ]))
}

extension JSONWriter {
    /// A member that is left out where there is nothing to say.
    mutating func given(_ name: String, _ text: String?) {
        if let text { member(name, text) }
    }
}
