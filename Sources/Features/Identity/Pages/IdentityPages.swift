import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// The pages by which people come in, look after their account and, where they administer an organisation, after its people. All of them
/// work without script. Text, tone and layout: docs/pages.md.
///
/// A form goes to the path of its own page. When it is taken the answer leads on (303); when not, the page comes back with what was typed
/// and what is wrong with it.
struct IdentityPages: Sendable {
    let parts: IdentityParts
    /// Pages about second factors, where there are any: they stand at the places that `SecondFactorPlace` names.
    let secondFactors: [Route]

    init(parts: IdentityParts, secondFactors: [Route] = []) {
        self.parts = parts
        self.secondFactors = secondFactors
    }

    var all: [Route] {
        signInPages + registrationPages + linkPages + accountPages + sessionPages + devicePages + peoplePages + invitationPages
            + relationPages + programPages + policyPages + secondFactors
    }

    static let mostBytes = 16_384
    static let next = Parameter.text(
        "next", in: .query, 1...2_000, Text(es: "Qué página sigue después.", en: "Which page comes next."))
    static let done = Parameter.choice(
        "done", in: .query, Done.allCases.map(\.rawValue), Text(es: "Lo que se acaba de hacer.", en: "What was just done."))
    static let code = Parameter.text(
        "code", in: .query, 1...200, isRequired: true, Text(es: "El código del enlace.", en: "The link's code."))

    /// Taken: go on with the page.
    static let taken = AnswerShape(303, Text(es: "Hecho; siga en la página.", en: "Done; go on with the page."))
    /// Before this page one shows once more who one is.
    static let proving = AnswerShape(
        303, Text(es: "Antes, confirme quién es.", en: "First show once more who you are."))

    /// A page that is read. `isDelicate`: whoever proved who they are long ago is asked to do so first.
    func reading(
        _ path: RoutePath, _ name: String, _ summary: Text, access: RouteAccess, parameters: [ParameterShape] = [],
        refusals: Set<Refusal> = [], isDelicate: Bool = false, page: @escaping @Sendable (Call) async throws -> HTML
    ) -> Route {
        Route(
            .get, path, name, summary, access: access, parameters: parameters,
            answers: isDelicate ? [.ok(.page), Self.proving] : [.ok(.page)], refusals: refusals, pace: .page
        ) { call in
            if isDelicate, let reply = try await mustProve(call, at: call.target) { return reply }
            return .page(try await page(call))
        }
    }

    /// What a form does. `page` makes the form anew, with what is wrong with what was sent; nil where it is a button alone.
    func sending(
        _ path: RoutePath, _ name: String, _ summary: Text, access: RouteAccess, parameters: [ParameterShape] = [],
        fields: [Schema.Member] = [], answers: [AnswerShape] = [taken], refusals: Set<Refusal> = [], pace: Pace = .page,
        act: @escaping @Sendable (Call, inout BodyFields) async throws -> Reply,
        page: (@Sendable (Call, FormState) async throws -> HTML)? = nil
    ) -> Route {
        Route(
            .post, path, name, summary, access: access, parameters: parameters,
            body: .form(.object(fields, open: true), mostBytes: Self.mostBytes), answers: answers, refusals: refusals.union([.conflict]),
            pace: pace, repeating: .another, time: .seconds(20)
        ) { call in
            do {
                var fields = try BodyFields(form: call)
                return try await act(call, &fields)
            } catch {
                return try await comesBack(call, error, page)
            }
        }
    }

    /// The form once more for whoever looks with a browser; programs get the problem itself.
    private func comesBack(
        _ call: Call, _ error: any Error, _ page: (@Sendable (Call, FormState) async throws -> HTML)?
    ) async throws -> Reply {
        guard call.isBrowser, let problem = Problem(error) else { throw error }
        // A form goes to its own page's path.
        if problem == .stepUpNeeded { return .see(Self.path("/account/prove", next: page == nil ? "/account" : call.target)) }
        guard let page, let faults = Self.faults(of: problem, error) else { throw error }
        let state = FormState(try Self.form(call), faults: faults)
        var reply = Reply.page(try await page(call, state), problem.refusal == .tooMany ? .tooManyRequests : .unprocessableContent)
        if let wait = problem.retryAfter { reply.fields[.retryAfter] = "\(max(1, wait.components.seconds))" }
        return reply
    }

    /// What a person can mend, or should know; nil for what is no matter of the form's.
    private static func faults(of problem: Problem, _ error: any Error) -> [FieldFault]? {
        switch problem.refusal {
        case .invalid, .conflict, .tooMany: break
        case .notSignedIn where problem.code == Failure.signInFailed.code || problem.code == Failure.wrongPassword.code: break
        case .forbidden where problem.code.hasPrefix("registration_") || problem.code == "reset_needs_mail": break
        default: return nil
        }
        if !problem.faults.isEmpty { return problem.faults }
        let isPassword = problem.refusal == .notSignedIn
        return [FieldFault(isPassword ? "/password" : "", problem.code, problem.message)]
    }

    /// The answer that leads to where one proves who one is; nil where that was a moment ago.
    func mustProve(_ call: Call, at place: String) async throws -> Reply? {
        do {
            try await parts.stepUp.require(try call.signedIn().caller)
            return nil
        } catch let problem as Problem where problem == .stepUpNeeded && call.isBrowser {
            return .see(Self.path("/account/prove", next: place))
        }
    }
}

extension IdentityPages {
    /// A whole page. `place`: where choosing a language leads back to, if not to what was asked for.
    func page(
        _ call: Call, _ title: Text, for audience: Shell.Audience = .patient, at place: String? = nil,
        _ content: (Interface) -> HTML
    ) async throws -> HTML {
        let asked = Interface(call)
        let ui = Interface(asked.language, theme: asked.theme, timeZone: asked.timeZone, place: place ?? asked.place)
        let notice = call.method == .get ? try call.optional(Self.done).flatMap { Done(rawValue: $0)?.notice } : nil
        return try await VisitorShell(parts).shell(call).page(title, ui, for: audience, notice: notice, content(ui))
    }

    /// What a form sent.
    static func form(_ call: Call) throws -> Query { try Query(String(decoding: call.body, as: UTF8.self)) }

    /// A path of ours with what comes after it.
    static func path(_ path: String, next: String?) -> String {
        guard let next = LocalPath.checked(next) else { return path }
        return "\(path)?next=\(PercentText.encoded(next))"
    }

    static func path(_ path: String, done: Done) -> String { "\(path)?done=\(done.rawValue)" }

    /// Roles that may be given, by their titles.
    func choices(_ roles: some Collection<RoleName>) -> [Choice] {
        roles.map { (role: $0, title: title(of: $0)) }.sorted { $0.title.spanish < $1.title.spanish }.map { Choice($0.role.text, $0.title) }
    }

    func title(of role: RoleName) -> Text {
        let title = parts.host.roles.title(of: role)
        return Text(es: title.spanish.capitalizedFirst, en: title.english.capitalizedFirst)
    }

    /// "Médico, terapeuta".
    func titles(of roles: Set<RoleName>) -> Text { VisitorShell.titles(of: roles, parts.host.roles) }
}

extension Call {
    /// Whether a person looks with a browser, who is answered with pages.
    var isBrowser: Bool { fields[.accept]?.contains("text/html") == true }

    /// The path and query that were asked for.
    var target: String { query.items.isEmpty ? path : "\(path)?\(query.text)" }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
