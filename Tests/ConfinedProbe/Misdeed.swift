import Glibc

/// What a reader in the hands of a hostile video might try. Returns lines that say how far it got, if it still can.
struct Misdeed {
    let argument: String
    let parent: pid_t

    func commit(_ name: String) throws -> [String] {
        switch name {
        case "nothing": return []
        case "read-input": return [readInput()]
        case "open": return [outcome(open(argument, O_RDONLY))]
        case "create": return [outcome(open(argument, O_WRONLY | O_CREAT, 0o600))]
        case "remove": return [outcome(unlink(argument))]
        case "mode": return [outcome(chmod(argument, 0o777))]
        case "socket": return [outcome(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))]
        case "connect": return [connectToLocalhost()]
        case "exec": return [execute()]
        case "fork": return [startProcess()]
        case "thread": return [startThread()]
        case "signal-parent": return [outcome(kill(parent, 0))]
        case "raise-limits": return [raiseLimits()]
        case "shared-memory": return [map(PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)]
        case "code": return [map(PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS)]
        case "allocate": return [allocate()]
        case "descriptors": return [String((0..<1024).filter { fcntl($0, F_GETFL) >= 0 }.count)]
        case "environment": return environment()
        case "duplicate": return [outcome(dup(0))]
        default: return Speech(argument: argument).say(name)
        }
    }

    private func outcome(_ result: CInt) -> String { result >= 0 ? "done" : "errno \(errno)" }

    private func readInput() -> String {
        var sum: UInt64 = 0
        var byte: UInt8 = 0
        while read(STDIN_FILENO, &byte, 1) == 1 { sum = sum &* 31 &+ UInt64(byte) }
        return "sum \(sum)"
    }

    private func connectToLocalhost() -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return outcome(-1) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(9).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                outcome(connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)))
            }
        }
    }

    private func execute() -> String {
        var words: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/true"), nil]
        return outcome(execv("/bin/true", &words))
    }

    private func startProcess() -> String {
        var process: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/true"), nil]
        let error = posix_spawn(&process, "/bin/true", nil, nil, &words, nil)
        return error == 0 ? "done" : "errno \(error)"
    }

    private func startThread() -> String {
        var thread = pthread_t()
        let error = pthread_create(&thread, nil, { _ in nil }, nil)
        return error == 0 ? "done" : "errno \(error)"
    }

    private func raiseLimits() -> String {
        var more = rlimit(rlim_cur: 4_000_000_000, rlim_max: 4_000_000_000)
        return outcome(setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &more))
    }

    private func map(_ protection: CInt, _ flags: CInt) -> String {
        outcome(mmap(nil, 4096, protection, flags, -1, 0) == MAP_FAILED ? -1 : 0)
    }

    /// Megabytes that it got before the system said no; gives up at 1,000.
    private func allocate() -> String {
        let step = 8_000_000
        for count in 0..<125 {
            // Not malloc: the compiler sees that nobody reads this memory and asks for none.
            let memory = mmap(nil, step, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let memory, memory != MAP_FAILED else { return "megabytes \(count * step / 1_000_000)" }
            memset(memory, 1, step)
        }
        return "megabytes 1000"
    }

    private func environment() -> [String] {
        var names: [String] = []
        var entry = environ
        while let text = entry.pointee {
            names.append(String(String(cString: text).prefix { $0 != "=" }))
            entry += 1
        }
        return names.sorted()
    }
}
