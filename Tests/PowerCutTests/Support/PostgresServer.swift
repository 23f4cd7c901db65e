import Base
import Foundation
import Store

/// A PostgreSQL server of this test's own: a new data folder under the temporary one, on a free port of loopback, as a user who
/// is not root. It goes with the last reference.
final class PostgresServer {
    struct Problem: Error {
        let what: String
    }

    private static let user = "postgres"
    private let folder: String
    private let binaries: String
    private let port: Int
    private let password: String
    private var process: Process?

    init() throws {
        let candidates = [ProcessInfo.processInfo.environment["ZANCADA_POSTGRES_BIN"], "/usr/lib/postgresql/15/bin"].compactMap(\.self)
        guard let binaries = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0 + "/postgres") }) else {
            throw Problem(what: "PostgreSQL's server programs are not there: run scripts/bootstrap")
        }
        self.binaries = binaries
        folder = "/tmp/zancada-cut-\(UUID().uuidString.prefix(8))"
        port = try Self.freePort()
        password = UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let secret = folder + "/password"
        try Data(password.utf8).write(to: URL(filePath: secret))
        if getuid() == 0 {
            guard let owner = getpwnam(Self.user)?.pointee else {
                throw Problem(what: "there is no user \(Self.user) to run the server as: run scripts/bootstrap")
            }
            for path in [folder, secret] { chown(path, owner.pw_uid, owner.pw_gid) }
        }
        let made = try launch(
            "initdb", ["-D", data, "-E", "UTF8", "--locale=C", "-A", "scram-sha-256", "-U", Self.user, "--pwfile", secret])
        made.waitUntilExit()
        guard made.terminationStatus == 0 else { throw Problem(what: "initdb failed: \(log)") }
        try start()
    }

    deinit {
        try? kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var url: DatabaseURL {
        get throws { try DatabaseURL("postgres://\(Self.user):\(password)@127.0.0.1:\(port)/postgres?sslmode=disable") }
    }

    private var data: String { folder + "/data" }
    private var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    /// Starts the server and waits until it has recovered and answers; throws after a minute.
    func start() throws {
        let deadline = Date(timeIntervalSinceNow: 60)
        while Date() < deadline {
            let process = try launch("postgres", ["-D", data, "-h", "127.0.0.1", "-p", "\(port)", "-k", "", "-c", "max_connections=40"])
            self.process = process
            while process.isRunning, Date() < deadline {
                let asked = try launch("pg_isready", ["-q", "-t", "5", "-h", "127.0.0.1", "-p", "\(port)"])
                asked.waitUntilExit()
                if asked.terminationStatus == 0 { return }
            }
            // The last children of a killed one may still hold its shared memory for a moment.
        }
        throw Problem(what: "PostgreSQL did not start: \(log.suffix(2_000))")
    }

    /// Parent and children at once, none of them asked. Only those that this object started.
    func kill() throws {
        guard let process, process.isRunning else { return }
        let parent = process.processIdentifier
        Foundation.kill(parent, SIGSTOP)
        let children = (try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)) ?? ""
        for child in children.split(separator: " ").compactMap({ Int32($0) }) + [parent] { Foundation.kill(child, SIGKILL) }
        process.waitUntilExit()
        self.process = nil
    }

    /// By the path of PostgreSQL's programs, as the server's user, with nothing of this environment.
    private func launch(_ program: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        let command = [binaries + "/" + program] + arguments
        if getuid() == 0 {
            process.executableURL = URL(filePath: "/usr/bin/setpriv")
            process.arguments = ["--reuid=\(Self.user)", "--regid=\(Self.user)", "--init-groups"] + command
        } else {
            process.executableURL = URL(filePath: command[0])
            process.arguments = arguments
        }
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
        process.currentDirectoryURL = URL(filePath: folder)
        let file = open(folder + "/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        let output = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// A port that nobody listens on just now, below those that the system hands out.
    private static func freePort() throws -> Int {
        for _ in 0..<50 {
            let port = Int.random(in: 20_000..<32_000)
            let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(handle) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            if result == 0 { return port }
        }
        throw Problem(what: "no free port was found on 127.0.0.1")
    }
}
