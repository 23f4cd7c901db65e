import Base
import NIOCore

/// What one chunk becomes on one event loop: each message is written, framed and compressed once, for however many hear it.
final class Parcels {
    private struct Name: Hashable {
        let topic: String
        let mask: UInt64
    }

    private let chunk: LiveChunk
    private let compression: () -> MessageCompression
    private var parcels: [Name: Parcel] = [:]

    init(_ chunk: LiveChunk, compression: @escaping () -> MessageCompression) {
        self.chunk = chunk
        self.compression = compression
    }

    /// These events of the chunk as a message about a topic.
    func parcel(_ topic: Topic, _ mask: UInt64) -> Parcel {
        let name = Name(topic: topic.text, mask: mask)
        if let known = parcels[name] { return known }
        let parcel = Parcel(ServerMessage.events(topic, chunk.chosen(mask)), compression: compression)
        parcels[name] = parcel
        return parcel
    }
}

/// A message and its frames.
final class Parcel {
    let json: [UInt8]
    private let compression: () -> MessageCompression
    private(set) lazy var plain = WebSocketFrames.text(json)
    /// Compressed where that pays.
    private(set) lazy var compressed = WebSocketFrames.compressedText(json, by: compression()) ?? plain

    init(_ json: [UInt8], compression: @escaping () -> MessageCompression) {
        self.json = json
        self.compression = compression
    }
}
