import Access
import Base
import Disk
import Evaluation
import ExerciseLibrary
import Foundation
import Identity
import Keys
import Movement
import Privacy
import Records
import Runtime
import Store
import Transparency
import Web

/// A port of a feature and who answers it. All of them are answered in this process: roles that run elsewhere get theirs with the
/// door.
package struct Link: Sendable, Hashable {
    /// `exercise_library.protocols`: the feature, a dot, the port.
    package let port: String
    /// Who answers, for operators.
    package let provider: Text
}

/// How the features hang together: one row for each port that a manifest names, held to it by a test. What answers is put in where
/// the feature is made (`Roster.features`).
package enum Links {
    /// All of them.
    package static let table = [
        Link(
            port: "exercise_library.protocols",
            provider: Text(es: "los protocolos de la medición de movimiento", en: "the protocols of movement measurement")),
        Link(
            port: "evaluation.videos",
            provider: Text(es: "la carpeta «videos» junto a las claves", en: "the folder “videos” beside the keys")),
        Link(
            port: "evaluation.observer",
            provider: Text(es: "un proceso hijo sin permisos, en esta máquina", en: "a child process without rights, on this machine")),
        Link(port: "evaluation.names", provider: Text(es: "las cuentas", en: "the accounts")),
        Link(port: "evaluation.surroundings", provider: Text(es: "las cuentas", en: "the accounts")),
        Link(port: "evaluation.place", provider: Text(es: "identity.url", en: "identity.url")),
        Link(port: "evaluation.proof", provider: Text(es: "las cuentas", en: "the accounts")),
        Link(port: "evaluation.roles", provider: Text(es: "las cuentas", en: "the accounts")),
        Link(
            port: "evaluation.checkpoints", provider: Text(es: "la llave de la instalación", en: "the installation's key")),
        Link(port: "evaluation.qr", provider: Text(es: "este programa", en: "this program")),
        Link(
            port: "identity.organisations",
            provider: Text(es: "las claves y las organizaciones de la instalación", en: "the installation's keys and organisations")),
        Link(
            port: "identity.sms",
            provider: Text(
                es: "el servicio de identity.sms_url, si hay uno", en: "the service at identity.sms_url, where there is one")),
        Link(
            port: "identity.tokens", provider: Text(es: "la carpeta de claves de la instalación", en: "the installation's folder of keys")),
        Link(
            port: "privacy.records",
            provider: Text(es: "la lista de capacidades y la llave de la instalación", en: "the roster and the installation's key")),
        Link(port: "privacy.names", provider: Text(es: "las cuentas", en: "the accounts")),
        Link(port: "privacy.surroundings", provider: Text(es: "las cuentas", en: "the accounts")),
        Link(port: "privacy.notices", provider: Text(es: "las cuentas, por correo", en: "the accounts, by mail")),
    ]
}

extension Links {
    /// A kind held to what only a port can answer, as well as to its own rules.
    static func bound(_ kind: KindShape) -> KindShape {
        kind.name == ExerciseLibrary.Exercise.kind.shape.name ? ExerciseLibrary.Exercise.shape(measuredBy: .measured) : kind
    }
}

extension PrivacyPorts {
    /// Every kind on the roster, called as whoever brings it along is.
    static func all(of host: FeatureHost) -> PrivacyPorts {
        let visitors = VisitorShell(host)
        let directory = AccountDirectory(host, at: host.settings[IdentitySettings.place])
        return PrivacyPorts(
            records: KnownRecords(
                kinds: { Roster.kinds },
                title: { kind in Roster.manifests.first { $0.kinds.contains { $0.name == kind } }?.title },
                checkpoint: {
                    let installation = try await Installation.found(in: host.database, world: host.world)
                    return try await Checkpoints(of: installation, host.keyring, database: host.database, world: host.world).sign()
                }),
            names: .ofAccounts(directory),
            notices: Notices { tenant, notice in
                let recipients: [Identifier]
                switch notice.to {
                case .account(let account): recipients = [account]
                case .holders(let permission): recipients = try await directory.holders(of: permission, in: tenant)
                }
                for account in recipients {
                    try await directory.tell(account, notice.title, notice.text, path: notice.path, about: notice.about, in: tenant)
                }
            }, surroundings: Surroundings { call in try await visitors.shell(call) })
    }
}

extension EvaluationPorts {
    /// Parts of videos wait for the disk on threads of their own, while requests go on.
    private static let waiting = WorkLine(
        threads: 4, mostWaiting: 2_000,
        busy: Failure(
            .overloaded, "disk_busy",
            Text(
                es: "Llegan demasiados videos a la vez: mande esta parte otra vez dentro de unos segundos.",
                en: "Too many videos arrive at once: send this part again in a few seconds.")), givesWay: false)

    /// Videos beside the keys, and children of this program.
    static func all(of host: FeatureHost) throws -> EvaluationPorts {
        let visitors = VisitorShell(host)
        let directory = AccountDirectory(host, at: host.settings[IdentitySettings.place])
        return EvaluationPorts(
            videos: try DiskBlobs(host.data + "/videos", on: waiting), observer: VideoObserving.observer, names: .ofAccounts(directory),
            surroundings: Surroundings { call in try await visitors.shell(call) }, certifying: .all(of: host))
    }
}

extension CertifyingPorts {
    /// Accounts say who signs, the installation's key signs the journal.
    static func all(of host: FeatureHost) -> CertifyingPorts {
        let proof = FreshProof(host)
        return CertifyingPorts(
            place: host.settings[IdentitySettings.place], proof: { caller in try await proof.require(caller) },
            provingPage: { next in "/account/prove?next=\(PercentText.encoded(next))" },
            roles: { account, tenant, tx in try AccountDirectory.roles(of: account, in: tenant, tx) },
            checkpoints: {
                let installation = try await Installation.found(in: host.database, world: host.world)
                return try await Checkpoints(of: installation, host.keyring, database: host.database, world: host.world)
            }, qr: { text in (try? QRCode(text))?.matrix })
    }
}

extension Names {
    static func ofAccounts(_ directory: AccountDirectory) -> Names {
        Names { accounts, tenant in try await directory.names(of: accounts, in: tenant) }
    }
}

extension Protocols {
    /// Exercises that Movement measures.
    static let measured = Protocols { name in Movement.Exercise(rawValue: name).map { ExerciseProtocol.of($0).name } }
}

extension FeatureHost {
    /// The folder of everything that is no database: the keys are in it.
    var data: String { URL(fileURLWithPath: keyring.folder.path).deletingLastPathComponent().path }
}
