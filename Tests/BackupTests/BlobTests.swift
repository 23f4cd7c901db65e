import Base
import Disk
import Foundation
import Runtime
import Testing

@Suite("stores of blobs")
struct BlobTests {
    private static func onEach(_ body: (any BlobStore) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "zancada-test-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(MemoryBlobs())
        try await body(try DiskBlobs(folder.path))
    }

    @Test("what is put is there whole, listed and replaced; parts are read; what is removed is gone")
    func rules() async throws {
        try await Self.onEach { store in
            let (one, two) = (try #require(BlobName("one")), try #require(BlobName("two", in: "more")))
            #expect(try await store.bytes(of: one) == nil)
            #expect(try await store.blobs(in: nil).isEmpty)
            #expect(try await store.blobs(in: "more").isEmpty)
            try await store.put([1, 2, 3, 4], at: one)
            try await store.put([], at: two)
            #expect(try await store.bytes(of: one) == [1, 2, 3, 4])
            #expect(try await store.bytes(of: two) == [])
            #expect(try await store.bytes(of: one, in: 1..<3) == [2, 3])
            #expect(try await store.bytes(of: one, in: 3..<90) == [4])
            #expect(try await store.bytes(of: one, in: 9..<12) == [])
            try await store.put([9], at: one)
            #expect(try await store.bytes(of: one) == [9])
            #expect(try await store.blobs(in: nil) == [Blob(one, byteCount: 1)])
            #expect(try await store.blobs(in: "more") == [Blob(two, byteCount: 0)])
            try await store.remove(one)
            try await store.remove(one)
            #expect(try await store.bytes(of: one) == nil)
        }
    }

    @Test("many put the same blob at once: it is one of theirs, whole, and nothing is left beside it")
    func together() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "zancada-test-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let line = WorkLine(threads: 8, mostWaiting: 1_000, busy: Failure(.overloaded, "busy", Text(verbatim: "busy")), givesWay: false)
        let store = try DiskBlobs(folder, on: line)
        let name = try #require(BlobName("one", in: "more"))
        for _ in 0..<20 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 { group.addTask { try await store.put([UInt8](repeating: UInt8(number), count: 50_000), at: name) } }
                try await group.waitForAll()
            }
            let bytes = try #require(try await store.bytes(of: name))
            #expect(bytes.count == 50_000 && Set(bytes).count == 1)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/more") == ["one"])
    }

    @Test("a store is held by one")
    func holding() async throws {
        try await Self.onEach { store in
            let hold = try #require(try await store.hold())
            #expect(try await store.hold() == nil)
            await hold.release()
            let again = try await store.hold()
            #expect(again != nil)
        }
    }

    @Test("names that lead out of the folder cannot be made")
    func names() {
        for text in ["", ".", "..", "a/b", "A", "ñ", ".part", String(repeating: "a", count: 81)] { #expect(BlobName(text) == nil) }
        #expect(BlobName("a", in: "..") == nil && BlobName("a-1", in: "b")?.description == "b/a-1")
    }

    @Test("files and folders are their owner's alone, and what was half-written is swept away")
    func files() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "zancada-test-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try DiskBlobs(folder)
        try await store.put([1], at: try #require(BlobName("one", in: "more")))
        for (path, mode) in [("", 0o700), ("/more", 0o700), ("/more/one", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + path)
            #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
        }
        _ = FileManager.default.createFile(atPath: folder + "/more/.part-two", contents: Data([1]))
        #expect(try await store.blobs(in: "more").count == 1)
        try await store.sweep()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/more") == ["one"])
        #expect(throws: Failure.self) { try DiskBlobs(folder + "/more/one") }
        #expect(throws: Failure.self) { try DiskBlobs(folder + "/none", mustExist: true) }
    }
}
