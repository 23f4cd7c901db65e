import Foundation
import TestKit
import Testing

/// `zancada mail test`, as an operator meets it.
@Suite("zancada mail test", .timeLimit(.minutes(2)))
struct MailCommandTests {
    private func run(_ arguments: String..., variables: [String: String]) throws -> Zancada.Outcome {
        try Zancada.run(["mail", "test"] + arguments, environment: variables)
    }

    private static func variables(_ server: String) -> [String: String] {
        ["ZANCADA_MAIL_SERVER": server, "ZANCADA_MAIL_FROM": "Clínica <clinica@example.org>"]
    }

    @Test("a mail goes out, and each step is said in both languages")
    func sent() async throws {
        try await PostOffice.with(.starttls, signingIn: "PLAIN") { office in
            let scratch = try Scratch()
            let password = try scratch.file("password", Data("\(PostOffice.password)\n".utf8))
            #expect(chmod(password.path, 0o600) == 0)
            var variables = Self.variables(try office.address)
            variables["ZANCADA_MAIL_USER"] = PostOffice.user
            variables["ZANCADA_MAIL_PASSWORD_FILE"] = password.path
            variables["ZANCADA_MAIL_CA_FILE"] = office.authorityFile
            let spanish = try run("ana@example.org", "--language", "es", variables: variables)
            #expect(spanish.status == 0 && spanish.errors.isEmpty, "\(spanish)")
            for words in ["conectar", "STARTTLS", "235", "destinatario", "El servidor tomó el correo"] {
                #expect(spanish.output.contains(words))
            }
            let english = try run("ana@example.org", "--json", "--language", "en", variables: variables)
            #expect(english.status == 0 && english.output.hasPrefix(#"{"sent":true,"#), "\(english)")
            #expect(try office.mails.map(\.subject) == ["Prueba de correo de Zancada", "A test mail from Zancada"])
            #expect(!spanish.output.contains("correct") && !english.output.contains("correct"))
            // Who others may read the password's file of is told so, before anything is sent.
            #expect(chmod(password.path, 0o644) == 0)
            #expect(try run("ana@example.org", variables: variables).status == 65)
            #expect(try office.mails.count == 2)
        }
    }

    @Test("a refusal shows how far it came, and why")
    func refused() throws {
        let server = try PretendPost([.say("220 a\r\n"), .say("250 a\r\n"), .say("250 ok\r\n"), .say("550 5.1.1 nobody here\r\n")])
        defer { server.close() }
        let outcome = try run("ana@example.org", "--language", "en", variables: Self.variables(server.address))
        #expect(outcome.status == 65 && outcome.complaints.count == 1, "\(outcome)")
        #expect(outcome.output.hasSuffix("recipient (RCPT TO)  550 5.1.1 nobody here\n"))
        #expect(outcome.errors.contains("550 5.1.1") && !outcome.errors.contains("nobody here"))
    }

    @Test(
        "what cannot be is refused in a sentence",
        arguments: [
            (["ana@example.org"], [:], 69), (["ana@localhost"], [:], 65), (["ana@example.org\nBcc: x@y.z"], [:], 65),
            (["ana@example.org"], ["ZANCADA_MAIL_SERVER": "smtps://mail.example"], 65),
            (["ana@example.org"], variables("smtp://user:secret@mail.example"), 65),
            (["ana@example.org"], variables("smtp://mail.example?tls=none"), 65),
            (["ana@example.org"], variables("smtps://mail.example").merging(["ZANCADA_MAIL_USER": "u"]) { $1 }, 65),
            (["ana@example.org"], variables("smtps://mail.example").merging(["ZANCADA_MAIL_CA_FILE": "/nonexistent"]) { $1 }, 65),
            (["ana@example.org"], variables("smtps://mail.example").merging(["ZANCADA_MAIL_FROM": "Clinic"]) { $1 }, 65),
            ([], variables("smtps://mail.example"), 64),
        ] as [([String], [String: String], Int32)])
    func impossible(_ arguments: [String], _ variables: [String: String], _ status: Int32) throws {
        let outcome = try Zancada.run(["mail", "test"] + arguments, environment: variables)
        #expect(outcome.status == status && outcome.complaints.count == 1 && outcome.output.isEmpty, "\(outcome)")
        #expect(!outcome.errors.contains("secret"))
    }

    @Test("a program whose mail settings do not fit says so instead of serving")
    func serving() throws {
        let scratch = try Scratch()
        let outcome = try Zancada.run(
            ["serve", "--listen", "127.0.0.1:0", "--data", scratch.path("data")],
            environment: ["ZANCADA_MAIL_SERVER": "smtps://mail.example"])
        #expect(outcome.status == 65 && outcome.complaints.count == 1, "\(outcome)")
    }
}
