import Base

/// Who mail comes from: an address, with a name where it has one. Written `Clínica del Valle <clinica@ejemplo.org>` or bare.
package struct MailSender: Sendable, Hashable {
    /// What mail programs show; no control characters, 100 bytes at most. Encoded where it is written.
    package let name: String?
    package let address: MailAddress

    package static let mostNameBytes = 100

    /// nil for what is written otherwise.
    package init?(_ text: String) {
        let parts = text.split(separator: "<", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            guard let address = try? MailAddress(text) else { return nil }
            (name, self.address) = (nil, address)
            return
        }
        let name = parts[0].drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        guard parts[1].hasSuffix(">"), let address = try? MailAddress(String(parts[1].dropLast())), name.count > 0,
            MailText.isLine(String(name), mostBytes: Self.mostNameBytes)
        else { return nil }
        (self.name, self.address) = (String(name), address)
    }

    package var text: String { name.map { "\($0) <\(address.text)>" } ?? address.text }
}

extension ConfigForm where Value == MailSender {
    /// As `MailSender` is written.
    package static var mailSender: Self {
        Self(
            takes: Text(es: "una dirección, como Clínica <clinica@ejemplo.org>", en: "an address, as Clinic <clinic@example.org>"),
            read: { MailSender($0) }, write: \.text)
    }
}
