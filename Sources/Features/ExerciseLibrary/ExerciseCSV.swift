import Base
import Records

/// The form for spreadsheets: a row for each exercise, a column for each field and language; lists are lines of one cell with `|`
/// between them, `\|` for one that belongs to the text and `\\` for a backslash.
enum ExerciseCSV {
    /// A column and the field of the record that it holds: one table for reading, writing and telling where a fault is.
    private struct Column: Sendable {
        let name: String
        let path: [String]
        let form: Form

        enum Form { case text, list, integer }

        init(_ name: String, _ path: String..., as form: Form = .text) {
            self.name = name
            self.path = path.isEmpty ? [name] : path
            self.form = form
        }

        var pointer: String { "/" + path.joined(separator: "/") }
    }

    private static let columns: [Column] =
        [
            Column("slug"), Column("name_es"), Column("name_en"), Column("muscles", as: .list),
            Column("sets", "dose", "sets", as: .integer), Column("repetitions", "dose", "repetitions", as: .integer),
            Column("hold_seconds", "dose", "hold_seconds", as: .integer), Column("rest_seconds", "dose", "rest_seconds", as: .integer),
            Column("times_per_week", "dose", "times_per_week", as: .integer),
        ] + wording("es", "spanish") + wording("en", "english") + [
            Column("progressions", as: .list), Column("regressions", as: .list), Column("movement_protocol"),
            Column("source_kind", "source", "kind"), Column("source_title", "source", "title"),
            Column("source_publisher", "source", "publisher"), Column("source_year", "source", "year", as: .integer),
        ]

    private static func wording(_ code: String, _ language: String) -> [Column] {
        [
            Column("purpose_\(code)", language, "purpose"), Column("instructions_\(code)", language, "instructions", as: .list),
            Column("contraindications_\(code)", language, "contraindications", as: .list),
            Column("pain_rule_\(code)", language, "pain_rule"), Column("red_flags_\(code)", language, "red_flags", as: .list),
        ]
    }

    static func column(at pointer: String) -> String? {
        columns.first { pointer == $0.pointer || pointer.hasPrefix($0.pointer + "/") }?.name
    }

    static func write(_ exercises: [Exercise]) throws -> [UInt8] {
        let rows = try exercises.map { exercise in
            let body = JSON.object(try Exercise.kind.body(of: exercise).object)
            return columns.map { column in
                CSV.defused(cell(column.path.reduce(body) { json, name in json[name] ?? .null }))
            }
        }
        return CSV.write([columns.map(\.name)] + rows)
    }

    /// Columns are found by their names, in any order; one that is missing holds nothing.
    static func read(_ bytes: [UInt8]) throws -> [Result<Exercise, InvalidInput>] {
        let rows = try rows(bytes)
        guard let header = rows.first else { throw Failure.notExercises(Text(es: "está vacío", en: "it is empty")) }
        for name in header where !columns.contains(where: { $0.name == name }) {
            let shown = String(name.prefix(40))
            throw Failure.notExercises(Text(es: "no hay una columna «\(shown)»", en: "there is no column “\(shown)”"))
        }
        guard Set(header).count == header.count else {
            throw Failure.notExercises(Text(es: "tiene dos columnas iguales", en: "it has a column twice"))
        }
        return try rows.dropFirst().map { row in
            guard row.count <= header.count else { return .failure(InvalidInput(faults: [tooManyCells])) }
            let cells = Dictionary(zip(header, row)) { $1 }
            return try ExerciseFile.exercise(from: body(of: columns.map { ($0, cells[$0.name] ?? "") }))
        }
    }

    private static func rows(_ bytes: [UInt8]) throws -> [[String]] {
        let firstLine = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let separator = firstLine.contains(CSV.comma) || !firstLine.contains(CSV.semicolon) ? CSV.comma : CSV.semicolon
        let limits = CSV.Limits(
            bytes: ExerciseFormat.mostBytes, rows: ExerciseFormat.mostExercises + 1, columns: columns.count)
        do {
            return try CSV.read(bytes, separator: separator, limits: limits)
        } catch  where [.tooLarge, .tooManyRows].contains(error.reason) {
            throw Failure.exerciseFileTooLarge
        } catch {
            let place = "\(error.row):\(error.column)"
            throw Failure.notExercises(
                Text(
                    es: "no es CSV en UTF-8 (\(error.reason), celda \(place))", en: "it is no CSV in UTF-8 (\(error.reason), cell \(place))"
                ))
        }
    }

    /// The record that the cells of a row make.
    private static func body(of cells: [(column: Column, text: String)]) -> JSON {
        object(cells.map { ($0.column.path, value(CSV.armed($0.text), as: $0.column.form)) })
    }

    private static func object(_ members: [(path: [String], value: JSON)]) -> JSON {
        var names: [String] = []
        for member in members where !names.contains(member.path[0]) { names.append(member.path[0]) }
        return .object(
            JSON.Object(
                names.map { name in
                    let under = members.filter { $0.path[0] == name }
                    let value = under[0].path.count == 1 ? under[0].value : object(under.map { (Array($0.path.dropFirst()), $0.value) })
                    return JSON.Object.Member(name, value)
                }))
    }

    private static func value(_ cell: String, as form: Column.Form) -> JSON {
        switch form {
        case .list: .array(lines(cell).map { .string($0) })
        case _ where cell.isEmpty: .null
        case .text: .string(cell)
        // What is no number stays text, and is told as a fault.
        case .integer: Int64(cell).map { JSON($0) } ?? .string(cell)
        }
    }

    private static func cell(_ value: JSON) -> String {
        switch value {
        case .array(let lines): lines.compactMap(\.string).map(escaped).joined(separator: "|")
        case .string(let text): text
        default: value.integer.map(String.init) ?? ""
        }
    }

    /// By scalars: a `|` with an accent over it is another character, and still one that `lines` would split at.
    private static func escaped(_ line: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in line.unicodeScalars {
            if scalar == "\\" || scalar == "|" { text.append("\\") }
            text.append(scalar)
        }
        return String(text)
    }

    private static func lines(_ cell: String) -> [String] {
        guard !cell.isEmpty else { return [] }
        var (lines, isEscaped) = ([String.UnicodeScalarView()], false)
        for scalar in cell.unicodeScalars {
            switch scalar {
            case "\\" where !isEscaped: isEscaped = true
            case "|" where !isEscaped: lines.append(String.UnicodeScalarView())
            default:
                lines[lines.count - 1].append(scalar)
                isEscaped = false
            }
        }
        return lines.map { String($0) }
    }

    private static let tooManyCells = FieldFault(
        "", "too_many_cells", Text(es: "la fila tiene más celdas que la cabecera", en: "the row has more cells than the header"))
}
