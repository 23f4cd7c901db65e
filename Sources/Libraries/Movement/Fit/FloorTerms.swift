import Foundation

extension BodyFitProblem {
    /// Term 3: planted soles are at the height of the floor, no sole is below it.
    @inline(__always)
    func addFloor(_ index: Int, _ points: BodyPoints, _ sink: ResidualSink) {
        let thin = thin(options.correlation.image)
        for foot in 0..<4 {
            let point = BodyPoints.firstSole + foot
            let height = points.positions[point].y
            let contact = contact[index][foot]
            let planted = contact * thin / options.floorMetres
            let below = height < 0 ? (1 - contact) * thin / options.penetrationMetres : 0
            let weight = (planted * planted + below * below).squareRoot()
            sink.add(cost: height * weight * (height * weight), .floor)
            guard sink.assembly != nil, weight > 0 else { continue }
            write(points, point, axis: 1, weight, shift: 0, sink)
            writeLengths(points, point, minus: nil, axis: 1, weight, sink)
            sink.finish(residual: height * weight)
        }
    }

    /// Term 4: what stood on the floor at the moment before and stands there now has not moved.
    @inline(__always)
    func addPlanted(
        _ index: Int, _ before: BodyPoints, _ now: BodyPoints, _ sink: ResidualSink
    ) {
        for foot in 0..<4 {
            let point = BodyPoints.firstSole + foot
            let weight =
                (contact[index][foot] * contact[index - 1][foot]).squareRoot()
                / (options.plantedMetresPerSecond * LandmarkTrack.stepSeconds)
            let residual = (now.positions[point] - before.positions[point]) * weight
            sink.add(cost: dot(residual, residual), .planted)
            guard sink.assembly != nil, weight > 0 else { continue }
            for axis in 0..<3 {
                write(before, point, axis: axis, -weight, shift: 0, sink)
                write(now, point, axis: axis, weight, shift: BodyState.count, sink)
                writeLengths(now, point, minus: before, axis: axis, weight, sink)
                sink.finish(residual: residual[axis])
            }
        }
    }

    /// Term 11: the pelvis travels in its own sagittal plane.
    @inline(__always)
    func addTravel(_ before: UnsafePointer<Double>, _ now: UnsafePointer<Double>, _ sink: ResidualSink) {
        let weight =
            thin(options.correlation.travel) / (options.sidewaysMetresPerSecond * LandmarkTrack.stepSeconds)
        let yaw = (before[BodyState.yaw] + now[BodyState.yaw]) / 2
        let (sine, cosine) = (sin(yaw), cos(yaw))
        let (x, z) = (now[0] - before[0], now[2] - before[2])
        let residual = (x * sine + z * cosine) * weight
        sink.add(cost: residual * residual, .travel)
        guard sink.assembly != nil, weight > 0 else { return }
        let byYaw = (x * cosine - z * sine) * weight / 2
        sink.state(0, -sine * weight)
        sink.state(2, -cosine * weight)
        sink.state(BodyState.yaw, byYaw)
        sink.state(BodyState.count, sine * weight)
        sink.state(BodyState.count + 2, cosine * weight)
        sink.state(BodyState.count + BodyState.yaw, byYaw)
        sink.finish(residual: residual)
    }

    @inline(__always)
    private func write(
        _ points: BodyPoints, _ point: Int, axis: Int, _ weight: Double, shift: Int, _ sink: ResidualSink
    ) {
        let states = points.byState + point * BodyPoints.statesPerPoint
        let indices = points.stateIndices + point * BodyPoints.statesPerPoint
        // Of the body's position only the coordinate along the axis counts.
        sink.state(shift + axis, weight)
        for i in 3..<points.stateCounts[point] { sink.state(shift + indices[i], states[i][axis] * weight) }
    }

    @inline(__always)
    private func writeLengths(
        _ points: BodyPoints, _ point: Int, minus other: BodyPoints?, axis: Int, _ weight: Double,
        _ sink: ResidualSink
    ) {
        let first = point * BodyPoints.constantsPerPoint
        for i in 0..<points.constantCounts[point] {
            let value = points.byConstant[first + i][axis] - (other?.byConstant[first + i][axis] ?? 0)
            sink.constant(points.constantIndices[first + i], value * weight)
        }
    }
}
