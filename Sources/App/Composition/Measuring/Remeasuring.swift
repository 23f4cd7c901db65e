import Base
import Certification
import Movement
import MovementReport

/// Measures what was certified once more, with this program, and compares.
enum Remeasuring {
    /// Throws a `Failure` for observations that cannot be read.
    static func findings(_ path: String, _ statement: Statement) throws(Failure) -> [Finding] {
        let (observations, sha256) = try Observing.read(path: path)
        guard sha256 == statement.measured.observations else {
            return [
                Finding(
                    .wrong, "observations",
                    Text(
                        es: "Las observaciones no son aquellas de las que trata el certificado.",
                        en: "The observations are not those that the certificate is about."))
            ]
        }
        let same = Finding(
            .shown, "observations",
            Text(es: "Las observaciones son las del certificado.", en: "The observations are those of the certificate."))
        // In the name of the program that measured then, so that only what is computed can differ.
        let parts = statement.measured.program.split(separator: " ", maxSplits: 1).map(String.init)
        let (name, version) = (parts.first ?? "", parts.count == 2 ? parts[1] : "")
        let report = try Report(measuring: observations, sha256: sha256, program: name, version: version)
        return [same, compared(Digest.of(report.json()) == statement.measured.report, statement)]
    }

    private static func compared(_ isSame: Bool, _ statement: Statement) -> Finding {
        let (then, now) = (statement.measured.program, Program.nameAndVersion)
        let (method, own) = (statement.measured.method, Measurement.methodVersion)
        if isSame {
            return Finding(
                .shown, "measured_again",
                Text(
                    es: "Medido de nuevo con \(now), el informe es el mismo (entonces: \(then)).",
                    en: "Measured again with \(now), the report is the same (then: \(then))."))
        }
        guard then == now, method == own else {
            return Finding(
                .open, "measured_again",
                Text(
                    es: """
                        Medido de nuevo sale otro informe, como es de esperar: entonces fue \(then), método \(method); este programa es \
                        \(now), método \(own). Repítalo con aquella versión.
                        """,
                    en: """
                        Measured again another report comes out, as is to be expected: then it was \(then), method \(method); this program \
                        is \(now), method \(own). Repeat it with that version.
                        """))
        }
        return Finding(
            .wrong, "measured_again",
            Text(
                es: "Medido de nuevo con el mismo programa y método sale otro informe: lo certificado no sale de estas observaciones.",
                en:
                    "Measured again with the same program and method another report comes out: what was certified does not follow from these observations."
            ))
    }
}
