import Base
import Foundation
import Glibc
import Testing

private struct Settings {
    let user = "ana"
    let password: Secret
}

@Suite("Secrets")
struct SecretTests {
    @Test("never show: not in text, interpolation, debugging, dumps or mirrors")
    func silence() {
        let word = "correct-horse-battery"
        let settings = Settings(password: Secret(word))
        var dumped = ""
        dump(settings, to: &dumped)
        dump([settings.password], to: &dumped)
        let texts = [
            "\(settings)", "\(settings.password)", String(describing: settings), String(reflecting: settings),
            String(reflecting: settings.password), "\([settings.password])", "\(Optional(settings.password) as Any)", dumped,
            settings.password.debugDescription, "\(Mirror(reflecting: settings.password).children.map { "\($0)" })",
        ]
        for text in texts {
            #expect(!text.contains(word))
            #expect(!text.contains("horse"))
        }
        #expect(texts[1] == "‹secret›")
        #expect((settings.password as Any) as? any Encodable == nil)
    }

    @Test("are equal by their bytes")
    func equality() {
        #expect(Secret("abc") == Secret("abc"))
        #expect(Secret("abc") != Secret("abd"))
        #expect(Secret("abc") != Secret("abcd"))
        #expect(Secret("") == Secret(""))
        #expect(Secret("abc") == Array("abc".utf8))
        #expect(Secret("ábc").withExposedText { $0 } == "ábc")
        #expect(Secret([1, 2, 3]).withExposedBytes { Array($0) } == [1, 2, 3])
        #expect(Secret([1, 2, 3]).byteCount == 3)
    }

    @Test("overwrite their memory when the last copy goes")
    func wiping() {
        // What lay there is read through the system, which does not mind that the memory was given back: the pages of a
        // large block stay readable until the allocator returns them, so small ones are used.
        let pattern = [UInt8](repeating: 0xA7, count: 512)
        var address: UInt = 0
        do {
            let secret = Secret(pattern)
            let copy = secret
            address = copy.withExposedBytes { UInt(bitPattern: $0.baseAddress) }
            #expect(ownMemory(at: address, count: 512) == pattern)
        }
        let after = ownMemory(at: address, count: 512)
        #expect(after?.filter { $0 == 0xA7 }.count ?? 0 < 8)
    }

    /// Through /proc, so that reading freed memory is defined.
    private func ownMemory(at address: UInt, count: Int) -> [UInt8]? {
        let descriptor = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(descriptor, &bytes, count, off_t(address)) == count ? bytes : nil
    }

    @Test("come from a file that only its owner may read; others are refused with what to do")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func file(_ name: String, _ bytes: [UInt8], _ mode: Int) throws -> String {
            let path = folder.appendingPathComponent(name).path
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            return path
        }
        func code(_ path: String) -> String? {
            do {
                _ = try Secret(file: path)
                return nil
            } catch { return error.code }
        }
        let text = Array("pass word\r\n".utf8)
        #expect(try Secret(file: file("good", text, 0o600)) == Array("pass word".utf8))
        #expect(try Secret(file: file("raw", text, 0o400), droppingLineEnd: false) == text)
        #expect(try Secret(file: file("full", [UInt8](repeating: 65, count: 65_536), 0o600)).byteCount == 65_536)
        for mode in [0o640, 0o604, 0o620, 0o602, 0o666] {
            #expect(code(try file("open\(mode)", text, mode)) == "secret_file_too_open")
        }
        #expect(code(try file("empty", [], 0o600)) == "secret_file_size")
        #expect(code(try file("line", [10], 0o600)) == "secret_file_size")
        #expect(code(try file("large", [UInt8](repeating: 65, count: 65_537), 0o600)) == "secret_file_size")
        #expect(code(folder.path) == "secret_file_not_a_file")
        let link = folder.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path + "/good")
        #expect(try Secret(file: link) == Array("pass word".utf8), "orchestrators give secrets as links")
        #expect(code(folder.path + "/none") == "secret_file_unreadable")
    }
}
