import Base
import Foundation
import Markup

/// What pages are made with, for one reader: their language, their clock, their choice of light or dark. Every component is a function of
/// it, so that none can be written in one language only.
///
/// ```swift
/// let ui = Interface(call)
/// return .page(shell.page(title, ui, ui.card { … }))
/// ```
package struct Interface: Sendable {
    package let language: Language
    package let theme: Theme
    /// In which moments are written.
    package let timeZone: TimeZone
    /// The path and query of this page, for links that come back to it.
    package let place: String

    package init(_ language: Language, theme: Theme = .auto, timeZone: TimeZone = .gmt, place: String = "/") {
        self.language = language
        self.theme = theme
        self.timeZone = timeZone
        self.place = place
    }

    /// As the request says: the language that the gateway found, the cookies of `Preferences`.
    package init(_ call: Call, timeZone: TimeZone = .gmt) {
        let preferences = Preferences(call.fields)
        self.init(
            call.language, theme: preferences.theme, timeZone: preferences.timeZone ?? timeZone,
            place: call.query.items.isEmpty ? call.path : call.path + "?" + call.query.text)
    }

    /// A text in the reader's language.
    package func callAsFunction(_ text: Text) -> String { text(language) }

    package func callAsFunction(es spanish: String, en english: String) -> String { language(es: spanish, en: english) }
}

/// Light or dark, or as the device has it.
package enum Theme: String, Sendable, CaseIterable {
    case auto
    case light
    case dark
}

extension HTML {
    /// ` name="value"`, or nothing for nil.
    static func attribute(_ name: StaticString, _ value: String?) -> HTML {
        guard let value else { return HTML() }
        return " \(HTML(constant: name))=\"\(value)\""
    }

    /// ` name`, or nothing.
    static func flag(_ name: StaticString, _ isOn: Bool) -> HTML {
        isOn ? " \(HTML(constant: name))" : HTML()
    }
}

extension Optional where Wrapped == HTML {
    /// Nothing for nil.
    var orNothing: HTML { self ?? HTML() }
}
