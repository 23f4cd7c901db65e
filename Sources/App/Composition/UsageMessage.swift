import Base

/// The argument parser's complaints, in one line and in both languages.
///
/// The parser speaks English alone and shows no structured error, so its sentence is recognised by how it begins;
/// one that is not recognised is shown as it is, behind a sentence that says what it is about.
enum UsageMessage {
    static func text(for message: String) -> Text {
        let english = message.split(separator: "\n").first.map(String.init) ?? message
        let quoted = english.split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
        let about = quoted.first ?? ""
        let choices = quoted.count > 2 ? " Puede ser: \(quoted.dropFirst(2).joined(separator: ", "))." : ""
        let advice = Text(es: " Vea «zancada --help».", en: " See 'zancada --help'.")
        let spanish: String
        switch english {
        case let text where text.hasPrefix("Unknown option"): spanish = "No existe la opción «\(about)»."
        case let text where text.hasPrefix("Missing expected argument"): spanish = "Falta \(about)."
        case let text where text.hasPrefix("Missing value"): spanish = "Falta el valor de «\(about)»."
        case let text where text.hasPrefix("The value"):
            spanish = "El valor «\(about)» no sirve para «\(quoted.dropFirst().first ?? "")».\(choices)"
        case let text where text.contains("unexpected argument"): spanish = "Sobra «\(about)»."
        case let text where text.hasPrefix("Unexpected argument"): spanish = "Sobra «\(about)»."
        default: spanish = "La orden no se entiende (\(english))."
        }
        return Text(
            es: spanish + advice(.spanish), en: english + (english.hasSuffix(".") || english.hasSuffix("?") ? "" : ".") + advice(.english))
    }
}
