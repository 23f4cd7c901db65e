/// Does pieces of work side by side and takes their results in order, with at most `width` of them begun and not yet taken.
func inOrder<Piece: Sendable, Result: Sendable>(
    width: Int, next: () async throws -> Piece?, work: @escaping @Sendable (Piece) async throws -> Result,
    take: (Result) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var (begun, taken) = (0, 0)
        var done: [Int: Result] = [:]
        var isOver = false
        while true {
            while !isOver, begun - taken < width {
                guard let piece = try await next() else {
                    isOver = true
                    break
                }
                let number = begun
                group.addTask { (number, try await work(piece)) }
                begun += 1
            }
            guard let (number, result) = try await group.next() else { return }
            done[number] = result
            while let result = done.removeValue(forKey: taken) {
                try await take(result)
                taken += 1
            }
        }
    }
}
