import ArgumentParser
import Base
import Runtime
import Store

struct RetryParked: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        SubscriptionsCommand.configuration(
            "retry", es: "Pide que se vuelvan a aplicar entradas apartadas, y las que esperan detrás; las aplica el programa que sirve.",
            en: "Asks for parked entries, and those that wait behind them, to be applied again; the serving program does it.")
    }

    @Argument(help: help(Text(es: "La suscripción.", en: "The subscription."))) var subscription: String
    @Option(name: .customLong("org"), help: help(Text(es: "Solo las de esta organización.", en: "Those of this organisation only.")))
    var organisation: String?
    @Option(help: help(Text(es: "Solo la de esta posición.", en: "The one at this position only."))) var position: Int64?
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let choice = ParkedEntries.Choice(of: subscription, in: organisation, at: position)
        let asked = try await options.using(isReadOnly: false, world: .live) { try await ParkedEntries($0).retry(choice) }
        guard asked > 0 || position == nil else { throw Failure.nothingParked }
        guard output.json else {
            return try Terminal.show(
                Text(es: "Se pidió volver a aplicar \(asked).\n", en: "Asked for \(asked) to be applied again.\n")(.chosen))
        }
        try Terminal.answer { json in json.object { $0.member("asked", asked) } }
    }
}

struct SkipParked: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        SubscriptionsCommand.configuration(
            "skip", es: "Omite para siempre una entrada apartada; después se aplican las que esperan detrás.",
            en: "Passes over a parked entry for ever; those that wait behind it are then applied.")
    }

    @Argument(help: help(Text(es: "La suscripción.", en: "The subscription."))) var subscription: String
    @Option(name: .customLong("org"), help: help(Text(es: "La organización.", en: "The organisation."))) var organisation: String
    @Option(help: help(Text(es: "La posición de la entrada en el diario.", en: "The entry's position in the journal."))) var position: Int64
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let skipped = try await options.using(isReadOnly: false, world: .live) { database in
            try await ParkedEntries(database).skip(subscription, in: organisation, at: position)
        }
        guard let skipped else { throw Failure.nothingParked }
        guard output.json else {
            return try Terminal.show(
                Text(
                    es: "Omitida la entrada \(skipped.entry) (posición \(skipped.position)).\n",
                    en: "Skipped the entry \(skipped.entry) (position \(skipped.position)).\n")(.chosen))
        }
        try Terminal.answer { json in json.object { skipped.write(to: &$0) } }
    }
}

extension Failure {
    fileprivate static let nothingParked = Failure(
        .notFound, "nothing_parked",
        Text(
            es: "No hay ahí ninguna entrada apartada: mírelas con «zancada subscriptions parked».",
            en: "No entry is parked there: see them with 'zancada subscriptions parked'."))
}
