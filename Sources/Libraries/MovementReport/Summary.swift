import Base
import Markup
import Movement

extension Report {
    /// What `zancada evaluate` prints at the end: a few lines of at most 80 columns, ending with a line feed.
    package func summary() -> String {
        var lines: [String] = []
        if let refused = measurement.capture.refused {
            lines += wrapped(refused.message(language))
            return lines.joined(separator: "\n") + "\n"
        }
        let findings = Findings(measurement: measurement, language: language)
        let confidence = measurement.recognition.confidence.map { confidence in
            let sure = language.number(100 * confidence)
            return language(es: " (seguridad: \(sure) %)", en: " (\(sure)% sure)")
        }
        let exercise = measurement.recognition.exercise
        lines += wrapped(Words.exercise(exercise)(language) + (exercise == nil ? "" : confidence ?? ""))
        if exercise != nil { lines += wrapped(findings.sentences.joined(separator: " ")) }
        lines.append("")
        for angle in JointAngle.allCases {
            guard let extent = measurement.extent(of: angle) else { continue }
            lines.append(row(Words.angle(angle)(language), extent))
        }
        for (angles, reason) in findings.withheld(reasonWithheld) {
            lines += wrapped("\(findings.list(angles)): \(reason(language))", indent: 2)
        }
        if let symmetry = measurement.symmetry {
            lines.append("")
            for difference in symmetry.differences {
                lines += wrapped(
                    "\(Words.joint(difference.joint)(language)): \(findings.sentence(difference))", indent: 2)
            }
        }
        if !measurement.capture.warnings.isEmpty {
            lines.append("")
            for warning in measurement.capture.warnings {
                lines += wrapped("! \(warning.message(language))", indent: 2)
            }
        }
        lines.append("")
        lines += wrapped(caveats.first?.message(language) ?? "")
        return lines.joined(separator: "\n") + "\n"
    }

    /// "Rodilla derecha          4° …  101°   recorrido  97°   ±5°"
    private func row(_ name: String, _ extent: Extent) -> String {
        let range = language(es: "recorrido", en: "range")
        return padded(name, to: 20, atEnd: true) + padded(language.degrees(extent.least), to: 6) + " …"
            + padded(language.degrees(extent.greatest), to: 6) + "   \(range)"
            + padded(language.degrees(extent.range), to: 6) + "   ±" + language.degrees(2 * extent.uncertainty)
    }

    private func padded(_ text: String, to width: Int, atEnd: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return atEnd ? text + space : space + text
    }

    /// Lines of at most 80 characters, broken at spaces; all but the first indented.
    private func wrapped(_ text: String, indent: Int = 0) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if !line.isEmpty, line.count + 1 + word.count > 80 {
                lines.append(line)
                line = String(repeating: " ", count: indent) + word
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
