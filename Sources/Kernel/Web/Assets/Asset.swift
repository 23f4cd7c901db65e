import Base
import CAssets

/// A file that pages are made with and that is part of the program. Its path holds a digest of its bytes, so that whoever has it keeps it
/// for a year and a new release is asked for under another name.
package struct Asset: Sendable {
    /// `/assets/zancada.0f3c2a91d4be.css`.
    package let path: String
    package let type: String
    package let bytes: [UInt8]
    /// As `ETag` says it, with its quotation marks.
    package let tag: String

    init(_ name: String, _ ending: String, type: String, _ bytes: [UInt8]) {
        let short = Digest(of: bytes).hexadecimal.prefix(12)
        self.path = "/assets/\(name).\(short).\(ending)"
        self.type = type
        self.bytes = bytes
        self.tag = "\"\(short)\""
    }

    /// Of a file put into the program by `#embed`.
    init(_ name: String, _ ending: String, type: String, embedded: (UnsafeMutablePointer<Int>) -> UnsafePointer<UInt8>) {
        var count = 0
        let start = embedded(&count)
        self.init(name, ending, type: type, [UInt8](UnsafeBufferPointer(start: start, count: count)))
    }

    /// The part of the path by which the route knows it.
    var name: String { String(path.dropFirst("/assets/".count)) }
}

/// Every file that pages are made with.
package enum Assets {
    package static let style = Asset("zancada", "css", type: "text/css; charset=utf-8", embedded: zancada_page_style)
    package static let script = Asset("zancada", "js", type: "text/javascript; charset=utf-8", embedded: zancada_page_script)
    /// For pages that ask for a passkey.
    package static let passkeys = Asset("passkeys", "js", type: "text/javascript; charset=utf-8", embedded: zancada_page_passkeys)
    /// For pages that film: the camera, what is sent of it, and what becomes of that.
    package static let film = Asset("film", "js", type: "text/javascript; charset=utf-8", embedded: zancada_page_film)
    package static let sending = Asset("sending", "js", type: "text/javascript; charset=utf-8", embedded: zancada_page_sending)
    package static let follow = Asset("follow", "js", type: "text/javascript; charset=utf-8", embedded: zancada_page_follow)
    package static let icon = Asset("icon", "svg", type: "image/svg+xml", embedded: zancada_page_icon)
    /// For the home screens of phones that take no drawing.
    package static let icon180 = Asset("icon-180", "png", type: "image/png", embedded: zancada_page_icon_180)
    package static let icon512 = Asset("icon-512", "png", type: "image/png", embedded: zancada_page_icon_512)
    /// What a phone has to know to keep the pages on its home screen (W3C Web Application Manifest).
    package static let manifest = Asset("zancada", "webmanifest", type: "application/manifest+json", manifestBytes)

    package static let all = [style, script, passkeys, film, sending, follow, icon, icon180, icon512, manifest]

    private static var manifestBytes: [UInt8] {
        var writer = JSONWriter(reservingBytes: 512)
        writer.object { json in
            json.member("name", "Zancada")
            json.member("short_name", "Zancada")
            json.member("start_url", "/")
            json.member("display", "standalone")
            json.member("background_color", "#FBFAF7")
            json.member("theme_color", "#0B5D5E")
            json.key("icons")
            json.array { json in
                for (asset, sizes) in [(icon, "any"), (icon180, "180x180"), (icon512, "512x512")] {
                    json.object { json in
                        json.member("src", asset.path)
                        json.member("sizes", sizes)
                        json.member("type", asset.type)
                    }
                }
            }
        }
        return writer.bytes
    }
}
