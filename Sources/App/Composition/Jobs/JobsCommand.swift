import Access
import ArgumentParser
import Base
import Runtime
import Store

/// `zancada jobs`: the work that waits, runs, was done, or failed for good.
struct JobsCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "jobs",
            abstract: phrase(
                es: "Los trabajos: los que esperan, corren, terminaron o fallaron.",
                en: "Jobs: those that wait, run, were done, or failed for good."),
            discussion: phrase(
                es: """
                    Un trabajo que falla se repite con pausas que crecen; tras el último intento queda «dead» con su razón, hasta que \
                    alguien lo repite (retry) o lo deja.
                    """,
                en: """
                    A job that fails is tried again after pauses that grow; after the last try it is 'dead' with its reason, until somebody \
                    sends it back (retry) or leaves it.
                    """),
            subcommands: [ListJobs.self, ShowJob.self, RetryJob.self, CancelJob.self, CountJobs.self])
    }
}

struct ListJobs: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: phrase(es: "Muestra los trabajos, por página.", en: "Shows the jobs, page by page."))
    }

    @Option(help: help(Text(es: "Solo los que están así.", en: "Only those that are so."))) var state: JobState?
    @Option(help: help(Text(es: "Solo los de esta clase.", en: "Only those of this kind."))) var kind: String?
    @Option(name: .customLong("org"), help: help(Text(es: "Solo los de esta organización.", en: "Only this organisation's.")))
    var organisation: String?
    @Option(help: help(Text(es: "Cuántos, de 1 a 200.", en: "How many, 1 to 200."))) var limit: Int = PageRequest.usualLimit
    @Option(help: help(Text(es: "Dónde sigue la página anterior.", en: "Where the page before goes on."))) var after: String?
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let selection = try JobQueue.Selection { [state, kind] in
            $0.state = state
            $0.kind = kind
        }.within(organisation)
        let request = try PageRequest(limit: limit, after: try after.map { try Cursor(text: $0) })
        let page = try await options.usingJobs { try await $0.page(of: selection, request) }
        guard output.json else {
            for job in page.items { try Terminal.show(JobText.line(job, .chosen)) }
            if let next = page.next { try Terminal.show("--after \(next.text)\n") }
            return
        }
        try Terminal.answer { json in
            json.object { json in
                json.member("jobs", array: { json in for job in page.items { JobText.write(job, to: &json) } })
                json.member("next", page.next?.text)
            }
        }
    }
}

struct ShowJob: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show",
            abstract: phrase(es: "Muestra un trabajo: cómo va, o por qué falló.", en: "Shows a job: how far it is, or why it failed."))
    }

    @OptionGroup var job: JobArgument

    func run() async throws { try await job.show() }
}

struct RetryJob: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "retry",
            abstract: phrase(
                es: "Repite un trabajo que falló o se canceló, con todos sus intentos.",
                en: "Sends back a job that is dead or was cancelled, with all its tries."))
    }

    @OptionGroup var job: JobArgument

    func run() async throws { try await job.show { queue, id in try await queue.retry(id) } }
}

struct CancelJob: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "cancel",
            abstract: phrase(
                es: "Cancela un trabajo; el que está en marcha ya no tiene efecto en los datos.",
                en: "Cancels a job; one that runs has no effect on the data any more."))
    }

    @OptionGroup var job: JobArgument

    func run() async throws { try await job.show { queue, id in try await queue.cancel(id) } }
}

struct CountJobs: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "count",
            abstract: phrase(
                es: "Cuenta los que esperan por prioridad, desde cuándo, los que corren y los fallidos.",
                en: "Counts those that wait by priority, since when, those that run, and the dead."))
    }

    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let gauges = try await options.usingJobs { try await $0.gauges() }
        guard output.json else { return try Terminal.show(gauges.map { "\($0.name) \($0.value)\n" }.joined()) }
        try Terminal.answer { json in json.object { json in for gauge in gauges { json.member(gauge.name, gauge.value, decimals: 3) } } }
    }
}

/// The job that a command names.
struct JobArgument: ParsableArguments {
    @Argument(help: help(Text(es: "El trabajo.", en: "The job."))) var id: String
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    /// Does something with it, and shows how it then stands. Throws `Failure(.notFound)` where there is none.
    func show(after change: (JobQueue, ID<Job>) async throws -> Void = { _, _ in }) async throws {
        guard let id = ID<Job>(id) else { throw Failure.noSuchJob }
        let found = try await options.usingJobs { queue in
            try await change(queue, id)
            return try await queue.status(of: id)
        }
        guard let found else { throw Failure.noSuchJob }
        guard output.json else { return try Terminal.show(JobText.page(found, .chosen)) }
        try Terminal.answer { JobText.write(found, to: &$0) }
    }
}

extension JobState: ExpressibleByArgument {}

extension JobQueue.Selection {
    fileprivate func within(_ organisation: String?) throws -> JobQueue.Selection {
        var selection = self
        selection.tenant = try organisation.map { try Identifier($0) }
        return selection
    }
}

extension DatabaseOptions {
    /// Opens the database, where it is at this program's schema, and lets `body` see its jobs.
    fileprivate func usingJobs<Value>(_ body: (JobQueue) async throws -> Value) async throws -> Value {
        let world = World.live
        return try await using(isReadOnly: false, world: world) { database in
            try await Roster.requireSchema(of: database)
            return try await body(JobQueue(database, world))
        }
    }
}
