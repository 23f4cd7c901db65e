import Base
import CFFmpeg

/// The codecs that are decoded, and an opened decoder for a stream of one of them.
enum VideoCodec {
    /// FFmpeg's names of the decoders that may run, whatever a file asks for.
    static let decoderNames = "h264,hevc,vp8,vp9,libdav1d,libaom-av1,av1"

    private static let names: [(id: AVCodecID, name: String)] = [
        (AV_CODEC_ID_H264, "h264"), (AV_CODEC_ID_HEVC, "hevc"), (AV_CODEC_ID_VP8, "vp8"), (AV_CODEC_ID_VP9, "vp9"),
        (AV_CODEC_ID_AV1, "av1"),
    ]

    /// The name under which a codec is known here; a refusal that names it where it is not decoded.
    static func name(of parameters: UnsafeMutablePointer<AVCodecParameters>) throws(Failure) -> String {
        let id = parameters.pointee.codec_id
        if let known = names.first(where: { $0.id == id }) { return known.name }
        throw id == AV_CODEC_ID_NONE ? .videoDamaged : .videoCodecUnsupported
    }

    /// An opened decoder with one thread; several recordings at once scale with cores, one decoder's threads do less well.
    static func open(
        _ stream: UnsafeMutablePointer<AVStream>, limits: VideoLimits
    ) throws(Failure) -> UnsafeMutablePointer<AVCodecContext> {
        let parameters = stream.pointee.codecpar
        guard let decoder = avcodec_find_decoder(parameters?.pointee.codec_id ?? AV_CODEC_ID_NONE) else {
            throw .videoCodecUnsupported
        }
        var context = avcodec_alloc_context3(decoder)
        guard let opened = context else { throw .outOfMemory }
        opened.pointee.thread_count = 1
        opened.pointee.pkt_timebase = stream.pointee.time_base
        // Coded sizes are rounded up to whole blocks.
        opened.pointee.max_pixels = Int64((limits.longSide + 64) * (limits.pixels / limits.longSide + 64))
        guard avcodec_parameters_to_context(opened, parameters) >= 0, avcodec_open2(opened, decoder, nil) >= 0 else {
            avcodec_free_context(&context)
            throw .videoDamaged
        }
        return opened
    }
}
