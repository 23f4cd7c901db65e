import Base

/// What changed between two recordings of the same exercise, and whether the measurement can tell.
///
/// The minimal detectable change is MDC95 = 1.96 · √2 · SEM (Weir, J Strength Cond Res 2005;19:231),
/// with the root mean square of the two recordings' own standard uncertainties in the place of the SEM of a retest
/// study. Those hold errors that are the same person's twice and partly cancel, so that it is rather too large; how
/// much a person varies from day to day is not in it.
package struct MeasurementComparison: Sendable, Equatable {
    /// What is to be said of a change.
    package enum Verdict: String, Sendable, CaseIterable {
        case increased, decreased
        /// Smaller than the measurement can tell.
        case noRealChange = "no_real_change"
    }

    /// One figure of both recordings.
    package struct Figure: Sendable, Equatable {
        /// Stable, for programs: `peak`, `knee_r_range`, `score`.
        package var code: String
        package var name: Text
        /// `deg`, `s`, `m`, `m/s`, `1/min`, `points`.
        package var unit: String
        package var before: Double
        package var after: Double
        package var minimalDetectableChange: Double

        package var change: Double { after - before }

        package var verdict: Verdict {
            guard change.magnitude > minimalDetectableChange else { return .noRealChange }
            return change > 0 ? .increased : .decreased
        }

        package init(code: String, name: Text, unit: String, before: Double, after: Double, minimalDetectableChange: Double) {
            self.code = code
            self.name = name
            self.unit = unit
            self.before = before
            self.after = after
            self.minimalDetectableChange = minimalDetectableChange
        }
    }

    package var exercise: Exercise
    package var figures: [Figure]
    /// Faults claimed in only one of them: gone, and new.
    package var gone: [FaultCode]
    package var appeared: [FaultCode]
    /// Why the two are compared with more doubt than the figures say.
    package var remarks: [CaptureQuality.Remark]

    /// Compares two measurements, the earlier first.
    ///
    /// - Throws: `not_comparable` where one was refused, or they are not of the same known exercise.
    package init(before: Measurement, after: Measurement) throws(Failure) {
        guard let first = ComparableMeasurement(before), let second = ComparableMeasurement(after) else { throw Self.notComparable }
        try self.init(before: first, after: second)
    }

    /// The same of what was kept of two measurements.
    ///
    /// - Throws: `not_comparable` where they are not of the same exercise.
    package init(before: ComparableMeasurement, after: ComparableMeasurement) throws(Failure) {
        guard before.exercise == after.exercise else { throw Self.notComparable }
        exercise = before.exercise
        figures = before.values.compactMap { first in
            guard let second = after.values.first(where: { $0.code == first.code }) else { return nil }
            let variance =
                (first.standardUncertainty * first.standardUncertainty + second.standardUncertainty * second.standardUncertainty) / 2
            return Figure(
                code: first.code, name: first.name, unit: first.unit, before: first.value, after: second.value,
                minimalDetectableChange: 1.96 * 2.0.squareRoot() * variance.squareRoot())
        }
        // A fault is gone only where the later recording rules it out, and new only where the earlier one did.
        gone = FaultCode.allCases.filter { before.found.contains($0) && after.ruledOut.contains($0) }
        appeared = FaultCode.allCases.filter { after.found.contains($0) && before.ruledOut.contains($0) }
        remarks = (before.view == after.view ? [] : [Self.otherView]) + (before.method == after.method ? [] : [Self.otherMethod])
    }

    private static let otherView = CaptureQuality.Remark(
        "view_differs",
        Text(
            es: "Las dos grabaciones se hicieron desde ángulos distintos; parte del cambio puede venir de ahí.",
            en: "The two recordings were made from different angles; part of the change may come from that."))

    private static let otherMethod = CaptureQuality.Remark(
        "method_differs",
        Text(
            es: "Las dos se midieron con versiones distintas del método; parte del cambio puede venir de ahí.",
            en: "The two were measured by different versions of the method; part of the change may come from that."))

    private static let notComparable = Failure(
        .invalid, "not_comparable",
        Text(
            es: "Solo se comparan dos mediciones válidas del mismo ejercicio.",
            en: "Only two valid measurements of the same exercise can be compared."))
}
