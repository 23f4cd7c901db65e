import Access
import Base
import Web

/// A page of a feature that people go to by the menu, and where those begin who have nothing more important.
package struct Destination: Sendable {
    package let title: Text
    /// What is there, in a sentence.
    package let text: Text
    package let path: String
    package let icon: Icon
    /// Who is led there.
    package let permission: Permission

    package init(_ icon: Icon, _ title: Text, _ text: Text, _ path: String, to permission: Permission) {
        self.title = title
        self.text = text
        self.path = path
        self.icon = icon
        self.permission = permission
    }

    package var card: NavigationCard { NavigationCard(icon, title, text, path) }
    package var link: NavigationLink { NavigationLink(title, path, icon) }
}

extension FeatureHost {
    /// Where somebody can go, the most important first; nothing for who belongs to no organisation.
    package func destinations(of standing: Standing) -> [Destination] {
        guard standing.caller.tenant != nil else { return [] }
        return destinations.filter { standing.permissions.contains($0.permission) }
    }
}
