import Base
import Runtime

/// A port: what the library asks of whoever measures movement.
package struct Protocols: Sendable {
    /// How people call the protocol of that name, `squat`; nil where there is none.
    package let title: @Sendable (_ name: String) -> Text?

    package init(title: @escaping @Sendable (_ name: String) -> Text?) {
        self.title = title
    }

    static let shape = PortShape(
        "protocols",
        Text(es: "qué ejercicios se saben medir en un video", en: "which exercises can be measured in a video"),
        fallback: Text(
            es: "no se aceptan ejercicios con protocolo; los demás, sí",
            en: "exercises that name a protocol are refused; others are taken"))

    /// Nobody measures anything.
    package static let none = Protocols { _ in nil }
}
