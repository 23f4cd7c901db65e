import Access
import Base
import Runtime

/// Jobs as people and programs read them on a terminal.
enum JobText {
    /// One line, for lists.
    static func line(_ job: JobStatus, _ language: Language) -> String {
        var parts = [job.id.description, "\(job.state)", job.kind, job.tenant?.text ?? "—"]
        if let progress = job.progress, job.state == .running { parts.append("\(Int(progress * 100)) %") }
        if let failure = job.failure, job.state != .done { parts.append(failure.code) }
        return parts.joined(separator: "  ") + "\n"
    }

    /// All of it.
    static func page(_ job: JobStatus, _ language: Language) -> String {
        var lines = [
            "\(job.kind) \(job.id)",
            Text(es: "Estado: \(job.state)", en: "State: \(job.state)")(language),
            Text(es: "Organización: \(job.tenant?.text ?? "—")", en: "Organisation: \(job.tenant?.text ?? "—")")(language),
            Text(es: "Prioridad: \(job.priority)", en: "Priority: \(job.priority)")(language),
            Text(es: "Intentos: \(job.attempts) de \(job.mostTries)", en: "Tries: \(job.attempts) of \(job.mostTries)")(language),
            Text(es: "Pedido: \(job.createdAt)", en: "Asked for: \(job.createdAt)")(language),
        ]
        if job.state == .waiting { lines.append(Text(es: "Desde: \(job.notBefore)", en: "Not before: \(job.notBefore)")(language)) }
        if let began = job.startedAt { lines.append(Text(es: "Último comienzo: \(began)", en: "Last begun: \(began)")(language)) }
        if let ended = job.finishedAt { lines.append(Text(es: "Fin: \(ended)", en: "Ended: \(ended)")(language)) }
        if let progress = job.progress { lines.append("\(Int(progress * 100)) % \(job.doing?(language) ?? "")") }
        if let failure = job.failure { lines.append("\(failure.code): \(failure.message(language))") }
        return lines.joined(separator: "\n") + "\n"
    }

    static func write(_ job: JobStatus, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", job.id.description)
            json.member("kind", job.kind)
            json.member("organisation", job.tenant?.text)
            json.member("state", job.state.rawValue)
            json.member("priority", "\(job.priority)")
            json.member("attempts", job.attempts)
            json.member("most_tries", job.mostTries)
            json.member("created_at", job.createdAt)
            json.member("not_before", job.notBefore)
            if let began = job.startedAt { json.member("started_at", began) }
            if let ended = job.finishedAt { json.member("finished_at", ended) }
            if let progress = job.progress { json.member("progress", progress, decimals: 3) }
            if let doing = job.doing { json.member("doing", doing(.chosen)) }
            if let failure = job.failure {
                json.member("failure", failure.code)
                json.member("message", failure.message(.chosen))
            }
        }
    }
}
