import Base
import Movement

extension MovementEvaluation.Amendment {
    /// What was changed, as the person reads it and the clinician signs it.
    package var told: Text {
        switch what {
        case .exercise:
            let now = Self.exercise(to)
            guard from != nil else {
                return Text(
                    es: "El ejercicio es «\(now.spanish)»; el programa no lo había reconocido.",
                    en: "The exercise is “\(now.english)”; the program had not recognised it.")
            }
            let before = Self.exercise(from)
            return Text(
                es: "El ejercicio es «\(now.spanish)», no «\(before.spanish)».",
                en: "The exercise is “\(now.english)”, not “\(before.english)”.")
        case .repetitions:
            return Text(
                es: "Las repeticiones son \(to ?? "–"), no \(from ?? "–").", en: "There are \(to ?? "–") repetitions, not \(from ?? "–").")
        case .fault:
            if let from {
                let title = FaultKey(from)?.title ?? Text(verbatim: from)
                return Text(
                    es: "«\(title.spanish)»: quien lo revisó no lo ve. No cuenta.",
                    en: "“\(title.english)”: the reviewer does not see it. It does not count.")
            }
            let title = to.map { FaultKey($0)?.title ?? Text(verbatim: $0) } ?? Text(verbatim: "–")
            return Text(
                es: "«\(title.spanish)»: quien lo revisó lo ve, aunque el programa no lo dijo.",
                en: "“\(title.english)”: the reviewer sees it, though the program did not say so.")
        }
    }

    private static func exercise(_ name: String?) -> Text {
        name.flatMap { Exercise(rawValue: $0) }.map { ExerciseProtocol.of($0).name } ?? Text(verbatim: name ?? "–")
    }
}
