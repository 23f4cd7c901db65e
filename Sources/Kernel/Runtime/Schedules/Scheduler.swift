import Base
import Store

/// Asks for work when its time has come, once for each moment, however many schedulers there are.
///
/// The job is written down in the transaction that moves the schedule to its next moment, and under a key of that moment: so two
/// schedulers ask once, and a clock that is set back asks for nothing a second time.
package struct Scheduler: Sendable {
    private struct Entry: Sendable {
        let schedule: Schedule
        let time: LocalTime
        let rhythm: String
    }

    private let entries: [Entry]
    private let database: Database
    private let log: Log
    private let world: World

    /// `zone` is the installation's (`schedules.zone`). Throws `Failure(.invalid)` for a zone that does not exist. A rhythm at a time
    /// that no clock shows is a programmer's error, and so are two schedules of one name.
    package init(_ schedules: [Schedule], zone: String, _ database: Database, _ log: Log, _ world: World) throws(Failure) {
        precondition(Set(schedules.map(\.name)).count == schedules.count, "a schedule's name is its own")
        precondition(schedules.allSatisfy { $0.rhythm.isPossible && (1...100).contains($0.name.utf8.count) }, "a rhythm that cannot be")
        // Also where no schedule asks for it: a typing error is told at once.
        let installation = try LocalTime(zone)
        var entries: [Entry] = []
        for schedule in schedules {
            let (name, time): (String, LocalTime) =
                switch schedule.zone {
                case .installation: (zone, installation)
                case .named(let name): (name, try LocalTime(name))
                }
            entries.append(Entry(schedule: schedule, time: time, rhythm: "\(schedule.rhythm.fingerprint) \(name)"))
        }
        self.entries = entries
        self.database = database
        self.log = log
        self.world = world
    }

    /// A clock that jumps is noticed within this.
    static let look: Duration = .seconds(5)
    /// A run that is this late was missed.
    package static let punctual: Duration = .seconds(60)
    /// How far clocks of several machines may lie apart without one of them believing that the other's was set.
    private static let disagreement: Duration = .seconds(300)
    /// The rows are read at least this often.
    private static let trust: Duration = .seconds(60)

    /// Works until the task is cancelled. Does not throw: what goes wrong is logged, and tried again.
    package func run() async {
        guard !entries.isEmpty else { return await sleepUntilCancelled() }
        var next: Instant?
        var lookedAt = world.elapsed()
        while !Task.isCancelled {
            let (now, elapsed) = (world.now(), world.elapsed())
            if next.map({ $0 <= now }) ?? true || elapsed - lookedAt >= Self.trust {
                lookedAt = elapsed
                next = await look()
            }
            let pause = next.map { min(max(world.now().duration(to: $0), .zero), Self.look) } ?? Self.look
            do { try await Task.sleep(for: max(pause, .milliseconds(1))) } catch { return }
        }
    }

    private func sleepUntilCancelled() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(3_600)) } catch { return }
        }
    }

    /// Asks for what is due and returns the next moment of any schedule; nil where one could not be looked at.
    @discardableResult
    package func look() async -> Instant? {
        var next: Instant? = .latest
        for entry in entries {
            do {
                let moment = try await look(at: entry)
                next = next.map { min($0, moment) }
            } catch {
                if !Task.isCancelled {
                    log.warning("schedule_failed", ["schedule": .public(entry.schedule.name), "failure": .error(error)])
                }
                next = nil
            }
        }
        return next
    }

    /// How each stands, by name.
    package func statuses() async throws -> [ScheduleStatus] {
        try await database.rows("SELECT \(ScheduleStatus.columns) FROM schedules ORDER BY name") { try ScheduleStatus($0) }
    }

    private func look(at entry: Entry) async throws -> Instant {
        let (now, name) = (world.now(), entry.schedule.name)
        let row = try await database.first(
            "SELECT \(ScheduleStatus.columns) FROM schedules WHERE name = \(name)"
        ) { try ScheduleStatus($0) }
        guard let row, row.rhythm == entry.rhythm else { return try await begin(entry, instead: row, now) }
        let rhythm = entry.schedule.rhythm
        let latest = rhythm.moment(after: now, anchor: row.nextAt, entry.time)
        if row.nextAt > latest {
            // The clock was ahead when this was written. Where it is not by much, another machine's may be right.
            if let lastAt = row.lastAt, now < lastAt, now.duration(to: lastAt) <= Self.disagreement { return row.nextAt }
            return try await move(row, to: latest, last: nil, asking: nil)
        }
        guard row.nextAt <= now else { return row.nextAt }
        let due = lastMoment(of: entry, from: row.nextAt, until: now)
        let isMissed = due.duration(to: now) > Self.punctual
        guard !isMissed || entry.schedule.missed == .once else { return try await move(row, to: latest, last: row.lastAt, asking: nil) }
        let request = try entry.schedule.request(due).keyed("\(name) \(due.microseconds)")
        return try await move(row, to: latest, last: due, asking: request)
    }

    /// The last moment up to now. At most so many are passed by one after the other; a rhythm in seconds that nobody attended for long
    /// is counted.
    private func lastMoment(of entry: Entry, from first: Instant, until now: Instant) -> Instant {
        let rhythm = entry.schedule.rhythm
        if case .every(let duration) = rhythm {
            let step = duration.wholeMicroseconds
            return Instant(microseconds: first.microseconds + (now.microseconds - first.microseconds) / step * step)
        }
        // No rhythm of clocks is rarer than once in 31 days; so the last moment lies in these two months and an hour.
        var moment = max(first, rhythm.moment(after: now - .seconds(63 * 86_400), anchor: first, entry.time))
        while true {
            let next = rhythm.moment(after: moment, anchor: first, entry.time)
            if next > now || next <= moment { return moment }
            moment = next
        }
    }

    /// A schedule that is new, or whose rhythm is: its first moment is still to come.
    private func begin(_ entry: Entry, instead row: ScheduleStatus?, _ now: Instant) async throws -> Instant {
        let next = entry.schedule.rhythm.moment(after: now, anchor: nil, entry.time)
        let (name, rhythm, former) = (entry.schedule.name, entry.rhythm, row?.rhythm ?? "")
        try await quiet.write { tx in
            try tx.execute(
                """
                INSERT INTO schedules (name, rhythm, next_at) VALUES (\(name), \(rhythm), \(next))
                ON CONFLICT (name) DO UPDATE SET rhythm = excluded.rhythm, next_at = excluded.next_at
                WHERE schedules.rhythm = \(former)
                """)
        }
        return next
    }

    /// Moves the schedule on, and asks for its job, where no other scheduler did.
    private func move(_ row: ScheduleStatus, to next: Instant, last: Instant?, asking request: JobRequest?) async throws -> Instant {
        try await quiet.write { tx in
            let moved = try tx.execute(
                """
                UPDATE schedules SET next_at = \(next), last_at = \(last)
                WHERE name = \(row.name) AND next_at = \(row.nextAt) AND rhythm = \(row.rhythm)
                """)
            if moved > 0, let request { try request.enqueue(tx) }
        }
        return next
    }

    private var quiet: Database { database.under { $0.isQuiet = true } }
}
