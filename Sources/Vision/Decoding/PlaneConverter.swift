import CFFmpeg

/// Brings pictures of other kinds (10 bits, interleaved chroma) to the three planes of 8 bits that are sampled.
final class PlaneConverter {
    private var scaler: OpaquePointer?
    private var converted: UnsafeMutablePointer<AVFrame>?

    deinit {
        sws_freeContext(scaler)
        av_frame_free(&converted)
    }

    /// Whether the picture can be sampled as it is.
    static func isSampled(_ format: AVPixelFormat) -> Bool {
        switch format {
        case AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV444P,
            AV_PIX_FMT_YUVJ444P:
            true
        default: false
        }
    }

    /// The same picture as `yuv420p`, valid until the next call; nil where that cannot be done.
    func convert(_ frame: UnsafeMutablePointer<AVFrame>) -> UnsafeMutablePointer<AVFrame>? {
        let (width, height) = (frame.pointee.width, frame.pointee.height)
        if converted == nil || converted?.pointee.width != width || converted?.pointee.height != height {
            av_frame_free(&converted)
            converted = av_frame_alloc()
            converted?.pointee.format = AV_PIX_FMT_YUV420P.rawValue
            converted?.pointee.width = width
            converted?.pointee.height = height
            guard let converted, av_frame_get_buffer(converted, 0) >= 0 else { return nil }
        }
        scaler = sws_getCachedContext(
            scaler, width, height, AVPixelFormat(frame.pointee.format), width, height, AV_PIX_FMT_YUV420P,
            SWS_BICUBIC, nil, nil, nil)
        guard let scaler, let converted, sws_scale_frame(scaler, converted, frame) >= 0 else { return nil }
        converted.pointee.color_range = frame.pointee.color_range
        return converted
    }
}
