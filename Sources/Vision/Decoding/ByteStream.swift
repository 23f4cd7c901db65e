import CFFmpeg
import Foundation

/// A byte source as FFmpeg reads it: through callbacks that read and seek, and nothing else.
final class ByteStream {
    private let source: ByteSource
    private var position = 0
    /// Whether the source itself failed, so that a failing disk is not taken for a damaged video.
    private(set) var hasFailed = false
    private(set) var context: UnsafeMutablePointer<AVIOContext>?

    private static let bufferBytes: Int32 = 1 << 16

    init?(_ source: ByteSource) {
        self.source = source
        guard let buffer = av_malloc(Int(Self.bufferBytes)) else { return nil }
        context = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self), Self.bufferBytes, 0, Unmanaged.passUnretained(self).toOpaque(),
            { opaque, buffer, count in
                guard let opaque, let buffer else { return zffmpeg_error_io() }
                return Unmanaged<ByteStream>.fromOpaque(opaque).takeUnretainedValue()
                    .read(UnsafeMutableRawBufferPointer(start: buffer, count: Int(count)))
            },
            nil,
            { opaque, offset, origin in
                guard let opaque else { return Int64(zffmpeg_error_io()) }
                return Unmanaged<ByteStream>.fromOpaque(opaque).takeUnretainedValue().seek(offset, origin)
            })
        if context == nil {
            av_free(buffer)
            return nil
        }
    }

    deinit {
        // FFmpeg may have exchanged the buffer for another.
        if let context { av_freep(&context.pointee.buffer) }
        avio_context_free(&context)
    }

    private func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int32 {
        guard position < source.size else { return zffmpeg_error_end() }
        let count = source.read(position, buffer)
        guard count >= 0 else {
            hasFailed = true
            return zffmpeg_error_io()
        }
        position += count
        return count == 0 ? zffmpeg_error_end() : Int32(count)
    }

    private func seek(_ offset: Int64, _ origin: Int32) -> Int64 {
        if origin & AVSEEK_SIZE != 0 { return Int64(source.size) }
        let target: Int
        switch origin & ~AVSEEK_FORCE {
        case SEEK_SET: target = Int(offset)
        case SEEK_CUR: target = position &+ Int(offset)
        case SEEK_END: target = source.size &+ Int(offset)
        default: return Int64(zffmpeg_error_io())
        }
        guard target >= 0 else { return Int64(zffmpeg_error_io()) }
        position = target
        return Int64(target)
    }
}
