import Access
import Base
import Runtime
import Store

/// Who people are: accounts, how they sign in, to which organisations they belong and as what.
///
/// Accounts are the installation's: somebody may belong to several organisations. What is known of an account is sealed under a key of
/// its own in a key organisation of its own (`IdentityFeature.organisation`), so that erasing it works as for anybody else. An account's
/// id is the actor in the journal and, where the account is a patient's, the person whom records are about.
package struct IdentityFeature: Feature {
    let host: FeatureHost

    package init(_ host: FeatureHost) { self.host = host }

    /// Whose keys seal accounts; no organisation that anybody works in.
    package static let organisation: Identifier = "_identity"

    package static let manifest = Manifest(
        "identity", Text(es: "Identidad", en: "Identity"),
        purpose: Text(
            es: "Sabe quién es cada quien: cuentas, entrada, segundo factor, organizaciones y roles.",
            en: "Knows who everybody is: accounts, sign-in, second factors, organisations and roles."))
}
