import Base
import Testing

private enum Plan {}

@Suite("The world")
struct WorldTests {
    @Test("ids only grow, whatever the clock does: an hour forward, an hour back, standing still")
    func monotonic() throws {
        let fixed = FixedWorld(seed: 5)
        let start = fixed.world.now()
        var ids: [ID<Plan>] = []
        for step in 0..<20_000 {
            ids.append(fixed.world.id())
            switch step % 1_000 {
            case 100: fixed.setClock(to: fixed.world.now() + .seconds(3_600))
            case 500: fixed.setClock(to: fixed.world.now() - .seconds(3_600))
            case 700...: fixed.advance(by: .microseconds(700))
            default: break
            }
        }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(ids.allSatisfy { $0.high >> 12 & 0xF == 7 && $0.low >> 62 == 0b10 })
        #expect(try #require(ids.first?.madeAt) == start)
        // Back an hour, they stay at the last millisecond and do not run on.
        #expect(try #require(ids.last?.madeAt) <= start + .seconds(3_610))
    }

    @Test("an id tells the millisecond it was made in")
    func time() throws {
        let now = try #require(Instant("2026-11-21T14:23:17.123456Z"))
        let fixed = FixedWorld(seed: 6, at: now)
        #expect(fixed.world.id(of: Plan.self).madeAt == Instant("2026-11-21T14:23:17.123Z"))
    }

    @Test("a clock before 1970 or at its end still gives ids that grow")
    func extremes() {
        for instant in [Instant.earliest, .latest] {
            let fixed = FixedWorld(seed: 7, at: instant)
            let ids = (0..<1_000).map { _ in fixed.world.id(of: Plan.self) }
            #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test("the same seed gives the same numbers and ids, another seed others")
    func deterministic() {
        func history(_ seed: UInt64) -> [String] {
            let fixed = FixedWorld(seed: seed)
            return (0..<50).map { step in
                fixed.advance(by: .milliseconds(step % 3))
                return "\(fixed.world.id(of: Plan.self)) \(fixed.world.random.next()) \(fixed.world.now()) \(fixed.world.elapsed())"
            }
        }
        #expect(history(8) == history(8))
        #expect(Set(history(8)).isDisjoint(with: history(9)))
    }

    @Test("advancing moves both clocks, setting the clock only the time of day")
    func clocks() {
        let fixed = FixedWorld(seed: 10, at: .epoch)
        fixed.advance(by: .seconds(2))
        fixed.setClock(to: .epoch - .seconds(9))
        #expect(fixed.world.now() == .epoch - .seconds(9))
        #expect(fixed.world.elapsed() == .seconds(2))
    }

    @Test("the live world gives different ids on many threads, in order on each")
    func live() async {
        let world = World.live
        let before = world.now()
        let ids = await withTaskGroup(of: [ID<Plan>].self) { group in
            for _ in 0..<4 { group.addTask { (0..<5_000).map { _ in world.id() } } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(ids.joined()).count == 20_000)
        #expect(ids.allSatisfy { part in zip(part, part.dropFirst()).allSatisfy { $0 < $1 } })
        #expect(before > .epoch)
        let elapsed = world.elapsed()
        #expect(world.elapsed() >= elapsed)
    }

    @Test("random bytes come in the count asked for, and each time different ones")
    func bytes() {
        let random = World.live.random
        for count in [0, 1, 7, 8, 9, 32] { #expect(random.bytes(count).count == count) }
        #expect(Set((0..<1_000).map { _ in random.bytes(16) }).count == 1_000)
    }
}
