import Base
import Foundation
import Gateway
import NIOCore

/// The small authority's files beside the data (`tls/`): made on the first start that asks for it, and the server's own certificate
/// made anew before it ends, or when the machine has other addresses.
struct OwnCertificates: Sendable {
    let authority: OwnAuthority
    let folder: String
    private let names: [String]

    var certificatePath: String { "\(folder)/server.pem" }
    var keyPath: String { "\(folder)/server.key" }

    /// `names`: by which the server is called beside its addresses. Throws `Failure` where the files cannot be read or made.
    init(in data: String, names: [String], at now: Instant) throws {
        folder = data + "/tls"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let (certificate, key) = ("\(folder)/authority.pem", "\(folder)/authority.key")
        if FileManager.default.fileExists(atPath: certificate) {
            authority = try OwnAuthority(
                certificate: try String(contentsOfFile: certificate, encoding: .utf8), key: try Secret(file: key).withExposedText { $0 })
        } else {
            authority = try OwnAuthority(title: "Zancada \(ProcessInfo.processInfo.hostName)", names: names, at: now)
            let identity = try authority.identity
            try PrivateFiles.write(Array(identity.key.utf8), to: key)
            try PrivateFiles.write(Array(identity.certificate.utf8), to: certificate)
        }
        let made = authority
        if let stranger = names.first(where: { !made.permits($0) }) { throw Failure.nameNotPermitted(stranger, "\(data)/tls") }
        // An address that the whole world can reach is none of a clinic's own network.
        self.names = Self.names(names).filter { made.permits($0) }
        try renew(at: now)
    }

    /// Makes the server's certificate where there is none that is good for a month.
    func renew(at now: Instant) throws {
        if let known = try? String(contentsOfFile: certificatePath, encoding: .utf8), authority.isGood(known, for: names, at: now) {
            return
        }
        let identity = try authority.serverIdentity(for: names, at: now)
        try PrivateFiles.write(Array(identity.key.utf8), to: keyPath)
        try PrivateFiles.write(Array(identity.certificate.utf8), to: certificatePath)
    }

    /// The given ones, this machine's, and every address it has.
    private static func names(_ given: [String]) -> [String] {
        let host = ProcessInfo.processInfo.hostName.lowercased()
        let short = host.prefix { $0 != "." }
        let devices = (try? System.enumerateDevices()) ?? []
        let addresses = devices.compactMap(\.address?.ipAddress).filter { !$0.contains("%") }
        var seen: Set<String> = []
        return (given + ["\(short).local", "localhost"] + addresses.sorted()).filter { seen.insert($0).inserted }
    }
}

extension Failure {
    fileprivate static func nameNotPermitted(_ name: String, _ folder: String) -> Failure {
        Failure(
            .invalid, "name_not_permitted",
            Text(
                es:
                    "La autoridad propia se hizo sin el nombre \(name) (http.names): quítelo, o borre \(folder) para hacer otra, que los teléfonos tendrán que instalar.",
                en:
                    "The own authority was made without the name \(name) (http.names): remove it, or delete \(folder) to make another, which phones will have to install."
            ))
    }
}
