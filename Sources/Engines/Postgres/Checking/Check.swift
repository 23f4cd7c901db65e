import Base
import Store

extension PostgresDatabase {
    /// What is wrong with the server, the role, the tables, the pooler and the replicas, worst first. A database that cannot be
    /// reached is itself a finding.
    package func check() async throws -> [Finding] {
        var findings: [Finding] = []
        var terms = Terms()
        terms.isLong = true
        let before = world.now()
        let facts: ServerFacts
        do {
            facts = try await write(terms) { tx in try ServerFacts(tx) }
        } catch let failure as Failure {
            return [Finding(.broken, failure.code, failure.message)]
        }
        let after = world.now()
        findings += facts.findings(settings: settings, clockBetween: before, and: after)
        findings += await poolerFindings()
        for url in settings.replicas { findings += await replicaFindings(url, primaryPosition: facts.position) }
        return findings.sorted { $0.severity < $1.severity }
    }

    private func poolerFindings() async -> [Finding] {
        guard settings.direct == nil else { return [] }
        do {
            let lease = try await PostgresLease.take("zancada_check", from: sessionTarget, world)
            await lease?.release()
            return []
        } catch let failure as Failure where failure.code == Failure.needsDirectURL.code {
            return [Finding(.warning, "pooler_without_direct", failure.message)]
        } catch {
            return []
        }
    }

    private func replicaFindings(_ url: DatabaseURL, primaryPosition: Int64) async -> [Finding] {
        let answer: (isReplica: Bool, position: Int64?)
        do {
            let session = try Target(url)
            answer = try await ReplicaQuestion(session, world).ask()
        } catch {
            return [
                Finding(
                    .warning, "replica_unreachable",
                    Text(
                        es: "La réplica \(url) no se puede usar; lee el servidor principal. \(Failure(session: error).message.spanish)",
                        en: "The replica \(url) cannot be used; the primary reads instead. \(Failure(session: error).message.english)"))
            ]
        }
        guard answer.isReplica else {
            return [
                Finding(
                    .warning, "replica_is_primary",
                    Text(
                        es: "\(url) está dada como réplica y no lo es: corrija la configuración.",
                        en: "\(url) is given as a replica and is none: correct the configuration."))
            ]
        }
        let behind = primaryPosition - (answer.position ?? 0)
        guard behind > Self.largestLag else { return [] }
        return [
            Finding(
                .warning, "replica_lags",
                Text(
                    es: "La réplica \(url) va \(behind / 1_048_576) MB por detrás: revise su red, su disco y las consultas largas en ella.",
                    en: "The replica \(url) is \(behind / 1_048_576) MB behind: check its network, its disk and long queries on it."))
        ]
    }

    private static let largestLag: Int64 = 64 << 20
}
