import Base
import HTTPTypes
import Markup

/// The page that shows every component in every state, for whoever builds pages: what is not on it does not exist.
package enum DesignRoutes {
    /// For engineers: the gateway mounts them where its configuration says so.
    package static let all = [
        route("/design", "design.components", Text(es: "Todos los componentes.", en: "Every component.")) { ui, shell in
            DesignPage.components(ui, shell)
        },
        route("/design/forms", "design.forms", Text(es: "Todos los campos de formulario.", en: "Every field of forms.")) { ui, shell in
            DesignPage.forms(ui, shell)
        },
        route("/design/figures", "design.figures", Text(es: "Figuras, números y avances.", en: "Figures, numbers and progress.")) {
            DesignPage.figures($0, $1)
        },
        route("/design/patient", "design.patient", Text(es: "Una página de paciente.", en: "A patient's page.")) { ui, shell in
            DesignPage.patient(ui, shell)
        },
        route("/design/worklist", "design.worklist", Text(es: "Una página de terapeuta.", en: "A therapist's page.")) { ui, shell in
            DesignPage.worklist(ui, shell)
        },
        route("/design/home", "design.home", Text(es: "La página de inicio.", en: "The home page.")) { ui, shell in
            DesignPage.home(ui, shell)
        },
        route("/design/error", "design.error", Text(es: "Una página de error.", en: "A page for an error.")) { ui, shell in
            ErrorPage.page(.fault, ui, shell: shell, request: "018f2d6a-7c31-7e50-9a54-2f6b1c0d9e77")
        },
        route("/design/missing", "design.missing", Text(es: "La página que no existe.", en: "The page that is not there.")) { ui, shell in
            ErrorPage.page(.nothingHere, ui, shell: shell)
        },
        route("/design/offline", "design.offline", Text(es: "La página sin conexión.", en: "The page without a connection.")) {
            ErrorPage.offline($0, shell: $1)
        },
    ]

    private static func route(
        _ path: RoutePath, _ name: String, _ summary: Text, page: @escaping @Sendable (Interface, Shell) -> HTML
    ) -> Route {
        Route(.get, path, name, summary, access: .anyone, answers: [.ok(.page)], pace: .page, caching: .revalidated) { call in
            .page(page(Interface(call), DesignPage.shell))
        }
    }
}
