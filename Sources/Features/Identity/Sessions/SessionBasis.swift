import Access
import Base
import Store

/// On what a session begins. It is looked at once more in the transaction that begins it: a password may have been changed, and all sessions
/// ended, between the proof and the beginning.
enum SessionBasis: Sendable {
    /// A password that was right for the account as it was at this version.
    case account(version: Int64)
    /// Another session of the account's, which goes on.
    case session(Identifier)
    /// What holds by itself: a passkey, an operator's command.
    case shown

    /// What somebody has who is signed in already.
    init(_ caller: Caller) { self = caller.session.map { .session($0) } ?? .shown }

    /// Under `SessionStore.hold`. Throws `Failure.accountMoved` where the account was changed, `Failure.sessionOver` where the session was
    /// ended.
    func require(of account: Identifier, _ tx: borrowing Transaction) throws {
        switch self {
        case .shown: return
        case .account(let version):
            let known = try tx.first("SELECT version FROM identity_accounts WHERE id = \(account)") { try $0["version"] as Int64 }
            guard known == version else { throw Failure.accountMoved }
        case .session(let id):
            let stands = try tx.first(
                "SELECT 1 AS one FROM identity_sessions WHERE id = \(id) AND account = \(account) AND ended_at IS NULL"
            ) { _ in true }
            guard stands == true else { throw Failure.sessionOver }
        }
    }
}
