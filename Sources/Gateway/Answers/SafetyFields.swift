import HTTPTypes
import Web

/// What every answer tells a browser not to do.
enum SafetyFields {
    /// Pages load nothing but what this server gives, run no script that stands in the page, and are framed by nobody; camera and
    /// microphone are for our own pages alone. A page that has other needs sets the field itself.
    static let pagePolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
        + "worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    /// Answers that are no page do nothing at all, whatever they are taken for.
    static let dataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"
    private static let permissions =
        "camera=(self), microphone=(self), accelerometer=(self), gyroscope=(self), fullscreen=(self), publickey-credentials-get=(self), "
        + "publickey-credentials-create=(self), geolocation=(), payment=(), usb=(), browsing-topics=()"

    static func add(to reply: inout Reply, isSecure: Bool) {
        let isPage = reply.fields[.contentType]?.hasPrefix("text/html") == true
        if reply.fields[.contentSecurityPolicy] == nil { reply.fields[.contentSecurityPolicy] = isPage ? pagePolicy : dataPolicy }
        reply.fields[.xContentTypeOptions] = "nosniff"
        reply.fields[.referrerPolicy] = "no-referrer"
        reply.fields[.crossOriginResourcePolicy] = "same-origin"
        if isPage {
            reply.fields[.xFrameOptions] = "DENY"
            reply.fields[.crossOriginOpenerPolicy] = "same-origin"
            reply.fields[.crossOriginEmbedderPolicy] = "require-corp"
            reply.fields[.permissionsPolicy] = permissions
        }
        if isSecure { reply.fields[.strictTransportSecurity] = "max-age=31536000" }
    }
}

extension HTTPField.Name {
    static let referrerPolicy = known("Referrer-Policy")
    static let xFrameOptions = known("X-Frame-Options")
    static let permissionsPolicy = known("Permissions-Policy")
    static let crossOriginOpenerPolicy = known("Cross-Origin-Opener-Policy")
    static let crossOriginEmbedderPolicy = known("Cross-Origin-Embedder-Policy")
}
