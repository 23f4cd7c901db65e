import Base
import Markup

/// The first page of an installation: what it is, where each may go, whether all is well.
package enum HomePage {
    /// A part of the program and how it is.
    package struct Health: Sendable {
        package let name: Text
        package let isWell: Bool
        /// What it means, and what to do where it is not well.
        package let words: Text

        package init(_ name: Text, isWell: Bool, _ words: Text) {
            self.name = name
            self.isWell = isWell
            self.words = words
        }
    }

    /// `links` are those that the reader may follow, the most important first.
    package static func page(
        _ ui: Interface, shell: Shell = Shell(), links: [NavigationCard], health: [Health], version: String
    ) -> HTML {
        let title = Text(es: "Rehabilitación que se mide", en: "Rehabilitation that is measured")
        let lead = Text(
            es:
                "Esta instalación mide cómo se mueve una persona en un video de teléfono, acompaña sus ejercicios y guarda su historia cifrada, en esta misma máquina.",
            en:
                "This installation measures how a person moves in a phone video, accompanies their exercises and keeps their history encrypted, on this very machine."
        )
        let cards = links.map { ui.cardLink($0.icon, $0.title, $0.text, $0.path) }
        return shell.page(
            Text(es: "Inicio", en: "Home"), ui,
            """
            <div class="hero">\(ui.title(title, lead: lead))</div>
            \(ui.section("places", Text(es: "Adónde ir", en: "Where to go"), ui.grid(isWide: true, cards)))
            \(ui.section("health", Text(es: "Cómo está el sistema", en: "How the system is"), state(ui, health, version)))
            """)
    }

    private static func state(_ ui: Interface, _ health: [Health], _ version: String) -> HTML {
        let ill = health.filter { !$0.isWell }
        let all: HTML =
            ill.isEmpty
            ? ui.message(
                .good, Text(es: "Todo funciona", en: "All is well"),
                Text(es: "Las partes del sistema responden.", en: "The parts of the system answer."))
            : ui.message(
                .caution, Text(es: "Algo necesita atención", en: "Something needs attention"),
                Text(es: "Lo guardado está a salvo. Abajo se dice qué hacer.", en: "What was saved is safe. Below it says what to do."))
        let facts = health.map { part in
            (
                name: part.name,
                value:
                    "\(ui.badge(part.isWell ? Text(es: "Bien", en: "Well") : Text(es: "Atención", en: "Attention"), part.isWell ? .good : .caution)) \(ui(part.words))"
                    as HTML
            )
        }
        let program = (name: Text(es: "Programa", en: "Program"), value: "Zancada \(version)" as HTML)
        return ui.stack(all, ui.card(ui.facts(facts + [program])))
    }
}

/// A link of the home page, with a sentence of what is there.
package struct NavigationCard: Sendable {
    package let title: Text
    package let text: Text
    package let path: String
    package let icon: Icon

    package init(_ icon: Icon, _ title: Text, _ text: Text, _ path: String) {
        self.title = title
        self.text = text
        self.path = path
        self.icon = icon
    }
}
