import Base
import Markup

/// Rows under headings; on a phone each row becomes a card.
package struct DataTable: Sendable {
    /// A heading, and how what stands under it is set.
    package struct Column: Sendable {
        package let title: Text
        /// Numbers stand at the end of their column, digit under digit.
        package let isNumber: Bool
        /// The link that sorts by it; nil where it does not sort.
        package let sortPath: String?
        package let order: Order?

        package init(_ title: Text, isNumber: Bool = false, sortPath: String? = nil, order: Order? = nil) {
            self.title = title
            self.isNumber = isNumber
            self.sortPath = sortPath
            self.order = order
        }
    }

    /// How a column is sorted now.
    package enum Order: String, Sendable {
        case ascending
        case descending
    }

    package let caption: Text
    /// What the numbers are, and of when; below the caption.
    package let note: Text?
    package let columns: [Column]
    /// Each as long as `columns`; the first cell of a row names it.
    package let rows: [[HTML]]

    package init(_ caption: Text, note: Text? = nil, columns: [Column], rows: [[HTML]]) {
        self.caption = caption
        self.note = note
        self.columns = columns
        self.rows = rows
    }
}

extension Interface {
    /// A table; `empty` in its place where it has no rows.
    package func table(_ table: DataTable, empty: HTML? = nil) -> HTML {
        if table.rows.isEmpty, let empty { return empty }
        let note: HTML? = table.note.map { "<small>\(self($0))</small>" }
        let rows = table.rows.map { cells -> HTML in
            let content = zip(table.columns, cells).enumerated().map { index, pair -> HTML in
                cell(pair.1, under: pair.0, isFirst: index == 0)
            }
            return "<tr role=\"row\">\(content)</tr>"
        }
        return """
            <div class="table" role="group" aria-label="\(self(table.caption))" tabindex="0"><table role="table">\
            <caption>\(self(table.caption))\(note)</caption>\
            <thead role="rowgroup"><tr role="row">\(table.columns.map(head))</tr></thead><tbody role="rowgroup">\(rows)</tbody></table></div>
            """
    }

    /// Roles are said again, because a phone's layout takes them away.
    private func cell(_ content: HTML, under column: DataTable.Column, isFirst: Bool) -> HTML {
        if isFirst { return "<th scope=\"row\" role=\"rowheader\">\(content)</th>" }
        let style = HTML.attribute("class", column.isNumber ? "end" : nil)
        return "<td role=\"cell\"\(style) data-label=\"\(self(column.title))\"><span>\(content)</span></td>"
    }

    private func head(_ column: DataTable.Column) -> HTML {
        let style = HTML.attribute("class", column.isNumber ? "end" : nil)
        let sorted = HTML.attribute("aria-sort", column.order?.rawValue)
        guard let path = column.sortPath else {
            return "<th scope=\"col\" role=\"columnheader\"\(style)>\(self(column.title))</th>"
        }
        let mark: HTML? = column.order.map { ($0 == .ascending ? Icon.up : .down).html }
        return """
            <th scope="col" role="columnheader"\(style)\(sorted)><a href="\(path)"\(HTML.flag("data-sorted", column.order != nil))>\
            \(self(column.title))\(mark)</a></th>
            """
    }

    /// The way through a long list: how much is shown, the way on, the way back to its beginning.
    package func pager(_ shown: Text, first: String?, next: String?) -> HTML {
        let start: HTML? = first.map {
            "<a class=\"button quiet\" href=\"\($0)\">\(self(es: "Al principio", en: "To the start"))</a>"
        }
        let onward: HTML? = next.map {
            "<a class=\"button quiet\" href=\"\($0)\" rel=\"next\">\(self(es: "Siguientes", en: "Next"))\(Icon.right.html)</a>"
        }
        return """
            <nav class="pager" aria-label="\(self(es: "Páginas de la lista", en: "Pages of the list"))"><span>\(self(shown))</span>\
            <span class="row">\(start)\(onward)</span></nav>
            """
    }
}
