import Base
import ExerciseLibrary
import Records

/// A body that a kind accepts, made from what the kind declares; for kinds with rules beyond their fields, from what their feature has.
enum SampleBody {
    /// `number`: two of different numbers differ, where the fields allow.
    static func of(_ kind: KindShape, _ number: Int = 1) -> [UInt8] {
        var json = JSONWriter()
        write(kind.fields, number, to: &json)
        return json.bytes
    }

    /// `made`: ids of records of other kinds, all of them in their fourth version.
    static func of(_ kind: KindShape, _ number: Int, beside made: [String: String]) throws -> [UInt8] {
        switch kind.name {
        case "exercise": return try Exercise.kind.body(of: ExerciseContent.exercises()[number]).bytes
        case "exercise_review":
            guard let exercise = made["exercise"].flatMap({ ID<Exercise>($0) }) else { break }
            let review = ExerciseReview(exercise: exercise, version: 4, verdict: .approved, remark: nil)
            return try ExerciseReview.kind.body(of: review).bytes
        default: break
        }
        return of(kind, number)
    }

    private static func write(_ fields: [FieldShape], _ number: Int, to json: inout JSONWriter) {
        json.object { json in
            for field in fields where field.isRequired {
                json.key(field.name)
                write(field.type, number, to: &json)
            }
        }
    }

    private static func write(_ type: FieldType, _ number: Int, to json: inout JSONWriter) {
        switch type {
        case .text(let length): json.string(String(String(repeating: "t", count: max(length.lowerBound, 1)).dropLast() + "\(number % 10)"))
        case .choice(let words): json.string(words[number % words.count])
        case .integer(let range): json.integer(Int(range.lowerBound))
        case .real(let range): json.number(range.lowerBound)
        case .bool: json.bool(number % 2 == 0)
        case .instant: json.string("2026-11-21T10:00:00Z")
        case .day: json.string("2026-11-21")
        case .id: json.string("0190a0b0-0000-7000-8000-00000000000\(number % 10)")
        case .list(let element, _): json.array { json in write(element, number, to: &json) }
        case .object(let fields): write(fields, number, to: &json)
        }
    }
}
