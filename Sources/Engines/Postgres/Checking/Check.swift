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
            return [await strangerFinding() ?? Finding(.broken, failure.code, failure.message)] + encryptionFindings
        }
        let after = world.now()
        findings += facts.findings(settings: settings, clockBetween: before, and: after)
        findings += encryptionFindings
        findings += await poolerFindings()
        for target in replicas.pools.map(\.target) { findings += await replicaFindings(target, primaryPosition: facts.position) }
        return findings.sorted { $0.severity < $1.severity }
    }

    /// The direct address leads elsewhere.
    private func strangerFinding() async -> Finding? {
        guard direct != nil else { return nil }
        do {
            _ = try await ReplicaQuestion(sessionTarget, world).ask()
            return nil
        } catch let failure as ConnectFailure where failure.isStranger {
            return Finding(.broken, "direct_is_another", failure.failure.message)
        } catch {
            return nil
        }
    }

    private var encryptionFindings: [Finding] {
        let targets = [primary.target] + (direct.map { [$0.target] } ?? []) + replicas.pools.map(\.target)
        return targets.filter(\.trustsAnyone).map { target in
            Finding(
                .warning, "tls_unverified",
                Text(
                    es:
                        "Nadie comprueba el certificado de \(target.place) y otro podría hacerse pasar por él: añada sslmode=verify-full y sslrootcert=ARCHIVO a la dirección.",
                    en:
                        "Nobody checks the certificate of \(target.place), and another could pass itself off as it: add sslmode=verify-full and sslrootcert=FILE to the address."
                ))
        }
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

    private func replicaFindings(_ target: Target, primaryPosition: Int64) async -> [Finding] {
        let answer: (isReplica: Bool, position: Int64?)
        do {
            answer = try await ReplicaQuestion(target, world).ask()
        } catch let failure as ConnectFailure where failure.isStranger {
            return [Finding(.broken, "replica_is_another", failure.failure.message)]
        } catch {
            return [
                Finding(
                    .warning, "replica_unreachable",
                    Text(
                        es:
                            "La réplica \(target.place) no se puede usar; lee el servidor principal. \(Failure(session: error).message.spanish)",
                        en:
                            "The replica \(target.place) cannot be used; the primary reads instead. \(Failure(session: error).message.english)"
                    ))
            ]
        }
        guard answer.isReplica else {
            return [
                Finding(
                    .warning, "replica_is_primary",
                    Text(
                        es: "\(target.place) está dada como réplica y no lo es: corrija la configuración.",
                        en: "\(target.place) is given as a replica and is none: correct the configuration."))
            ]
        }
        let behind = primaryPosition - (answer.position ?? 0)
        guard behind > Self.largestLag else { return [] }
        return [
            Finding(
                .warning, "replica_lags",
                Text(
                    es:
                        "La réplica \(target.place) va \(behind / 1_048_576) MB por detrás: revise su red, su disco y las consultas largas en ella.",
                    en:
                        "The replica \(target.place) is \(behind / 1_048_576) MB behind: check its network, its disk and long queries on it."
                ))
        ]
    }

    private static let largestLag: Int64 = 64 << 20
}
