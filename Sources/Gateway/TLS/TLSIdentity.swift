import Base
import Foundation
import NIOSSL
import Synchronization

/// The certificate with which the server says who it is, and its key: from files that may change while it serves (a renewal), read
/// anew by `reload`.
package final class TLSIdentity: Sendable {
    private let certificates: String
    private let key: String
    private let current: Mutex<(context: NIOSSLContext, stamp: [Date])>

    /// From PEM files, the server's own certificate first. Throws `Failure(.invalid)` where they cannot be read or do not belong together.
    package init(certificates: String, key: String) throws(Failure) {
        self.certificates = certificates
        self.key = key
        let stamp = Self.stamp([certificates, key])
        current = Mutex((try Self.context(certificates, key), stamp))
    }

    /// For a connection that begins now.
    var context: NIOSSLContext { current.withLock { $0.context } }

    /// Reads the files again where they changed; true where it did. Where they are no good, the certificate from before goes on, and
    /// `Failure` says what is wrong.
    package func reload() throws(Failure) -> Bool {
        let stamp = Self.stamp([certificates, key])
        guard stamp != current.withLock({ $0.stamp }) else { return false }
        let context = try Self.context(certificates, key)
        current.withLock { $0 = (context, stamp) }
        return true
    }

    private static func stamp(_ paths: [String]) -> [Date] {
        paths.map { path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return attributes?[.modificationDate] as? Date ?? .distantPast
        }
    }

    /// TLS 1.3 alone, HTTP/2 first.
    private static func context(_ certificates: String, _ key: String) throws(Failure) -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificates)
            let privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
            configuration.minimumTLSVersion = .tlsv13
            configuration.applicationProtocols = ["h2", "http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw Failure(
                .invalid, "tls_files",
                Text(
                    es:
                        "El certificado (\(certificates)) y su clave (\(key)) no sirven: deben ser archivos PEM que se puedan leer y que vayan juntos.",
                    en:
                        "The certificate (\(certificates)) and its key (\(key)) will not do: they must be PEM files that can be read and belong together."
                ))
        }
    }
}
