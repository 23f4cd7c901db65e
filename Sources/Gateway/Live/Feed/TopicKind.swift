import Access
import Base
import Records
import Store

/// A kind of topic, by the first word of its name: who may listen to which, and where its events come from.
package struct TopicKind: Sendable {
    /// `records`: lower case.
    package let name: String
    package let meaning: Text
    /// How its topics are written, for documents: `records/{kind}`.
    package let forms: [String]
    let stream: LiveStream
    /// Throws `.notFound` for what is no such topic, `.forbidden` for who can hear nothing of it. It asks no database: it tells nobody what
    /// is there.
    let admit: @Sendable (Topic, Standing) throws(Failure) -> Void

    init(
        _ name: String, _ meaning: Text, forms: [String], stream: LiveStream,
        admit: @escaping @Sendable (Topic, Standing) throws(Failure) -> Void
    ) {
        self.name = name
        self.meaning = meaning
        self.forms = forms
        self.stream = stream
        self.admit = admit
    }

    /// Something that happens without being written down, as the progress of a job: told by `LiveFeed.publish`, kept for a while in this
    /// process alone. `mayHear` is asked when somebody begins to listen and again at each event.
    package static func passing(
        _ name: String, _ meaning: Text, forms: [String], mayHear: @escaping @Sendable (Topic, Standing) -> Bool
    ) -> TopicKind {
        precondition(Topic("\(name)/x") != nil && !["records", "subjects"].contains(name), "a kind of topic has a name of its own")
        return TopicKind(name, meaning, forms: forms, stream: .passing(mayHear)) { topic, standing throws(Failure) in
            guard mayHear(topic, standing) else { throw .accessDenied }
        }
    }

    /// Records of a kind: all of the caller's organisation, or one.
    static func records(_ kinds: [KindShape], _ dialect: Dialect) -> TopicKind {
        let tables = Dictionary(kinds.map { ($0.name, RecordTable($0)) }) { one, _ in one }
        return TopicKind(
            "records", Text(es: "Cambios de los registros de un tipo, o de uno.", en: "Changes of the records of a kind, or of one."),
            forms: ["records/{kind}", "records/{kind}/{id}"], stream: .journal
        ) { topic, standing throws(Failure) in
            let segments = topic.segments
            guard segments.count <= 2, let table = tables[String(segments[0])], segments.dropFirst().allSatisfy(isID) else {
                throw .topicUnknown
            }
            try table.requireReadable(by: standing, dialect)
        }
    }

    /// Everything about a person.
    static func subjects(_ kinds: [KindShape], _ dialect: Dialect) -> TopicKind {
        let tables = kinds.filter { $0.subject != .organisation }.map { RecordTable($0) }
        return TopicKind(
            "subjects", Text(es: "Cambios de los registros de una persona.", en: "Changes of the records about a person."),
            forms: ["subjects/{id}"], stream: .journal
        ) { topic, standing throws(Failure) in
            let segments = topic.segments
            guard segments.count == 1, isID(segments[0]) else { throw .topicUnknown }
            let person = try Identifier(String(segments[0]))
            var refusal = Failure.accessDenied
            for table in tables {
                do throws(Failure) { return try table.requireReadable(by: standing, about: person, dialect) } catch { refusal = error }
            }
            throw refusal
        }
    }

    @Sendable private static func isID(_ text: Substring) -> Bool { ID<Topic>(String(text))?.description == String(text) }
}

/// Where events come from, and so by which count their positions go.
enum LiveStream: Sendable {
    case journal
    case passing(@Sendable (Topic, Standing) -> Bool)

    var isJournal: Bool { if case .journal = self { true } else { false } }
}

extension Failure {
    static let topicUnknown = Failure(
        .notFound, "topic_unknown",
        Text(
            es: "No existe ese tema: use uno de los que describe la documentación.",
            en: "There is no such topic: use one of those that the documentation describes."))
}
