import Base
import Mail
import Runtime
import Testing

@Suite("Where a mail server is")
struct ServerTests {
    @Test(
        "the address says the way",
        arguments: [
            ("smtps://mail.example", "mail.example", 465, .tls), ("smtps://mail.example:2465", "mail.example", 2465, .tls),
            ("smtp://mail.example", "mail.example", 587, .startTLS), ("smtp://mail.example:25?tls=starttls", "mail.example", 25, .startTLS),
            ("smtp://[2001:db8::1]:587", "2001:db8::1", 587, .startTLS), ("smtp://127.0.0.1?tls=none", "127.0.0.1", 25, .none),
            ("smtp://localhost:1025?tls=none", "localhost", 1025, .none), ("smtp://[::1]?tls=none", "::1", 25, .none),
        ] as [(String, String, Int, SMTPServer.Security)])
    func taken(_ text: String, _ host: String, _ port: Int, _ security: SMTPServer.Security) throws {
        #expect(try SMTPServer(text) == SMTPServer(host: host, port: port, security: security))
    }

    @Test(
        "an address that is none is refused, and one without TLS to another machine",
        arguments: [
            ("smtp://", "mail_server"), ("mail.example", "mail_server"), ("smtp:mail.example", "mail_server"),
            ("smtps://mail.example?tls=none", "mail_server"), ("smtp://mail.example?tls=no", "mail_server"),
            ("smtp://mail.example/?tls=none", "mail_server"), ("smtp://mail.example:0", "mail_server"),
            ("smtp://mail.example:65536", "mail_server"), ("smtp://mail.example:+25", "mail_server"),
            ("smtp://mail.example:", "mail_server"), ("smtp://user:secret@mail.example", "mail_server"), ("smtp://[::1", "mail_server"),
            ("smtp://[mail.example]", "mail_server"), ("smtp://mail..example", "mail_server"),
            ("smtp://mail.example?tls=none", "mail_in_clear"),
            ("smtp://127.0.0.2?tls=none", "mail_in_clear"), ("smtp://localhost.example?tls=none", "mail_in_clear"),
        ])
    func refused(_ text: String, _ code: String) {
        #expect { try SMTPServer(text) } throws: { ($0 as? Failure)?.code == code }
    }

    @Test("a password is never sent without TLS, and a file that is no authority is refused")
    func configuration() throws {
        let from = try #require(MailSender("clinica@example.org"))
        let credentials = try SMTPConfiguration.Credentials(user: "zancada", password: Secret("word"))
        #expect { try SMTPConfiguration(SMTPServer("smtp://127.0.0.1?tls=none"), from: from, credentials: credentials) } throws: {
            ($0 as? Failure)?.code == "mail_password_in_clear"
        }
        for file in ["/nonexistent", #filePath] {
            #expect { try SMTPConfiguration(SMTPServer("smtps://mail.example"), from: from, authorityFile: file) } throws: {
                ($0 as? Failure)?.code == "mail_ca_file"
            }
        }
        #expect { try SMTPConfiguration.Credentials(user: "a\0b", password: Secret("word")) } throws: {
            ($0 as? Failure)?.code == "mail_user"
        }
    }
}
