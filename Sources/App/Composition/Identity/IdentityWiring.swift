import Access
import Base
import Factors
import Foundation
import Identity
import Keys
import Passwords
import Records
import Runtime
import Store

/// Who answers identity's ports: this process.
enum IdentityWiring {
    /// Throws where the service for text messages is set and cannot be used.
    static func ports(_ host: FeatureHost) throws -> IdentityParts.Ports {
        IdentityParts.Ports(
            signer: TokenSigner(
                TokenKeys(in: host.keyring.folder, random: host.world.random), TokenSettings.ownTerms(host.settings), world: host.world),
            ended: EndedSessions(world: host.world), gate: PasswordGate(random: host.world.random),
            organisations: OrganisationPort { name in try await make(name, host) }, grantable: grantable,
            relyingParty: relyingParty(at: host.settings[IdentitySettings.place]),
            sms: try SMSGateway.sender(host.settings), qr: { text in (try? QRCode(text))?.matrix })
    }

    /// Passkeys are of the name at which the installation is reached, without its port.
    private static func relyingParty(at place: String) -> RelyingParty {
        RelyingParty(id: URL(string: place)?.host ?? "localhost", name: "Zancada", origins: [place])
    }

    /// Roles of people: neither the operator's, who is one in the whole installation, nor those as which features act by themselves.
    static let grantable: Set<RoleName> = Set(Role.standard.map(\.name)).subtracting(["operator"]).union(["exercise_reviewer"])

    /// An organisation with its keys, and the first time the root key and the recovery kit, as `zancada org create` does.
    private static func make(_ name: Identifier, _ host: FeatureHost) async throws {
        guard KeyFolder.isName(name.text), !name.text.hasPrefix("_") else { throw CreateOrganisation.badName(.invalid) }
        let root = try InstallationRoot(host.settings, in: host.keyring.folder, world: host.world)
        try await root.make()
        try root.requireOwn()
        try await host.keyring.establish(name.text)
        let office = BackupOffice(
            database: host.database, keyring: host.keyring, root: root,
            installation: try await Installation.found(in: host.database, world: host.world), world: host.world, data: host.data)
        try await KitDesk(office).prepare()
        let acting = try Standing.ofOperator(in: name, at: host.world.now())
        _ = try await Organisations.create(name, by: acting, in: host.database, world: host.world)
    }
}
