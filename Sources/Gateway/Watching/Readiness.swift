import Base
import Runtime

/// Something that has to be so before requests should come here.
package struct ReadyCondition: Sendable {
    /// `database`, `keys`: for programs.
    package let name: String
    /// Why it is not so: a stable code, and a sentence for operators; nil where it is. It answers at once, or within a few seconds.
    package let lack: @Sendable () async -> Lack?

    package struct Lack: Sendable, Hashable {
        package let code: String
        package let message: Text

        package init(_ code: String, _ message: Text) {
            self.code = code
            self.message = message
        }
    }

    package init(_ name: String, lack: @escaping @Sendable () async -> Lack?) {
        self.name = name
        self.lack = lack
    }
}

extension ReadyCondition {
    /// The database answers.
    static func database(_ readings: Readings) -> ReadyCondition {
        ReadyCondition("database") {
            let reading = await readings.current()
            guard !reading.isReachable else { return nil }
            return Lack(
                reading.failure ?? "unknown",
                Text(
                    es: "La base de datos no responde: compruebe que está en marcha y que se llega a ella.",
                    en: "The database does not answer: check that it runs and can be reached."))
        }
    }

    /// It is at this program's schema.
    static func migrations(_ readings: Readings) -> ReadyCondition {
        ReadyCondition("migrations") {
            guard let obstacle = await readings.current().obstacle else { return nil }
            return Lack(
                obstacle,
                Text(
                    es: "La base de datos no tiene el esquema de este programa: ejecute «zancada migrate».",
                    en: "The database is not at this program's schema: run 'zancada migrate'."))
        }
    }

    /// No subscription is behind the journal for longer than that.
    static func subscriptions(_ readings: Readings, behindAtMost most: Duration) -> ReadyCondition {
        ReadyCondition("subscriptions") {
            let late = await readings.current().lags.filter { $0.secondsBehind > most / .seconds(1) }
            guard !late.isEmpty else { return nil }
            let names = late.map(\.name).joined(separator: ", ")
            return Lack(
                "subscriptions_behind",
                Text(
                    es: "Van atrasadas respecto del diario: \(names). Mire «zancada subscriptions list».",
                    en: "Behind the journal: \(names). See 'zancada subscriptions list'."))
        }
    }
}
