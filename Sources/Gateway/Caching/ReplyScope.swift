import Access
import Base
import HTTPTypes
import Web

/// For whom an answer was made, as part of the key under which it is kept: nobody else is ever given it.
///
/// Routes that look at no credentials answer everybody alike. All others may answer each caller differently, by who they are, where
/// they act, what their roles give, whom they act for and whom they were merged with: whatever a handler can read of `Call.standing`
/// is in the key.
enum ReplyScope {
    static func key(_ route: Route, _ call: Call) -> FramedFields {
        var frame = FramedFields(reservingBytes: 256)
        frame.append("zancada answer")
        frame.append(route.name)
        frame.append(call.method.rawValue)
        frame.append(path(call.path))
        for item in call.query.items.sorted(by: isBefore) {
            frame.append(item.name)
            frame.append(item.value)
        }
        frame.append("language")
        frame.append(call.language.rawValue)
        // What a page may show differently.
        frame.append(call.isSecure ? "secure" : "clear")
        frame.append(call.isBrowserSession ? "browser" : "program")
        append(fieldsOf: route, call, to: &frame)
        append(route.access == .anyone ? nil : call.standing, to: &frame)
        return frame
    }

    /// A slash at the end makes no difference to routes.
    private static func path(_ path: String) -> String { path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

    /// By name alone: the order among those of one name may matter, and stays.
    private static func isBefore(_ one: Query.Item, _ other: Query.Item) -> Bool { one.name < other.name }

    /// The header fields that the route says it reads, and how the look and the language of a page are chosen.
    private static func append(fieldsOf route: Route, _ call: Call, to frame: inout FramedFields) {
        var names = route.parameters.filter { $0.place == .header }.map { $0.name.lowercased() }
        if route.answers.contains(where: { $0.content?.type == "text/html" }) { names.append("cookie") }
        names += ["accept", "host"]
        for field in call.fields where names.contains(field.name.canonicalName) {
            frame.append(field.name.canonicalName)
            frame.append(field.value)
        }
    }

    private static func append(_ standing: Standing?, to frame: inout FramedFields) {
        guard let standing else { return frame.append("nobody") }
        let caller = standing.caller
        frame.append("caller")
        frame.append(caller.actor.text)
        append(caller.tenant, to: &frame)
        append(caller.onBehalfOf, to: &frame)
        frame.append(caller.tier.rawValue)
        frame.append(caller.assurance.rawValue)
        frame.append("roles")
        for role in caller.roles.sorted() { frame.append(role.text) }
        frame.append("selves")
        for other in standing.selves.sorted() { frame.append(other.text) }
    }

    private static func append(_ identifier: Identifier?, to frame: inout FramedFields) {
        frame.append(identifier == nil ? "none" : "some")
        if let identifier { frame.append(identifier.text) }
    }
}
