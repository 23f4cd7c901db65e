import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// How an organisation does, in numbers without names.
extension EvaluationPages {
    var clinicPage: Route {
        Route(
            .get, "/clinic", "evaluation.clinic",
            Text(es: "Cómo va la organización, en números.", en: "How the organisation does, in numbers."),
            access: .permission(EvaluationFeature.oversee), answers: [.ok(.page)], pace: .page
        ) { call in
            let standing = try call.signedIn()
            let figures = try await ClinicFigures.of(try standing.organisation(), in: feature.store)
            let now = feature.host.world.now()
            let looks = standing.permissions.contains(EvaluationFeature.look)
            return .page(
                try await page(call, Text(es: "La clínica", en: "The clinic"), for: .staff) { ui in
                    ClinicView(ui: ui, figures: figures, now: now, looks: looks).html
                })
        }
    }
}

private struct ClinicView {
    let ui: Interface
    let figures: ClinicFigures
    let now: Instant
    /// Whether the reader has a worklist.
    let looks: Bool

    private var words: CareWords { CareWords(ui: ui) }

    var html: HTML {
        let title = ui.title(
            Text(es: "La clínica", en: "The clinic"),
            lead: Text(
                es: "Las últimas ocho semanas en números, sin nombres.", en: "The last eight weeks in numbers, without names."))
        guard figures.recordings > 0 || figures.waiting > 0 else {
            return """
                \(title)\(ui.empty(
                    .chart, Text(es: "Todavía no hay evaluaciones", en: "No evaluations yet"),
                    Text(
                        es: "Invite a sus pacientes y anote quién los atiende; cuando se graben, sus números aparecerán aquí.",
                        en: "Invite your patients and note who cares for them; once they film themselves, the numbers will stand here.")))
                """
        }
        return """
            \(title)\(ui.grid([people, recordings, waiting]))
            \(ui.section("weeks", Text(es: "Grabaciones por semana", en: "Recordings a week"), weeks))
            \(ui.section("refused", Text(es: "Grabaciones que no se pudieron medir", en: "Recordings that could not be measured"), refused))
            \(ui.section("reviews", Text(es: "Revisiones", en: "Reviews"), reviews))
            <p class="second closing">\(ui(
                es: "Un grupo de menos de \(ClinicFigures.fewest) personas no se reparte más, para que no se reconozca a nadie.",
                en: "A group of fewer than \(ClinicFigures.fewest) people is not split further, so that nobody is recognised."))</p>
            """
    }

    private var people: HTML {
        ui.key(
            KeyNumber(
                Text(es: "Personas grabadas", en: "People filmed"), ui.language.count(figures.people),
                interval: Text(es: "en ocho semanas", en: "in eight weeks")))
    }

    private var recordings: HTML {
        ui.key(
            KeyNumber(
                Text(es: "Grabaciones", en: "Recordings"), ui.language.count(figures.recordings),
                interval: Text(es: "en ocho semanas", en: "in eight weeks")))
    }

    private var waiting: HTML {
        let oldest = figures.oldest.map { CareWords.ago($0, now) }
        return ui.key(
            KeyNumber(
                Text(es: "Esperan revisión", en: "Wait for review"), ui.language.count(figures.waiting),
                interval: oldest.map { Text(es: "la más antigua, \($0.spanish)", en: "the oldest, \($0.english)") }))
    }

    private var weeks: HTML {
        let labels = figures.weeks.indices.map { index in
            index == figures.weeks.count - 1 ? Text(es: "esta", en: "this one") : words.day(figures.weeks[index].start)
        }
        let plot = LinePlot(
            Text(es: "Grabaciones", en: "Recordings"),
            caption: Text(
                es: "Por semana, desde el lunes que se indica; la última no ha terminado.",
                en: "By week, from the Monday given; the last is not over."),
            labels: labels, lines: [.init(Text(es: "Grabaciones", en: "Recordings"), .one, figures.weeks.map { Double($0.recordings) })],
            startsAtZero: true)
        return "<div class=\"card\">\(ui.figure(plot, id: "weeks-plot"))</div>"
    }

    private var tooFew: HTML {
        ui.message(
            .plain, Text(es: "Son muy pocas personas", en: "Too few people"),
            Text(
                es: "Son menos de \(ClinicFigures.fewest), o ninguna: no se reparten más, para que no se reconozca a nadie.",
                en: "They are fewer than \(ClinicFigures.fewest), or none: they are not split further, so that nobody is recognised."))
    }

    private var refused: HTML {
        guard let refused = figures.refused, let reasons = figures.reasons, figures.recordings > 0 else { return tooFew }
        let share = 100 * Double(refused.count) / Double(figures.recordings)
        let lead = Text(
            es: "\(ui.language.percent(share)) de las grabaciones (\(refused.count) de \(figures.recordings)).",
            en: "\(ui.language.percent(share)) of the recordings (\(refused.count) of \(figures.recordings)).")
        return
            "<div class=\"stack\"><p>\(ui(lead))</p>\(bars(reasons, of: refused.count, Text(es: "Motivo", en: "Reason"), Self.reason))</div>"
    }

    private var reviews: HTML {
        guard let reviewed = figures.reviewed else { return tooFew }
        let all = reviewed.reduce(0) { $0 + $1.count }
        return bars(reviewed, of: all, Text(es: "Decisión", en: "Decision"), Self.decision)
    }

    /// A table whose rows say their share by a bar too.
    private func bars(_ shares: [ClinicFigures.Share], of all: Int, _ name: Text, _ title: (String) -> Text) -> HTML {
        let rows = shares.map { share -> [HTML] in
            let part = all > 0 ? Double(share.count) / Double(all) : 0
            let words = share.code.map(title) ?? Text(es: "Otros, de pocas personas", en: "Others, of few people")
            let width = Language.english.number(part * 100, decimals: 1)
            return [
                "\(ui(words))", "\(ui.language.count(share.count))",
                """
                <span class="share">\(ui.language.percent(part * 100))<svg class="gauge" aria-hidden="true"><rect class="ground" \
                width="100%" height="12" rx="6"/><rect class="level" width="\(width)%" height="12" rx="6"/></svg></span>
                """,
            ]
        }
        return ui.table(
            DataTable(
                name,
                columns: [
                    .init(name), .init(Text(es: "Grabaciones", en: "Recordings"), isNumber: true), .init(Text(es: "Parte", en: "Share")),
                ], rows: rows))
    }

    private static func decision(_ code: String) -> Text {
        switch code {
        case "certified": Text(es: "Certificadas como estaban", en: "Certified as they were")
        case "amended": Text(es: "Certificadas con cambios", en: "Certified with changes")
        default: Text(es: "Rechazadas", en: "Rejected")
        }
    }

    /// Why recordings cannot be measured, in few words; what is rare keeps its code.
    private static func reason(_ code: String) -> Text {
        switch code {
        case "too_dark", "dark": Text(es: "Poca luz", en: "Too dark")
        case "too_far", "far": Text(es: "La persona, demasiado lejos", en: "The person too far away")
        case "too_short", "too_few_frames": Text(es: "Demasiado corta", en: "Too short")
        case "nobody_in_view", "person_missing": Text(es: "No se vio a nadie", en: "Nobody was seen")
        case "second_person": Text(es: "Más de una persona", en: "More than one person")
        case "wrong_view": Text(es: "Desde un ángulo que no sirve", en: "From an angle that does not serve")
        case "feet_out_of_view": Text(es: "No se vieron los pies", en: "The feet were not seen")
        case "legs_out_of_view": Text(es: "No se vieron las piernas", en: "The legs were not seen")
        case "hands_out_of_view": Text(es: "No se vieron las manos", en: "The hands were not seen")
        case "head_out_of_view": Text(es: "No se vio la cabeza", en: "The head was not seen")
        case "does_not_fit", "does_not_look_like", "knees_uncertain":
            Text(es: "No se pudo seguir el cuerpo", en: "The body could not be followed")
        case "camera_much_tilted", "camera_tilted": Text(es: "El teléfono, muy inclinado", en: "The phone tilted too much")
        case "upload_dropped": Text(es: "El video no llegó completo", en: "The video did not arrive in full")
        case "not_a_video", "no_video_stream", "video_empty", "video_damaged":
            Text(es: "No era un video que se pueda leer", en: "No video that can be read")
        case "video_too_long", "video_too_large", "video_too_slow", "video_too_heavy":
            Text(es: "Video demasiado largo o pesado", en: "Video too long or too heavy")
        default: Text(es: "Otro motivo (\(code))", en: "Another reason (\(code))")
        }
    }
}
