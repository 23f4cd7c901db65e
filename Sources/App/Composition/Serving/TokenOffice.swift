import Access
import Base
import Foundation
import Keys
import Synchronization

/// Whose tokens a program that serves takes: its installation's own (`zancada token`), and those of another issuer whose keys the
/// configuration names. Both files may change while it serves; it looks at them once a second, when somebody asks.
package final class TokenOffice: Sendable {
    private struct State {
        var authenticator: StaticJWKSAuthenticator
        var files: [FileMark]
        /// Of `World.elapsed`.
        var looked: Duration
        /// How often they were read anew.
        var reading = 0
    }

    private let keys: TokenKeys
    private let settings: Config
    private let revocations: Revocations
    private let log: Log
    private let world: World
    private let state: Mutex<State>

    private static let pause: Duration = .seconds(1)

    /// Throws `Failure(.invalid)` for a file of keys that cannot be used, or where the other issuer has no name or no keys.
    package init(_ keys: TokenKeys, settings: Config, revocations: Revocations = .none, log: Log, world: World) throws(Failure) {
        guard (settings[TokenSettings.keySet] == nil) == (settings[TokenSettings.issuer] == nil) else { throw .halfAnIssuer }
        self.keys = keys
        self.settings = settings
        self.revocations = revocations
        self.log = log
        self.world = world
        // Before they are read: what changes meanwhile is seen the next time.
        let files = Self.marks(keys, settings)
        let issuers = try Self.issuers(keys, settings)
        state = Mutex(
            State(
                authenticator: StaticJWKSAuthenticator(issuers, revocations: revocations, world: world), files: files,
                looked: world.elapsed()))
    }

    /// As the port.
    package var authenticator: Authenticator {
        Authenticator { [self] (token: String) async throws(Failure) in
            let (known, reading) = current()
            do throws(Failure) {
                return try await known.caller(for: token)
            } catch {
                // Made a moment ago, with a key that was not there when it last looked? Somebody else may have looked meanwhile.
                guard error.kind == .unauthenticated, let fresh = renewed(after: reading) else { throw error }
                return try await fresh.caller(for: token)
            }
        }
    }

    /// How many tokens it remembers now.
    package var cachedTokens: Int { state.withLock { $0.authenticator.cachedTokens } }

    private func current() -> (StaticJWKSAuthenticator, reading: Int) {
        let now = world.elapsed()
        return state.withLock { state in
            if now - state.looked >= Self.pause {
                state.looked = now
                renew(&state)
            }
            return (state.authenticator, state.reading)
        }
    }

    /// nil where the files are as they were at that reading.
    private func renewed(after reading: Int) -> StaticJWKSAuthenticator? {
        state.withLock { state in
            renew(&state)
            return state.reading == reading ? nil : state.authenticator
        }
    }

    /// Reads the files anew where they changed. Cost where they did not: a look at each, some microseconds.
    private func renew(_ state: inout State) {
        let files = Self.marks(keys, settings)
        guard files != state.files else { return }
        state.files = files
        do throws(Failure) {
            state.authenticator = StaticJWKSAuthenticator(try Self.issuers(keys, settings), revocations: revocations, world: world)
            state.reading += 1
            log.info("token keys read")
        } catch {
            // Whoever was let in until now is; a file is mended sooner than a clinic is locked out.
            log.error("token keys unusable", ["code": .failure(error)])
        }
    }

    private static func issuers(_ keys: TokenKeys, _ settings: Config) throws(Failure) -> [TokenIssuer] {
        var issuers: [TokenIssuer] = []
        if let own = try keys.published() {
            issuers.append(TokenIssuer(keys: try JSONWebKeySet(own), terms: TokenSettings.ownTerms(settings)))
        }
        if let path = settings[TokenSettings.keySet], let name = settings[TokenSettings.issuer] {
            let terms = TokenTerms(issuer: name, audience: settings[TokenSettings.audience])
            issuers.append(TokenIssuer(keys: try JSONWebKeySet(try publicFile(path)), terms: terms))
        }
        return issuers
    }

    /// Public keys may be read by anybody, so the file need not be private.
    private static func publicFile(_ path: String) throws(Failure) -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else { throw .keySetUnreadable(path) }
        defer { try? file.close() }
        do { return [UInt8](try file.read(upToCount: JSONWebKeySet.mostBytes + 1) ?? Data()) } catch { throw .keySetUnreadable(path) }
    }

    private static func marks(_ keys: TokenKeys, _ settings: Config) -> [FileMark] {
        [keys.publishedPath, settings[TokenSettings.keySet]].compactMap { $0.map(FileMark.init) }
    }
}

/// What shows that a file is another one than before, or was changed.
private struct FileMark: Equatable {
    private let numbers: [Int]

    /// One that is not there is a mark too.
    init(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            numbers = []
            return
        }
        numbers = [Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }
}

extension Failure {
    fileprivate static let halfAnIssuer = Failure(
        .invalid, "issuer_incomplete",
        Text(
            es: "tokens.jwks y tokens.issuer van juntos: ponga los dos o ninguno.",
            en: "tokens.jwks and tokens.issuer belong together: set both or neither."))

    fileprivate static func keySetUnreadable(_ path: String) -> Failure {
        Failure(
            .invalid, "jwks_unreadable",
            Text(
                es: "No se puede leer el archivo de claves públicas \(path) (tokens.jwks): corrija la ruta o los permisos.",
                en: "The file of public keys \(path) (tokens.jwks) cannot be read: mend the path or its permissions."))
    }
}
