import Base
import Markup

/// The dark and light squares of a QR code, line by line.
package struct QRMatrix: Sendable {
    package let width: Int
    /// `width * width`.
    package let isDark: [Bool]

    /// nil unless there are as many squares as a square has.
    package init?(width: Int, isDark: [Bool]) {
        guard width > 0, isDark.count == width * width else { return nil }
        self.width = width
        self.isDark = isDark
    }
}

extension Interface {
    /// Text of a program, with a button that copies it where scripts run. `id` is unique on the page.
    package func code(_ text: String, id: String) -> HTML {
        """
        <div class="stack"><pre class="code" id="\(id)" tabindex="0">\(text)</pre>\
        <button class="button quiet" type="button" hidden data-copy="\(id)" data-copied="\(self(es: "Copiado.", en: "Copied."))">\
        \(Icon.copy.html)\(self(es: "Copiar", en: "Copy"))</button></div>
        """
    }

    /// A code to be read out or typed, in groups.
    package func code(toType text: String) -> HTML { "<p class=\"big-code\">\(text)</p>" }

    /// A QR code on white, whatever the theme, with the quiet zone that readers need; what it holds stands beside it as text.
    package func qr(_ matrix: QRMatrix, _ meaning: Text) -> HTML {
        var path = ""
        for row in 0..<matrix.width {
            var column = 0
            while column < matrix.width {
                var end = column
                while end < matrix.width, matrix.isDark[row * matrix.width + end] { end += 1 }
                if end > column { path += "M\(column + 4) \(row + 4)h\(end - column)v1H\(column + 4)z" }
                column = max(end, column + 1)
            }
        }
        let side = matrix.width + 8
        return """
            <svg class="qr" viewBox="0 0 \(side) \(side)" role="img" aria-label="\(self(meaning))" shape-rendering="crispEdges">\
            <path d="\(path)"/></svg>
            """
    }
}
