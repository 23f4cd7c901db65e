import Base

/// The argument parser's help, as a manual page in the reader's language.
///
/// The parser lays it out, in English and without what every command shares: its headings are put into Spanish, and what goes for all
/// follows at the end.
enum HelpPage {
    static func text(_ help: String, _ language: Language) -> String {
        var text = help.hasPrefix("OVERVIEW: ") ? String(help.dropFirst("OVERVIEW: ".count)) : help
        if language == .spanish {
            for (english, spanish) in headings { text = text.replacing(english, with: spanish) }
        }
        // Version or a message, and no page.
        guard text.contains("\n") else { return text + "\n" }
        text = text.split(separator: "\n", omittingEmptySubsequences: false).map(usageLaidOut).joined(separator: "\n")
        return "\(text.trimmingSuffix(while: \.isNewline))\n\n\(shared(language))\n"
    }

    /// What is said on one line, however long: an option in brackets is never broken.
    private static func usageLaidOut(_ line: Substring) -> String {
        guard line.count > columns, line.hasPrefix("USAGE: ") || line.hasPrefix("USO: ") else { return String(line) }
        let pieces = line.replacing(" [", with: "\n[").split(separator: "\n")
        var lines: [String] = [String(pieces[0])]
        for piece in pieces.dropFirst() {
            if (lines.last?.count ?? 0) + 1 + piece.count <= columns {
                lines[lines.count - 1] += " \(piece)"
            } else {
                lines.append("    \(piece)")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static let columns = 79

    private static let headings = [
        ("\nUSAGE: ", "\nUSO: "), ("\nARGUMENTS:", "\nARGUMENTOS:"), ("\nOPTIONS:", "\nOPCIONES:"), ("\nSUBCOMMANDS:", "\nÓRDENES:"),
        (" OPTIONS:\n", ":\n"), ("(default: ", "(si falta: "), ("(values: ", "(valores: "), ("<subcommand>", "<orden>"),
        ("<options>", "<opciones>"),
        ("Show the version.", "Dice qué versión es."), ("Show help information.", "Muestra esta ayuda."),
        ("See 'zancada help", "Vea «zancada help"), ("' for detailed help.", "» para cada una."),
    ]

    private static func shared(_ language: Language) -> String {
        Text(
            es: """
                AMBIENTE Y CONFIGURACIÓN:
                  Cada clave de configuración tiene una variable ZANCADA_…; «zancada
                  config» las muestra todas, con su valor y de dónde viene.

                CÓDIGOS DE SALIDA:
                  0   bien                         70  error del programa
                  1   hay algo que hacer (check,   73  no se pudo crear un archivo
                      keys status)                 74  lectura o escritura interrumpida
                  64  orden mal escrita            75  inténtelo más tarde
                  65  datos que no sirven          77  no tiene permiso
                  66  no existe                    130 interrumpido
                  69  falta algo: base de datos, claves, motor de pose
                """,
            en: """
                ENVIRONMENT AND CONFIGURATION:
                  Each configuration key has a variable ZANCADA_…; 'zancada config'
                  shows all of them, with their values and where these come from.

                EXIT CODES:
                  0   fine                         70  a fault of the program
                  1   there is something to do     73  a file cannot be created
                      (check, keys status)         74  reading or writing broke off
                  64  wrong command line           75  try again later
                  65  unusable input               77  not permitted
                  66  there is no such thing       130 interrupted
                  69  something is missing: database, keys, pose runtime
                """)(language)
    }
}

extension String {
    fileprivate func trimmingSuffix(while isUnwanted: (Character) -> Bool) -> Substring {
        var end = endIndex
        while end > startIndex, isUnwanted(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }
}
