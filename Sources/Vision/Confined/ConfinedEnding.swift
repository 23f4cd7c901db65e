import Base
import Glibc

/// How a confined child came to its end, as the parent saw it.
enum ConfinedEnding: Equatable {
    /// It left by itself or was ended by the kernel; `status` is the exit code or the negated signal.
    case ended(status: CInt, lastLine: ConfinedLines.Ending?)
    /// It said something outside the rules and was ended.
    case garbled
    /// It said nothing for too long, or took too long altogether, and was ended.
    case late

    /// nil: everything was seen and handed over. Otherwise what to tell the person; never a word from the child itself.
    func failure(refusals: [Failure]) -> Failure? {
        switch self {
        case .late: .videoTooSlow
        case .garbled: .videoStoppedReader
        case .ended(status: 0, lastLine: .complete): nil
        case .ended(status: -SIGXCPU, _): .videoTooSlow
        // The kernel, out of memory. (Or we, where it closed its output and went on; no honest reader does.)
        case .ended(status: -SIGKILL, _): .videoTooHeavy
        case .ended(_, lastLine: .refused(let code)): refusals.first { $0.code == code } ?? .videoStoppedReader
        case .ended: .videoStoppedReader
        }
    }
}

extension Failure {
    /// The reader crashed, was stopped at a wall, or spoke nonsense.
    package static let videoStoppedReader = Failure(
        .invalid, "video_stopped_reader",
        Text(
            es: "No se pudo leer este video: el archivo está dañado o hizo que el lector se detuviera. "
                + "Vuelva a grabarlo, o conviértalo a MP4 (H.264) e inténtelo de nuevo.",
            en: "This video could not be read: the file is damaged or made the reader stop. "
                + "Record it again, or convert it to MP4 (H.264) and try again."))

    package static let videoTooSlow = Failure(
        .invalid, "video_too_slow",
        Text(
            es: "Leer este video lleva demasiado tiempo. Acórtelo, o conviértalo a 1080p y 30 imágenes por segundo, "
                + "e inténtelo de nuevo.",
            en: "Reading this video takes too long. Shorten it, or convert it to 1080p at 30 pictures a second, "
                + "and try again."))

    package static let videoTooHeavy = Failure(
        .invalid, "video_too_heavy",
        Text(
            es: "Leer este video necesita más memoria de la permitida. Conviértalo a 1080p e inténtelo de nuevo.",
            en: "Reading this video needs more memory than is allowed. Convert it to 1080p and try again."))
}
