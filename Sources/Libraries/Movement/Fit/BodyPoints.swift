/// The sixteen points of the body that residuals are written for, at one moment: the twelve landmarks in the order of
/// `LandmarkTrack.landmarks`, then the soles: left heel, right heel, left toe, right toe. Reused from moment to
/// moment; owns its memory.
///
/// A point's derivative by a joint angle is the joint's axis × the lever from the joint to the point; by the logarithm
/// of a length, that length's vector.
package final class BodyPoints {
    package static let count = 16
    package static let firstSole = 12
    /// At most twelve states move a point: six of the pelvis, six of a leg.
    package static let statesPerPoint = 12
    /// Size, up to four proportions, three coordinates of the offset.
    package static let constantsPerPoint = 8

    /// World positions in metres.
    package let positions: UnsafeMutablePointer<SIMD3<Double>>
    /// [16 × 12] by the states in `stateIndices`; the first six are always those of the pelvis.
    package let byState: UnsafeMutablePointer<SIMD3<Double>>
    /// [16 × 8] by the constants in `constantIndices`.
    package let byConstant: UnsafeMutablePointer<SIMD3<Double>>
    package let stateIndices: UnsafeMutablePointer<Int>
    package let constantIndices: UnsafeMutablePointer<Int>
    package let stateCounts: UnsafeMutablePointer<Int>
    package let constantCounts: UnsafeMutablePointer<Int>

    package init() {
        positions = .allocate(capacity: Self.count)
        positions.initialize(repeating: .zero, count: Self.count)
        byState = .allocate(capacity: Self.count * Self.statesPerPoint)
        byState.initialize(repeating: .zero, count: Self.count * Self.statesPerPoint)
        byConstant = .allocate(capacity: Self.count * Self.constantsPerPoint)
        byConstant.initialize(repeating: .zero, count: Self.count * Self.constantsPerPoint)
        stateIndices = .allocate(capacity: Self.count * Self.statesPerPoint)
        stateIndices.initialize(repeating: 0, count: Self.count * Self.statesPerPoint)
        constantIndices = .allocate(capacity: Self.count * Self.constantsPerPoint)
        constantIndices.initialize(repeating: 0, count: Self.count * Self.constantsPerPoint)
        stateCounts = .allocate(capacity: Self.count)
        stateCounts.initialize(repeating: 0, count: Self.count)
        constantCounts = .allocate(capacity: Self.count)
        constantCounts.initialize(repeating: 0, count: Self.count)
    }

    deinit {
        positions.deallocate()
        byState.deallocate()
        byConstant.deallocate()
        stateIndices.deallocate()
        constantIndices.deallocate()
        stateCounts.deallocate()
        constantCounts.deallocate()
    }

    /// Positions only.
    package func place(_ pose: BodyPose, _ body: BodyDimensions) {
        for side in 0..<2 {
            let mirror = side == 0 ? -1.0 : 1.0
            let sides = SIMD3(1, 1, mirror)
            let leg = side == 0 ? pose.left : pose.right
            positions[0 + side] = leg.shoulder + pose.thorax * (body.offsets[5] * sides)
            positions[2 + side] = leg.hip + pose.pelvis * (body.offsets[0] * sides)
            positions[4 + side] = leg.knee + leg.thighTurn * (body.offsets[1] * sides)
            positions[6 + side] = leg.ankle + leg.shankTurn * (body.offsets[2] * sides)
            positions[8 + side] = leg.foot + leg.footTurn * (body.heelMark + body.offsets[3] * sides)
            positions[10 + side] = leg.foot + leg.footTurn * (body.toeMark + body.offsets[4] * sides)
            positions[12 + side] = leg.foot + leg.footTurn * body.heelSole
            positions[14 + side] = leg.foot + leg.footTurn * body.toeSole
        }
    }

    /// Positions and derivatives.
    package func differentiate(_ pose: BodyPose, _ body: BodyDimensions) {
        place(pose, body)
        for side in 0..<2 {
            let leg = side == 0 ? pose.left : pose.right
            let mirror = side == 0 ? -1.0 : 1.0
            let first = BodyState.leg(side == 0 ? .left : .right)
            let torso = pose.thorax * body.shoulderHeight
            let shoulderWidth = pose.thorax * (mirror * body.shoulderWidth)
            let width = pose.pelvis * (mirror * body.hip)
            let thigh = leg.thighTurn * body.knee
            let shank = leg.shankTurn * body.ankle

            start(0 + side, pose)
            turn(0 + side, BodyState.lumbarExtension, pose.lumbarAxes.x, pose.lumbar)
            turn(0 + side, BodyState.lumbarBend, pose.lumbarAxes.y, pose.lumbar)
            turn(0 + side, BodyState.lumbarRotation, pose.lumbarAxes.z, pose.lumbar)
            constant(0 + side, BodyConstant.logSize, leg.shoulder - pose.position)
            constant(0 + side, BodyConstant.logPelvisHeight, pose.pelvis * body.lumbar)
            constant(0 + side, BodyConstant.logTorso, torso)
            constant(0 + side, BodyConstant.logShoulderWidth, shoulderWidth)
            offset(0 + side, 5, pose.thorax, mirror)

            for (point, joint) in [(2, 0), (4, 1), (6, 2), (8, 3), (10, 3), (12, 3), (14, 3)] {
                let point = point + side
                start(point, pose)
                if joint >= 1 {
                    turn(point, first + BodyState.hipFlexion, leg.hipAxes.x, leg.hip)
                    turn(point, first + BodyState.hipAdduction, leg.hipAxes.y, leg.hip)
                    turn(point, first + BodyState.hipRotation, leg.hipAxes.z, leg.hip)
                }
                if joint >= 2 { turn(point, first + BodyState.knee, leg.kneeAxis, leg.knee) }
                if joint >= 3 {
                    turn(point, first + BodyState.ankle, leg.ankleAxis, leg.ankle)
                    turn(point, first + BodyState.subtalar, leg.subtalarAxis, leg.ankle)
                }
                let mark: SIMD3<Double> =
                    switch point - side {
                    case 2: leg.hip
                    case 4: leg.knee
                    case 6: leg.ankle
                    case 8: leg.foot + leg.footTurn * body.heelMark
                    case 10: leg.foot + leg.footTurn * body.toeMark
                    default: positions[point]
                    }
                constant(point, BodyConstant.logSize, mark - pose.position)
                if joint >= 1 { constant(point, BodyConstant.logThigh, thigh) }
                if joint >= 2 { constant(point, BodyConstant.logShank, shank) }
                if joint >= 3 { constant(point, BodyConstant.logFoot, mark - leg.ankle) }
                constant(point, BodyConstant.logPelvisWidth, width)
                switch point - side {
                case 2: offset(point, 0, pose.pelvis, mirror)
                case 4: offset(point, 1, leg.thighTurn, mirror)
                case 6: offset(point, 2, leg.shankTurn, mirror)
                case 8: offset(point, 3, leg.footTurn, mirror)
                case 10: offset(point, 4, leg.footTurn, mirror)
                default: break
                }
            }
        }
    }

    @inline(__always)
    private func start(_ point: Int, _ pose: BodyPose) {
        stateCounts[point] = 0
        constantCounts[point] = 0
        state(point, 0, SIMD3(1, 0, 0))
        state(point, 1, SIMD3(0, 1, 0))
        state(point, 2, SIMD3(0, 0, 1))
        turn(point, BodyState.yaw, pose.pelvisAxes.x, pose.position)
        turn(point, BodyState.tilt, pose.pelvisAxes.y, pose.position)
        turn(point, BodyState.list, pose.pelvisAxes.z, pose.position)
    }

    @inline(__always)
    private func turn(_ point: Int, _ index: Int, _ axis: SIMD3<Double>, _ pivot: SIMD3<Double>) {
        state(point, index, cross(axis, positions[point] - pivot))
    }

    @inline(__always)
    private func state(_ point: Int, _ index: Int, _ derivative: SIMD3<Double>) {
        let at = point * Self.statesPerPoint + stateCounts[point]
        stateIndices[at] = index
        byState[at] = derivative
        stateCounts[point] += 1
    }

    @inline(__always)
    private func constant(_ point: Int, _ index: Int, _ derivative: SIMD3<Double>) {
        let at = point * Self.constantsPerPoint + constantCounts[point]
        constantIndices[at] = index
        byConstant[at] = derivative
        constantCounts[point] += 1
    }

    @inline(__always)
    private func offset(_ point: Int, _ landmark: Int, _ segment: Matrix3, _ mirror: Double) {
        let first = BodyConstant.offsets + 3 * landmark
        constant(point, first, segment.x)
        constant(point, first + 1, segment.y)
        constant(point, first + 2, mirror * segment.z)
    }
}
