import Base

/// What can be wrong with a recording, as whoever films it next can put it right: several codes of remarks and failures are one mistake.
package enum CaptureMistake: String, Sendable, CaseIterable {
    case feet, legs, hands, head
    case dark, far, nobody, away, short, others, tilted, turned, lens, slowRate, otherExercise
    case file, tooLong, tooLarge, broken

    /// nil for what no picture explains: a fault of the program.
    package init?(code: String) {
        guard let mistake = Self.byCode[code] else { return nil }
        self = mistake
    }

    /// Codes of `CaptureRemarks`, `FileRemark`, and of the failures of whoever reads videos and takes them in.
    private static let byCode: [String: CaptureMistake] = [
        "feet_out_of_view": .feet, "feet_partly_out_of_view": .feet, "legs_out_of_view": .legs, "legs_partly_out_of_view": .legs,
        "hands_out_of_view": .hands, "hands_partly_out_of_view": .hands, "head_out_of_view": .head, "head_partly_out_of_view": .head,
        "too_dark": .dark, "dark": .dark, "too_far": .far, "far": .far, "nobody_in_view": .nobody,
        "too_few_frames": .away, "person_missing": .away, "too_short": .short,
        "second_person": .others, "does_not_fit": .others, "camera_much_tilted": .tilted, "camera_tilted": .tilted,
        "wrong_view": .turned, "knees_uncertain": .turned, "turned_around": .turned, "unusual_lens": .lens, "low_rate": .slowRate,
        "does_not_look_like": .otherExercise,
        "video_empty": .file, "not_a_video": .file, "no_video_stream": .file, "video_damaged": .file, "video_codec_unsupported": .file,
        "video_stopped_reader": .file, "video_part_lost": .broken, "upload_dropped": .broken, "video_cut_off": .broken,
        "video_partly_damaged": .broken, "video_too_long": .tooLong, "video_too_large": .tooLarge, "video_too_heavy": .tooLarge,
        "video_too_slow": .tooLarge, "out_of_memory": .tooLarge,
    ]

    /// What is wrong in a few words, and what the drawing shows.
    package var title: Text {
        switch self {
        case .feet: Text(es: "Los pies salen de la imagen", en: "The feet are out of the picture")
        case .legs: Text(es: "Las piernas salen de la imagen", en: "The legs are out of the picture")
        case .hands: Text(es: "Las manos salen de la imagen", en: "The hands are out of the picture")
        case .head: Text(es: "La cabeza sale de la imagen", en: "The head is out of the picture")
        case .dark: Text(es: "Hay poca luz", en: "There is too little light")
        case .far: Text(es: "El teléfono está muy lejos", en: "The phone is too far away")
        case .nobody: Text(es: "No se ve a nadie", en: "Nobody is seen")
        case .away: Text(es: "Se sale de la imagen a ratos", en: "You leave the picture at times")
        case .short: Text(es: "La grabación es muy corta", en: "The recording is too short")
        case .others: Text(es: "Hay alguien más en la imagen, o un espejo", en: "Somebody else is in the picture, or a mirror")
        case .tilted: Text(es: "El teléfono está inclinado", en: "The phone is tilted")
        case .turned: Text(es: "Conviene grabar desde otro lado", en: "Another side shows it better")
        case .lens: Text(es: "La cámara tiene zoom o gran angular", en: "The camera has zoom or a wide angle")
        case .slowRate: Text(es: "Pocas imágenes por segundo", en: "Few pictures a second")
        case .otherExercise: Text(es: "Parece otro ejercicio", en: "It looks like another exercise")
        case .file: Text(es: "El archivo no se puede leer como video", en: "The file cannot be read as a video")
        case .tooLong: Text(es: "El video es muy largo", en: "The video is too long")
        case .tooLarge: Text(es: "El video es demasiado grande", en: "The video is too large")
        case .broken: Text(es: "El video no llegó entero", en: "The video did not arrive whole")
        }
    }

    /// What to do, in a sentence.
    package var remedy: Text {
        switch self {
        case .feet, .legs, .head:
            Text(
                es: "Aleje el teléfono un paso: de la cabeza a los pies, todo dentro.",
                en: "Move the phone one step back: head to feet, all inside.")
        case .hands:
            Text(
                es: "Aleje el teléfono y deje espacio para los brazos a los lados y arriba.",
                en: "Move the phone back and leave room for your arms, sideways and above.")
        case .dark:
            Text(
                es: "Encienda una luz o póngase frente a una ventana, no de espaldas a ella.",
                en: "Turn on a light or face a window; do not stand with your back to it.")
        case .far:
            Text(
                es: "Acerque el teléfono hasta que su cuerpo ocupe casi todo el alto.",
                en: "Bring the phone closer until your body fills most of the height.")
        case .nobody:
            Text(
                es: "Apunte la cámara adonde hará el ejercicio y compruébelo antes de empezar.",
                en: "Point the camera to where you will exercise, and check before you begin.")
        case .away:
            Text(
                es: "Quédese dentro de la imagen de principio a fin, sin nada que lo tape.",
                en: "Stay in the picture from start to end, with nothing in front of you.")
        case .short:
            Text(
                es: "Grabe el ejercicio entero: varias repeticiones seguidas.",
                en: "Record the whole exercise: several repetitions in a row.")
        case .others:
            Text(es: "Grabe a una sola persona, lejos de espejos.", en: "Record one person alone, away from mirrors.")
        case .tilted:
            Text(
                es: "Apoye el teléfono derecho, a la altura de la cadera.",
                en: "Prop the phone upright, at hip height.")
        case .turned:
            Text(
                es: "Gire el cuerpo respecto al teléfono como se le indica, y siga mirando hacia el mismo punto.",
                en: "Turn your body to the phone as you are told, and keep facing the same way.")
        case .lens: Text(es: "Use la cámara normal (1×), sin zoom.", en: "Use the normal camera (1×), without zoom.")
        case .slowRate:
            Text(
                es: "Grabe a 30 imágenes por segundo y con buena luz.",
                en: "Record at 30 pictures a second, in good light.")
        case .otherExercise:
            Text(
                es: "Compruebe qué ejercicio eligió, o deje que lo reconozcamos.",
                en: "Check which exercise you chose, or let us recognise it.")
        case .file:
            Text(
                es: "Grabe aquí mismo, o elija un video MP4, MOV o WebM.",
                en: "Film right here, or choose an MP4, MOV or WebM video.")
        case .tooLong: Text(es: "Grabe solo el ejercicio: un minuto basta.", en: "Record the exercise alone: a minute is enough.")
        case .tooLarge:
            Text(
                es: "Grabe menos tiempo, o a 1080p en lugar de 4K.",
                en: "Record for a shorter time, or at 1080p in place of 4K.")
        case .broken:
            Text(
                es: "Grabe de nuevo y deje la página abierta hasta que avise que llegó.",
                en: "Film again and leave the page open until it says that it arrived.")
        }
    }
}
