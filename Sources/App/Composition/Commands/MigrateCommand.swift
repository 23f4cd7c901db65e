import ArgumentParser
import Base
import Store

/// `zancada migrate`: brings a database to the schema of this program.
struct MigrateCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "migrate",
            abstract: phrase(
                es: "Lleva la base de datos al esquema de este programa; repetirlo no cambia nada.",
                en: "Brings the database to the schema of this program; again, it changes nothing."))
    }

    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    @Flag(
        help: help(
            Text(
                es: "Quita también lo que ya nadie usa: solo cuando no quede en marcha ninguna versión anterior.",
                en: "Also take away what nobody uses any more: only once no earlier version is running.")))
    var contract = false

    @Option(
        help: help(
            Text(
                es: "PostgreSQL: da a este rol, con el que trabaja el programa, los permisos que necesita y ninguno más.",
                en: "PostgreSQL: give this role, as which the program works, the rights it needs and no more.")))
    var grantTo: String?

    func run() async throws {
        let world = World.live
        let report = try await options.using(isReadOnly: false, world: world) { database in
            var role: ProgramRole?
            if let grantTo { role = try await ProgramRole(grantTo, in: database) }
            let taken = try await Roster.migrator.migrate(database, contracting: contract, now: world.now)
            try await role?.grant(in: database)
            return DatabaseReport(
                database: try options.databaseName,
                installation: try await Installation.found(in: database, world: world),
                taken: taken.map(\.title),
                awaitingContraction: try await Roster.migrator.status(database).awaitingContraction.map(\.title))
        }
        try output.json ? Terminal.show(String(decoding: report.json, as: UTF8.self)) : Terminal.show(report.migration(.chosen))
    }
}
