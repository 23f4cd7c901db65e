import Base
import Movement

/// How a passage through a recording ended.
package struct VideoEnd: Sendable, Equatable {
    /// Pictures that were decoded and that a player would have shown, analysed or not.
    package var pictures = 0
    /// Time of the last of them, in seconds.
    package var lastSeconds = 0.0
    /// Packets that could not be read or decoded.
    package var damagedPackets = 0
    /// What the person should know about the recording, though it could be used.
    package var remarks: [CaptureQuality.Remark] = []

    package init() {}

    /// Draws the conclusions; a recording that ends a second before its stated length has lost its end.
    mutating func finish(durationSeconds: Double?) {
        let isShort = durationSeconds.map { lastSeconds + 1 < $0 * 0.98 } ?? false
        if isShort {
            let seconds = Int(lastSeconds.rounded())
            remarks.append(
                .init(
                    "video_cut_off",
                    Text(
                        es:
                            "El vídeo se corta antes de su final; se midieron los primeros \(seconds) segundos. Si falta parte del ejercicio, cópielo de nuevo desde el teléfono.",
                        en:
                            "The video breaks off before its end; the first \(seconds) seconds were measured. If part of the exercise is missing, copy it from the phone again."
                    )))
        } else if damagedPackets > 0 {
            remarks.append(
                .init(
                    "video_partly_damaged",
                    Text(
                        es: "Algunas imágenes del vídeo están dañadas y se omitieron.",
                        en: "Some pictures of the video are damaged and were left out.")))
        }
    }
}
