import Access
import Base
import Records

/// What people are asked to agree to, each apart from the others. A new one is a row here.
package enum ConsentPurposeWord: String, FieldWord {
    case evaluation
    case keepVideo = "keep_video"
    case research
    case messages
    case sharing

    /// As rules ask for it: `.consented(to: ConsentPurposeWord.research.purpose)`.
    package var purpose: ConsentPurpose {
        switch self {
        case .evaluation: "evaluation"
        case .keepVideo: "keep_video"
        case .research: "research"
        case .messages: "messages"
        case .sharing: "sharing"
        }
    }

    /// What is agreed to, in words that say it plainly. Whoever changes the meaning of a text raises its version, and people are asked
    /// again; the texts of earlier versions stay in the program's own history.
    package var text: ConsentText {
        switch self {
        case .evaluation:
            ConsentText(
                1, Text(es: "Evaluar cómo me muevo", en: "Assess how I move"),
                Text(
                    es:
                        "La clínica mide mis movimientos en los videos que grabo o que me graban, y quienes me atienden ven los resultados.",
                    en: "The clinic measures my movements in the videos that I or they film, and those who care for me see the results."))
        case .keepVideo:
            ConsentText(
                1, Text(es: "Guardar mis videos", en: "Keep my videos"),
                Text(
                    es:
                        "La clínica guarda mis videos cifrados, para volver a verlos conmigo. Sin esto se borran en cuanto se midieron.",
                    en:
                        "The clinic keeps my videos, encrypted, to look at them again with me. Without this they are deleted once measured."
                ))
        case .research:
            ConsentText(
                1, Text(es: "Usar mis datos para investigar", en: "Use my data for research"),
                Text(
                    es:
                        "Investigadores autorizados por la clínica pueden leer mis registros. Si lo retiro, dejan de leerlos; lo ya publicado no se deshace.",
                    en:
                        "Researchers whom the clinic authorises may read my records. If I withdraw this they no longer can; what was published stays."
                ))
        case .messages:
            ConsentText(
                1, Text(es: "Mandarme mensajes", en: "Send me messages"),
                Text(
                    es: "La clínica me recuerda ejercicios y citas por correo o por mensaje. Los avisos de seguridad llegan igual.",
                    en: "The clinic reminds me of exercises and visits by mail or message. Notices about safety come in any case."))
        case .sharing:
            ConsentText(
                1, Text(es: "Compartir con otra clínica", en: "Share with another clinic"),
                Text(
                    es: "Si otra clínica va a atenderme, esta puede mandarle mis registros. Cada envío queda anotado.",
                    en: "If another clinic is going to care for me, this one may send it my records. Each time is noted down."))
        }
    }
}

/// A text that people agree to.
package struct ConsentText: Sendable, Hashable {
    /// From 1; a consent names the one that was agreed to.
    package let version: Int
    package let title: Text
    package let words: Text

    init(_ version: Int, _ title: Text, _ words: Text) {
        self.version = version
        self.title = title
        self.words = words
    }
}
