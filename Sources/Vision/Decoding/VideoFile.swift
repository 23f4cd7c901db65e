import Base
import CFFmpeg

/// An opened recording: which stream in it is the video, and what it says about itself.
///
/// Opening is strict: one of two containers, one of five codecs, no other file, no network.
final class VideoFile {
    let stream: ByteStream
    private(set) var format: UnsafeMutablePointer<AVFormatContext>
    let video: UnsafeMutablePointer<AVStream>
    let container: ContainerKind

    init(source: ByteSource) throws(Failure) {
        av_log_set_level(AV_LOG_QUIET)
        guard source.size > 0 else { throw .videoEmpty }
        var start = [UInt8](repeating: 0, count: 12)
        let count = start.withUnsafeMutableBytes { source.read(0, $0) }
        guard count >= 0 else { throw .videoUnreadable }
        guard let kind = ContainerKind(firstBytes: Array(start.prefix(count))) else { throw .notAVideo }
        container = kind
        guard let stream = ByteStream(source), let context = avformat_alloc_context() else { throw .outOfMemory }
        self.stream = stream
        context.pointee.pb = stream.context
        context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        zffmpeg_forbid_open(context)
        var options: OpaquePointer?
        av_dict_set(&options, "format_whitelist", "mov,matroska", 0)
        av_dict_set(&options, "codec_whitelist", VideoCodec.decoderNames, 0)
        av_dict_set(&options, "protocol_whitelist", "", 0)
        defer { av_dict_free(&options) }
        var opened: UnsafeMutablePointer<AVFormatContext>? = context
        // A failure frees the context.
        guard avformat_open_input(&opened, "", av_find_input_format(kind.demuxerName), &options) >= 0, let opened else {
            throw stream.hasFailed ? .videoUnreadable : .videoDamaged
        }
        format = opened
        do {
            video = try Self.chooseVideo(opened, stream)
        } catch {
            var context: UnsafeMutablePointer<AVFormatContext>? = opened
            avformat_close_input(&context)
            throw error
        }
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = format
        avformat_close_input(&context)
    }

    /// The largest video track; the others (sound, depth, a cover picture) are passed over when reading.
    private static func chooseVideo(
        _ format: UnsafeMutablePointer<AVFormatContext>, _ stream: ByteStream
    ) throws(Failure) -> UnsafeMutablePointer<AVStream> {
        // Matroska without a stated codec configuration and streams with reordered pictures need a look inside first.
        guard avformat_find_stream_info(format, nil) >= 0 else {
            throw stream.hasFailed ? .videoUnreadable : .videoDamaged
        }
        let streams = (0..<Int(format.pointee.nb_streams)).compactMap { format.pointee.streams[$0] }
        let videos = streams.filter {
            $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
                && $0.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
        }
        func pixels(_ stream: UnsafeMutablePointer<AVStream>) -> Int {
            Int(stream.pointee.codecpar.pointee.width) * Int(stream.pointee.codecpar.pointee.height)
        }
        guard let video = videos.max(by: { pixels($0) < pixels($1) }) else { throw .noVideoStream }
        for other in streams where other != video { other.pointee.discard = AVDISCARD_ALL }
        return video
    }
}

extension VideoFile {
    /// Length in seconds where the file says so, not where FFmpeg guesses it from the bit rate.
    var durationSeconds: Double? {
        let base = video.pointee.time_base
        if video.pointee.duration > 0, base.den > 0 {
            return Double(video.pointee.duration) * Double(base.num) / Double(base.den)
        }
        guard format.pointee.duration > 0, format.pointee.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE else {
            return nil
        }
        return Double(format.pointee.duration) / Double(AV_TIME_BASE)
    }

    /// Pictures a second: the median of the index where the container has one entry per picture, else what is stated.
    var rateHertz: Double? {
        let entries = min(600, avformat_index_get_entries_count(video))
        let base = video.pointee.time_base
        if container == .mp4, entries > 2, base.num > 0 {
            let ticks = (0..<entries).compactMap { avformat_index_get_entry(video, $0)?.pointee.timestamp }
            let steps = zip(ticks.dropFirst(), ticks).map { $0 - $1 }.filter { $0 > 0 }.sorted()
            if !steps.isEmpty { return Double(base.den) / (Double(base.num) * Double(steps[steps.count / 2])) }
        }
        for stated in [video.pointee.avg_frame_rate, video.pointee.r_frame_rate] where stated.num > 0 && stated.den > 0 {
            let hertz = Double(stated.num) / Double(stated.den)
            if hertz >= 1, hertz <= 1000 { return hertz }
        }
        return nil
    }

    /// The nine numbers that turn the stored picture upright; nil where it is.
    var displayMatrix: [Int32]? {
        guard let data = av_stream_get_side_data(video, AV_PKT_DATA_DISPLAYMATRIX, nil) else { return nil }
        return (0..<9).map { UnsafeRawPointer(data).loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self) }
    }

    /// Width over height of a stored pixel.
    var pixelAspect: Double {
        let ratio = av_guess_sample_aspect_ratio(format, video, nil)
        return ratio.num > 0 && ratio.den > 0 ? Double(ratio.num) / Double(ratio.den) : 1
    }
}
