import Movement

/// What was seen in one analysed picture.
package struct FrameObservation: Sendable, Equatable {
    /// Seconds from the first picture that a player would show.
    package var timeSeconds: Double
    /// Mean brightness, 0 … 1.
    package var light: Double
    /// The network's confidence that there is a person, 0 … 1; 0 where nobody was found.
    package var score: Double
    package var found: ObservedFrame.Found
    /// One for each `Landmark`, or none where nobody was found.
    package var points: [ObservedPoint]

    package init(
        timeSeconds: Double, light: Double, score: Double, found: ObservedFrame.Found, points: [ObservedPoint]
    ) {
        self.timeSeconds = timeSeconds
        self.light = light
        self.score = score
        self.found = found
        self.points = points
    }
}
