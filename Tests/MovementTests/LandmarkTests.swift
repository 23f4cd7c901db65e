import Movement
import Testing

@Test("landmarks are named in files as the columns are")
func landmarkNames() {
    #expect(Landmark.count == 33)
    #expect(Landmark.leftHip.rawValue == 23)
    #expect(Landmark.leftHip.name == "left_hip")
    #expect(Landmark.rightFootIndex.name == "right_foot_index")
}
