import ArgumentParser
import Base
import Records
import Runtime
import Store

/// `zancada subscriptions`: who follows the journal, how far they are, and what could not be applied.
struct SubscriptionsCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "subscriptions",
            abstract: phrase(
                es: "Suscripciones al diario: hasta dónde van, y qué entradas quedaron apartadas.",
                en: "Subscriptions to the journal: how far they are, and which entries are parked."),
            discussion: exitCodes,
            subcommands: [ListSubscriptions.self, ListParked.self, RetryParked.self, SkipParked.self])
    }

    static var exitCodes: String {
        phrase(
            es:
                "Códigos de salida: 0 bien · 66 no hay tal suscripción o entrada apartada · 69 no hay base de datos · 75 inténtelo después.",
            en: "Exit codes: 0 fine · 66 no such subscription or parked entry · 69 there is no database · 75 try again later.")
    }

    static func configuration(_ name: String, es: String, en: String) -> CommandConfiguration {
        CommandConfiguration(commandName: name, abstract: phrase(es: es, en: en), discussion: exitCodes)
    }
}

struct ListSubscriptions: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        SubscriptionsCommand.configuration(
            "list", es: "Dice hasta dónde va cada suscripción, y cuántas entradas tiene apartadas.",
            en: "Says how far each subscription is, and how many entries it has parked.")
    }

    @OptionGroup var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let world = World.live
        let lags = try await options.using(isReadOnly: true, world: world) { try await SubscriptionLag.all(in: $0, at: world.now()) }
        let unstarted = Roster.subscriptions.filter { name in !lags.contains { $0.name == name } }
        guard output.json else {
            try Terminal.show(lags.map { $0.line(.chosen) }.joined())
            return try Terminal.show(unstarted.map { Text(es: "\($0): aún no empieza\n", en: "\($0): not begun yet\n")(.chosen) }.joined())
        }
        try Terminal.answer { json in
            json.array { json in
                for lag in lags { json.object { lag.write(to: &$0) } }
                for name in unstarted { json.object { $0.member("subscription", name) } }
            }
        }
    }
}

struct ListParked: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        SubscriptionsCommand.configuration(
            "parked", es: "Muestra las entradas apartadas, con su razón.", en: "Shows the parked entries with their reasons.")
    }

    @Argument(help: help(Text(es: "De qué suscripción; sin ella, de todas.", en: "Of which subscription; of all without it.")))
    var subscription: String?
    @Option(name: .customLong("org"), help: help(Text(es: "De qué organización.", en: "Of which organisation."))) var organisation: String?
    @OptionGroup var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    /// Entries that are shown at most.
    private static let most = 10_000

    func run() async throws {
        let choice = subscription.map { ParkedEntries.Choice(of: $0, in: organisation) }
        let found = try await options.using(isReadOnly: true, world: .live) { database in
            try await ParkedEntries(database).list(choice, atMost: Self.most)
        }
        let entries = found.filter { organisation == nil || $0.tenant == organisation }
        guard output.json else { return try Terminal.show(entries.map { $0.line(.chosen) }.joined()) }
        try Terminal.answer { json in
            json.array { json in for entry in entries { json.object { entry.write(to: &$0) } } }
        }
    }
}

extension SubscriptionLag {
    fileprivate func line(_ language: Language) -> String {
        let seconds = Int(secondsBehind)
        return Text(
            es: "\(name): \(entriesBehind) entradas por mirar (la más antigua de hace \(seconds) s), \(parked) apartadas\n",
            en: "\(name): \(entriesBehind) entries to look at (the oldest \(seconds) s old), \(parked) parked\n")(language)
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.member("subscription", name)
        json.member("began_at", Int(beganAt))
        json.member("looked", Int(looked))
        json.member("entries_behind", Int(entriesBehind))
        json.member("seconds_behind", secondsBehind, decimals: 3)
        json.member("parked", Int(parked))
    }
}

extension ParkedEntry {
    fileprivate func line(_ language: Language) -> String {
        let about = record.map { "\(kind) \($0)" } ?? kind
        return "\(subscription) \(tenant) \(position) \(verb) \(about) · \(code) (\(tries)): \(reason(language))\n"
    }

    func write(to json: inout JSONWriter) {
        json.member("subscription", subscription)
        json.member("organisation", tenant)
        json.member("position", Int(position))
        json.member("entry", entry)
        json.member("verb", verb)
        json.member("kind", kind)
        json.member("record", record)
        json.member("version", Int(version))
        json.member("code", code)
        json.member("reason", reason(.chosen))
        json.member("tries", tries)
        json.member("parked_at", parkedAt)
        json.member("waits_behind", isBehind)
        json.member("retry_asked", isAsked)
    }
}
