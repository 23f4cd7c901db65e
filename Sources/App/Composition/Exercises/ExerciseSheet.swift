import Base
import ExerciseLibrary
import Records

/// An exercise as people and programs read it on a terminal.
extension ExerciseStore.Entry {
    func write(to json: inout JSONWriter, remark: String? = nil) {
        json.object { json in
            json.member("id", id)
            json.member("version", Int(version))
            json.key("exercise")
            RecordText.embed((try? ExerciseLibrary.Exercise.kind.body(of: exercise).bytes) ?? [], to: &json)
            json.member(
                "review",
                object: { json in
                    guard case .reviewed(let verdict, let reviewer, let moment) = review else { return json.member("state", "unreviewed") }
                    json.member("state", verdict.rawValue)
                    json.member("reviewer", reviewer)
                    json.member("at", moment)
                    json.member("remark", remark)
                })
        }
    }

    func sheet(_ remark: String?, _ language: Language) -> String {
        let wording = exercise.wording(in: language)
        let (dose, source) = (exercise.dose, exercise.source)
        let amount = [
            dose.repetitions.map { Text(es: "\($0) repeticiones", en: "\($0) repetitions")(language) },
            dose.holdSeconds.map { Text(es: "\($0) s aguantando", en: "\($0) s held")(language) },
        ].compactMap { $0 }.joined(separator: ", ")
        let often = Text(
            es: "Dosis: \(dose.sets) series de \(amount), \(dose.restSeconds) s de descanso, \(dose.timesPerWeek) veces por semana",
            en: "Dose: \(dose.sets) sets of \(amount), \(dose.restSeconds) s of rest, \(dose.timesPerWeek) times a week")
        let muscles = exercise.muscles.map { $0.title(language) }.joined(separator: ", ")
        var lines = [
            "\(exercise.name(in: language)) (\(exercise.slug), v\(version)): \(review.title(language))\(remark.map { ". \($0)" } ?? "")",
            wording.purpose, Text(es: "Músculos: \(muscles)", en: "Muscles: \(muscles)")(language), often(language),
        ]
        lines += zip(1..., wording.instructions).map { "\($0). \($1)" }
        lines += wording.contraindications.map { Text(es: "No lo haga con: \($0)", en: "Not with: \($0)")(language) }
        lines += [wording.painRule] + wording.redFlags.map { "! \($0)" }
        lines.append(Text(es: "Fuente: ", en: "Source: ")(language) + "\(source.title). \(source.publisher), \(source.year).")
        return lines.joined(separator: "\n") + "\n"
    }
}
