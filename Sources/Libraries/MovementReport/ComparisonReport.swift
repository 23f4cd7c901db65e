import Base
import Markup
import Movement

extension MeasurementComparison {
    /// The members of an object: exercise, figures with their change and what is to be said of it, faults that went
    /// and came, remarks. Two decimals.
    package func write(to json: inout JSONWriter, in language: Language) {
        json.member("exercise", exercise.rawValue)
        json.member(
            "figures",
            array: { json in
                for figure in figures {
                    json.object { json in
                        json.member("code", figure.code)
                        json.member("name", figure.name(language))
                        json.member("unit", figure.unit)
                        json.member("before", figure.before, decimals: 2)
                        json.member("after", figure.after, decimals: 2)
                        json.member("change", figure.change, decimals: 2)
                        json.member("minimal_detectable_change", figure.minimalDetectableChange, decimals: 2)
                        json.member("verdict", figure.verdict.rawValue)
                        json.member("sentence", figure.sentence(in: language))
                    }
                }
            })
        for (name, codes) in [("faults_gone", gone), ("faults_new", appeared)] {
            json.member(name, array: { json in for code in codes { json.string(code.rawValue) } })
        }
        json.member(
            "remarks",
            array: { json in
                for remark in remarks {
                    json.object { json in
                        json.member("code", remark.code)
                        json.member("message", remark.message(language))
                    }
                }
            })
    }
}

extension MeasurementComparison.Figure {
    /// For the person: from where to where, and whether that is a change at all.
    package func sentence(in language: Language) -> String {
        let (from, to) = (value(before, in: language), value(after, in: language))
        let error = value(minimalDetectableChange, in: language)
        switch verdict {
        case .noRealChange:
            return language(
                es: "\(name.spanish): de \(from) a \(to). Todavía no hay un cambio real "
                    + "(la diferencia es menor que el error de la medición, \(error)).",
                en: "\(name.english): from \(from) to \(to). No real change yet "
                    + "(the difference is smaller than the measurement error, \(error)).")
        case .increased:
            return language(
                es: "\(name.spanish): subió de \(from) a \(to), más que el error de la medición (\(error)).",
                en: "\(name.english): rose from \(from) to \(to), more than the measurement error (\(error)).")
        case .decreased:
            return language(
                es: "\(name.spanish): bajó de \(from) a \(to), más que el error de la medición (\(error)).",
                en: "\(name.english): fell from \(from) to \(to), more than the measurement error (\(error)).")
        }
    }

    private func value(_ value: Double, in language: Language) -> String {
        switch unit {
        case "deg": language.degrees(value)
        case "points": language(es: "\(language.number(value)) puntos", en: "\(language.number(value)) points")
        case "1/min": language.number(value) + language(es: " por minuto", en: " a minute")
        default: language.number(value, decimals: unit == "m/s" ? 2 : 1) + "\u{A0}" + unit
        }
    }
}
