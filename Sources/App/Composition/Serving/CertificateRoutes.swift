import Base
import Gateway
import HTTPTypes
import Markup
import Web

/// Where a phone gets the certificate of the clinic's own authority, and is told how to install it.
struct CertificateRoutes: Sendable {
    private let bytes: [UInt8]
    private let fingerprint: String

    init(authority: OwnAuthority) throws {
        bytes = try authority.bytes
        fingerprint = try authority.fingerprint
    }

    var all: [Route] { [page, file] }

    private var file: Route {
        Route(
            .get, "/certificate/zancada.crt", "certificate.file",
            Text(es: "El certificado de la autoridad propia, para instalarlo.", en: "The own authority's certificate, to install it."),
            access: .anyone, answers: [.ok(.other("application/x-x509-ca-cert"))], pace: .page
        ) { [bytes] _ in
            Reply(
                .ok, type: "application/x-x509-ca-cert", .bytes(bytes),
                fields: [.contentDisposition: "attachment; filename=\"zancada.crt\""])
        }
    }

    private var page: Route {
        Route(
            .get, "/certificate", "certificate.page",
            Text(es: "Cómo instalar el certificado en un teléfono.", en: "How to install the certificate on a phone."), access: .anyone,
            answers: [.ok(.page)], pace: .page
        ) { [fingerprint] call in
            let ui = Interface(call)
            let host = HTTPField.Name("Host").flatMap { call.fields[$0] } ?? "localhost"
            let address = "\(call.isSecure ? "https" : "http")://\(host)/certificate"
            return .page(Shell().page(Self.title, ui, for: .patient, try Self.content(ui, address, fingerprint)))
        }
    }

    private static let title = Text(es: "Conecte su teléfono con la clínica", en: "Connect your phone to the clinic")

    private static func content(_ ui: Interface, _ address: String, _ fingerprint: String) throws -> HTML {
        let code = try QRCode(address).matrix
        let steps: [(Text, Text)] = [
            (
                Text(es: "Descargue el certificado", en: "Download the certificate"),
                Text(
                    es: "Toque el botón de abajo en el teléfono. Puede abrir esta página con la cámara, desde el código.",
                    en: "Tap the button below on the phone. You can open this page with the camera, from the code.")
            ),
            (
                Text(es: "Instálelo", en: "Install it"),
                Text(
                    es:
                        "Android: Ajustes › Seguridad › Cifrado y credenciales › Instalar un certificado › Certificado de CA. iPhone: Ajustes › Perfil descargado › Instalar.",
                    en:
                        "Android: Settings › Security › Encryption and credentials › Install a certificate › CA certificate. iPhone: Settings › Profile downloaded › Install."
                )
            ),
            (
                Text(es: "En iPhone, confíe en él", en: "On an iPhone, trust it"),
                Text(
                    es: "Ajustes › General › Información › Confianza de certificados: active Zancada.",
                    en: "Settings › General › About › Certificate trust settings: switch Zancada on.")
            ),
            (
                Text(es: "Compruebe la huella", en: "Compare the fingerprint"),
                Text(
                    es: "El teléfono muestra una huella SHA-256 del certificado: debe ser la que está en la pantalla de la clínica.",
                    en: "The phone shows a SHA-256 fingerprint of the certificate: it must be the one on the clinic's screen.")
            ),
        ]
        let items = steps.map { step -> HTML in "<li><strong>\(ui(step.0))</strong><br>\(ui(step.1))</li>" }
        return """
            <div class="stack"><h1>\(ui(title))</h1>
            <p class="lead">\(ui(es: "Para usar la cámara, el teléfono debe confiar en este servidor. Se hace una sola vez, y solo sirve para la red de la clínica.", en: "To use the camera, the phone must trust this server. This is done once, and is good for the clinic's own network alone."))</p>
            <div class="prose"><ol>\(items)</ol></div>
            <div class="row">\(ui.buttonLink(Text(es: "Descargar el certificado", en: "Download the certificate"), "/certificate/zancada.crt"))</div>
            \(code.map { ui.qr($0, Text(es: "Código de esta página", en: "Code of this page")) })
            <p class="second small"><code>\(address)</code></p>
            <h2>\(ui(es: "Huella SHA-256", en: "SHA-256 fingerprint"))</h2>
            \(ui.code(fingerprint, id: "fingerprint"))</div>
            """
    }
}

/// Leads whoever comes without TLS to the address with it.
enum SecurePlace {
    /// `port` of the secure address.
    static func route(port: Int) -> Route {
        Route(
            .get, "/{rest...}", "secure.place", Text(es: "Lleva a la dirección segura.", en: "Leads to the secure address."),
            access: .anyone,
            parameters: [
                ParameterShape("rest", in: .path, .text(1...8_192), Text(es: "Lo que se pidió.", en: "What was asked for."))
            ], answers: [AnswerShape(308, Text(es: "Está en la dirección segura.", en: "It is at the secure address."))], pace: .page
        ) { call in
            let host = (HTTPField.Name("Host").flatMap { call.fields[$0] } ?? "localhost").prefix { $0 != ":" }
            return Reply(.permanentRedirect, .none, fields: [.location: "https://\(host)\(port == 443 ? "" : ":\(port)")\(call.path)"])
        }
    }
}
