import Base
import Store
import TestKit
import Testing

/// Servers that cannot be used: a clear sentence in both languages, and never a password.
@Suite(.timeLimit(.minutes(2)))
struct RefusalTests {
    private func refusal(_ url: String) async throws -> Failure {
        let database = try TestServers.open(url)
        let found = await failure { try await database.write { tx in try tx.execute("SELECT 1") } }
        let findings = try await database.check()
        await database.close()
        let failure = try #require(found)
        #expect(failure.kind == .unavailable)
        #expect(findings.first?.severity == .broken)
        #expect(findings.first?.message == failure.message, "check says the same")
        return failure
    }

    @Test("a server that is too old is refused by its version")
    func oldServer() async throws {
        let server = try PretendServer(version: "14.9 (Debian 14.9-1)")
        let found = try await refusal(server.address)
        server.close()
        for text in [found.message.spanish, found.message.english] {
            #expect(text.contains("14.9"))
            #expect(text.contains("15"))
        }
    }

    @Test("a database in another encoding is refused by it")
    func otherEncoding() async throws {
        let found = try await refusal(try TestServers.running().ascii.text)
        for text in [found.message.spanish, found.message.english] {
            #expect(text.contains("SQL_ASCII"))
            #expect(text.contains("UTF8"))
        }
    }

    @Test("a wrong password is named as what is wrong, and never printed", arguments: [false, true])
    func wrongPassword(throughPooler: Bool) async throws {
        let servers = try TestServers.running()
        let secret = "S3cr3t-of-nobody"
        let address = (throughPooler ? servers.pooled : servers.app).with { $0.password = secret }
        let found = try await refusal(address.text)
        #expect(found.message.english.contains("password"))
        #expect(found.message.spanish.contains("contraseña") || found.message.spanish.contains("clave"))
        let database = try TestServers.open(address.text)
        let url = try address.url()
        var printed = ["\(found)", String(reflecting: found), "\(url)", String(reflecting: url), "\(database)", "", "", ""]
        dump(found, to: &printed[5])
        dump(url, to: &printed[6])
        dump(database, to: &printed[7])
        await database.close()
        for (place, text) in printed.enumerated() { #expect(!text.contains(secret), "printed \(place)") }
    }

    @Test("a database or server that is not there is named")
    func notThere() async throws {
        let servers = try TestServers.running()
        let database = try await refusal(servers.app.with { $0.database = "nowhere" }.text)
        #expect(database.message.english.contains("nowhere"))
        // Port 1 is nobody's.
        let server = try await refusal(servers.app.with { $0.port = 1 }.text)
        #expect(server.message.english.contains("127.0.0.1"))
    }

    @Test("an encrypted connection whose certificate holds is used, one that does not is refused")
    func certificates() async throws {
        let servers = try TestServers.running()
        for server in [servers.app, servers.pooled] {
            let trusted = server.with { $0.parameters = ["sslmode=verify-full", "sslrootcert=\(servers.authorityPath)"] }
            let database = try TestServers.open(trusted.text)
            let isEncrypted = try await database.first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") {
                try $0["ssl"] as Bool
            }
            await database.close()
            #expect(isEncrypted == true)
            let untrusted = server.with { $0.parameters = ["sslmode=verify-full", "sslrootcert=/etc/ssl/certs/ca-certificates.crt"] }
            let found = try await refusal(untrusted.text)
            #expect(found.message.english.contains("certificate"))
        }
    }
}
