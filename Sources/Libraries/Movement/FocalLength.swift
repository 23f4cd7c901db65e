/// What a lens says about the pinhole camera of a video.
package enum FocalLength {
    /// Focal length over the longer side of the picture, from a phone's "35 mm equivalent".
    ///
    /// The equivalent compares diagonals: a full 4:3 picture has a longer side of 34.6 mm where its diagonal is the
    /// 43.3 mm of 35 mm film. Recording video crops the sensor a little; 1.1 is the middle of what phones do (1.07 … 1.15).
    package static func overLongSide(equivalent35Millimetres millimetres: Double) -> Double {
        millimetres / 34.6 * 1.1
    }
}
