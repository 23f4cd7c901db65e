import Base
import Foundation
import Movement

/// What a phone knows about a recording, from the file given with `--capture`:
/// `{"gravity": [x, y, z], "focal_length_over_long_side": 0.78}` or `{"focal_length_35mm_equivalent": 26}`.
///
/// Gravity is in camera axes of the upright picture: x right, y down, z away from the camera; any length but zero.
struct CaptureFile: Equatable {
    var gravity: SIMD3<Double>?
    var focalLengthOverLongSide: Double?

    static let maximalBytes = 65_536

    /// What was told otherwise than by a file; `gravity` has length one.
    init(gravity: SIMD3<Double>?, focalLengthOverLongSide: Double?) {
        self.gravity = gravity
        self.focalLengthOverLongSide = focalLengthOverLongSide
    }

    init(path: String) throws(Failure) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Self.failure(path, Text(es: "no se puede leer", en: "it cannot be read"))
        }
        guard data.count <= Self.maximalBytes, let object = try? JSON.parse([UInt8](data)).object else {
            throw Self.failure(path, Text(es: "no es un objeto JSON", en: "it is not a JSON object"))
        }
        for member in object.members {
            let (key, value) = (member.name, member.value)
            switch (key, value) {
            case (_, .null): continue
            case ("gravity", .array(let parts)):
                let numbers = parts.compactMap(\.number)
                guard parts.count == 3, numbers.count == 3 else { fallthrough }
                let vector = SIMD3(numbers[0], numbers[1], numbers[2])
                let length = (vector * vector).sum().squareRoot()
                guard length.isFinite, length > 1e-6 else { fallthrough }
                gravity = vector / length
            case ("gravity", _):
                throw Self.failure(
                    path, Text(es: "«gravity» son tres números, no todos cero", en: "'gravity' is three numbers, not all zero"))
            case ("focal_length_over_long_side", .number(let ratio)) where (0.3...4).contains(ratio):
                focalLengthOverLongSide = ratio
            case ("focal_length_35mm_equivalent", .number(let millimetres)) where (10...150).contains(millimetres):
                focalLengthOverLongSide = FocalLength.overLongSide(equivalent35Millimetres: millimetres)
            case ("focal_length_over_long_side", _):
                throw Self.failure(
                    path,
                    Text(es: "«\(key)» es un número de 0,3 a 4", en: "'\(key)' is a number from 0.3 to 4"))
            case ("focal_length_35mm_equivalent", _):
                throw Self.failure(
                    path, Text(es: "«\(key)» es un número de 10 a 150", en: "'\(key)' is a number from 10 to 150"))
            default:
                let shown = String(key.prefix(40).filter { $0.isLetter || $0.isNumber || $0 == "_" })
                throw Self.failure(path, Text(es: "la clave «\(shown)» no existe", en: "there is no key '\(shown)'"))
            }
        }
    }

    private static func failure(_ path: String, _ what: Text) -> Failure {
        Failure(
            .usage, "capture_file",
            Text(
                es: "El archivo de captura «\(path)» no sirve: \(what.spanish).",
                en: "The capture file '\(path)' cannot be used: \(what.english)."))
    }
}
