import Base

/// What of one measurement is needed to compare it with another of the same exercise: small enough to be kept beside it, so that
/// nothing is measured again for a comparison.
package struct ComparableMeasurement: Sendable, Equatable {
    package let exercise: Exercise
    /// The version of the method: others give other numbers.
    package let method: String
    package let view: CaptureQuality.View?
    let values: [ComparedValue]
    /// Faults that are claimed, and those that every rule of theirs rules out.
    let found: [FaultCode]
    let ruledOut: [FaultCode]
    /// The leading angle over one repetition; nil where none was counted.
    package let course: MovementCourse?

    /// nil where the capture was refused, or the exercise is none that is known.
    package init?(_ measurement: Measurement) {
        guard measurement.capture.refused == nil, let exercise = measurement.recognition.exercise else { return nil }
        self.exercise = exercise
        method = Measurement.methodVersion
        view = measurement.capture.view
        values = ComparedValue.all(of: measurement)
        found = FaultCode.allCases.filter { code in measurement.faults.contains { $0.found?.code == code } }
        ruledOut = FaultCode.allCases.filter { code in
            let own = measurement.faults.filter { $0.rule.code == code }
            return !own.isEmpty && own.allSatisfy { if case .notFound = $0.outcome { true } else { false } }
        }
        course = MovementCourse(measurement)
    }
}

/// As it is kept: JSON with six decimals, far finer than anything that was measured.
extension ComparableMeasurement {
    /// The largest that is read, in bytes.
    private static let mostBytes = 64 << 10

    /// The same value gives the same bytes.
    package func json() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("exercise", exercise.rawValue)
            json.member("method", method)
            json.member("view", view?.rawValue)
            json.member(
                "values",
                array: { json in
                    for value in values {
                        json.object { json in
                            json.member("code", value.code)
                            json.member("unit", value.unit)
                            json.member("value", value.value, decimals: 6)
                            json.member("uncertainty", value.standardUncertainty, decimals: 6)
                        }
                    }
                })
            json.member("found", array: { json in for code in found { json.string(code.rawValue) } })
            json.member("ruled_out", array: { json in for code in ruledOut { json.string(code.rawValue) } })
            json.key("course")
            if let course { course.write(to: &json) } else { json.null() }
        }
        return json.bytes
    }

    /// From what `json` wrote; nil for all else.
    package init?(json bytes: [UInt8]) {
        guard let json = try? JSON.parse(bytes, limits: JSON.Limits(bytes: Self.mostBytes, depth: 8)),
            let exercise = json["exercise"]?.string.flatMap({ Exercise(rawValue: $0) }), let method = json["method"]?.string,
            let values = json["values"]?.array, let found = json["found"]?.array, let ruledOut = json["ruled_out"]?.array
        else { return nil }
        self.exercise = exercise
        self.method = method
        view = json["view"]?.string.flatMap { CaptureQuality.View(rawValue: $0) }
        self.values = values.compactMap { ComparedValue($0) }
        self.found = found.compactMap { $0.string.flatMap { FaultCode(rawValue: $0) } }
        self.ruledOut = ruledOut.compactMap { $0.string.flatMap { FaultCode(rawValue: $0) } }
        course = json["course"].flatMap { MovementCourse($0) }
    }
}

extension ComparedValue {
    fileprivate init?(_ json: JSON) {
        guard let code = json["code"]?.string, let unit = json["unit"]?.string, let value = json["value"]?.number,
            let uncertainty = json["uncertainty"]?.number, uncertainty > 0
        else { return nil }
        self.init(code: code, unit: unit, value: value, standardUncertainty: uncertainty)
    }
}
