import Backup
import Base

/// A recovery kit as it is printed, in both languages: whoever needs it one day may read only one.
struct KitPage {
    private let kit: RecoveryKit
    private let installation: String
    private let madeAt: Instant

    init(_ kit: RecoveryKit, installation: String, at now: Instant) {
        self.kit = kit
        self.installation = installation
        madeAt = now
    }

    private var lines: [String] { KitText.lines(kit).enumerated().map { "\($0.offset + 1)  \($0.element)" } }

    private var words: [String] {
        var words = [
            "ZANCADA — EQUIPO DE RECUPERACIÓN / RECOVERY KIT \(kit.title)",
            "Instalación / installation: \(installation)",
            "Hecho / made: \(madeAt)",
            "",
            "Con esto y la carpeta de copias se recupera todo en una máquina nueva: quien lo tenga puede leerlo todo.",
            "Guárdelo en papel, bajo llave, en dos sitios; no en un ordenador, ni junto a las copias.",
            "With this and the folder of backups everything is restored on a new machine: whoever has it can read everything.",
            "Keep it on paper, locked away, in two places; not on a computer, nor beside the backups.",
        ]
        if kit.needsEngine {
            words += [
                "",
                "NO CONTIENE la clave del motor de cifrado (keys.root): sin la copia propia del motor, este equipo no basta.",
                "It DOES NOT HOLD the transit engine's key (keys.root): without the engine's own backup this kit is not enough.",
            ]
        }
        return words + [
            "", "Recuperar / restore:", "  zancada restore --from COPIAS --kit EQUIPO.txt --data CARPETA-NUEVA", "",
            "EQUIPO.txt: estas cinco líneas / these five lines:", "",
        ]
    }

    var text: String { (words + lines.map { "   " + $0 }).joined(separator: "\n") + "\n" }

    /// For a terminal: the text, and the code below it.
    func terminal() throws -> String { text + "\n" + (try QRCode(KitText.code(kit)).halfBlocks) }

    /// A page of A4, in millimetres.
    func svg() throws -> String {
        let code = try QRCode(KitText.code(kit))
        let scale = 90 / Double(code.svgSide)
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297">
            <rect width="210" height="297" fill="#fff"/>
            <g transform="translate(60 18) scale(\((scale * 1_000).rounded() / 1_000))"><path d="\(code.svgPath)" fill="#000"/></g>

            """
        var y = 122.0
        for word in words {
            svg += "<text x=\"15\" y=\"\(y)\" font-family=\"sans-serif\" font-size=\"3.4\">\(Self.escaped(word))</text>\n"
            y += 5
        }
        for line in lines {
            svg +=
                "<text x=\"35\" y=\"\(y + 4)\" font-family=\"monospace\" font-size=\"7\" xml:space=\"preserve\">\(Self.escaped(line))</text>\n"
            y += 12
        }
        return svg + "</svg>\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
