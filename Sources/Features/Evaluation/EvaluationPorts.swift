import Base
import Movement
import Runtime

/// What the feature asks of others.
package struct EvaluationPorts: Sendable {
    package let videos: any BlobStore
    package let observer: VideoObserver
    package let names: Names
    package let surroundings: Surroundings
    package let certifying: CertifyingPorts

    package init(
        videos: any BlobStore, observer: VideoObserver, names: Names = .none, surroundings: Surroundings = .none,
        certifying: CertifyingPorts = .none
    ) {
        self.videos = videos
        self.observer = observer
        self.names = names
        self.surroundings = surroundings
        self.certifying = certifying
    }

    static let shapes = [videosShape, VideoObserver.shape, Names.shape, Surroundings.shape] + CertifyingPorts.shapes

    private static let videosShape = PortShape(
        "videos", Text(es: "dónde están los videos, sellados", en: "where videos are, sealed"),
        fallback: Text(es: "la raíz la da siempre", en: "the root always answers it"))
}

/// A port: looks at a video, where it can harm nothing.
package struct VideoObserver: Sendable {
    /// What is looked at, and what is known about it.
    package struct Look: Sendable {
        /// In bytes, exactly.
        package let length: Int
        package let request: MeasureRequest
        package let gravity: SIMD3<Double>?
        package let focalLengthOverLongSide: Double?

        package init(length: Int, request: MeasureRequest, gravity: SIMD3<Double>?, focalLengthOverLongSide: Double?) {
            self.length = length
            self.request = request
            self.gravity = gravity
            self.focalLengthOverLongSide = focalLengthOverLongSide
        }
    }

    /// The video from its beginning, part by part; nil after the last.
    package typealias Parts = @Sendable () async throws -> [UInt8]?
    /// How much of it was looked at, 0 … 1; nil where its length is not known.
    package typealias Progress = @Sendable (Double?) -> Void

    /// The bytes of `observations.jsonl`, and the SHA-256 of the video in hexadecimal. Throws `Failure`: `.invalid` for a recording that
    /// is no good, said in words for the person; `.unavailable` where something is missing here.
    package let observe: @Sendable (Look, _ parts: @escaping Parts, _ progress: @escaping Progress) async throws -> [UInt8]

    /// In whose name reports are made: a name and a version.
    package let program: (name: String, version: String)

    package init(
        program: (name: String, version: String),
        observe: @escaping @Sendable (Look, _ parts: @escaping Parts, _ progress: @escaping Progress) async throws -> [UInt8]
    ) {
        self.program = program
        self.observe = observe
    }

    static let shape = PortShape(
        "observer", Text(es: "mira un video y dice qué se ve", en: "looks at a video and says what is seen"),
        fallback: Text(es: "el video espera y se intenta de nuevo", en: "the video waits and it is tried again"))
}
