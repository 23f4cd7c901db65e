import Access
import Base
import Foundation
import Gateway
import HTTPTypes
import NIOPosix
import Web

// A door with nothing behind it but a file: what streaming costs. `benchmarks/http stream` runs it beside nginx.
//
//     DoorBenchmark FOLDER
//
// GET /source is the file FOLDER/source, PUT /sink writes FOLDER/sink. Prints its port, and ends when its input does.

let folder = CommandLine.arguments.dropFirst().first ?? "."
let text = Text(verbatim: "Streams.")
let piece = 256 << 10

func source() throws -> Reply {
    let file = try FileHandle(forReadingFrom: URL(filePath: "\(folder)/source"))
    let length = Int(try file.seekToEnd())
    return Reply(
        .ok, type: "application/octet-stream",
        .stream(length: length) { writer in
            defer { try? file.close() }
            var bytes = [UInt8](repeating: 0, count: piece)
            var place = 0
            while place < length {
                let count = bytes.withUnsafeMutableBytes { pread(file.fileDescriptor, $0.baseAddress, piece, off_t(place)) }
                guard count > 0 else { throw POSIXError(.EIO) }
                try await writer.write(count == piece ? bytes : Array(bytes[..<count]))
                place += count
            }
        })
}

func sink(_ body: BodyStream?) async throws -> Reply {
    let path = "\(folder)/sink"
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? file.close() }
    while let chunk = try await body?.chunk() {
        let count = chunk.withUnsafeBytes { Glibc.write(file.fileDescriptor, $0.baseAddress, $0.count) }
        guard count == chunk.count else { throw POSIXError(.EIO) }
    }
    return .done
}

let routes = [
    Route(.get, "/source", "stream.source", text, access: .anyone, answers: [.ok(.other("application/octet-stream"))], pace: .unlimited) {
        _ in
        try source()
    },
    Route(
        .put, "/sink", "stream.sink", text, access: .anyone, body: .stream(types: ["application/octet-stream"], mostBytes: 4 << 30),
        answers: [.done], pace: .unlimited
    ) { call in try await sink(call.stream) },
]
let nobody = Authenticator { (_: String) throws(Failure) in throw TokenFault.signature.failure }
let ports = GatewayPorts(authenticator: nobody, roles: try RoleBook(), log: Log(to: LogSink { _ in }, now: World.live.now), world: .live)
let loops = MultiThreadedEventLoopGroup(numberOfThreads: 2)
let gateway = Gateway([Gateway.Listener(Responder(routes, GatewayTerms(), ports), host: "127.0.0.1", port: 0)], on: loops)
let serving = Task {
    try await gateway.run { ports in
        // Not by `print`: flushing it would wait for whoever reads the input.
        FileHandle.standardOutput.write(Data("\(ports[0])\n".utf8))
    }
}
await Task.detached { while readLine() != nil {} }.value
serving.cancel()
_ = try? await serving.value
