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
