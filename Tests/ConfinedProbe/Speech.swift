import Glibc

/// Ways to speak, fall silent or die that break the rules between reader and parent.
struct Speech {
    let argument: String

    func say(_ name: String) -> [String] {
        switch name {
        case "refuse": finish(#"{"refused":{"code":"\#(argument)"}}"#, status: 65)
        case "refuse-then-talk": finish("{\"refused\":{\"code\":\"\(argument)\"}}\nmore", status: 65)
        case "no-end": exit(0)
        case "end-but-fail": finish(#"{"end":{"lines":1}}"#, status: 3)
        case "miscount": finish(#"{"end":{"lines":7}}"#, status: 0)
        case "talk-after-end": finish("{\"end\":{\"lines\":1}}\nmore", status: 0)
        case "escape": finish("\u{1B}]0;owned\u{07}\u{1B}[2J", status: 0)
        case "escape-in-json": finish(#"{"codec":"\u001b[2J"}"#, status: 0)
        case "flood": while true { put("line\n", on: STDOUT_FILENO) }
        case "endless-line": while true { put("word ", on: STDOUT_FILENO) }
        case "complain":
            for _ in 0..<20_000 { put("E: \u{1B}[31mchatter of a native library\n", on: STDERR_FILENO) }
            put("last words", on: STDERR_FILENO)
        case "hang": hang()
        case "hang-closed":
            close(STDOUT_FILENO)
            hang()
        case "spin": while environ.pointee == environ.pointee { sched_yield() }
        case "crash": raiseHere(SIGSEGV)
        case "illegal": raiseHere(SIGILL)
        case "abort": abort()
        case "wild-read": return [String(UnsafePointer<UInt8>(bitPattern: 8)?.pointee ?? 0)]
        case "trap": return [String([1, 2, 3][argument.utf8.count + 3])]
        case "garbage": garbage()
        default: exit(EX_USAGE)
        }
        return []
    }

    private func put(_ text: String, on descriptor: CInt) {
        text.withCString { _ = write(descriptor, $0, strlen($0)) }
    }

    private func finish(_ text: String, status: CInt) -> Never {
        put(text + "\n", on: STDOUT_FILENO)
        exit(status)
    }

    private func raiseHere(_ signal: CInt) { raise(signal) }

    private func hang() -> Never {
        put("pid \(getpid())\n", on: STDOUT_FILENO)
        while true { pause() }
    }

    /// Random bytes, sprinkled with pieces of the protocol. The argument is the seed.
    private func garbage() -> Never {
        var state = UInt64(argument) ?? 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = [
            "\n", "{\"end\":{\"lines\":", "}}\n", "{\"refused\":{\"code\":\"", "no_person", "\"}}\n", "0", "1",
            "line\n", "\\",
        ]
        var bytes: [UInt8] = []
        let plain = random(2) == 0
        for _ in 0..<random(40) {
            switch random(4) {
            case 0: for _ in 0..<random(200) { bytes.append(UInt8(plain ? 0x20 + random(95) : random(256))) }
            default: bytes += Array(pieces[random(plain ? 9 : 10)].utf8)
            }
        }
        _ = write(STDOUT_FILENO, bytes, bytes.count)
        if random(5) == 0 { abort() }
        exit(CInt(random(3)))
    }
}
