import Base
import CFFmpeg
import Movement

/// Hands over the pictures of a recording one by one, upright, at the times at which a player would show them.
///
/// Pictures that a player does not show (before an edit list's start, twice at one time) are left out. One decoder
/// thread; at no time is more than one picture held beside what the codec itself keeps for reference.
package final class VideoReader {
    package let description: StreamDescription
    private let file: VideoFile
    private let limits: VideoLimits
    private var decoder: UnsafeMutablePointer<AVCodecContext>?
    private let converter = PlaneConverter()
    private let geometry: DisplayGeometry
    private let secondsPerTick: Double
    private let packet: UnsafeMutablePointer<AVPacket>
    private let frame: UnsafeMutablePointer<AVFrame>

    /// - Throws: `Failure(.invalid)` where the bytes are no video, a damaged one, or one beyond the limits;
    ///   `.inputOutput` where they cannot be read.
    package init(source: ByteSource, limits: VideoLimits = VideoLimits()) throws(Failure) {
        file = try VideoFile(source: source)
        self.limits = limits
        guard let parameters = file.video.pointee.codecpar else { throw .videoDamaged }
        let codec = try VideoCodec.name(of: parameters)
        let (width, height) = (Int(parameters.pointee.width), Int(parameters.pointee.height))
        guard width > 0, height > 0 else { throw .videoDamaged }
        guard limits.allows(width: width, height: height) else { throw .videoTooLarge }
        let duration = file.durationSeconds
        if let duration, duration > limits.seconds + 1 { throw .videoTooLong(limits) }
        geometry = DisplayGeometry(
            storedWidth: width, storedHeight: height, matrix: file.displayMatrix, pixelAspect: file.pixelAspect)
        description = StreamDescription(
            width: geometry.width, height: geometry.height, rotationDegrees: geometry.rotationDegrees,
            rateHertz: file.rateHertz, durationSeconds: duration, codec: codec, container: file.container.rawValue,
            focalLengthOverLongSide: LensMetadata.focalLengthOverLongSide([
                file.video.pointee.metadata, file.format.pointee.metadata,
            ]))
        let base = file.video.pointee.time_base
        guard base.num > 0, base.den > 0 else { throw .videoDamaged }
        secondsPerTick = Double(base.num) / Double(base.den)
        guard let packet = av_packet_alloc() else { throw .outOfMemory }
        guard let frame = av_frame_alloc() else { throw .outOfMemory }
        self.packet = packet
        self.frame = frame
        decoder = try VideoCodec.open(file.video, limits: limits)
    }

    deinit {
        avcodec_free_context(&decoder)
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&frame)
    }

    /// Calls `body` with each analysed picture and its time in seconds since the first picture that is shown.
    /// To be called once.
    ///
    /// - Parameter maximalHertz: at most this many pictures a second are handed over; nil means all.
    /// - Throws: `Failure(.invalid)` where not one picture could be decoded or the recording turns out too long or too
    ///   large on the way, and whatever `body` throws.
    package func forEachPicture(
        maximalHertz: Double?, _ body: (_ timeSeconds: Double, _ picture: Picture) throws -> Void
    ) throws -> VideoEnd {
        var passage = Passage(grid: FrameGrid(hertz: maximalHertz), rateHertz: description.rateHertz)
        var isReading = true
        while isReading {
            let status = av_read_frame(file.format, packet)
            if status >= 0 {
                defer { av_packet_unref(packet) }
                guard packet.pointee.stream_index == file.video.pointee.index else { continue }
                passage.prepare(decoder, for: packet, secondsPerTick: secondsPerTick)
                try send(packet, &passage, body)
            } else if status == zffmpeg_error_again() {
                continue
            } else {
                if file.stream.hasFailed { throw Failure.videoUnreadable }
                if status != zffmpeg_error_end() { passage.end.damagedPackets += 1 }
                isReading = false
                try send(nil, &passage, body)
            }
        }
        guard passage.end.pictures > 0 else { throw Failure.videoDamaged }
        passage.end.finish(durationSeconds: description.durationSeconds)
        return passage.end
    }

    private func send(
        _ packet: UnsafeMutablePointer<AVPacket>?, _ passage: inout Passage, _ body: (Double, Picture) throws -> Void
    ) throws {
        var status = avcodec_send_packet(decoder, packet)
        if status == zffmpeg_error_again() {
            try receive(&passage, body)
            status = avcodec_send_packet(decoder, packet)
        }
        if status == zffmpeg_error_memory() { throw Failure.outOfMemory }
        if status < 0, status != zffmpeg_error_end() { passage.end.damagedPackets += 1 }
        try receive(&passage, body)
    }

    private func receive(_ passage: inout Passage, _ body: (Double, Picture) throws -> Void) throws {
        while true {
            let status = avcodec_receive_frame(decoder, frame)
            if status == zffmpeg_error_again() || status == zffmpeg_error_end() { return }
            if status == zffmpeg_error_memory() { throw Failure.outOfMemory }
            guard status >= 0 else {
                passage.end.damagedPackets += 1
                return
            }
            defer { av_frame_unref(frame) }
            let (width, height) = (Int(frame.pointee.width), Int(frame.pointee.height))
            guard limits.allows(width: width, height: height) else {
                throw Failure.videoTooLarge
            }
            guard let time = passage.timeShown(of: frame, secondsPerTick: secondsPerTick) else { continue }
            if time > limits.seconds + 1 { throw Failure.videoTooLong(limits) }
            guard passage.grid.takes(time) else { continue }
            guard let picture = picture(of: frame) else {
                passage.end.damagedPackets += 1
                continue
            }
            try body(time, picture)
        }
    }

    private func picture(of frame: UnsafeMutablePointer<AVFrame>) -> Picture? {
        let isSampled = PlaneConverter.isSampled(AVPixelFormat(frame.pointee.format))
        guard let planes = isSampled ? frame : converter.convert(frame) else { return nil }
        let format = AVPixelFormat(planes.pointee.format)
        guard let layout = av_pix_fmt_desc_get(format), let luma = planes.pointee.data.0,
            let blue = planes.pointee.data.1, let red = planes.pointee.data.2,
            planes.pointee.linesize.1 == planes.pointee.linesize.2
        else { return nil }
        let isJPEG = [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P].contains(format)
        let (width, height) = (Int(planes.pointee.width), Int(planes.pointee.height))
        return Picture(
            width: geometry.width, height: geometry.height, storedWidth: width, storedHeight: height,
            storedFromUpright: geometry.storedFromUpright(storedWidth: width, storedHeight: height), luma: luma,
            lumaStride: Int(planes.pointee.linesize.0), blue: blue, red: red,
            chromaStride: Int(planes.pointee.linesize.1), chromaShiftX: Int(layout.pointee.log2_chroma_w),
            chromaShiftY: Int(layout.pointee.log2_chroma_h),
            isFullRange: isJPEG || planes.pointee.color_range == AVCOL_RANGE_JPEG)
    }
}
