import Foundation
import Movement
import Testing

@Test("walking has its contacts and lifts, cadence, speed, steps and stance", arguments: [0.0, -0.9, 3.0])
func simulatedWalk(yaw: Double) throws {
    let walk = SimulatedWalk(yaw: yaw)
    let gait = try #require(GaitAnalysis.gait(in: walk.motion()))
    for side in BodySide.allCases {
        let contacts = walk.contacts(side).filter { $0 > 0.15 && $0 < walk.seconds - 0.15 }
        let found = gait.events.filter { $0.side == side && $0.kind == .initialContact }.map(\.seconds)
        #expect(found.count == contacts.count)
        for (seconds, truth) in zip(found, contacts) { #expect(abs(seconds - truth) < 0.05) }
        let lifts = walk.contacts(side).map { $0 + walk.stanceShare * walk.strideSeconds }
            .filter { $0 > 0.15 && $0 < walk.seconds - 0.15 }
        let leaving = gait.events.filter { $0.side == side && $0.kind == .toeOff }.map(\.seconds)
        #expect(leaving.count == lifts.count)
        for (seconds, truth) in zip(leaving, lifts) { #expect(abs(seconds - truth) < 0.05) }
        let excess = try #require(gait.stanceFraction[side]) - 0.62
        #expect(abs(excess) < 0.05)
        #expect(abs(try #require(gait.stepLengthMetres[side]) - 0.66) < 0.06)
    }
    #expect(abs(try #require(gait.cadenceStepsPerMinute) - 120 / 1.1) < 2)
    #expect(abs(try #require(gait.speedMetresPerSecond) - 1.2) < 0.03)
}

@Test("who stands still does not walk, and one step has no cadence")
func noWalk() throws {
    #expect(GaitAnalysis.gait(in: motion([.kneeLeft: Array(repeating: 5, count: 120)])) == nil)
    var short = SimulatedWalk()
    short.seconds = 1.2
    #expect(GaitAnalysis.gait(in: short.motion())?.cadenceStepsPerMinute == nil)
}

@Test("events that cannot follow each other in walking are left out, at the ends and between")
func eventsInOrder() {
    func event(_ kind: Gait.Event.Kind, _ side: BodySide, _ seconds: Double) -> Gait.Event {
        Gait.Event(kind: kind, side: side, seconds: seconds)
    }
    let walk = (0..<4).flatMap { stride -> [Gait.Event] in
        let start = 0.5 + 1.1 * Double(stride)
        return [
            event(.initialContact, .right, start), event(.toeOff, .left, start + 0.13),
            event(.initialContact, .left, start + 0.55), event(.toeOff, .right, start + 0.68),
        ]
    }
    #expect(GaitSequence.runs(of: walk) == [walk])
    // Both feet leave the floor before any contact; a foot lands after a swing of 0.195 s.
    let early = [event(.toeOff, .left, 0.1), event(.toeOff, .right, 0.14)]
    let late = [event(.initialContact, .right, 4.48 + 0.195)]
    #expect(GaitSequence.runs(of: early + walk + late) == [Array(early.suffix(1)) + walk])
    // Where an event was missed, nothing reaches across.
    var missing = walk
    missing.remove(at: 5)
    #expect(GaitSequence.runs(of: missing) == [Array(walk[..<5]), Array(walk[6...])])
    #expect(GaitSequence.runs(of: Array(walk[..<3])).isEmpty)
}

@Test("who walks on the spot gets nowhere and has no gait")
func walkOnTheSpot() {
    var walk = SimulatedWalk()
    walk.speed = 0.05
    #expect(GaitAnalysis.gait(in: walk.motion()) == nil)
    var motion = SimulatedWalk().motion()
    for index in motion.times.indices {
        let hip = motion.point(.midHip, at: index)
        for point in 0..<BodyPoint.count { motion.points[index * BodyPoint.count + point] -= SIMD3(hip.x, 0, hip.z) }
    }
    #expect(GaitAnalysis.gait(in: motion) == nil)
}
