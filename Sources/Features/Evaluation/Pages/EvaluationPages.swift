import Access
import Base
import Markup
import Runtime
import Web

/// The pages of evaluations: a person's own, and those of whoever looks after them. Text, tone and layout: docs/pages.md.
struct EvaluationPages: Sendable {
    let feature: EvaluationFeature

    init(_ feature: EvaluationFeature) { self.feature = feature }

    var all: [Route] {
        [OwnEvaluationsPage(pages: self).route, FilmingPage(pages: self).route, EvaluationPage(pages: self).route]
            + [worklistPage, patientsPage, patientPage, comparisonPage, clinicPage] + reviewPages + [certificatePage]
    }

    static let home = "/evaluations"
    static let filming = "/evaluations/new"
    static let worklist = "/worklist"
    static let patients = "/patients"
    static let clinic = "/clinic"
    static let comparison = "/evaluations/compare"

    /// Where menus lead. Who is a patient as well as a clinician has work first.
    static let destinations = [
        Destination(
            .worklist, Text(es: "Por revisar", en: "To review"),
            Text(es: "Lo que espera su revisión, lo más urgente primero.", en: "What waits for your review, the most urgent first."),
            worklist, to: EvaluationFeature.look),
        Destination(
            .people, Text(es: "Pacientes", en: "Patients"),
            Text(es: "Las personas a su cargo y cómo van.", en: "The people in your care and how they are doing."), patients,
            to: EvaluationFeature.look),
        Destination(
            .exercise, Text(es: "Mi movimiento", en: "My movement"),
            Text(es: "Sus videos medidos y lo que se encontró.", en: "Your measured videos and what was found."), home,
            to: EvaluationFeature.beMeasured),
        Destination(
            .camera, Text(es: "Grabar", en: "Film"),
            Text(es: "Grabe un ejercicio con el teléfono.", en: "Film an exercise with the phone."), filming,
            to: EvaluationFeature.beMeasured),
        Destination(
            .chart, Text(es: "La clínica", en: "The clinic"),
            Text(es: "Cuánto se mide, qué espera y qué se repite.", en: "How much is measured, what waits, what is filmed again."), clinic,
            to: EvaluationFeature.oversee),
    ]

    /// A whole page.
    func page(
        _ call: Call, _ title: Text, for audience: Shell.Audience, notice: Text? = nil, _ content: (Interface) async throws -> HTML
    ) async throws -> HTML {
        let ui = Interface(call)
        return try await feature.ports.surroundings.shell(call).page(title, ui, for: audience, notice: notice, try await content(ui))
    }
}
