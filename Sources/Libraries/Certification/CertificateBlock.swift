import Base
import Markup
import Transparency

/// What a certified page says of its certificate, and the certificate itself: a function of it alone, which whoever checks the page draws
/// again and compares. So its words never change: another form of it gets another number in `Statement.format`.
struct CertificateBlock {
    static let opening = "<template id=\"zancada-certificate\">"
    static let closing = "</template>"

    private let certificate: Certificate
    private let language: Language

    init(_ certificate: Certificate, _ language: Language) {
        self.certificate = certificate
        self.language = language
    }

    private var statement: Statement { certificate.statement }

    /// In place of the label that says that nobody certified.
    var standing: HTML {
        """
        <section class="certificate" aria-labelledby="certified">
        <h2 id="certified"><span class="status good">✓ \(title)</span></h2>
        \(amendments)\(words)<dl>
        <dt>\(language(es: "Quién lo firma", en: "Signed by"))</dt><dd>\(statement.certifier.name)</dd>
        <dt>\(language(es: "Cuándo", en: "When"))</dt><dd>\(statement.certifiedAt.plainMoment)</dd>
        <dt>\(language(es: "En el diario de la instalación", en: "In the installation's journal"))</dt><dd>\(place)</dd>
        <dt>\(language(es: "Dónde consultarlo", en: "Where to look it up"))</dt><dd>\(statement.address)</dd>
        </dl>
        \(statement.code.map { $0.drawing(language(es: "Código QR con la dirección del certificado", en: "QR code of the certificate's address")) })
        <p class="second">\(check)</p>
        <template id="zancada-certificate">\(Base64.string(certificate.bytes))</template>
        </section>
        """
    }

    private var title: String {
        switch statement.decision {
        case .certified: language(es: "Certificado", en: "Certified")
        case .amended: language(es: "Certificado con cambios", en: "Certified with changes")
        }
    }

    private var amendments: HTML {
        guard !statement.amendments.isEmpty else { return HTML() }
        let items = statement.amendments.map { amendment -> HTML in "<li>\(amendment.told(language))</li>" }
        return """
            <div class="notice"><p><strong>\(language(
                es: "Lo que cambió quien lo revisó. Vale esto, y no lo que el informe dice más abajo:",
                en: "What the reviewer changed. This holds, and not what the report says further down:"))</strong></p>
            <ul>\(items)</ul></div>

            """
    }

    private var words: HTML {
        guard let words = statement.words else { return HTML() }
        return """
            <div class="words"><p><strong>\(language(es: "Nota de quien lo revisó", en: "The reviewer's note"))</strong></p>
            <p>\(words)</p></div>

            """
    }

    private var place: String {
        guard let proof = certificate.proof?.proof else {
            return language(es: "todavía sin prueba de su lugar", en: "no proof of its place yet")
        }
        return language(es: "entrada \(proof.index) de \(proof.size)", en: "entry \(proof.index) of \(proof.size)")
    }

    private var check: String {
        language(
            es: "Cualquiera puede comprobar este archivo sin conexión: «zancada verify» y el nombre del archivo.",
            en: "Anyone can check this file without a connection: “zancada verify” and the file's name.")
    }

    /// In place of the caveat that says that nobody certified.
    var reading: HTML {
        HTML(
            text: language(
                es: "Esto lo midió un programa, y lo revisó y firmó un profesional con su nombre, arriba. No es un diagnóstico.",
                en:
                    "This was measured by a program, and reviewed and signed by a professional, whose name stands above. It is not a diagnosis."
            ))
    }
}

/// That a clinician looked at a measurement and says that it is not to be relied on.
package struct Rejection: Sendable, Hashable {
    private let name: String
    private let moment: Instant
    private let reason: Text
    private let words: String?
    private let isWithdrawal: Bool

    /// `isWithdrawal`: it had been certified before.
    package init(by name: String, at moment: Instant, because reason: Text, words: String?, isWithdrawal: Bool) {
        self.name = name
        self.moment = moment
        self.reason = reason
        self.words = words
        self.isWithdrawal = isWithdrawal
    }

    func standing(_ language: Language) -> HTML {
        let title =
            isWithdrawal
            ? language(es: "Certificación retirada", en: "Certification withdrawn")
            : language(es: "Descartado en la revisión", en: "Rejected on review")
        let said: HTML? = words.map { "<p>\($0)</p>" }
        return """
            <section class="certificate" aria-labelledby="rejected">
            <h2 id="rejected"><span class="status bad">✕ \(title)</span></h2>
            <div class="notice stop"><p><strong>\(language(
                es: "No se guíe por este informe.", en: "Do not go by this report."))</strong> \(reason(language))</p>\(said)</div>
            <p class="second">\(name) · \(moment.plainMoment)</p>
            </section>
            """
    }

    func reading(_ language: Language) -> HTML {
        HTML(
            text: language(
                es: "Un profesional revisó esta medición y la descartó: no se guíe por ella.",
                en: "A professional reviewed this measurement and rejected it: do not go by it."))
    }
}
