import Base
import Store

/// The first job of an organisation, kind and priority that is ready.
struct JobHead: Sendable {
    let priority: JobPriority
    /// As it stands in the row.
    let tenant: String
    let kind: String
    let notBefore: Instant

    /// One is read in each page.
    static let pageLength = 64

    init(priority: JobPriority, tenant: String, kind: String, notBefore: Instant) {
        self.priority = priority
        self.tenant = tenant
        self.kind = kind
        self.notBefore = notBefore
    }

    init(_ row: borrowing Row) throws {
        priority = try row["priority"]
        tenant = try row["tenant"]
        kind = try row["kind"]
        notBefore = try row["not_before"]
    }

    /// Those after a place in the order of priority, organisation and kind, `pageLength` at most. Goes from one to the next by the
    /// index, so that what it costs follows from how many there are and not from how many jobs stand behind each. In three steps: of
    /// columns compared together with another row's, SQLite looks up the first alone.
    static func page(after place: (priority: Int, tenant: String, kind: String)) -> SQL {
        """
        WITH RECURSIVE head (id, number) AS (
            SELECT one.id, 1 FROM (
                SELECT id FROM jobs WHERE state = 'ready'
                AND (priority, tenant, kind) > (\(place.priority), \(place.tenant), \(place.kind))
                ORDER BY priority, tenant, kind, not_before, id LIMIT 1
            ) AS one
            UNION ALL
            SELECT COALESCE((
                SELECT later.id FROM jobs AS later
                WHERE later.state = 'ready' AND later.priority = jobs.priority AND later.tenant = jobs.tenant AND later.kind > jobs.kind
                ORDER BY later.kind, later.not_before, later.id LIMIT 1
            ), (
                SELECT later.id FROM jobs AS later
                WHERE later.state = 'ready' AND later.priority = jobs.priority AND later.tenant > jobs.tenant
                ORDER BY later.tenant, later.kind, later.not_before, later.id LIMIT 1
            ), (
                SELECT later.id FROM jobs AS later WHERE later.state = 'ready' AND later.priority > jobs.priority
                ORDER BY later.priority, later.tenant, later.kind, later.not_before, later.id LIMIT 1
            )), head.number + 1
            FROM head JOIN jobs ON jobs.id = head.id WHERE head.number < 64
        )
        SELECT jobs.priority, jobs.tenant, jobs.kind, jobs.not_before FROM head JOIN jobs ON jobs.id = head.id ORDER BY head.number
        """
    }

    /// After all kinds of any name.
    static let lastKind = "\u{10FFFF}"
}

/// Whose turn it is. Priorities first; within one organisations take turns, whatever each has waiting; within one of them the kind
/// whose first job waits longest begins.
package struct JobTurns: Sendable {
    /// Whoever was served last, by priority.
    var last: [JobPriority: String] = [:]

    struct Share: Sendable {
        let head: JobHead
        var count: Int
    }

    /// How many jobs to take behind each head, as if each had any number. Only the first priority that has a head for anybody below
    /// `mostHeld` gets a share: whether that leaves room for the next one only taking them tells.
    mutating func shares(of room: Int, among heads: [JobHead], held: [String: Int], mostHeld: Int) -> [Share] {
        for priority in JobPriority.allCases {
            let here = heads.filter { $0.priority == priority && held[$0.tenant, default: 0] < mostHeld }
            if !here.isEmpty { return shares(of: room, within: priority, here, held, mostHeld) }
        }
        return []
    }

    private mutating func shares(
        of room: Int, within priority: JobPriority, _ heads: [JobHead], _ held: [String: Int], _ mostHeld: Int
    ) -> [Share] {
        var tenants = Dictionary(grouping: heads, by: \.tenant).mapValues { heads in
            heads.sorted { $0.notBefore < $1.notBefore }.map { Share(head: $0, count: 0) }
        }
        let names = tenants.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let start = names.firstIndex { name in
            last[priority].map { $0.utf8.lexicographicallyPrecedes(name.utf8) } ?? true
        }
        var order = Array(names[(start ?? 0)...] + names[..<(start ?? 0)])
        var given: [String: Int] = [:]
        var room = room
        while room > 0, !order.isEmpty {
            for name in order where room > 0 {
                let number = given[name, default: 0]
                let kinds = tenants[name]?.count ?? 1
                tenants[name]?[number % kinds].count += 1
                given[name] = number + 1
                last[priority] = name
                room -= 1
            }
            order.removeAll { held[$0, default: 0] + given[$0, default: 0] >= mostHeld }
        }
        return (names[(start ?? 0)...] + names[..<(start ?? 0)]).flatMap { tenants[$0] ?? [] }.filter { $0.count > 0 }
    }

    /// In the order in which they are to begin: by priority, then one of each organisation in turn.
    static func ordered(_ jobs: [ClaimedJob]) -> [ClaimedJob] {
        var turn: [String: Int] = [:]
        var first: [String: Int] = [:]
        for (index, job) in jobs.enumerated() where first[JobTenant.text(job.tenant)] == nil { first[JobTenant.text(job.tenant)] = index }
        return
            jobs.sorted { ($0.priority, $0.notBefore, $0.claim.id) < ($1.priority, $1.notBefore, $1.claim.id) }
            .map { job -> (job: ClaimedJob, turn: Int, first: Int) in
                let tenant = JobTenant.text(job.tenant)
                defer { turn[tenant, default: 0] += 1 }
                return (job, turn[tenant, default: 0], first[tenant] ?? 0)
            }
            .sorted { ($0.job.priority, $0.turn, $0.first) < ($1.job.priority, $1.turn, $1.first) }
            .map(\.job)
    }
}
