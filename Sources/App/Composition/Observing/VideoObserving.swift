import Base
import CDescriptors
import Evaluation
import Foundation
import Glibc
import Movement
import Vision

/// Looks at videos that arrive over HTTP: in memory, never in a file, and one child on each core at most.
enum VideoObserving {
    /// What a phone delivers; more pictures a second cost time and gain nothing (docs/movement.md).
    private static let maximalRateHertz = 30.0

    private static let line = WorkLine(
        threads: WorkLine.cores, mostWaiting: 1_000,
        busy: Failure(
            .overloaded, "videos_wait",
            Text(es: "Hay demasiados videos en espera: este sigue en la cola.", en: "Too many videos wait: this one stays in the queue.")))

    static let observer = VideoObserver(program: ("zancada", Program.version)) { look, parts, progress in
        let cancellation = try Cancellation()
        let memory = try VideoMemory()
        var digest = Digest()
        while let part = try await parts() {
            digest.update(part)
            try memory.append(part)
        }
        let sha256 = digest.hexadecimal
        return try await withTaskCancellationHandler {
            try await line.run { () throws(Failure) in
                let recording = Recording(
                    descriptor: memory.take(), bytes: look.length, sha256: sha256,
                    captureFile: CaptureFile(gravity: look.gravity, focalLengthOverLongSide: look.focalLengthOverLongSide))
                var written: [UInt8] = []
                _ = try Observing.observe(
                    recording, request: look.request, maximalRateHertz: maximalRateHertz, cancellation: cancellation,
                    onProgress: { fraction, _ in progress(fraction) }
                ) { line throws(Failure) in written += line }
                return written
            }
        } onCancel: {
            cancellation.cancel()
        }
    }
}

/// A file without a name in memory: a video in clear is on no disk.
private final class VideoMemory: @unchecked Sendable {
    // Safe to share: one task after the other uses it.
    private var descriptor: Int32

    init() throws(Failure) {
        descriptor = descriptors_memory()
        guard descriptor >= 0 else { throw .noMemoryForVideo }
    }

    func append(_ bytes: [UInt8]) throws(Failure) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .noMemoryForVideo }
            done += count
        }
    }

    /// Gives the descriptor away, at its beginning.
    func take() -> Int32 {
        defer { descriptor = -1 }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}

extension Failure {
    fileprivate static let noMemoryForVideo = Failure(
        .unavailable, "no_memory_for_video",
        Text(
            es: "No hay memoria para mirar el video ahora: se intenta de nuevo más tarde.",
            en: "There is no memory to look at the video now: it is tried again later."))
}
