import Access
import Base
import Markup
import Records
import Web

/// The parts of «Mis datos», for one reader and about one person.
struct OwnDataView {
    let ui: Interface
    let pages: PrivacyPages
    let person: Identifier
    let capacity: Capacity
    let names: AccountNames
    let now: Instant

    var title: Text {
        capacity == .own
            ? Text(es: "Mis datos", en: "My data")
            : Text(es: "Datos de \(names[person.text])", en: "Data of \(names[person.text])")
    }

    var heading: HTML {
        ui.title(
            title,
            lead: Text(
                es: "Aquí decide para qué se usan, ve quién puede leerlos y quién los leyó, y puede llevárselos.",
                en: "Here you decide what they are used for, see who can read them and who did, and can take them away."))
    }

    private var whose: [(name: String, value: String)] { capacity == .own ? [] : [("person", person.text)] }

    /// What is new and serious stands first.
    func emergencies(_ entries: [EmergencyStore.Entry]) -> HTML {
        guard !entries.isEmpty else { return HTML() }
        let messages = entries.map { entry -> HTML in
            let access = entry.access
            let verdict: HTML = ui.badge(access.state.title, access.state.tone)
            let review: HTML? = access.review.map { "<p>\(ui(es: "Quien lo revisó dijo:", en: "Who reviewed it said:")) \($0)</p>" }
            return ui.message(
                access.isOpen(at: now) ? .caution : .plain,
                Text(
                    es: "\(names[entry.clinician]) tomó acceso de emergencia", en: "\(names[entry.clinician]) took access in an emergency"),
                access.reason.title,
                more:
                    "<p>\(access.words)</p><p>\(ui(es: "Desde", en: "From")) \(ui.stamp(access.from)) \(ui(es: "hasta", en: "until")) \(ui.stamp(access.over))</p>\(verdict)\(review)"
            )
        }
        return ui.section(
            "emergencies", Text(es: "Accesos de emergencia", en: "Access in emergencies"), "<div class=\"stack\">\(messages)</div>")
    }

    func consents(_ entries: [ConsentStore.Entry]) -> HTML {
        let held = Dictionary(entries.map { ($0.consent.purpose, $0.consent) }) { one, other in one.stands ? one : other }
        var values: [Query.Item] = []
        var hidden = whose
        var controls: [HTML] = []
        for purpose in ConsentPurposeWord.allCases {
            let (text, consent) = (purpose.text, held[purpose])
            // Who agreed to an earlier text is asked again.
            let isOn = consent?.stands == true && consent?.textVersion == text.version
            if isOn { values.append(.init(purpose.rawValue, "on")) }
            hidden.append(("was-\(purpose.rawValue)", isOn ? "on" : "off"))
            hidden.append(("version-\(purpose.rawValue)", String(text.version)))
            controls.append(
                ui.toggle(
                    FormField(purpose.rawValue, text.title, hint: hint(text, consent), isRequired: false), FormState(Query(items: values))))
        }
        return ui.section(
            "consents", Text(es: "Para qué se pueden usar", en: "What they may be used for"),
            ui.card(
                ui.form(
                    "/privacy/consents", FormState(), hidden: hidden, controls.joined(),
                    ui.button(Text(es: "Guardar mis decisiones", en: "Save my decisions")))))
    }

    /// What is agreed to, and how it stands.
    private func hint(_ text: ConsentText, _ consent: Consent?) -> Text {
        guard let consent else { return text.words }
        let (day, way) = (consent.withdrawnAt ?? consent.givenAt, consent.way.title)
        let state: Text =
            if !consent.stands {
                Text(es: "Retirado el \(date(day, .spanish)).", en: "Withdrawn on \(date(day, .english)).")
            } else if consent.textVersion < text.version {
                Text(
                    es: "El texto cambió desde que lo aceptó: diga si sigue de acuerdo.",
                    en: "The text changed since you agreed: say whether you still do.")
            } else {
                Text(
                    es: "Dado el \(date(day, .spanish)) \(way(.spanish)), por \(consent.capacity.title(.spanish)).",
                    en: "Given on \(date(day, .english)) \(way(.english)), by \(consent.capacity.title(.english)).")
            }
        return Text(es: "\(text.words(.spanish)) \(state(.spanish))", en: "\(text.words(.english)) \(state(.english))")
    }

    private func date(_ instant: Instant, _ language: Language) -> String {
        Interface(language, timeZone: ui.timeZone).date(instant)
    }

    func readers(_ readers: [AccessExplaining.Reader]) -> HTML {
        let rows = readers.map { reader -> [HTML] in
            let kinds = reader.kinds.map { ui(pages.title(of: $0)) }.joined(separator: ", ")
            let who: HTML =
                reader.account.map { "\(reader.name ?? names[$0]) <span class=\"second\">\(ui(reader.title))</span>" as HTML }
                ?? "\(ui(es: "Cualquiera con el rol", en: "Anybody with the role")) «\(ui(reader.title))»"
            let until: HTML = reader.until.map { ui.stamp($0) } ?? "\(ui(es: "sin fin fijado", en: "no end set"))"
            return [who, "\(ui(reader.because))", "\(kinds)", until]
        }
        return ui.section(
            "readers", Text(es: "Quién puede leerlos", en: "Who can read them"),
            ui.table(
                DataTable(
                    Text(es: "Personas y roles con acceso ahora", en: "People and roles with access now"),
                    columns: [
                        .init(Text(es: "Quién", en: "Who")), .init(Text(es: "Por qué", en: "Why")), .init(Text(es: "Qué", en: "What")),
                        .init(Text(es: "Hasta", en: "Until")),
                    ], rows: rows)))
    }

    func looks(_ looks: [EntrySeen]) -> HTML {
        ui.section(
            "looks", Text(es: "Quién los leyó", en: "Who read them"),
            looksTable(
                looks,
                empty: ui.empty(
                    .search, Text(es: "Nadie los ha leído", en: "Nobody has read them"),
                    Text(
                        es: "Cuando alguien lea sus datos, aparecerá aquí con su nombre y la hora.",
                        en: "When somebody reads your data, it will stand here with their name and the time."))))
    }

    /// What the journal tells, the latest first.
    func looksTable(_ looks: [EntrySeen], empty: HTML) -> HTML {
        let rows = looks.map { seen -> [HTML] in
            let helped: HTML? = seen.onBehalfOf.map { " <span class=\"second\">\(ui(es: "para", en: "for")) \(names[$0])</span>" }
            return [ui.stamp(seen.at), "\(names[seen.actor])\(helped)", "\(ui(seen.title))", "\(ui(pages.title(of: seen.kind)))"]
        }
        return ui.table(
            DataTable(
                Text(es: "Lo último que se leyó", en: "What was read last"),
                columns: [
                    .init(Text(es: "Cuándo", en: "When")), .init(Text(es: "Quién", en: "Who")),
                    .init(Text(es: "Qué hizo", en: "What they did")),
                    .init(Text(es: "Con qué", en: "With what")),
                ], rows: rows), empty: empty)
    }

    func exports(_ exports: [OwnDataExports.Export]) -> HTML {
        let copies = exports.map { export -> HTML in
            switch export.state {
            case .waiting:
                ui.message(
                    .action, Text(es: "La copia se está preparando", en: "The copy is being made"),
                    Text(es: "Vuelva a esta página en unos minutos.", en: "Come back to this page in some minutes."))
            case .ready:
                ui.message(
                    .good, Text(es: "La copia está lista", en: "The copy is ready"),
                    Text(
                        es: "Se puede descargar hasta el \(date(export.expiresAt, .spanish)).",
                        en: "It can be downloaded until \(date(export.expiresAt, .english))."),
                    more: ui.buttonLink(
                        Text(es: "Descargar la copia", en: "Download the copy"), "/api/v1/my-data/exports/\(export.id)/file", .quiet,
                        icon: .download))
            case .tooLarge:
                ui.message(
                    .caution, Text(es: "La copia es demasiado grande", en: "The copy is too large"),
                    Text(
                        es: "Pídala a quien administra su organización, que puede dársela en un disco.",
                        en: "Ask your organisation's administrator, who can give it to you on a disk."))
            }
        }
        return ui.section(
            "copies", Text(es: "Llevarse los datos", en: "Take the data away"),
            ui.stack(
                ui.prose(
                    Text(
                        es:
                            "La copia tiene todo lo que se sabe de la persona, con pruebas de que nadie lo cambió. Se guarda cifrada siete días.",
                        en:
                            "The copy has all that is known about the person, with proofs that nobody changed it. It is kept, encrypted, for seven days."
                    )), copies.joined(),
                ui.action(Text(es: "Pedir una copia", en: "Ask for a copy"), "/privacy/exports", icon: .download, hidden: whose)))
    }

    func erasure(_ outlook: ErasureRequests.Outlook) -> HTML {
        let content: HTML
        if let wish = outlook.wish {
            content = ui.message(
                .caution, Text(es: "Sus datos se van a borrar", en: "Your data are going to be erased"),
                Text(
                    es: "Desde el \(date(wish.dueAt, .spanish)). Hasta entonces puede arrepentirse.",
                    en: "From \(date(wish.dueAt, .english)) on. Until then you can think better of it."),
                more: ui.action(Text(es: "Conservar mis datos", en: "Keep my data"), "/privacy/erasure/keep"))
        } else {
            content = ui.stack(
                ui.prose(
                    Text(
                        es: "Puede pedir que se borren. Tendrá \(outlook.days) días para arrepentirse; después no hay vuelta atrás.",
                        en:
                            "You can ask for them to be erased. You will have \(outlook.days) days to think better of it; then there is no way back."
                    )),
                ui.buttonLink(Text(es: "Borrar mis datos…", en: "Erase my data…"), "/privacy/erasure", .danger, icon: .trash))
        }
        return ui.section("erasure", Text(es: "Borrar los datos", en: "Erase the data"), ui.stack(content, kept(outlook.kept)))
    }

    /// What the law makes us keep; nothing where it is nothing.
    func kept(_ kept: [Erasure.Kept]) -> HTML {
        kept.isEmpty ? HTML() : ui.card(ui.heading(Self.keptTitle), facts(kept))
    }

    private func facts(_ kept: [Erasure.Kept]) -> HTML {
        let facts = kept.map { one in
            (
                name: pages.title(of: one.kind),
                value: "\(ui(es: "hasta el", en: "until")) \(ui.date(one.until)): \(ui(one.reason))" as HTML
            )
        }
        return ui.facts(facts)
    }

    /// The same on a page of its own, right below the title.
    func keptSection(_ kept: [Erasure.Kept]) -> HTML {
        kept.isEmpty ? HTML() : ui.section("kept", Self.keptTitle, ui.card(facts(kept)))
    }

    private static let keptTitle = Text(es: "Lo que la ley obliga a conservar", en: "What the law makes us keep")

    func question(_ outlook: ErasureRequests.Outlook) -> Confirmation {
        Confirmation(
            id: "erase", Text(es: "¿Borrar todos sus datos?", en: "Erase all your data?"),
            Text(
                es:
                    "Se borrarán sus registros y la llave que los abre, dentro de \(outlook.days) días. Hasta entonces puede arrepentirse; después nadie podrá recuperarlos.",
                en:
                    "Your records and the key that opens them will be erased in \(outlook.days) days. Until then you can think better of it; afterwards nobody can bring them back."
            ), yes: Text(es: "Sí, borrar mis datos", en: "Yes, erase my data"), no: Text(es: "Conservarlos", en: "Keep them"),
            path: "/privacy/erasure")
    }
}

extension EmergencyAccess.State {
    /// How it looks on a page.
    var tone: Tone {
        switch self {
        case .awaitingReview: .caution
        case .justified: .good
        case .notJustified: .stop
        }
    }
}
