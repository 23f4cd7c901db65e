import Access
import Base
import Factors
import Keys
import Records
import Runtime
import Store

extension SecondFactors {
    /// Ten new codes on paper; those from before end. They are shown once: what is kept opens nothing.
    package func makeRecoveryCodes(for account: Identifier) async throws -> [Secret] {
        let codes = (0..<RecoveryCode.usualCount).map { _ in RecoveryCode(randomBytes: world.random.bytes(RecoveryCode.bytes)) }
        let digests = codes.map { $0.digest(account: account.text) }
        let (key, now) = (try await sealingKey(of: account), world.now())
        let entry = try journal.entry(.added, .recovery, of: account, under: key)
        let letter = try await telling.letter(.added(.recovery), account)
        try await database.write { tx in
            try Self.hold(account, tx)
            try key.requireStanding(tx)
            try tx.execute("DELETE FROM identity_recovery_codes WHERE account = \(account)")
            for digest in digests {
                try tx.execute(
                    "INSERT INTO identity_recovery_codes (account, digest, made_at) VALUES (\(account), \(digest), \(now))")
            }
            try JournalWriter.append(entry, tx)
            try letter?.post(tx)
        }
        return codes.map(\.text)
    }

    func verifyRecovery(_ account: Identifier, _ entered: String) async throws {
        let code = RecoveryCode(entered: entered)
        try await attempt(.recovery, account) { tx in
            guard let code else { return false }
            let digests = try tx.rows("SELECT digest FROM identity_recovery_codes WHERE account = \(account)", atMost: 100) {
                try $0["digest"] as [UInt8]
            }
            guard let place = code.place(in: digests, account: account.text) else { return false }
            // Of two at the same moment one finds its row gone.
            return try tx.execute("DELETE FROM identity_recovery_codes WHERE account = \(account) AND digest = \(digests[place])") == 1
        }
    }
}
