import Base

/// Why a recording is not looked at, each with what to do about it.
extension Failure {
    static let videoEmpty = Failure(
        .invalid, "video_empty",
        Text(
            es: "El archivo está vacío. Vuelva a copiarlo desde el teléfono.",
            en: "The file is empty. Copy it from the phone again."))

    package static let notAVideo = Failure(
        .invalid, "not_a_video",
        Text(
            es: "El archivo no es un video que podamos leer. Use un video MP4, MOV, WebM o MKV.",
            en: "The file is not a video that we can read. Use an MP4, MOV, WebM or MKV video."))

    static let noVideoStream = Failure(
        .invalid, "no_video_stream",
        Text(
            es: "El archivo no contiene imagen, solo sonido u otros datos. Elija el video grabado.",
            en: "The file holds no pictures, only sound or other data. Choose the recorded video."))

    static let videoDamaged = Failure(
        .invalid, "video_damaged",
        Text(
            es: "El video está dañado o incompleto y no se puede abrir. Cópielo de nuevo desde el teléfono o vuelva a grabarlo.",
            en: "The video is damaged or incomplete and cannot be opened. Copy it from the phone again, or record it again."))

    static let videoUnreadable = Failure(
        .inputOutput, "video_unreadable",
        Text(
            es: "El archivo del video no se pudo leer hasta el final. Compruebe el disco o la red y vuelva a intentarlo.",
            en: "The video file could not be read to its end. Check the disk or network and try again."))

    static let videoCodecUnsupported = Failure(
        .invalid, "video_codec_unsupported",
        Text(
            es: "El video está codificado en un formato que no podemos leer. Conviértalo a H.264 (MP4) y vuelva a intentarlo.",
            en: "The video is encoded in a way that we cannot read. Convert it to H.264 (MP4) and try again."))

    static func videoTooLong(_ limits: VideoLimits) -> Failure {
        let minutes = Int(limits.seconds / 60)
        return Failure(
            .invalid, "video_too_long",
            Text(
                es: "El video dura más de \(minutes) minutos. Recórtelo a la parte del ejercicio y vuelva a intentarlo.",
                en: "The video is longer than \(minutes) minutes. Trim it to the exercise and try again."))
    }

    static let videoTooLarge = Failure(
        .invalid, "video_too_large",
        Text(
            es: "Las imágenes del video son demasiado grandes. Grabe en 1080p o, como mucho, en 4K.",
            en: "The pictures of the video are too large. Record in 1080p or at most in 4K."))
}

extension Failure {
    static let outOfMemory = Failure(
        .invalid, "out_of_memory",
        Text(
            es: "No hay memoria suficiente para abrir el video. Cierre otros programas y vuelva a intentarlo.",
            en: "There is not enough memory to open the video. Close other programs and try again."))
}
