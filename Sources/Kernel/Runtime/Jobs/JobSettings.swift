import Base

/// What an operator decides about jobs and schedules.
package struct JobSettings: Sendable {
    /// Jobs that run at once in one program.
    package var slots = 4
    /// Of these, how many may be one organisation's.
    package var perOrganisation = 3
    /// After so long without a sign from its worker, a job is another's.
    package var claim: Duration = .seconds(15)
    /// How long running jobs may go on when the program is asked to end.
    package var stopping: Duration = .seconds(20)
    /// How long jobs that are over are kept.
    package var kept: Duration = .seconds(7 * 86_400)
    /// How long a job that was cancelled may take to notice; after that its slot is another's.
    package var grace: Duration = .seconds(5)

    package init(_ change: (inout JobSettings) -> Void = { _ in }) {
        change(&self)
    }

    /// As the operator set them.
    package init(_ config: Config) {
        slots = config[Self.slotsKey]
        perOrganisation = config[Self.perOrganisationKey]
        claim = config[Self.claimKey]
        stopping = config[Self.stoppingKey]
        kept = config[Self.keptKey]
    }

    /// Everything that may be set.
    package static let keys: [ConfigDeclaration] = [
        slotsKey.declaration, perOrganisationKey.declaration, claimKey.declaration, stoppingKey.declaration, keptKey.declaration,
        zoneKey.declaration,
    ]

    package static let slotsKey = ConfigKey(
        "jobs.slots", .integer(1...64), default: 4,
        Text(es: "Cuántos trabajos hace un programa a la vez.", en: "How many jobs one program does at once."))
    package static let perOrganisationKey = ConfigKey(
        "jobs.per_organisation", .integer(1...64), default: 3,
        Text(es: "Cuántos de ellos pueden ser de una misma organización.", en: "How many of them may be one organisation's."))
    package static let claimKey = ConfigKey(
        "jobs.claim", .duration(.seconds(1) ... .seconds(600)), default: .seconds(15),
        Text(
            es: "Tras cuánto tiempo sin señales de quien lo hace pasa un trabajo a otro.",
            en: "After how long without a sign from whoever does it a job goes to another."))
    package static let stoppingKey = ConfigKey(
        "jobs.stopping", .duration(.zero ... .seconds(600)), default: .seconds(20),
        Text(
            es: "Cuánto pueden seguir los trabajos en curso cuando el programa se detiene.",
            en: "How long running jobs may go on when the program stops."))
    package static let keptKey = ConfigKey(
        "jobs.kept", .duration(.seconds(3_600) ... .seconds(365 * 86_400)), default: .seconds(7 * 86_400),
        Text(es: "Cuánto se guardan los trabajos terminados.", en: "How long jobs that are over are kept."))
    /// See `Scheduler`.
    package static let zoneKey = ConfigKey(
        "schedules.zone", .text(mostBytes: 64), default: "UTC",
        Text(
            es: "La zona horaria de la instalación, como America/Bogota, para lo que se hace a una hora del día.",
            en: "The installation's time zone, such as America/Bogota, for what is done at a time of day."))
}
