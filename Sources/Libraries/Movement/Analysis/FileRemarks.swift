import Base

/// What is said about the recording's file; the observations carry it as codes.
package enum FileRemark: String, Sendable, CaseIterable {
    /// It ends before its stated length.
    case cutOff = "video_cut_off"
    /// Some of its pictures could not be decoded.
    case partlyDamaged = "video_partly_damaged"
}

extension CaptureGate {
    /// Warnings about the file; codes that are not known are passed over.
    static func onFile(_ observations: Observations) -> Verdict {
        Verdict(
            warnings: observations.remarks.compactMap(FileRemark.init(rawValue:)).map { remark in
                CaptureQuality.Remark(remark.rawValue, text(remark, seconds: observations.frames.last?.time ?? 0))
            })
    }

    private static func text(_ remark: FileRemark, seconds: Double) -> Text {
        let seconds = Int(seconds.rounded())
        return switch remark {
        case .cutOff:
            Text(
                es: "El video se corta antes de su final; se midieron los primeros \(seconds) segundos. "
                    + "Si falta parte del ejercicio, cópielo de nuevo desde el teléfono.",
                en: "The video breaks off before its end; the first \(seconds) seconds were measured. "
                    + "If part of the exercise is missing, copy it from the phone again.")
        case .partlyDamaged:
            Text(
                es: "Algunas imágenes del video están dañadas y se omitieron.",
                en: "Some pictures of the video are damaged and were left out.")
        }
    }
}
