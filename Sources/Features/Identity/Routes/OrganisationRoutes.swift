import Access
import Base
import HTTPTypes
import Records
import Runtime
import Store
import Web

/// What administrators do about people, for programs: `/api/v1/organisation/…`, always the organisation in which they act.
struct OrganisationRoutes: Sendable {
    let parts: IdentityParts

    var all: [Route] {
        [
            members, setRoles, remove, invite, invitations, withdraw, policy, setPolicy, relate, relations, endRelation, makeClient,
            clients,
            disableClient,
        ]
    }

    private var office: OrganisationOffice { parts.office }
    private static let mostBytes = 16_384
    private static let account = Parameter.id("account", Text(es: "El identificador de la cuenta.", en: "The account's id."))
    private static let id = Parameter.id("id", Text(es: "Su identificador.", en: "Its id."))
    private static let offset = Parameter.integer(
        "offset", in: .query, 0...10_000_000, Text(es: "Cuántos se saltan.", en: "How many are left out before."))
    private static let roleList = Schema.list(.text(1...63), atMost: 64)

    private static func body(_ name: String, _ members: Schema.Member...) -> BodyRule {
        .json(.named(name, .object(members)), mostBytes: mostBytes)
    }

    private static func write(_ roles: Set<RoleName>, to json: inout JSONWriter) {
        json.member("roles", array: { json in for role in roles.sorted() { json.string(role.text) } })
    }

    private var members: Route {
        Route(
            .get, "/api/v1/organisation/members", "member.list",
            Text(es: "Quién pertenece a la organización.", en: "Who belongs to the organisation."),
            access: .permission(OrganisationOffice.read), parameters: [Call.limit.shape, Self.offset.shape],
            answers: [
                .ok(
                    .json(
                        .named(
                            "Members",
                            .object([
                                .init(
                                    "members",
                                    .list(
                                        .object([
                                            .init("account", .id), .init("name", .text(1...100)), .init("email", .text(1...254)),
                                            .init("roles", Self.roleList), .init("since", .format("date-time")),
                                            .init("is_disabled", .bool),
                                        ]), atMost: 200))
                            ]))))
            ]
        ) { call in
            let limit = try call.optional(Call.limit) ?? 50
            let entries = try await office.members(by: try call.signedIn(), limit: limit, after: try call.optional(Self.offset) ?? 0)
            return .json { json in
                json.object { json in
                    json.member(
                        "members",
                        array: { json in
                            for entry in entries {
                                json.object { json in
                                    json.member("account", entry.member.account.text)
                                    json.member("name", entry.name)
                                    json.member("email", entry.address)
                                    Self.write(entry.member.roles, to: &json)
                                    json.member("since", entry.member.since)
                                    json.member("is_disabled", entry.isDisabled)
                                }
                            }
                        })
                }
            }
        }
    }

    private var setRoles: Route {
        Route(
            .put, "/api/v1/organisation/members/{account}", "member.set_roles",
            Text(es: "Dar a alguien estos roles en lugar de los que tenía.", en: "Give somebody these roles instead of those they had."),
            access: .permission(OrganisationOffice.change), parameters: [Self.account.shape],
            body: Self.body("MemberRoles", .init("roles", Self.roleList)), answers: [.done], refusals: [.invalid, .conflict, .forbidden]
        ) { call in
            let standing = try call.signedIn()
            try await parts.stepUp.require(standing.caller)
            var fields = try BodyFields(json: call)
            let roles = fields.roles("roles")
            try fields.finish()
            try await office.setRoles(roles, of: try Identifier(call.value(Self.account)), by: standing)
            return .done
        }
    }

    private var remove: Route {
        Route(
            .delete, "/api/v1/organisation/members/{account}", "member.remove",
            Text(
                es: "Quitar a alguien de la organización, o dejarla uno mismo.",
                en: "Take somebody out of the organisation, or leave it oneself."), access: .signedIn, parameters: [Self.account.shape],
            answers: [.done], refusals: [.conflict]
        ) { call in
            let standing = try call.signedIn()
            let account = try Identifier(call.value(Self.account))
            if account != standing.caller.actor { try standing.require(OrganisationOffice.change) }
            try await parts.stepUp.require(standing.caller)
            try await office.remove(account, by: standing)
            return .done
        }
    }

    private static let invitationSchema = Schema.named(
        "Invitation",
        .object([
            .init("id", .id), .init("email", .text(1...254)), .init("roles", roleList), .init("created_at", .format("date-time")),
            .init("expires_at", .format("date-time")),
            .init("link", .text(1...2_000), isRequired: false, "Where no mail goes out: to be passed on."),
        ]))

    private static func write(_ invitation: OrganisationOffice.Invitation, link: String? = nil, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", invitation.id.text)
            json.member("email", invitation.address)
            write(invitation.roles, to: &json)
            json.member("created_at", invitation.createdAt)
            json.member("expires_at", invitation.expiresAt)
            json.given("link", link)
        }
    }

    private var invite: Route {
        Route(
            .post, "/api/v1/organisation/invitations", "invitation.create", Text(es: "Invitar a alguien.", en: "Invite somebody."),
            access: .permission(OrganisationOffice.change),
            body: Self.body(
                "NewInvitation", .init("email", .text(1...254)), .init("roles", Self.roleList),
                .init("language", .choice(["es", "en"]), isRequired: false)), answers: [.created(.json(Self.invitationSchema))],
            refusals: [.invalid], repeating: .another
        ) { call in
            let standing = try call.signedIn()
            try await parts.stepUp.require(standing.caller)
            var fields = try BodyFields(json: call)
            let (address, roles) = (fields.text("email"), fields.roles("roles"))
            let language = fields.optional("language", atMost: 2).flatMap { Language(rawValue: $0) } ?? call.language
            try fields.finish()
            let (invitation, link) = try await office.invite(address, as: roles, in: language, by: standing)
            return .json(.created) { json in Self.write(invitation, link: link, to: &json) }
        }
    }

    private var invitations: Route {
        Route(
            .get, "/api/v1/organisation/invitations", "invitation.list",
            Text(es: "Invitaciones que esperan.", en: "Invitations that wait."),
            access: .permission(OrganisationOffice.read),
            answers: [.ok(.json(.named("Invitations", .object([.init("invitations", .list(Self.invitationSchema, atMost: 200))]))))]
        ) { call in
            let list = try await office.invitations(by: try call.signedIn())
            return .json { json in
                json.object { json in
                    json.member("invitations", array: { json in for item in list { Self.write(item, to: &json) } })
                }
            }
        }
    }

    private var withdraw: Route {
        Route(
            .delete, "/api/v1/organisation/invitations/{id}", "invitation.withdraw",
            Text(es: "Retirar una invitación.", en: "Take an invitation back."),
            access: .permission(OrganisationOffice.change), parameters: [Self.id.shape], answers: [.done]
        ) { call in
            try await office.withdraw(try Identifier(call.value(Self.id)), by: try call.signedIn())
            return .done
        }
    }

    private static let policySchema = Schema.named(
        "SignInPolicy",
        .object([
            .init("second_factor_roles", roleList, "Whoever has one of these must give a second factor."),
            .init(
                "registration", .nullable(.choice(["guest", "patient"])), isRequired: false,
                "What whoever registers becomes; null: nobody registers."),
        ]))

    private var policy: Route {
        Route(
            .get, "/api/v1/organisation/policy", "policy.read", Text(es: "Qué se exige al entrar.", en: "What is demanded at sign-in."),
            access: .permission(OrganisationOffice.read), answers: [.ok(.json(Self.policySchema))]
        ) { call in .json(Array(try await office.policy(by: try call.signedIn()).json.utf8)) }
    }

    private var setPolicy: Route {
        Route(
            .put, "/api/v1/organisation/policy", "policy.set",
            Text(es: "Decidir qué se exige al entrar.", en: "Decide what is demanded at sign-in."),
            access: .permission(OrganisationOffice.change), body: .json(Self.policySchema, mostBytes: Self.mostBytes), answers: [.done],
            refusals: [.invalid, .forbidden]
        ) { call in
            let standing = try call.signedIn()
            try await parts.stepUp.require(standing.caller)
            var fields = try BodyFields(json: call)
            var policy = SignInPolicy()
            // A body that forgets it shall not switch the demand off.
            policy.secondFactorRoles = fields.roles("second_factor_roles", isRequired: true)
            if let text = fields.optional("registration", atMost: 63) {
                policy.registration = RoleName(text)
                if policy.registration == nil {
                    fields.fault("registration", "not_a_choice", Text(es: "Esto no es un rol.", en: "This is no role."))
                }
            }
            try fields.finish()
            try await office.setPolicy(policy, by: standing)
            return .done
        }
    }

    private static let relationSchema = Schema.named(
        "Relation",
        .object([
            .init("id", .id), .init("person", .text(1...200)), .init("grantee", .text(1...200)), .init("role", .text(1...63)),
            .init("from", .format("date-time")), .init("until", .format("date-time"), isRequired: false), .init("reason", .text(1...63)),
        ]))

    private static func write(_ relation: Relation, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", relation.id)
            json.member("person", relation.subject.text)
            json.member("grantee", relation.grantee.text)
            json.member("role", relation.role.text)
            json.member("from", relation.from)
            if let until = relation.until { json.member("until", until) }
            json.member("reason", relation.reason.text)
        }
    }

    private var relate: Route {
        Route(
            .post, "/api/v1/organisation/relations", "relation.create",
            Text(
                es: "Decir que alguien atiende a una persona: un entrenador a su paciente, un padre a su hijo.",
                en: "Say that somebody cares for a person: a coach for a patient, a parent for a child."),
            access: .permission(Relations.permission),
            body: Self.body(
                "NewRelation", .init("person", .text(1...200)), .init("grantee", .text(1...200)), .init("role", .text(1...63)),
                .init("reason", .text(1...63), isRequired: false), .init("from", .format("date-time"), isRequired: false),
                .init("until", .format("date-time"), isRequired: false)), answers: [.created(.json(Self.relationSchema))],
            refusals: [.invalid, .conflict, .notFound, .forbidden], repeating: .another
        ) { call in
            let standing = try call.signedIn()
            var fields = try BodyFields(json: call)
            let (person, grantee) = (fields.text("person", atMost: 200), fields.text("grantee", atMost: 200))
            let (role, reason) = (fields.text("role", atMost: 63), fields.optional("reason", atMost: 63) ?? "care_team")
            let (from, until) = (fields.instant("from"), fields.instant("until"))
            if RoleName(role) == nil { fields.fault("role", "not_a_choice", Text(es: "Esto no es un rol.", en: "This is no role.")) }
            if Relation.Reason(reason) == nil {
                fields.fault("reason", "reason", Text(es: "Esto no es un motivo.", en: "This is no reason."))
            }
            try fields.finish()
            guard let role = RoleName(role), let reason = Relation.Reason(reason) else { throw Problem.fault }
            let relation = try await parts.relate(
                try Identifier(person), to: try Identifier(grantee), as: role, from: from, until: until, because: reason, by: standing)
            return .json(.created) { json in Self.write(relation, to: &json) }
        }
    }

    private static let person = Parameter.text("person", in: .query, 1...200, Text(es: "La persona.", en: "The person."))

    private var relations: Route {
        Route(
            .get, "/api/v1/organisation/relations", "relation.list",
            Text(es: "Quién atiende o atendió a una persona.", en: "Who cares or cared for a person."),
            access: .permission(Relations.permission), parameters: [Self.person.shape],
            answers: [.ok(.json(.named("Relations", .object([.init("relations", .list(Self.relationSchema, atMost: 10_000))]))))],
            refusals: [.invalid]
        ) { call in
            let person = try Identifier(call.value(Self.person))
            let organisation = try call.signedIn().organisation()
            let list = try await parts.host.database.within(organisation: organisation.text).read { tx in
                try RelationTable.relations(to: person, in: organisation, tx)
            }
            return .json { json in
                json.object { json in
                    json.member("relations", array: { json in for relation in list { Self.write(relation, to: &json) } })
                }
            }
        }
    }

    private var endRelation: Route {
        Route(
            .delete, "/api/v1/organisation/relations/{id}", "relation.end",
            Text(es: "Terminar una relación ahora.", en: "End a relation now."),
            access: .permission(Relations.permission), parameters: [Self.id.shape], answers: [.done], refusals: [.conflict, .invalid]
        ) { call in
            guard let id = ID<Relation>(try call.value(Self.id)) else { throw Problem.nothingHere }
            try await parts.relations.end(id, by: try call.signedIn())
            return .done
        }
    }

    private static let clientMembers: [Schema.Member] = [
        .init("client_id", .id), .init("name", .text(1...100)), .init("roles", roleList),
        .init("tier", .choice(Caller.Tier.allCases.map(\.rawValue))), .init("created_at", .format("date-time")),
    ]

    private static func write(_ client: MachineClients.Client, secret: String? = nil, to json: inout JSONWriter) {
        json.object { json in
            json.member("client_id", client.id.text)
            json.given("client_secret", secret)
            json.member("name", client.name)
            write(client.roles, to: &json)
            json.member("tier", client.tier.rawValue)
            json.member("created_at", client.createdAt)
        }
    }

    private var makeClient: Route {
        Route(
            .post, "/api/v1/organisation/clients", "client.create",
            Text(es: "Dar credenciales a un programa.", en: "Give a program credentials."), access: .permission(MachineClients.change),
            body: Self.body(
                "NewClient", .init("name", .text(1...100)), .init("roles", Self.roleList),
                .init("tier", .choice(Caller.Tier.allCases.map(\.rawValue)), isRequired: false)),
            answers: [
                .created(
                    .json(
                        .named(
                            "ClientWithSecret", .object(Self.clientMembers + [.init("client_secret", .text(1...200), "Shown this once.")])))
                )
            ], refusals: [.invalid, .forbidden], repeating: .another
        ) { call in
            let standing = try call.signedIn()
            try await parts.stepUp.require(standing.caller)
            var fields = try BodyFields(json: call)
            let (name, roles) = (fields.text("name", atMost: 400), fields.roles("roles"))
            let tier = Caller.Tier(rawValue: fields.optional("tier", atMost: 20) ?? Caller.Tier.free.rawValue)
            if tier == nil { fields.fault("tier", "tier", Text(es: "Esto no es un nivel.", en: "This is no tier.")) }
            try fields.finish()
            let (client, secret) = try await parts.clients.create(name, as: roles, tier: tier ?? .free, by: standing)
            return .json(.created) { json in Self.write(client, secret: secret, to: &json) }
        }
    }

    private var clients: Route {
        Route(
            .get, "/api/v1/organisation/clients", "client.list", Text(es: "Programas con credenciales.", en: "Programs with credentials."),
            access: .permission(MachineClients.change),
            answers: [
                .ok(
                    .json(
                        .named("Clients", .object([.init("clients", .list(.named("Client", .object(Self.clientMembers)), atMost: 10_000))]))
                    ))
            ]
        ) { call in
            let list = try await parts.clients.clients(by: try call.signedIn())
            return .json { json in
                json.object { json in json.member("clients", array: { json in for client in list { Self.write(client, to: &json) } }) }
            }
        }
    }

    private var disableClient: Route {
        Route(
            .delete, "/api/v1/organisation/clients/{id}", "client.disable",
            Text(es: "Quitar sus credenciales a un programa, enseguida.", en: "Take a program's credentials away, at once."),
            access: .permission(MachineClients.change), parameters: [Self.id.shape], answers: [.done]
        ) { call in
            try await parts.clients.disable(try Identifier(call.value(Self.id)), by: try call.signedIn())
            return .done
        }
    }
}
