/// The largest recording that is looked at.
package struct VideoLimits: Sendable, Equatable {
    /// Longer side, stored or upright, in pixels.
    package var longSide = 4096
    /// Width times height.
    package var pixels = 4096 * 2304
    package var seconds = 20.0 * 60

    package init() {}

    func allows(width: Int, height: Int) -> Bool {
        max(width, height) <= longSide && width * height <= pixels
    }
}
