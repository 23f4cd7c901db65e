import Base
import Foundation
import Records

/// What came of an import. Holds nothing of the file's content.
package struct ExerciseReport: Codable, Sendable, Hashable {
    package var created = 0
    package var updated = 0
    package var unchanged = 0
    /// Rows that were not taken.
    package var refused = 0
    /// At most `mostFaults`.
    package private(set) var faults: [RowFault] = []

    package static let mostFaults = 200

    /// What is wrong with one row.
    package struct RowFault: Codable, Sendable, Hashable {
        /// From 1, the header of a spreadsheet not counted; 0 where it is the file itself.
        package let row: Int
        /// The column, or a JSON pointer within the exercise; empty for the whole.
        package let place: String
        package let code: String
        package let spanish: String
        package let english: String

        package var message: Text { Text(es: spanish, en: english) }
    }

    init() {}

    /// Of a file that is no file of exercises.
    init(_ failure: Failure) {
        faults = [
            RowFault(
                row: 0, place: "", code: failure.code, spanish: failure.message.spanish, english: failure.message.english)
        ]
    }

    /// The same, where a fault in one row means that none is taken.
    func refusingAll(_ rows: Int) -> ExerciseReport {
        var report = ExerciseReport()
        report.refused = rows
        report.faults = faults
        return report
    }

    mutating func refuse(_ row: Int, _ more: [FieldFault], in format: ExerciseFormat) {
        refused += 1
        for fault in more.prefix(max(0, Self.mostFaults - faults.count)) {
            faults.append(
                RowFault(
                    row: row, place: format.place(of: fault), code: fault.code, spanish: fault.message.spanish,
                    english: fault.message.english))
        }
    }
}

extension ExerciseReport {
    /// As it is kept until somebody asks.
    var bytes: [UInt8] {
        get throws { [UInt8](try JSONEncoder().encode(self)) }
    }

    init(bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(ExerciseReport.self, from: Data(bytes))
    }
}
