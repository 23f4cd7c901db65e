/// What a recording says about itself before its pictures are looked at.
package struct StreamDescription: Sendable, Equatable {
    /// Of the upright picture with square pixels.
    package var width: Int
    package var height: Int
    /// Clockwise turn from the stored to the upright picture: 0, 90, 180 or 270.
    package var rotationDegrees: Int
    /// Pictures a second; nil where the file does not say.
    package var rateHertz: Double?
    /// Length in seconds; nil where the file does not say.
    package var durationSeconds: Double?
    /// `h264`, `hevc`, `vp8`, `vp9`, `av1`.
    package var codec: String
    /// `mp4`, `matroska`.
    package var container: String
    /// Focal length over the longer side of the picture, where the phone wrote it down.
    package var focalLengthOverLongSide: Double?

    package init(
        width: Int, height: Int, rotationDegrees: Int, rateHertz: Double?, durationSeconds: Double?, codec: String,
        container: String, focalLengthOverLongSide: Double?
    ) {
        self.width = width
        self.height = height
        self.rotationDegrees = rotationDegrees
        self.rateHertz = rateHertz
        self.durationSeconds = durationSeconds
        self.codec = codec
        self.container = container
        self.focalLengthOverLongSide = focalLengthOverLongSide
    }
}
