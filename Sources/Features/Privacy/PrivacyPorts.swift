import Access
import Base
import Records
import Runtime
import Transparency

/// What the feature asks of others.
package struct PrivacyPorts: Sendable {
    package let records: KnownRecords
    package let names: Names
    package let notices: Notices
    package let surroundings: Surroundings

    package init(
        records: KnownRecords, names: Names = .none, notices: Notices = .none, surroundings: Surroundings = .none
    ) {
        self.records = records
        self.names = names
        self.notices = notices
        self.surroundings = surroundings
    }

    static let shapes = [KnownRecords.shape, Names.shape, Notices.shape, Surroundings.shape]
}

/// A port: every kind of record that there is, which the root alone knows, and the signature under what the journal holds.
package struct KnownRecords: Sendable {
    package let kinds: @Sendable () -> [KindShape]
    /// What a kind is called in words; nil where nobody says it.
    package let title: @Sendable (_ kind: String) -> Text?
    /// Signs what the journal has come to now.
    package let checkpoint: @Sendable () async throws -> SignedCheckpoint

    package init(
        kinds: @escaping @Sendable () -> [KindShape], title: @escaping @Sendable (_ kind: String) -> Text? = { _ in nil },
        checkpoint: @escaping @Sendable () async throws -> SignedCheckpoint
    ) {
        self.kinds = kinds
        self.title = title
        self.checkpoint = checkpoint
    }

    static let shape = PortShape(
        "records",
        Text(es: "qué tipos de registro hay, y la firma del diario", en: "which kinds of record there are, and the journal's signature"),
        fallback: Text(es: "la raíz la da siempre", en: "the root always answers it"))

    /// Kinds that are about people.
    var aboutPeople: [KindShape] { kinds().filter { $0.subject != .organisation } }
}

/// A port: tells people that something happened which concerns them, by mail or however they wish.
package struct Notices: Sendable {
    /// It may be told again where the outcome of the first time was lost.
    package let tell: @Sendable (_ tenant: Identifier, _ notice: Notice) async throws -> Void

    package init(tell: @escaping @Sendable (_ tenant: Identifier, _ notice: Notice) async throws -> Void) {
        self.tell = tell
    }

    static let shape = PortShape(
        "notices", Text(es: "avisar a alguien de algo que le concierne", en: "tell somebody of something that concerns them"),
        fallback: Text(es: "no se avisa; se ve en las páginas", en: "nobody is told; the pages show it"))

    /// Nobody is told.
    package static let none = Notices { _, _ in }
}

/// What somebody is told. It holds nothing of a record: that something happened, and where to look.
package struct Notice: Sendable, Hashable {
    /// To whom.
    package enum Recipient: Sendable, Hashable {
        case account(Identifier)
        /// Everybody in the organisation who has a role that gives this.
        case holders(Permission)
    }

    /// The same each time it is told, so that nobody need be told twice.
    package let id: String
    package let to: Recipient
    package let title: Text
    package let text: Text
    /// Whom it is about: under whose key a mail is sealed.
    package let about: Identifier?
    /// The page to look at.
    package let path: String
}
