import Base
import Movement

extension JointAngle {
    /// What people call it: "Rodilla derecha", "Right knee".
    package var spokenName: Text { Words.angle(self) }

    /// By its column in `angles.csv` (`knee_r_deg`); nil for what is none.
    package init?(column: String) {
        guard let angle = Self.allCases.first(where: { $0.column == column }) else { return nil }
        self = angle
    }
}
