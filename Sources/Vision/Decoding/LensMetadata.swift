import CFFmpeg
import Movement

/// What a phone wrote beside the pictures about its lens.
enum LensMetadata {
    /// Focal length over the longer side of the picture from the "35 mm equivalent" in millimetres that some phones
    /// write into QuickTime's or Android's metadata; nil where there is none or it is no phone's.
    static func focalLengthOverLongSide(_ dictionaries: [OpaquePointer?]) -> Double? {
        for dictionary in dictionaries {
            for key in keys {
                guard let entry = av_dict_get(dictionary, key, nil, 0), let value = entry.pointee.value,
                    let millimetres = Double(String(cString: value)), (10...150).contains(millimetres)
                else { continue }
                return FocalLength.overLongSide(equivalent35Millimetres: millimetres)
            }
        }
        return nil
    }

    private static let keys = [
        "com.apple.quicktime.camera.focal_length.35mm_equivalent",
        "com.apple.quicktime.camera.focal-length.35mm-equivalent",
        "com.android.camera.focal_length_35mm_equivalent",
        "focal_length_35mm_equivalent",
    ]
}
