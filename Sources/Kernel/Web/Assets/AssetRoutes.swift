import Base
import HTTPTypes

/// The route of the files that pages are made with.
package enum AssetRoutes {
    package static let all = [
        Route(
            .get, "/assets/{name}", "asset.read",
            Text(es: "Un archivo de las páginas: estilo, programa o icono.", en: "A file of the pages: style, script or icon."),
            access: .anyone, parameters: [name.shape], answers: [.ok(.other("*/*")), .unchanged], pace: .page, caching: .forever
        ) { call in
            let wanted = try call.value(name)
            guard let asset = byName[wanted] else { throw Problem.nothingHere }
            if call.fields[.ifNoneMatch]?.contains(asset.tag) == true {
                return Reply(.notModified, .none, fields: [.eTag: asset.tag])
            }
            return Reply(.ok, type: asset.type, .bytes(asset.bytes), fields: [.eTag: asset.tag])
        }
    ]

    private static let name = Parameter.text(
        "name", in: .path, 1...100, Text(es: "Su nombre, con la huella de su contenido.", en: "Its name, with the digest of its content."))

    private static let byName = Dictionary(uniqueKeysWithValues: Assets.all.map { ($0.name, $0) })
}
