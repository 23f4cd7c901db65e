import Access
import Base
import Records
import Runtime
import Web

/// A kind of record as a resource of HTTP: from its shape come the routes, their parameters, bodies and answers, and what they do.
///
/// ```swift
/// RecordResource(Exercise.kind.shape, at: "/api/v1/exercises", Text(es: "ejercicio", en: "exercise"), host).routes
/// ```
/// Who may do what is for the kind's access rules; what must be so is for its rules and guards. docs/api.md says how it behaves.
package struct RecordResource: Sendable {
    /// Makes a record ready to be created from what was sent: the store's own way, unless a feature tells others of it as well.
    package typealias Making = @Sendable (_ body: [UInt8], _ subject: Identifier?, Standing) async throws -> RecordWrite

    let kind: KindShape
    /// `/api/v1/exercises`.
    let path: String
    /// What one of them is called, in lower case.
    let title: Text
    let operations: Set<RecordOperation>
    let host: FeatureHost
    let repeats: RepeatedRequests
    let making: Making

    /// A path that is none, or ends with a slash, is a programmer's error.
    package init(
        _ kind: KindShape, at path: String, _ title: Text, operations: Set<RecordOperation> = Set(RecordOperation.allCases),
        _ host: FeatureHost, making: Making? = nil
    ) {
        precondition(RoutePath(path) != nil && path != "/" && !path.hasSuffix("/"), "not a path of a resource: \(path)")
        self.kind = kind
        self.path = path
        self.title = title
        self.operations = operations
        self.host = host
        repeats = RepeatedRequests(host)
        let store = host.store
        self.making = making ?? { body, subject, standing in try await store.creation(kind, body, about: subject, by: standing) }
    }

    /// All of them, in the order of `RecordOperation`.
    package var routes: [Route] { RecordOperation.allCases.filter(operations.contains).compactMap(route) }

    /// Where something of it is.
    func place(_ rest: String = "") -> RoutePath {
        guard let place = RoutePath(path + rest) else { preconditionFailure("not a path: \(path)\(rest)") }
        return place
    }

    static let id = Parameter.id("id", Text(es: "El identificador del registro.", en: "The record's id."))
    static let subject = Parameter.id("subject", in: .query, Text(es: "De quién.", en: "Whose."))

    /// A handler whose failures are those of records.
    func handling(_ body: @escaping Route.Handler) -> Route.Handler {
        { call in
            do { return try await body(call) } catch { throw RecordProblems.translated(error) }
        }
    }
}

/// What can be done with records over HTTP.
package enum RecordOperation: String, Sendable, Hashable, CaseIterable {
    case list
    case create
    /// By the whole value of a field that is found so; only for kinds that have one.
    case search
    case read
    case replace
    case patch
    case delete
    case restore
    case history
}
