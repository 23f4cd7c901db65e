import Access
import Base
import Runtime
import Store
import TestKit
import Testing

/// What the table of jobs should hold, and two workers that act on it in an order that follows from a seed. Everything that a worker
/// believes is kept apart from what is so: it may be dead, late, or overtaken.
struct JobModel {
    struct Expected {
        var state: JobState
        var attempts = 0
        var claim: Int64 = 0
        var effects = 0
    }

    let ground: JobGround
    let fixed: FixedWorld
    var chance: SeededChance
    var desks: [JobDesk]
    var vigils: [JobVigil]
    /// What each worker believes to hold.
    var hands: [[ClaimedJob]] = [[], []]
    var expected: [String: Expected] = [:]
    var requests: [JobRequest] = []

    static let kind = JobKind<Errand>("test.model", Text(es: "Modelo", en: "Model")) {
        $0.mostTries = 3
        $0.firstPause = .seconds(10)
        $0.longestPause = .seconds(60)
    }
    static let term = Duration.seconds(15)

    init(_ ground: JobGround, _ fixed: FixedWorld, seed: UInt64) throws {
        self.ground = ground
        self.fixed = fixed
        chance = SeededChance(state: seed)
        let other = ground.store.engine == .sqlite ? ground.database : try ground.store.another()
        let handler = Errands.tracing(Self.kind)
        desks = [ground.database, other].map { JobDesk($0, [handler], term: Self.term, fixed.world) }
        vigils = desks.map { _ in JobVigil(term: Self.term) }
    }

    /// One thing happens.
    mutating func step() async throws {
        let who = chance.below(2)
        switch chance.below(20) {
        case 0...3: try await enqueue()
        case 4...7: try await round(who, room: 1 + chance.below(4))
        case 8...10: try await finish(who)
        case 11: try await end(who, .done)
        case 12: try await fail(who)
        case 13: try await end(who, .givenBack)
        case 14: if chance.below(4) == 0 { hands[who] = [] }  // The worker dies, and another of its name begins.
        case 15: try await beat(who)
        case 16: try await relieve(who)
        case 17: try await meddle()
        case 18: fixed.advance(by: .seconds(chance.below(12)))
        default: try await jump()
        }
    }

    private mutating func enqueue() async throws {
        let delay = chance.below(4) == 0 ? Duration.seconds(chance.below(40)) : .zero
        let tenant: Identifier? = chance.below(4) == 0 ? nil : try Identifier("clinic-\(chance.below(3))")
        let request = try Self.kind.request(
            Errand(), in: tenant, notBefore: fixed.world.now() + delay, priority: JobPriority.allCases[chance.below(3)], fixed.world)
        try await ground.enqueue(request)
        // Written again, as after an answer that was lost.
        if chance.below(4) == 0 { #expect(try await !ground.enqueue(request)) }
        requests.append(request)
        expected[request.id.description] = Expected(state: delay > .zero ? .waiting : .ready)
    }

    mutating func round(_ who: Int, room: Int, _ endings: [JobEnding] = []) async throws {
        let round = JobRound {
            $0.endings = endings
            $0.wakes = true
            $0.room = room
            $0.kinds = [Self.kind.shape.name]
        }
        let now = fixed.world.now()
        let waiting = try await statuses().filter { $0.state == .waiting && $0.notBefore <= now }
        for job in waiting { expected[job.id.description]?.state = .ready }
        let result = try await desks[who].run(round)
        #expect(result.claimed.count <= room)
        for job in result.claimed {
            let id = job.claim.id.description
            // Where the ending of this very round made it ready, `end` noted that before.
            #expect(expected[id]?.state == .ready)
            expected[id]?.state = .running
            expected[id]?.attempts += 1
            expected[id]?.claim += 1
            #expect(job.attempt == expected[id]?.attempts && job.claim.number == expected[id]?.claim)
        }
        hands[who] += result.claimed
        guard result.claimed.count < room || result.isDrained else { return }
        #expect(!expected.values.contains { $0.state == .ready })
    }

    private mutating func take(_ who: Int) -> ClaimedJob? {
        guard !hands[who].isEmpty else { return nil }
        return hands[who].remove(at: chance.below(hands[who].count))
    }

    private func holds(_ job: ClaimedJob) -> Bool {
        let id = job.claim.id.description
        return expected[id]?.state == .running && expected[id]?.claim == job.claim.number
    }

    private mutating func finish(_ who: Int) async throws {
        guard let job = take(who) else { return }
        let (id, tenant) = (job.claim.id.description, job.tenant?.text ?? "")
        let isOurs = holds(job)
        let took = try await desks[who].finish(job) { tx in try tx.execute("INSERT INTO trace (job, tenant) VALUES (\(id), \(tenant))") }
        #expect(took == isOurs)
        if isOurs {
            expected[id]?.state = .done
            expected[id]?.effects += 1
        }
        // The answer was lost: it is asked for again.
        if chance.below(5) == 0 {
            #expect(try await !desks[who].finish(job) { tx in try tx.execute("INSERT INTO trace (job, tenant) VALUES (\(id), '')") })
            #expect(try await desks[who].hasFinished(job.claim) == isOurs)
        }
    }

    private mutating func end(_ who: Int, _ verdict: JobEnding.Verdict) async throws {
        guard let job = take(who) else { return }
        if holds(job) {
            let id = job.claim.id.description
            switch verdict {
            case .done: expected[id]?.state = .done
            case .givenBack:
                expected[id]?.state = .ready
                expected[id]?.attempts -= 1
            case .failed(_, let again): expected[id]?.state = again == nil ? .dead : .waiting
            }
        }
        try await round(who, room: 0, [JobEnding(job.claim, verdict)])
    }

    private mutating func fail(_ who: Int) async throws {
        guard let job = hands[who].last else { return }
        let again = job.attempt < job.mostTries && chance.below(5) > 0 ? fixed.world.now() + .seconds(1 + chance.below(30)) : nil
        let failure = Failure(.fault, "test", Text(verbatim: "test"))
        try await end(who, .failed(JobFailure(failure), again: again))
    }

    private mutating func beat(_ who: Int) async throws {
        let still = try await desks[who].prolong(hands[who].map(\.claim))
        #expect(still == Set(hands[who].filter(holds).map(\.claim)))
        if chance.below(2) == 0 { hands[who].removeAll { !still.contains($0.claim) } }
    }

    mutating func relieve(_ who: Int) async throws {
        let silent = vigils[who].look(at: try await desks[who].strangers(), fixed.world.elapsed())
        let count = try await desks[who].takeOver(silent)
        #expect(count == silent.count)
        for claim in silent {
            let id = claim.claim.id.description
            #expect(expected[id]?.state == .running && expected[id]?.claim == claim.claim.number)
            let attempts = expected[id]?.attempts ?? 0
            expected[id]?.state = attempts < Self.kind.shape.limits.mostTries ? .waiting : .dead
        }
    }

    /// An operator cancels or sends back.
    private mutating func meddle() async throws {
        guard !requests.isEmpty else { return }
        let request = requests[chance.below(requests.count)]
        let id = request.id.description
        let state = expected[id]?.state ?? .done
        if chance.below(2) == 0 {
            let isAllowed = [.waiting, .ready, .running].contains(state)
            #expect(await succeeds { try await ground.jobs(fixed.world).cancel(request.id) } == isAllowed)
            if isAllowed { expected[id]?.state = .cancelled }
        } else {
            let isAllowed = [.dead, .cancelled].contains(state)
            #expect(await succeeds { try await ground.jobs(fixed.world).retry(request.id) } == isAllowed)
            if isAllowed {
                expected[id]?.state = .ready
                expected[id]?.attempts = 0
            }
        }
    }

    private func succeeds(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch { return false }
    }

    private mutating func jump() async throws {
        let far = Duration.seconds(chance.below(3) == 0 ? 400 * 86_400 : chance.below(7_200))
        let now = fixed.world.now()
        fixed.setClock(to: chance.below(2) == 0 ? now + far : now - far)
        let most = Self.kind.shape.limits.longestPause * 1.5
        let oversleeping = try await statuses().filter { job in
            job.state == .waiting && job.attempts > 0 && fixed.world.now().duration(to: job.notBefore) > max(most, .seconds(5_400))
        }
        #expect(try await desks[0].wakeOverslept() == oversleeping.count)
        for job in oversleeping { expected[job.id.description]?.state = .ready }
    }

    func statuses() async throws -> [JobStatus] {
        var (all, request): ([JobStatus], PageRequest?) = ([], try PageRequest(limit: 200))
        while let next = request {
            let page = try await ground.jobs(fixed.world).page(of: JobQueue.Selection(), next)
            all += page.items
            request = try page.next.map { try PageRequest(limit: 200, after: $0) }
        }
        return all
    }

    /// What the table and the traces say is what should be.
    func check() async throws {
        let found = try await statuses()
        #expect(found.count == expected.count)
        for job in found {
            let should = try #require(expected[job.id.description])
            #expect(job.state == should.state && job.attempts == should.attempts && job.attempts <= job.mostTries)
        }
        let traces = try await ground.traces()
        #expect(traces == expected.filter { $0.value.effects > 0 }.mapValues(\.effects))
        #expect(traces.values.allSatisfy { $0 == 1 })
    }

    /// Both workers go on as they should, until everything is over.
    mutating func settle() async throws {
        for _ in 0..<60 {
            for who in 0..<2 {
                try await round(who, room: 20)
                while !hands[who].isEmpty { try await finish(who) }
                try await relieve(who)
            }
            if expected.values.allSatisfy({ [.done, .dead, .cancelled].contains($0.state) }) { return }
            let next = try await statuses().filter { $0.state == .waiting }.map(\.notBefore).max() ?? fixed.world.now()
            fixed.advance(by: Self.term)
            if next > fixed.world.now() { fixed.setClock(to: next) }
        }
        Issue.record("some jobs are never over")
    }
}

extension JobGround {
    func jobs(_ world: World) -> JobQueue { JobQueue(database, world) }
}

/// A sequence that follows from its seed.
struct SeededChance {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}
