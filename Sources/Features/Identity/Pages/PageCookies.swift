import Base
import HTTPTypes
import Web

/// The cookies of sign-in, beside that of the session (`SessionCookie`).
enum PageCookies {
    /// A sign-in of which the password was right and the second factor is missing (`PendingSignIn`): ten minutes, to sign-in's own pages.
    static let pending = "pending"

    /// The value of a cookie that the browser sent; nil where it sent none.
    static func value(_ name: String, of call: Call) -> String? {
        for pair in (call.fields[.cookie] ?? "").split(separator: ";").prefix(50) {
            let pair = pair.drop { $0 == " " }
            guard let cut = pair.firstIndex(of: "="), pair[..<cut] == name else { continue }
            return String(pair[pair.index(after: cut)...])
        }
        return nil
    }

    /// By which the browser says in which session it is.
    static func session(of call: Call) -> String? {
        value(SessionCookie.secureName, of: call) ?? value(SessionCookie.plainName, of: call)
    }

    static func givePending(_ text: String, _ call: Call) -> HTTPField {
        field("\(pending)=\(text); Path=/sign-in; Max-Age=\(PendingSignIn.life.components.seconds); SameSite=Strict; HttpOnly", call)
    }

    static func takePending(_ call: Call) -> HTTPField { field("\(pending)=; Path=/sign-in; Max-Age=0; SameSite=Strict; HttpOnly", call) }

    /// That an account signed in here before: kept for a year, shown to sign-in alone.
    static func giveDevice(_ value: String, _ call: Call) -> HTTPField {
        field("\(KnownDevice.cookie)=\(value); Path=/sign-in; Max-Age=31536000; SameSite=Strict; HttpOnly", call)
    }

    /// The language of all pages, as `PreferenceRoutes` gives it.
    static func giveLanguage(_ language: Language, _ call: Call) -> HTTPField {
        field("language=\(language.rawValue); Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", call)
    }

    private static func field(_ value: String, _ call: Call) -> HTTPField {
        HTTPField(name: .setCookie, value: call.isSecure ? "\(value); Secure" : value)
    }
}
