import Access
import Base
import HTTPTypes
import Markup
import Web

/// Proving by a second factor, in the middle of a session, that it is still the same person.
extension FactorPages {
    var provePages: [Route] { [prove, submitProof, sendProof] }

    private var prove: Route {
        Route(
            .get, "/account/prove/second", "prove.second_page",
            Text(es: "Confirmar otra vez quién soy, con un segundo factor.", en: "Show once more who I am, by a second factor."),
            access: .signedIn, parameters: [IdentityPages.next.shape, Self.method.shape, Self.sent.shape],
            answers: [.ok(.page), IdentityPages.proving], refusals: [.notFound], pace: .page
        ) { call in
            let next = try call.optional(IdentityPages.next)
            let page = try await provePage(
                call, FormState(), chosen: try call.optional(Self.method), isSent: try call.optional(Self.sent) != nil, next: next)
            return page.map { .page($0) } ?? .see(IdentityPages.path("/account/prove", next: next))
        }
    }

    private var submitProof: Route {
        pages.sending(
            "/account/prove/second", "prove.second_submit",
            Text(es: "Confirmar otra vez quién soy, con un segundo factor.", en: "Show once more who I am, by a second factor."),
            access: .signedIn, fields: Self.answerFields, refusals: [.notFound], pace: .signIn
        ) { call, fields in
            let (next, answer) = (fields.optional("next", atMost: 2_000), fields.secondFactor())
            try fields.finish()
            guard let answer else { throw Problem.fault }
            do {
                _ = try await desk.prove(try call.signedIn().caller, answer)
            } catch let problem as Problem where problem.refusal == .invalid {
                throw InvalidInput(
                    faults: [FieldFault(answer.method == .passkey ? "" : "/code", problem.code, problem.message)])
            }
            return .see(LocalPath.checked(next) ?? "/account")
        } page: { call, state in
            try await proveAgain(call, state)
        }
    }

    private var sendProof: Route {
        pages.sending(
            "/account/prove/second/send", "prove.second_send",
            Text(es: "Enviar un código con el que confirmar quién soy.", en: "Send a code by which to show who I am."), access: .signedIn,
            fields: Self.sendFields, refusals: [.notFound, .overloaded], pace: .signIn
        ) { call, fields in
            let (next, method) = (fields.optional("next", atMost: 2_000), fields.sending())
            try fields.finish()
            try await desk.send(method, to: try await desk.account(of: try call.signedIn().caller))
            return .see(IdentityPages.path(SecondFactorPlace.prove, method, next: next))
        } page: { call, state in
            try await proveAgain(call, state)
        }
    }

    private func proveAgain(_ call: Call, _ state: FormState) async throws -> HTML {
        let page = try await provePage(call, state, chosen: state.values["method"], isSent: true, next: state.values["next"])
        guard let page else { throw Failure.factorNotOffered }
        return page
    }

    /// nil for whoever has nothing set up: they give their password.
    private func provePage(_ call: Call, _ state: FormState, chosen: String?, isSent: Bool, next: String?) async throws -> HTML? {
        let account = try await desk.account(of: try call.signedIn().caller)
        let question = FactorQuestion(
            at: SecondFactorPlace.prove, options: "/api/v1/auth/mfa/step-up/options",
            methods: try await factors.state(of: account.id).asked,
            chosen: chosen, isSent: isSent, phone: try await factors.phone(of: account.id)?.hint, next: next)
        guard let question else { return nil }
        let title = Text(es: "Confirme que es usted", en: "Confirm that it is you")
        let lead = Text(
            es: "Lo que viene es delicado. Lo que confirme ahora vale por un cuarto de hora.",
            en: "What comes next is delicate. What you confirm now holds for a quarter of an hour.")
        return try await pages.page(call, title, at: question.place(question.chosen)) { ui in
            """
            \(ui.title(title, lead: lead))
            \(question.html(ui, state))
            \(ui.buttonLink(Text(es: "Volver a mi cuenta", en: "Back to my account"), "/account", .plain))
            """
        }
    }
}
