import Base
import HTTPTypes
import Web

/// Ties a sign-in in which nobody is named to the browser that began it: another place's page cannot have somebody's browser finish a
/// sign-in with a passkey that is not theirs, and so bring them into a stranger's account without their knowing.
enum CeremonyTie {
    /// The field that gives it to a browser: for as long as the ceremony lasts, to no script, and not with what another place's page sends.
    static func given(_ ceremony: ID<PasskeyCeremony>, _ call: Call, _ keys: IdentityKeys) async throws -> HTTPField {
        field("\(ceremony).\(try await code(ceremony, keys))", call.isSecure, seconds: PasskeyCeremony.life.components.seconds)
    }

    static func taken(_ call: Call) -> HTTPField { field("", call.isSecure, seconds: 0) }

    /// Whether the browser that answers is the one that was asked.
    static func holds(_ ceremony: ID<PasskeyCeremony>, _ call: Call, _ keys: IdentityKeys) async throws -> Bool {
        let genuine = Array("\(name(call.isSecure))=\(ceremony).\(try await code(ceremony, keys))".utf8)
        return (call.fields[.cookie] ?? "").split(separator: ";").prefix(50).contains { pair in
            ConstantTime.isEqual(Array(pair.drop { $0 == " " }.utf8), genuine)
        }
    }

    private static func code(_ ceremony: ID<PasskeyCeremony>, _ keys: IdentityKeys) async throws -> String {
        Base64URL.string(try await keys.code(for: "passkey ceremony \(ceremony)"))
    }

    private static func name(_ isSecure: Bool) -> String { isSecure ? "__Host-passkey" : "passkey" }

    private static func field(_ value: String, _ isSecure: Bool, seconds: Int64) -> HTTPField {
        HTTPField(
            name: .setCookie,
            value: "\(name(isSecure))=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")")
    }
}
