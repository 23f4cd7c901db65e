import Base
import Runtime
import Store

/// What one running program does: a row in a table, chosen by `zancada serve --role`.
package struct ServiceRole: Sendable {
    /// The lists of values by which a feature is run.
    package enum Face: String, Sendable, Hashable, CaseIterable {
        case routes
        case subscriptions
        case jobs
        case schedules
        case daemons
    }

    package let name: String
    package let title: Text
    package let faces: Set<Face>
    /// On which databases. SQLite has one program, so that one does everything.
    package let databases: Set<Dialect>
    /// Whose faces these are, by the names of features; nil: everybody's, the kernel's among them.
    package let features: Set<String>?

    init(name: String, title: Text, faces: Set<Face>, databases: Set<Dialect>, features: Set<String>? = nil) {
        self.name = name
        self.title = title
        self.faces = faces
        self.databases = databases
        self.features = features
    }

    /// All of them.
    package static let table = [
        ServiceRole(
            name: "all", title: Text(es: "todo, en un solo programa", en: "everything, in one program"), faces: Set(Face.allCases),
            databases: [.sqlite, .postgres]),
        ServiceRole(
            name: "api", title: Text(es: "atiende a quien llama por HTTP", en: "answers who calls by HTTP"), faces: [.routes],
            databases: [.postgres]),
        ServiceRole(
            name: "worker", title: Text(es: "hace los trabajos y sigue el diario", en: "does the jobs and follows the journal"),
            faces: [.jobs, .subscriptions], databases: [.postgres]),
        ServiceRole(
            name: "scheduler",
            title: Text(es: "pide trabajos según el reloj y sella el diario", en: "asks for jobs by the clock and seals the journal"),
            faces: [.schedules, .daemons], databases: [.postgres]),
        ServiceRole(
            name: "evaluation", title: Text(es: "mide videos y nada más", en: "measures videos and does nothing else"), faces: [.jobs],
            databases: [.postgres], features: ["evaluation"]),
    ]

    /// Throws `Failure(.usage)` for a name that stands in no row, or a database on which the role does not run.
    package static func named(_ name: String, on dialect: Dialect) throws(Failure) -> ServiceRole {
        guard let role = table.first(where: { $0.name == name }) else { throw .unknownRole(name) }
        guard role.databases.contains(dialect) else { throw .roleNeedsPostgres(name) }
        return role
    }
}

extension Failure {
    fileprivate static func unknownRole(_ name: String) -> Failure {
        let known = ServiceRole.table.map(\.name).joined(separator: ", ")
        return Failure(
            .usage, "unknown_role",
            Text(es: "No hay un papel «\(name)»; los que hay: \(known).", en: "There is no role “\(name)”; there are: \(known)."))
    }

    fileprivate static func roleNeedsPostgres(_ name: String) -> Failure {
        Failure(
            .usage, "role_needs_postgres",
            Text(
                es: "Con SQLite un solo programa lo hace todo: use --role all, o una base de datos PostgreSQL para el papel «\(name)».",
                en: "With SQLite one program does everything: use --role all, or a PostgreSQL database for the role “\(name)”."))
    }
}
