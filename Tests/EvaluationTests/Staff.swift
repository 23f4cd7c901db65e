import Access
import Base
import Evaluation
import Keys
import Records
import Runtime
import Synchronization
import Transparency
import Web

/// Who works at the clinic, as accounts would say it: names, roles that may change at any moment, and whether they proved who they are.
final class Staff: Sendable {
    private struct State {
        var roles: [Identifier: Set<RoleName>] = [
            "therapist-1": ["therapist"], "therapist-2": ["physician"], "coach-1": ["coach"], "caregiver-1": ["caregiver", "therapist"],
        ]
        var hasProved = true
    }

    private let state = Mutex(State())

    static let origin = "zancada/017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
    static let place = "https://clinica.example"

    func set(_ account: Identifier, _ roles: Set<RoleName>?) { state.withLock { $0.roles[account] = roles } }

    func prove(_ hasProved: Bool) { state.withLock { $0.hasProved = hasProved } }

    var names: Names {
        Names { [self] accounts, _ in
            let known = state.withLock { $0.roles }
            return Dictionary(uniqueKeysWithValues: accounts.filter { known[$0] != nil }.map { ($0, "Eva Ruiz (\($0.text))") })
        }
    }

    static func checkpoints(_ host: FeatureHost) async throws -> Checkpoints {
        guard let name = NoteKeyName(origin) else { throw Failure.noteKeyMalformed }
        let signer = try NoteSigner(name: name, seed: try await host.keyring.signingSeed())
        return Checkpoints(database: host.database, signer: signer, origin: origin, world: host.world)
    }

    func port(_ host: FeatureHost) -> CertifyingPorts {
        CertifyingPorts(
            place: Self.place,
            proof: { [self] _ in
                guard state.withLock({ $0.hasProved }) else {
                    throw Problem(.forbidden, "step_up_needed", Text(es: "Confirme quién es.", en: "Show who you are."))
                }
            }, provingPage: { "/account/prove?next=\($0)" }, roles: { [self] account, _, _ in state.withLock { $0.roles[account] } },
            checkpoints: { try await Self.checkpoints(host) },
            qr: { _ in QRMatrix(width: 21, isDark: (0..<441).map { $0.isMultiple(of: 2) }) })
    }
}
