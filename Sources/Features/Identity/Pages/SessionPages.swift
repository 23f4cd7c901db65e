import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// Where one is signed in, and how to be so no longer.
extension IdentityPages {
    var sessionPages: [Route] { [sessions, endSession, endOthers] }

    private static let sessionsPath = "/account/sessions"

    /// A session with what is known of its device.
    typealias Listed = (session: Session, device: String, peer: String)

    /// Of one's own; devices with credentials have a page of theirs.
    private func open(_ caller: Caller) async throws -> [Listed] {
        try await parts.sessions.sessions(of: caller.actor).filter { $0.session.kind != .device }
    }

    private var sessions: Route {
        reading(
            "/account/sessions", "session.page", Text(es: "Mis sesiones abiertas.", en: "My open sessions."), access: .signedIn,
            parameters: [Self.done.shape]
        ) { call in
            let caller = try call.signedIn().caller
            let list = try await open(caller)
            let title = Text(es: "Sesiones abiertas", en: "Open sessions")
            let lead = Text(
                es: "Aquí está dentro de su cuenta. Si no reconoce una sesión, ciérrela y cambie su contraseña.",
                en: "Here you are signed in. If you do not know one of these, close it and change your password.")
            return try await page(call, title) { ui in
                let others = list.contains { $0.session.id != caller.session }
                let all: HTML? =
                    others
                    ? ui.section(
                        "all", Text(es: "Cerrar las demás", en: "Close the others"),
                        ui.stack(
                            ui.prose(
                                Text(
                                    es: "Solo queda abierta la de este dispositivo. Los dispositivos sin red siguen como están.",
                                    en: "Only this device's stays open. Offline devices stay as they are.")),
                            ui.action(
                                Text(es: "Cerrar todas las demás", en: "Close all the others"), "\(Self.sessionsPath)/end-others", .danger,
                                icon: .leave)))
                    : nil
                return """
                    \(crumbs(ui, here: title))
                    \(ui.title(title, lead: lead))
                    \(ui.stack(list.map { card($0, caller, ui) }.joined()))
                    \(all)
                    """
            }
        }
    }

    private func card(_ listed: Listed, _ caller: Caller, _ ui: Interface) -> HTML {
        let (session, device, peer) = listed
        let isThis = session.id == caller.session
        let name = DeviceWords.text(device)
        var facts: [(name: Text, value: HTML)] = [
            (name: Text(es: "Visto por última vez", en: "Last seen"), value: ui.stamp(session.seenAt)),
            (name: Text(es: "Entró", en: "Signed in"), value: ui.stamp(session.createdAt)),
            (name: Text(es: "Desde la dirección de red", en: "From the network address"), value: "\(peer)"),
        ]
        if let organisation = session.organisation {
            facts.append((name: Text(es: "Organización", en: "Organisation"), value: "\(organisation.text)"))
        }
        let badge: HTML = isThis ? ui.badge(Text(es: "Este dispositivo", en: "This device"), .good) : ""
        let title = isThis ? Text(es: "Cerrar esta sesión", en: "Close this session") : Text(es: "Cerrar", en: "Close")
        return ui.card(
            "<h2>\(ui(name))</h2>\(badge)", ui.facts(facts),
            """
            <form method="post" action="\(Self.sessionsPath)/end"><input type="hidden" name="id" value="\(session.id.text)">\
            <button class="button quiet">\(Icon.leave.html)\(ui(title))<span class="unseen">: \(ui(name))</span></button></form>
            """)
    }

    private var endSession: Route {
        sending(
            "/account/sessions/end", "session.end", Text(es: "Cerrar una de mis sesiones.", en: "Close one of my sessions."),
            access: .signedIn, fields: [.init("id", .id)], refusals: [.notFound]
        ) { call, fields in
            let caller = try call.signedIn().caller
            guard let id = fields.identifier("id"), let session = try await parts.sessions.session(id, of: caller.actor) else {
                throw Problem.nothingHere
            }
            try await parts.sessions.end(session, by: caller.actor)
            guard session.id == caller.session else { return .see(Self.path(Self.sessionsPath, done: .session)) }
            var reply = Reply.see(Self.path("/sign-in", done: .signedOut))
            reply.fields.append(SessionCookie.taken(isSecure: call.isSecure))
            return reply
        }
    }

    private var endOthers: Route {
        sending(
            "/account/sessions/end-others", "session.end_others", Text(es: "Cerrar mis demás sesiones.", en: "Close my other sessions."),
            access: .signedIn
        ) { call, _ in
            let caller = try call.signedIn().caller
            for (session, _, _) in try await open(caller) where session.id != caller.session {
                try await parts.sessions.end(session, by: caller.actor)
            }
            return .see(Self.path(Self.sessionsPath, done: .sessions))
        }
    }
}
