import Base
import Markup
import Web

/// What the scripts of the filming page say, in the reader's language: they hold no words of their own. `{}` is where a number goes.
enum FilmingWords {
    /// Not to be seen; the script reads it.
    static func html(_ ui: Interface) -> HTML {
        let items = all.map { name, words -> HTML in "<p data-word=\"\(name)\">\(ui(words))</p>" }
        return "<div data-phrases hidden>\(items)</div>"
    }

    private static let all = camera + checks + filming + sending

    private static let camera: [(String, Text)] = [
        ("insecure-title", Text(es: "Abra esta página por su dirección segura", en: "Open this page by its secure address")),
        (
            "insecure",
            Text(
                es: "El navegador solo deja usar la cámara en direcciones que empiezan por https. Pida la dirección a su clínica.",
                en: "The browser lets pages use the camera only at addresses that begin with https. Ask your clinic for it.")
        ),
        ("denied-title", Text(es: "El navegador no nos deja usar la cámara", en: "The browser does not let us use the camera")),
        (
            "denied",
            Text(
                es:
                    "Permita la cámara para esta página en los ajustes del navegador y pulse de nuevo, o grabe con la cámara del teléfono y elija el video aquí abajo.",
                en:
                    "Allow the camera for this page in the browser's settings and press again, or film with the phone's own camera and choose the video below."
            )
        ),
        ("absent-title", Text(es: "No encontramos una cámara", en: "We found no camera")),
        (
            "absent",
            Text(
                es:
                    "Este aparato no tiene cámara, o la usa otro programa. Elija aquí abajo un video ya grabado, o abra esta página en un teléfono.",
                en: "This device has no camera, or another program uses it. Choose a video below, or open this page on a phone.")
        ),
        ("tab-title", Text(es: "Ya está grabando o enviando en otra pestaña", en: "Another tab is filming or sending already")),
        (
            "tab",
            Text(
                es: "Termine en la otra pestaña, o ciérrela y siga en esta.",
                en: "Finish in the other tab, or close it and go on in this one.")
        ),
        ("tab-again", Text(es: "Seguir en esta pestaña", en: "Go on in this tab")),
        ("camera-lost-title", Text(es: "La cámara se apagó", en: "The camera went off")),
        (
            "camera-lost",
            Text(
                es: "Otro programa la tomó o el teléfono se bloqueó. Ábrala de nuevo.",
                en: "Another program took it, or the phone was locked. Open it again.")
        ),
        ("no-recorder-title", Text(es: "Este navegador no puede grabar video", en: "This browser cannot record video")),
        (
            "no-recorder",
            Text(
                es: "Grabe con la cámara del teléfono y elija el video aquí abajo.",
                en: "Film with the phone's own camera and choose the video below.")
        ),
    ]

    private static let checks: [(String, Text)] = [
        ("dark", Text(es: "Está oscuro: encienda una luz.", en: "It is dark: turn on a light.")),
        ("bright", Text(es: "Hay demasiada luz de frente: gire el teléfono.", en: "There is too much light: turn the phone away from it.")),
        ("light-good", Text(es: "La luz es buena.", en: "The light is good.")),
        ("tilted", Text(es: "El teléfono está inclinado {}°: póngalo derecho.", en: "The phone is tilted by {}°: put it upright.")),
        ("upright", Text(es: "El teléfono está derecho.", en: "The phone is upright.")),
        ("shaking", Text(es: "El teléfono se mueve: apóyelo en algo firme.", en: "The phone moves: prop it on something firm.")),
        ("still", Text(es: "El teléfono está quieto.", en: "The phone is still.")),
        (
            "lying",
            Text(
                es: "Ponga el teléfono de pie, para que quepa el cuerpo entero.",
                en: "Stand the phone upright, so that the whole body fits.")
        ),
        (
            "small",
            Text(
                es: "La imagen es pequeña ({} puntos de alto): se medirá con menos detalle.",
                en: "The picture is small ({} dots high): there will be less detail.")
        ),
        (
            "slow",
            Text(
                es: "La cámara da {} imágenes por segundo: lo rápido se medirá peor.",
                en: "The camera gives {} pictures a second: what is fast will be measured less well.")
        ),
    ]

    private static let filming: [(String, Text)] = [
        ("count-begin", Text(es: "Vaya a su sitio. Empezamos en {} segundos.", en: "Go to your place. We begin in {} seconds.")),
        ("go", Text(es: "Ya. Empiece.", en: "Go. Begin.")),
        ("filming", Text(es: "Grabando", en: "Filming")),
        ("left", Text(es: "Quedan {} s", en: "{} s left")),
        ("ten-left", Text(es: "Quedan diez segundos.", en: "Ten seconds left.")),
        ("done", Text(es: "Listo. Ya puede acercarse al teléfono.", en: "Done. You may come to the phone.")),
        ("size", Text(es: "Ocupa {} MB.", en: "It takes {} MB.")),
        ("too-large-title", Text(es: "El video es demasiado grande", en: "The video is too large")),
        (
            "too-large",
            Text(
                es: "Se aceptan hasta {} MB. Grabe menos tiempo, o a 1080p en lugar de 4K.",
                en: "Up to {} MB are taken. Film for a shorter time, or at 1080p in place of 4K.")
        ),
        ("empty-title", Text(es: "La grabación está vacía", en: "The recording is empty")),
        ("empty", Text(es: "Grabe de nuevo.", en: "Film again.")),
    ]

    private static let sending: [(String, Text)] = [
        ("preparing", Text(es: "Preparando el envío…", en: "Getting ready to send…")),
        (
            "going",
            Text(
                es: "Si se corta la conexión, sigue donde iba. El video está guardado en este aparato hasta que llegue entero.",
                en: "If the connection breaks, it goes on where it was. The video is kept on this device until all of it has arrived.")
        ),
        (
            "going-unkept",
            Text(
                es: "No cierre esta página: este navegador no deja guardar el video, y se perdería.",
                en: "Do not close this page: this browser does not let us keep the video, and it would be lost.")
        ),
        (
            "offline",
            Text(
                es: "Sin conexión. Lo enviado está a salvo, y el resto está guardado en este aparato. Sigue solo cuando vuelva.",
                en: "No connection. What was sent is safe, and the rest is kept on this device. It goes on by itself when it is back.")
        ),
        ("arrived", Text(es: "Llegó entero. Ya está a salvo en la clínica.", en: "It has arrived in full. It is safe at the clinic.")),
        ("found", Text(es: "Hay un video sin terminar de enviar: seguimos.", en: "A video was not sent in full: we go on.")),
        ("session-title", Text(es: "Su sesión terminó", en: "Your session is over")),
        (
            "session",
            Text(
                es: "Lo enviado está a salvo y el video sigue guardado en este aparato. Entre de nuevo y seguirá donde iba.",
                en: "What was sent is safe and the video is kept on this device. Sign in again, and it goes on where it was.")
        ),
        ("sign-in", Text(es: "Entrar de nuevo", en: "Sign in again")),
        ("consent", Text(es: "Decidir en «Mis datos»", en: "Decide under “My data”")),
        ("refused-title", Text(es: "El video no se puede enviar", en: "The video cannot be sent")),
        ("again", Text(es: "Grabar de nuevo", en: "Film again")),
    ]
}
