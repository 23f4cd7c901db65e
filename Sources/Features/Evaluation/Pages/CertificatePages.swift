import Base
import Certification
import HTTPTypes
import Markup
import Transparency
import Web

/// Where whoever holds a certificate's number learns whether it holds: who certified, when, and where the journal tells of it. Nothing about
/// the person or what was measured.
extension EvaluationPages {
    private static let number = Parameter<String>(
        shape: ParameterShape(
            "number", in: .path, .pattern("^[0-9a-f]{32}$", 32...32),
            Text(es: "El número del certificado.", en: "The certificate's number."))
    ) { text in Hexadecimal.read(text.utf8)?.count == 16 ? text : nil }

    var certificatePage: Route {
        Route(
            .get, "/certificates/{number}", "evaluation.certificate_page",
            Text(es: "Si un certificado vale, y quién lo firmó.", en: "Whether a certificate holds, and who signed it."), access: .anyone,
            parameters: [Self.number.shape], answers: [.ok(.page)], pace: .page, time: .seconds(30)
        ) { call in
            guard let held = try await feature.reviewing.certificates.certificate(number: try call.value(Self.number)) else {
                throw Failure.noCertificate
            }
            let title = Text(es: "Certificado de una evaluación", en: "Certificate of an evaluation")
            return .page(
                try await page(call, title, for: .patient) { ui in
                    """
                    \(ui.title(title))
                    \(ui.stack(Self.state(held, ui), ui.card(Self.facts(held.certificate, ui))))
                    \(ui.section("check", Text(es: "Comprobarlo usted", en: "Check it yourself"), Self.check(held.certificate, ui)))
                    """
                })
        }
    }

    private static let advice = Text(
        es: """
            Quien tenga el informe puede comprobar sin conexión que nadie lo cambió: «zancada verify» y el nombre del archivo. Esta página no \
            muestra nada de la persona ni de su salud.
            """,
        en: """
            Whoever has the report can check without a connection that nobody changed it: “zancada verify” and the file's name. This page \
            shows nothing about the person or their health.
            """)

    private static func check(_ certificate: Certificate, _ ui: Interface) -> HTML {
        ui.stack(
            ui.prose(advice), ui.heading(Text(es: "Clave pública de la instalación", en: "The installation's public key")),
            ui.code(certificate.installationKey.text, id: "key"),
            ui.heading(Text(es: "SHA-256 de lo que se firmó", en: "SHA-256 of what was signed")),
            ui.code(certificate.statement.digest, id: "statement"))
    }

    private static func state(_ held: Certificates.Held, _ ui: Interface) -> HTML {
        if let moment = held.withdrawnAt {
            let day = ui.moment(moment)
            return ui.message(
                .stop, Text(es: "Ya no vale", en: "It holds no more"),
                Text(
                    es: "La certificación se retiró el \(day). No se guíe por ese informe.",
                    en: "The certification was withdrawn on \(day). Do not go by that report."))
        }
        return ui.message(
            .good, Text(es: "Vale", en: "It holds"),
            Text(
                es: "Un profesional de esta organización firmó este certificado, y nadie lo ha retirado.",
                en: "A professional of this organisation signed this certificate, and nobody has withdrawn it."))
    }

    private static func facts(_ certificate: Certificate, _ ui: Interface) -> HTML {
        let statement = certificate.statement
        let place: HTML =
            if let proof = certificate.proof?.proof {
                "\(ui(es: "Entrada \(proof.index) de \(proof.size)", en: "Entry \(proof.index) of \(proof.size)"))"
            } else {
                "\(ui(es: "Anotado; la prueba de su lugar se hace en unos minutos", en: "Noted; the proof of its place takes some minutes"))"
            }
        return ui.facts([
            (Text(es: "Quién firmó", en: "Signed by"), "\(statement.certifier.name)"),
            (Text(es: "Cuándo", en: "When"), ui.stamp(statement.certifiedAt)),
            (
                Text(es: "Decisión", en: "Decision"),
                statement.decision == .amended
                    ? "\(ui(es: "Certificado con cambios", en: "Certified with changes"))" : "\(ui(es: "Certificado", en: "Certified"))"
            ),
            (Text(es: "En el diario de la instalación", en: "In the installation's journal"), place),
        ])
    }
}

extension Failure {
    fileprivate static let noCertificate = Failure(
        .notFound, "certificate_not_found",
        Text(
            es: "Aquí no hay un certificado con ese número: nunca se emitió aquí, o los datos de la persona se borraron.",
            en: "There is no certificate of that number here: it was never issued here, or the person's data were erased."))
}
