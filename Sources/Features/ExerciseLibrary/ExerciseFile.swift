import Base
import Records

/// How exercises travel: files that an import reads as an export wrote them.
package enum ExerciseFormat: String, Codable, Sendable, CaseIterable {
    /// Everything, as programs like it (docs/exercises.md).
    case json
    /// A row for each, for spreadsheets.
    case csv

    /// The most that is read: 8 MB, 1,000 exercises.
    package static let mostBytes = 8 << 20
    package static let mostExercises = 1_000

    /// Each exercise, or what is wrong with it. Throws `Failure(.invalid)` for a file that is none of this format, and for one that is
    /// too large.
    package func read(_ bytes: [UInt8]) throws -> [Result<Exercise, InvalidInput>] {
        guard bytes.count <= Self.mostBytes else { throw Failure.exerciseFileTooLarge }
        let read = self == .json ? try ExerciseFile.read(bytes) : try ExerciseCSV.read(bytes)
        guard read.count <= Self.mostExercises else { throw Failure.exerciseFileTooLarge }
        return read
    }

    /// In the order of slugs: the same exercises give the same bytes.
    package func write(_ exercises: [Exercise]) throws -> [UInt8] {
        let sorted = exercises.sorted { $0.slug.utf8.lexicographicallyPrecedes($1.slug.utf8) }
        return self == .json ? try ExerciseFile.write(sorted) : try ExerciseCSV.write(sorted)
    }

    /// Where a fault of the record stands in a file of this format: a column, or a JSON pointer.
    package func place(of fault: FieldFault) -> String {
        self == .json ? fault.pointer : ExerciseCSV.column(at: fault.pointer) ?? fault.pointer
    }
}

/// The JSON form.
enum ExerciseFile {
    private static let format = "zancada-exercises"
    private static let version = 1

    static func read(_ bytes: [UInt8]) throws -> [Result<Exercise, InvalidInput>] {
        let json: JSON
        do {
            json = try JSON.parse(bytes, limits: JSON.Limits(bytes: ExerciseFormat.mostBytes, depth: 16))
        } catch {
            throw Failure.notExercises(Text(es: "no es JSON (\(error))", en: "it is no JSON (\(error))"))
        }
        guard json["format"]?.string == format, let exercises = json["exercises"]?.array else {
            throw Failure.notExercises(Text(es: "no dice format: \(format)", en: "it does not say format: \(format)"))
        }
        guard json["version"]?.integer == version else {
            throw Failure.notExercises(Text(es: "es de otra versión", en: "it is of another version"))
        }
        guard exercises.count <= ExerciseFormat.mostExercises else { throw Failure.exerciseFileTooLarge }
        return try exercises.map(exercise)
    }

    /// A record's body as a value, held to the fields of the kind; its rules are asked where it is saved.
    static func exercise(from json: JSON) throws -> Result<Exercise, InvalidInput> {
        do {
            return .success(try Exercise.kind.value(from: try Exercise.kind.shape.fitted(json).bytes))
        } catch let invalid as InvalidInput {
            return .failure(invalid)
        }
    }

    static func write(_ exercises: [Exercise]) throws -> [UInt8] {
        // As bytes, because those stand in the order of the fields.
        let bodies = try exercises.map { try JSON.parse(try Exercise.kind.body(of: $0).bytes) }
        var writer = JSONWriter(layout: .pretty)
        writer.object { json in
            json.member("format", format)
            json.member("version", version)
            json.member("exercises", array: { json in for body in bodies { body.write(to: &json) } })
        }
        writer.endLine()
        return writer.bytes
    }
}

extension Failure {
    static let exerciseFileTooLarge = Failure(
        .invalid, "exercise_file_too_large",
        Text(
            es: "El archivo pasa de \(ExerciseFormat.mostBytes >> 20) MB o de \(ExerciseFormat.mostExercises) ejercicios: divídalo.",
            en: "The file has more than \(ExerciseFormat.mostBytes >> 20) MB or \(ExerciseFormat.mostExercises) exercises: split it."))

    static func notExercises(_ reason: Text) -> Failure {
        Failure(
            .invalid, "not_exercises",
            Text(
                es: "El archivo no trae ejercicios: \(reason(.spanish)); use uno como los que escribe la exportación.",
                en: "The file holds no exercises: \(reason(.english)); use one as the export writes them."))
    }
}
