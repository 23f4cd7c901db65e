import ArgumentParser
import Base
import Certification
import Transparency
import Web

/// `zancada verify FILE`: what a certified report shows, without a connection and without the installation.
struct VerifyCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "verify",
            abstract: phrase(
                es: "Comprueba un informe certificado, sin conexión: la página, report.json o certificate.json.",
                en: "Checks a certified report without a connection: the page, report.json or certificate.json."),
            discussion: phrase(
                es: "Códigos de salida: 0 nada está mal · 65 alterado, de otro, o sin certificado.",
                en: "Exit codes: 0 nothing is wrong · 65 altered, another's, or without a certificate."))
    }

    @Argument(
        help: help(Text(es: "El archivo, o - para la entrada estándar.", en: "The file, or - for standard input.")), completion: .file())
    var file: String

    @Option(
        help: help(
            Text(
                es: "La clave pública de la instalación («zancada journal checkpoint --key»), de donde ella la publica.",
                en: "The installation's public key ('zancada journal checkpoint --key'), from where it publishes it.")))
    var key: String?

    @Option(
        help: help(
            Text(
                es: "El archivo observations.jsonl: se mide de nuevo y se compara.",
                en: "The file observations.jsonl: it is measured again and compared.")), completion: .file())
    var observations: String?

    @OptionGroup var output: AnswerOptions
    @Option(help: help(Text(es: "Idioma de los mensajes.", en: "Language of the messages."))) var language: Language?

    func run() throws {
        let known = try key.map { text throws(Failure) in try NoteVerifier(text) }
        let certified = try CertifiedFile(try InputFile.read(file, atMost: CertifiedFile.mostBytes))
        var findings = certified.findings(key: known)
        findings.append(contentsOf: [Self.code(certified.certificate.statement)].compactMap(\.self))
        if let observations { findings += try Remeasuring.findings(observations, certified.certificate.statement) }
        let language = language ?? .chosen
        if output.json {
            try Terminal.answer { json in Self.write(certified, findings, language, to: &json) }
        } else {
            try Terminal.show(Self.text(certified, findings, language))
        }
        guard findings.isRight else { throw ExitCode(Failure.Kind.invalid.exitCode) }
    }

    /// Whether the QR code leads to the address: drawn again, where the encoders choose alike.
    private static func code(_ statement: Statement) -> Finding? {
        guard let code = statement.code else { return nil }
        let drawn = (try? QRCode(statement.address))?.matrix
        if drawn?.width == code.width, drawn?.isDark == code.isDark {
            return Finding(
                .shown, "code", Text(es: "El código QR lleva a la dirección escrita.", en: "The QR code leads to the address in writing."))
        }
        return Finding(
            .open, "code",
            Text(
                es: "Este programa dibuja otro código QR para esa dirección: lea la que está escrita, \(statement.address).",
                en: "This program draws another QR code for that address: read the one in writing, \(statement.address)."))
    }

    private static func text(_ file: CertifiedFile, _ findings: [Finding], _ language: Language) -> String {
        let statement = file.certificate.statement
        var lines = findings.map { finding in "\(finding.outcome.mark) \(finding.text(language))" }
        if findings.isRight {
            lines += [""] + statement.amendments.map { "~ \($0.told(language))" }
            if let words = statement.words { lines.append("» \(words.split(separator: "\n").joined(separator: " "))") }
            let later = Text(
                es: "Si se retiró después, lo dice \(statement.address)", en: "Whether it was withdrawn later, \(statement.address) says")
            lines.append(later(language))
        }
        let isWhole = findings.allSatisfy { $0.outcome == .shown }
        let verdict =
            isWhole
            ? Text(es: "Todo está bien.", en: "All is right.")
            : findings.isRight
                ? Text(es: "Nada está mal; lo que lleva «?» no quedó demostrado.", en: "Nothing is wrong; what has a “?” is not shown.")
                : Text(es: "MAL: no se fíe de este archivo.", en: "WRONG: do not rely on this file.")
        lines.append(verdict(language))
        // Names and words are other people's: nothing in them may steer a terminal.
        return lines.map { $0.printable + "\n" }.joined()
    }

    private static func write(_ file: CertifiedFile, _ findings: [Finding], _ language: Language, to json: inout JSONWriter) {
        let statement = file.certificate.statement
        json.object { json in
            json.member("kind", file.kind.rawValue)
            json.member("right", findings.isRight)
            json.member(
                "findings",
                array: { json in
                    for finding in findings {
                        json.object { json in
                            json.member("outcome", finding.outcome.rawValue)
                            json.member("code", finding.code)
                            json.member("message", finding.text(language))
                        }
                    }
                })
            json.member("statement_sha256", statement.digest)
            json.member("decision", statement.decision.rawValue)
            json.member("certifier", statement.certifier.name)
            json.member("certified_at", statement.certifiedAt)
            json.member("address", statement.address)
        }
    }
}

extension Finding.Outcome {
    /// At the head of a line.
    fileprivate var mark: String {
        switch self {
        case .shown: "✓"
        case .open: "?"
        case .wrong: "✕"
        }
    }
}

extension String {
    /// With U+FFFD in place of control characters.
    fileprivate var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
