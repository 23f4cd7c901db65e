import Base
import CAssets

/// The exercises that every organisation begins with, put into the program when it is built. Nobody has reviewed them clinically.
package enum ExerciseContent {
    /// Throws a fault for a file that a test would have found.
    package static func exercises() throws -> [Exercise] {
        var count = 0
        let start = zancada_exercises(&count)
        return try ExerciseFile.read([UInt8](UnsafeBufferPointer(start: start, count: count))).map { try $0.get() }
    }
}
