/// The file formats that are read, recognised by their first bytes and not by the file's name.
///
/// FFmpeg's own guessing would run the probes of three hundred formats over bytes from strangers; these two are
/// what phones, browsers and editors write.
enum ContainerKind: String {
    /// ISO base media (ISO/IEC 14496-12) and QuickTime: .mp4, .m4v, .mov, .3gp.
    case mp4
    /// Matroska and WebM (RFC 9559): .mkv, .webm.
    case matroska

    /// nil where the bytes begin like none of them. Twelve bytes are enough.
    init?(firstBytes bytes: [UInt8]) {
        if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            self = .matroska
        } else if bytes.count >= 8, Self.firstBoxes.contains(String(decoding: bytes[4..<8], as: UTF8.self)) {
            self = .mp4
        } else {
            return nil
        }
    }

    /// The name by which FFmpeg finds the demuxer.
    var demuxerName: String {
        switch self {
        case .mp4: "mov"
        case .matroska: "matroska"
        }
    }

    private static let firstBoxes: Set<String> = ["ftyp", "moov", "mdat", "free", "skip", "wide", "pnot"]
}
