import ArgumentParser
import Base
import Runtime
import Store

/// `zancada check`: says what is wrong with a database and what to do. Changes nothing, and may run beside the program.
struct CheckCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "check",
            abstract: phrase(
                es: "Dice qué le pasa a la base de datos y qué hacer; no cambia nada.",
                en: "Says what is wrong with the database and what to do; changes nothing."),
            discussion: phrase(
                es: "Códigos de salida: 0 sana · 1 hay algo que hacer · 65 dañada · 69 no se puede abrir.",
                en: "Exit codes: 0 sound · 1 there is something to do · 65 damaged · 69 it cannot be opened."))
    }

    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let world = World.live
        let report = try await options.using(isReadOnly: true, world: world) { database in
            var findings = try await database.check()
            let status = try await Roster.migrator.status(database)
            let installation = status.takenCount > 0 ? try await Installation.read(from: database) : nil
            findings += SchemaFindings.all(status, installation, now: world.now())
            if status.pending.isEmpty, status.obstacle == nil { findings += try await WorkFindings.all(in: database, world) }
            findings.sort { $0.severity < $1.severity }
            return DatabaseReport(
                database: try options.databaseName, installation: installation, due: status.due.map(\.title),
                awaitingContraction: status.awaitingContraction.map(\.title), findings: findings)
        }
        try output.json ? Terminal.show(String(decoding: report.json, as: UTF8.self)) : Terminal.show(report.diagnosis(.chosen))
        if report.findings.contains(where: { $0.severity == .broken }) { throw ExitCode(Failure.Kind.invalid.exitCode) }
        if !report.isSound { throw ExitCode(1) }
    }
}

/// Work that waits for somebody's decision.
enum WorkFindings {
    /// Jobs that are ready for so long say that nobody does them.
    private static let tolerated: Duration = .seconds(3_600)

    static func all(in database: Database, _ world: World) async throws -> [Finding] {
        var findings: [Finding] = []
        let gauges = try await JobQueue(database, world).gauges()
        let dead = Int(gauges.first { $0.name == "jobs_dead" }?.value ?? 0)
        if dead > 0 {
            findings.append(
                Finding(
                    .warning, "dead_jobs",
                    Text(
                        es:
                            "\(dead) trabajos fallaron del todo: «zancada jobs list --state dead» dice cuáles, y «zancada jobs retry» los repite.",
                        en:
                            "\(dead) jobs failed for good: 'zancada jobs list --state dead' says which, 'zancada jobs retry' sends one back."
                    )))
        }
        let oldest = gauges.filter { $0.name.hasSuffix("_age_seconds") }.map(\.value).max() ?? 0
        if oldest > tolerated / .seconds(1) {
            let minutes = Int(oldest / 60)
            findings.append(
                Finding(
                    .warning, "jobs_wait",
                    Text(
                        es:
                            "Hay trabajos que esperan desde hace \(minutes) minutos: ponga en marcha «zancada serve», o más papeles «worker».",
                        en: "There are jobs that have waited for \(minutes) minutes: start 'zancada serve', or more of role 'worker'.")))
        }
        let parked = try await SubscriptionLag.all(in: database, at: world.now()).reduce(0) { $0 + $1.parked }
        if parked > 0 {
            findings.append(
                Finding(
                    .warning, "parked_entries",
                    Text(
                        es: "\(parked) entradas del diario quedaron apartadas: «zancada subscriptions parked» dice cuáles y por qué.",
                        en: "\(parked) entries of the journal are parked: 'zancada subscriptions parked' says which, and why.")))
        }
        return findings
    }
}

/// What is wrong between a database and this program, beyond what the engine sees by itself.
enum SchemaFindings {
    /// How far clocks may differ before it is worth a word.
    private static let toleratedClockDifference: Duration = .seconds(60)

    static func all(_ status: MigrationStatus, _ installation: Installation?, now: Instant) -> [Finding] {
        var findings: [Finding] = []
        if let obstacle = status.obstacle { findings.append(Finding(.broken, obstacle.code, obstacle.message)) }
        if !status.halfTaken.isEmpty {
            let steps = status.halfTaken.joined(separator: "; ")
            findings.append(
                Finding(
                    .warning, "half_taken_migration",
                    Text(
                        es: "Una migración se interrumpió a medias (\(steps)): ejecute «zancada migrate», que la repite.",
                        en: "A migration broke off half-way (\(steps)): run 'zancada migrate', which takes it again.")))
        }
        let due = status.due.map(\.title).filter { !status.halfTaken.contains($0) }
        if !due.isEmpty {
            findings.append(
                Finding(
                    .warning, "migrations_due",
                    Text(
                        es: "Faltan migraciones (\(due.joined(separator: "; "))): ejecute «zancada migrate».",
                        en: "Migrations are due (\(due.joined(separator: "; "))): run 'zancada migrate'.")))
        }
        if !status.awaitingContraction.isEmpty {
            let steps = status.awaitingContraction.map(\.title).joined(separator: "; ")
            findings.append(
                Finding(
                    .note, "contraction_awaited",
                    Text(
                        es: "Queda por quitar lo que solo usan versiones anteriores (\(steps)): «zancada migrate --contract».",
                        en: "What only earlier versions use is still to be taken away (\(steps)): 'zancada migrate --contract'.")))
        }
        if let installation, now + toleratedClockDifference < installation.createdAt {
            findings.append(
                Finding(
                    .warning, "clock_behind",
                    Text(
                        es: "El reloj de este equipo (\(now)) va por detrás de los datos (\(installation.createdAt)): póngalo en hora.",
                        en: "This machine's clock (\(now)) is behind the data (\(installation.createdAt)): set it right.")))
        }
        return findings
    }
}
