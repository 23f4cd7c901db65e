import Base
import Foundation
import Markup
import Testing
import Web

@Suite("Components of pages")
struct PageComponentTests {
    let ui = Interface(.spanish)

    @Test("what was typed comes back escaped, and a password does not")
    func values() {
        let state = FormState(Query(items: [.init("name", "<b>\"Ana\""), .init("secret", "hunter2"), .init("note", "</textarea>")]))
        let name = ui.textField(FormField("name", Text(es: "Nombre", en: "Name")), state)
        #expect(name.markup.contains("value=\"&lt;b&gt;&quot;Ana&quot;\""))
        #expect(!ui.textField(FormField("secret", Text(es: "Clave", en: "Key")), state, .password).markup.contains("hunter2"))
        #expect(
            ui.textArea(FormField("note", Text(es: "Nota", en: "Note")), state, most: 9).markup.contains(">&lt;/textarea&gt;</textarea>"))
    }

    @Test("what is wrong with a field is said in the summary, at the field, and to those who hear it")
    func faults() {
        let state = FormState(faults: [FieldFault("/mail", "required", Text(es: "Escriba su correo.", en: "Enter your e-mail."))])
        let field = FormField("mail", Text(es: "Correo", en: "E-mail"), hint: Text(es: "Pista", en: "Hint"))
        let form = ui.form("/x", state, ui.textField(field, state, .email)).markup
        #expect(form.contains("href=\"#field-mail\""))
        #expect(form.contains("aria-describedby=\"field-mail-hint field-mail-error\""))
        #expect(form.contains("aria-invalid=\"true\""))
        #expect(form.components(separatedBy: "Escriba su correo.").count == 3)
        #expect(form.contains("Falta corregir una cosa"))
    }

    @Test("a field that may stay empty says so, and the others are required")
    func optional() {
        let free = ui.textField(FormField("a", Text(es: "A", en: "A"), isRequired: false)).markup
        #expect(free.contains("(opcional)") && !free.contains(" required"))
        let owed = ui.textField(FormField("a", Text(es: "A", en: "A"))).markup
        #expect(!owed.contains("(opcional)") && owed.contains(" required"))
    }

    @Test("an empty table gives way to what there is to say about it")
    func empty() {
        let table = DataTable(Text(es: "T", en: "T"), columns: [], rows: [])
        #expect(ui.table(table, empty: "<p>nada</p>").markup == "<p>nada</p>")
        #expect(ui.table(table).markup.contains("<table"))
    }

    @Test("every refusal has a page in both languages, and asking again is offered only where it may help", arguments: Refusal.allCases)
    func errors(_ refusal: Refusal) {
        let problem = Problem(refusal, "x", Text(es: "Frase <uno>.", en: "Sentence <one>."))
        let spanish = ErrorPage.page(problem, Interface(.spanish, place: "/aqui"), request: "018f").markup
        let english = ErrorPage.page(problem, Interface(.english)).markup
        #expect(spanish.contains("Frase &lt;uno&gt;."))
        #expect(english.contains("Sentence &lt;one&gt;."))
        #expect(spanish.contains("<code>018f</code>"))
        let mayHelp = refusal.status >= 500 || refusal == .tooMany || refusal == .tooSlow
        #expect(spanish.contains("href=\"/aqui\"") == mayHelp)
    }

    @Test("a gap in the numbers is a gap in the line")
    func gaps() {
        let plot = LinePlot(
            Text(es: "P", en: "P"), caption: Text(es: "C", en: "C"), labels: (0..<4).map { Text(verbatim: "\($0)") },
            lines: [.init(Text(es: "L", en: "L"), .one, [1, nil, 2, 3])])
        let figure = ui.figure(plot, id: "p").markup
        #expect(figure.contains("d=\"M0 1000M667 500L1000 0\""))
        #expect(figure.contains("<td role=\"cell\" class=\"end\" data-label=\"L\"><span>–</span></td>"))
    }

    @Test(
        "plots and gauges bear whatever numbers come",
        arguments: [[], [Double.nan], [5, 5], [1e12, -1e12], [1e-9, 2e-9], [.infinity, 0]])
    func anyNumbers(_ values: [Double]) {
        let plot = LinePlot(
            Text(es: "P", en: "P"), caption: Text(es: "C", en: "C"), labels: values.map { Text(verbatim: "\($0)") },
            lines: [.init(Text(es: "L", en: "L"), .one, values, margins: values.map { _ in 0.1 })], startsAtZero: true)
        #expect(ui.figure(plot, id: "p").markup.utf8.count < 20_000)
        #expect(!ui.sparkline(values, Text(es: "S", en: "S")).markup.contains("nan"))
        for value in values { #expect(!ui.gauge(Text(es: "G", en: "G"), share: value, Text(es: "g", en: "g")).markup.contains("nan")) }
    }

    @Test("a QR code has as many squares as a square, and a quiet zone of four around it")
    func qr() throws {
        #expect(QRMatrix(width: 2, isDark: [true]) == nil)
        let matrix = try #require(QRMatrix(width: 2, isDark: [true, true, false, true]))
        let code = ui.qr(matrix, Text(es: "Q", en: "Q")).markup
        #expect(code.contains("viewBox=\"0 0 10 10\""))
        #expect(code.contains("d=\"M4 4h2v1H4zM5 5h1v1H5z\""))
    }

    @Test("initials are those of the first and the last word")
    func initials() {
        #expect(ui.avatar("Julio Mamani Rojas").markup.contains(">JR<"))
        #expect(ui.avatar("ana").markup.contains(">A<"))
        #expect(ui.avatar("").markup.contains("></span>"))
    }
}
