import Foundation
import Testing

/// The real binary, killed before each call that makes something durable, and started again.
///
/// The kill comes from a library that is loaded before the C library (LD_PRELOAD) and counts the calls: so every point between
/// two steps is struck, in order, and the program itself has nothing in it that could be asked to fail.
@Suite("keys and crashes", .serialized, .timeLimit(.minutes(10)))
struct KeysCrashTests {
    /// Far more than any of these commands makes.
    private static let mostCalls = 400

    private static let killer = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <signal.h>
        #include <stdatomic.h>
        #include <stdlib.h>
        #include <sys/types.h>
        #include <unistd.h>

        static atomic_long left;

        __attribute__((constructor)) static void begin(void) {
            const char *text = getenv("KILL_BEFORE_CALL");
            atomic_store(&left, text ? atol(text) : 0);
        }

        static void count(void) {
            if (atomic_fetch_sub(&left, 1) == 1) kill(getpid(), SIGKILL);
        }

        #define DURABLE(name, parameters, arguments) \\
            int name parameters { \\
                static int (*real) parameters; \\
                if (!real) real = (int (*) parameters)dlsym(RTLD_NEXT, #name); \\
                count(); \\
                return real arguments; \\
            }

        DURABLE(rename, (const char *a, const char *b), (a, b))
        DURABLE(link, (const char *a, const char *b), (a, b))
        DURABLE(unlink, (const char *a), (a))
        DURABLE(fsync, (int a), (a))
        DURABLE(fdatasync, (int a), (a))
        DURABLE(ftruncate, (int a, off_t b), (a, b))
        """

    private func killer(_ scratch: Scratch) throws -> String {
        let (source, library) = (try scratch.file("killer.c", Data(Self.killer.utf8)).path, scratch.path("killer.so"))
        try #require(try tool("clang", "-shared", "-fPIC", "-O1", "-o", library, source) == 0, "clang comes with the compiler")
        return library
    }

    /// Runs a command once for each of its durable calls, killed before it, each on a copy of `ground`; `check` is given the
    /// copy as the crash left it. Ends with the run that nothing killed. Returns how many were killed.
    private func strike(_ ground: KeysGround, _ command: [String], _ check: (KeysGround, Int) throws -> Void) throws -> Int {
        let library = try killer(ground.scratch)
        for call in 1...Self.mostCalls {
            let copy = try KeysGround(copying: ground, as: "struck")
            let struck = try Zancada.run(
                command + ["--data", copy.data], environment: ["LD_PRELOAD": library, "KILL_BEFORE_CALL": "\(call)"])
            guard struck.status == 128 + SIGKILL else {
                #expect(struck.status == 0, "\(struck.errors)")
                try check(copy, call)
                return call - 1
            }
            try check(copy, call)
        }
        Issue.record("\(command) makes more than \(Self.mostCalls) durable calls")
        return Self.mostCalls
    }

    @Test("a rotation of the root key, killed anywhere, loses nothing and is finished by resume")
    func rotation() throws {
        let ground = try KeysGround()
        for name in ["clinic", "other"] { try ground.make(name) }
        let notes = [try ground.keep("hombro", in: "clinic"), try ground.keep("rodilla", in: "other")]
        #expect(try ground.run("journal", "checkpoint").status == 0)
        let former = try Data(contentsOf: URL(fileURLWithPath: ground.keys + "/root.key"))
        var begun = 0
        let count = try strike(ground, ["keys", "rotate-root"]) { struck, call in
            try struck.expectReadable(notes, "after call \(call)")
            begun += FileManager.default.fileExists(atPath: struck.keys + "/root.key.next") ? 1 : 0
            #expect(try struck.run("keys", "resume").status == 0)
            try struck.expectClean("after call \(call)")
            try struck.expectReadable(notes, "resumed after call \(call)")
            try struck.expectWhole("after call \(call)")
        }
        #expect(begun >= 10 && count > begun, "\(begun) of \(count) were amid it")
        #expect(try Data(contentsOf: URL(fileURLWithPath: ground.keys + "/root.key")) == former, "each worked on a copy")
    }

    @Test("a roll, killed anywhere, loses nothing, brings nobody back who was erased, and is finished by resume")
    func roll() throws {
        let ground = try KeysGround()
        try ground.make("clinic")
        let note = try ground.keep("hombro", in: "clinic")
        let erased = try ground.keep("rodilla", in: "clinic")
        let old = try KeysGround(copying: ground, as: "old")
        #expect(try ground.run("subject", "erase", erased.subject, "--org", "clinic").status == 0)
        var unfinished = 0
        _ = try strike(ground, ["keys", "roll", "--org", "clinic"]) { struck, call in
            try struck.expectReadable([note], "after call \(call)")
            #expect(try struck.read(erased).status == 66)
            unfinished += try struck.run("keys", "status").status == 1 ? 1 : 0
            #expect(try struck.run("keys", "resume").status == 0)
            try struck.expectClean("after call \(call)")
            try struck.expectReadable([note], "resumed after call \(call)")
            #expect(try struck.read(erased).status == 66)
            try struck.expectWhole("after call \(call)")
            let standing = try ErasureStanding.of(erased.subject, struck)
            let told = try struck.run("journal", "follow", "--org", "clinic").output
            if FileManager.default.fileExists(atPath: struck.keys + "/organisations/clinic/2") {
                #expect(standing == "complete" && told.contains(#""rolled""#), "after call \(call)")
                // The database as it was before the erasure, with the keys of now.
                for name in try FileManager.default.contentsOfDirectory(atPath: struck.data) where name.hasPrefix("zancada.db") {
                    try FileManager.default.removeItem(atPath: struck.data + "/" + name)
                }
                try FileManager.default.copyItem(atPath: old.data + "/zancada.db", toPath: struck.data + "/zancada.db")
                let revived = try struck.read(erased)
                #expect(revived.status != 0 && !revived.output.contains(erased.text), "after call \(call)")
            } else {
                #expect(standing == "destroyed", "after call \(call)")
            }
        }
        #expect(unfinished >= 5)
    }

    @Test("making the first organisation, killed anywhere, is finished by the next try")
    func making() throws {
        let ground = try KeysGround()
        let count = try strike(ground, ["org", "create", "clinic"]) { struck, call in
            try struck.make("clinic")
            let note = try struck.keep("hombro", in: "clinic")
            #expect(try struck.run("journal", "checkpoint").status == 0)
            #expect(try struck.run("keys", "resume").status == 0)
            try struck.expectReadable([note], "after call \(call)")
            try struck.expectWhole("after call \(call)")
            try struck.expectClean("after call \(call)")
        }
        #expect(count >= 10)
    }

    @Test("an erasure, killed anywhere, either did not begin or is finished before anything is read, and is told")
    func erasure() throws {
        let ground = try KeysGround()
        try ground.make("clinic")
        let (note, erased) = (try ground.keep("hombro", in: "clinic"), try ground.keep("rodilla", in: "clinic"))
        var pending = 0
        _ = try strike(ground, ["subject", "erase", erased.subject, "--org", "clinic", "--now"]) { struck, call in
            let standing = try ErasureStanding.of(erased.subject, struck)
            pending += standing == "pending" ? 1 : 0
            try struck.expectReadable([note], "after call \(call)")
            let read = try struck.read(erased)
            #expect(read.status == (standing == nil ? 0 : 66), "after call \(call), \(standing ?? "not begun"): \(read.errors)")
            if standing != nil {
                #expect(try ErasureStanding.of(erased.subject, struck) != "pending")
                #expect(try struck.run("journal", "follow", "--org", "clinic").output.contains(#""erased""#), "after call \(call)")
            }
            #expect(try struck.run("subject", "erase", erased.subject, "--org", "clinic", "--now").status == 0)
            #expect(try ErasureStanding.of(erased.subject, struck) == "complete")
            #expect(try struck.read(erased).status == 66)
            try struck.expectReadable([note], "erased after call \(call)")
            try struck.expectClean("after call \(call)")
            try struck.expectWhole("after call \(call)")
        }
        #expect(pending >= 2)
    }
}

/// How far an erasure came, as the ledger has it; nil where no whole line names the subject.
enum ErasureStanding {
    static func of(_ subject: String, _ ground: KeysGround) throws -> String? {
        let text = String(decoding: FileManager.default.contents(atPath: ground.keys + "/erasures") ?? Data(), as: UTF8.self)
        let whole = text.prefix(upTo: text.lastIndex(of: "\n") ?? text.startIndex)
        return whole.split(separator: "\n").last { $0.hasSuffix(" " + subject) }.map { String($0.split(separator: " ")[3]) }
    }
}
