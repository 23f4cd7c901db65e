import Base
import Runtime
import TestKit
import Testing

@Suite("Mail addresses")
struct AddressTests {
    @Test(
        "what mail can be sent to is taken, its domain in lower case",
        arguments: [
            ("ana@example.org", "ana@example.org"), ("Ana.Ruiz+zancada@Clinica.EXAMPLE.co", "Ana.Ruiz+zancada@clinica.example.co"),
            ("!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org"),
            ("a@xn--clnica-4va.example", "a@xn--clnica-4va.example"),
            ("a@1.example", "a@1.example"), ("a@3com.com", "a@3com.com"), ("a@a-b.example", "a@a-b.example"),
            ("\(String(repeating: "l", count: 64))@example.org", "\(String(repeating: "l", count: 64))@example.org"),
        ])
    func taken(_ text: String, _ written: String) throws {
        let address = try MailAddress(text)
        #expect(address.text == written)
        #expect(try MailAddress(written) == address)
    }

    @Test(
        "what could be taken for more than an address, or goes nowhere, is refused with its reason",
        arguments: [
            ("", .noDomain), ("ana", .noDomain), ("@example.org", .badLocal), ("ana@", .badDomain), ("ana@example", .badDomain),
            ("ana@localhost", .badDomain), ("ana@example.org.", .badDomain), ("ana@.example.org", .badDomain),
            ("ana@-a.example", .badDomain), ("ana@a-.example", .badDomain), ("ana@a_b.example", .badDomain),
            ("ana@ab--c.example", .badDomain), ("ana@xn--.example", .badDomain), ("ana@[127.0.0.1]", .badDomain),
            ("ana@127.0.0.1", .badDomain), ("ana@exa mple.org", .badDomain), ("ana@example.org>", .badDomain),
            (".ana@example.org", .badLocal), ("ana.@example.org", .badLocal), ("a..b@example.org", .badLocal),
            ("a b@example.org", .badLocal), ("\"a b\"@example.org", .badLocal), ("a@b@example.org", .badLocal),
            ("<ana@example.org", .badLocal), ("Ana <ana@example.org", .badLocal), ("a,b@example.org", .badLocal),
            ("a(c)@example.org", .badLocal), ("a\\@example.org", .badLocal),
            ("\(String(repeating: "l", count: 65))@example.org", .badLocal),
            ("ana@\(String(repeating: "d", count: 64)).org", .badDomain), ("ana@example.org\r\nBcc: eva@example.org", .controlCharacter),
            ("ana\n@example.org", .controlCharacter), ("ana@example.org\0", .controlCharacter), ("ana\t@example.org", .controlCharacter),
            ("ñandú@example.org", .beyondASCII), ("ana@clínica.example", .beyondASCII), ("аna@example.org", .beyondASCII),
            ("ana@example．org", .beyondASCII), ("\(String(repeating: "a.", count: 130))a@example.org", .tooLong),
        ] as [(String, MailAddressFault)])
    func refused(_ text: String, _ fault: MailAddressFault) {
        #expect(throws: fault) { try MailAddress(text) }
        #expect(fault.failure.kind == .invalid && fault.failure.code == "mail_address")
    }

    @Test("an address does not show itself")
    func hidden() throws {
        let address = try MailAddress("ana@example.org")
        var dumped = ""
        dump(address, to: &dumped)
        for shown in ["\(address)", String(reflecting: address), dumped] { #expect(!shown.contains("ana")) }
    }

    @Test(
        "who mail comes from is an address, with a name or without",
        arguments: [
            ("clinica@example.org", nil, "clinica@example.org"),
            ("Clínica \"del Valle\" <clinica@example.org>", "Clínica \"del Valle\"", "clinica@example.org"),
            ("  Clinic <a@example.org>", "Clinic", "a@example.org"),
        ] as [(String, String?, String)])
    func sender(_ text: String, _ name: String?, _ address: String) throws {
        let sender = try #require(MailSender(text))
        #expect(sender.name == name && sender.address.text == address)
        #expect(MailSender(sender.text) == sender)
    }

    @Test(
        "a sender that is none is refused",
        arguments: ["", "Clinic", "<a@example.org>", "Clinic <a@example.org", "Clinic <a@example.org> x", "Cli\r\nnic <a@example.org>"])
    func noSender(_ text: String) { #expect(MailSender(text) == nil) }
}
