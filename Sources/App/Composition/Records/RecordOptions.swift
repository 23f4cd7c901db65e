import Access
import ArgumentParser
import Base
import Keys
import Records
import Store

/// The options of commands about the records of one organisation.
struct OrganisationOptions: ParsableArguments {
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions

    @Option(
        name: .customLong("org"), help: help(Text(es: "La organización.", en: "The organisation.")))
    var organisation: String

    /// Opens everything, lets `body` work in the organisation, and closes it; what was read stands in the journal then.
    func using<Value>(_ body: (RecordOffice, Standing) async throws -> Value) async throws -> Value {
        let world = World.live
        let tenant = try Identifier(organisation)
        return try await options.using(isReadOnly: false, world: world) { database in
            let office = try await RecordOffice(database, options: options, world: world)
            // A feature's own has keys and a journal, and is no organisation to anybody else.
            let keyed = try office.root.folder.organisations()
            let isOwn = organisation.hasPrefix("_") && keyed.contains(organisation)
            let isKnown = isOwn ? true : try await Organisations.exists(tenant, in: database)
            guard isKnown else { throw Failure.unknownOrganisation(organisation) }
            do {
                let value = try await body(office, try office.standing(in: tenant))
                await office.reads.flush()
                return value
            } catch {
                await office.reads.flush()
                throw error
            }
        }
    }
}

extension Failure {
    static func unknownOrganisation(_ name: String) -> Failure {
        Failure(
            .notFound, "organisation_not_found",
            Text(
                es: "No hay una organización «\(name)»: créela con «zancada org create \(name)».",
                en: "There is no organisation “\(name)”: make it with 'zancada org create \(name)'."))
    }

    static func unknownKind(_ name: String, _ known: [String]) -> Failure {
        let listed = known.joined(separator: ", ")
        return Failure(
            .usage, "unknown_kind",
            Text(
                es: "No hay registros de la clase «\(name)»; las que hay: \(listed).",
                en: "There are no records of kind “\(name)”; there are: \(listed)."))
    }
}
