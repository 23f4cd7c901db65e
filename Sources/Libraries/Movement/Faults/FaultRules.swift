import Base

extension FaultRule {
    /// The rules of an exercise, the most telling first.
    ///
    /// Thresholds are those of the literature where it has any for this movement; the others say that they are
    /// judgement. None of them was tested on people with this program.
    package static func rules(for exercise: Exercise) -> [FaultRule] {
        switch exercise {
        case .squat:
            [
                squatDepth, kneesInward, lean(beyond: 45, marked: 60), sideways(beyond: 8, marked: 15), heels, shift,
                difference(.knee), step,
            ]
        case .sitToStand:
            [
                rise, kneesInward(in: .way), lean(beyond: 60, marked: 75, in: .way), sideways(beyond: 8, marked: 15, in: .way),
                shift(in: .way), difference(.knee), step,
            ]
        case .lunge:
            [lungeDepth, kneeInward, lean(beyond: 45, marked: 60), sideways(beyond: 10, marked: 18)]
        case .singleLegStance:
            [shortHold, kneeInward(in: .whole), sideways(beyond: 7, marked: 15, in: .whole), standingFoot]
        case .shoulderAbduction:
            [
                armHeight(128, "Namdari et al., J Shoulder Elbow Surg 2012;21:1177 (128° ± 8°)"),
                sideways(beyond: 8, marked: 15), backward, armDrop, difference(.shoulder), step,
            ]
        case .shoulderFlexion:
            [
                armHeight(121, "Namdari et al., J Shoulder Elbow Surg 2012;21:1177 (121° ± 7°)"), backward,
                sideways(beyond: 8, marked: 15), armDrop, difference(.shoulder), step,
            ]
        case .heelRaise:
            [heelHeight, lean(beyond: 20, marked: 35), sideways(beyond: 8, marked: 15), shift, step]
        case .gait:
            [stiffKnee, lean(beyond: 20, marked: 35, in: .whole), difference(.knee), difference(.hip)]
        }
    }

    private static let frontAndBack: Set<CaptureQuality.View> = [.front, .back]
    private static let notSide: Set<CaptureQuality.View> = [.front, .back, .frontOblique, .backOblique]
    private static let notFrontal: Set<CaptureQuality.View> = [.side, .frontOblique, .backOblique]
    private static let everyView: Set<CaptureQuality.View> = [.front, .frontOblique, .side, .backOblique, .back]

    private static let squatDepth = FaultRule(
        .shallow, .turn, .turn, .below, threshold: 70, marked: 50, .degrees,
        basis: .published("Schoenfeld, J Strength Cond Res 2010;24:3497"), views: everyView,
        neededParts: [.legs])

    private static let lungeDepth = FaultRule(
        .shallow, .turn, .turn, .below, threshold: 60, marked: 45, .degrees, basis: .judgement(nil), views: everyView,
        neededParts: [.legs])

    private static let rise = FaultRule(
        .incompleteRise, .turn, .turn, .above, threshold: 20, marked: 35, .degrees,
        basis: .judgement(
            Text(
                es: "ponerse del todo de pie: Jones, Rikli y Beam, Res Q Exerc Sport 1999;70:113",
                en: "a full stand: Jones, Rikli and Beam, Res Q Exerc Sport 1999;70:113")), views: everyView,
        neededParts: [.legs])

    private static let heelHeight = FaultRule(
        .shallow, .heelRise, .turn, .below, threshold: 5, marked: 3, .centimetres, basis: .judgement(nil),
        views: [.side, .backOblique, .back, .frontOblique], neededParts: [.feet])

    private static func armHeight(_ degrees: Double, _ source: String) -> FaultRule {
        FaultRule(
            .shallow, .turn, .turn, .below, threshold: degrees, marked: 90, .degrees, basis: .published(source),
            views: everyView, neededParts: [.hands])
    }

    private static let kneesInward = kneesInward(in: .turn)

    private static func kneesInward(in phase: Phase) -> FaultRule {
        FaultRule(
            .kneeValgus, .kneeSeparation, phase, .below, threshold: 80, marked: 60, .percent,
            basis: .judgement(
                Text(
                    es: "por debajo del 100 % las rodillas quedan por dentro de los tobillos: Mizner et al., Clin J Sport Med 2012;22:221",
                    en: "below 100% the knees are inside the ankles: Mizner et al., Clin J Sport Med 2012;22:221")),
            views: frontAndBack, neededParts: [.legs, .feet])
    }

    /// From behind, the leg in front is too far away and hidden: the fit takes its knee to be elsewhere.
    private static let kneeInward: FaultRule = {
        var rule = kneeInward(in: .turn)
        rule.views = [.front]
        return rule
    }()

    private static func kneeInward(in phase: Phase) -> FaultRule {
        FaultRule(
            .kneeValgus, .kneeOverFoot, phase, threshold: 5, marked: 9, .centimetres,
            basis: .judgement(
                Text(
                    es: "rodilla sobre el centro del pie: Crossley et al., Am J Sports Med 2011;39:866",
                    en: "knee over the middle of the foot: Crossley et al., Am J Sports Med 2011;39:866")),
            views: frontAndBack, neededParts: [.legs, .feet])
    }

    private static func lean(beyond degrees: Double, marked: Double, in phase: Phase = .turn) -> FaultRule {
        FaultRule(
            .forwardLean, .forwardLean, phase, threshold: degrees, marked: marked, .degrees, basis: .judgement(nil),
            views: notFrontal, viewsWithGravity: frontAndBack)
    }

    private static func sideways(beyond degrees: Double, marked: Double, in phase: Phase = .turn) -> FaultRule {
        FaultRule(
            .sidewaysLean, .sidewaysLean, phase, threshold: degrees, marked: marked, .degrees, basis: .judgement(nil),
            views: notSide)
    }

    private static let backward = FaultRule(
        .backwardLean, .backwardLean, threshold: 10, marked: 18, .degrees, basis: .judgement(nil), views: notFrontal,
        viewsWithGravity: frontAndBack)

    private static let heels = FaultRule(
        .heelRise, .heelRise, threshold: 3, marked: 6, .centimetres,
        basis: .judgement(
            Text(
                es: "talones en el suelo: Cook, Burton y Hoogenboom, N Am J Sports Phys Ther 2006;1:62",
                en: "heels down: Cook, Burton and Hoogenboom, N Am J Sports Phys Ther 2006;1:62")),
        views: [.side, .frontOblique, .backOblique, .back], neededParts: [.feet])

    private static let shift = shift(in: .turn)

    private static func shift(in phase: Phase) -> FaultRule {
        FaultRule(
            .hipShift, .hipShift, phase, threshold: 4, marked: 8, .centimetres, basis: .judgement(nil), views: notSide,
            neededParts: [.legs, .feet])
    }

    private static let armDrop = FaultRule(
        .armDrop, .armFall, .whole, threshold: 20, marked: 40, .degrees,
        basis: .judgement(
            Text(
                es: "bajar sin control: signo del brazo caído de Codman, The Shoulder, 1934",
                en: "lowering without control: drop-arm sign of Codman, The Shoulder, 1934")), views: everyView,
        neededParts: [.hands])

    private static let step = FaultRule(
        .lossOfBalance, .footMovement, .whole, threshold: 10, marked: 20, .centimetres, basis: .judgement(nil),
        views: everyView, neededParts: [.feet])

    private static let standingFoot = FaultRule(
        .lossOfBalance, .footMovement, .whole, threshold: 6, marked: 12, .centimetres, basis: .judgement(nil),
        views: everyView, neededParts: [.feet])

    private static let shortHold = FaultRule(
        .shortHold, .hold, .whole, .below, threshold: 5, marked: 2.5, .seconds,
        basis: .published("Vellas et al., J Am Geriatr Soc 1997;45:735 (5 s)"), views: everyView, neededParts: [.feet])

    private static let stiffKnee = FaultRule(
        .stiffKnee, .strideKneeRange, .whole, .below, threshold: 45, marked: 30, .degrees,
        basis: .judgement(
            Text(
                es: "unos 60° en la marcha sana: Perry y Burnfield, Gait Analysis, 2010",
                en: "about 60° in healthy walking: Perry and Burnfield, Gait Analysis, 2010")), views: everyView,
        neededParts: [.legs])

    private static func difference(_ joint: JointAngle.Joint) -> FaultRule {
        FaultRule(
            .asymmetry, .sideDifference(joint), .whole, threshold: joint == .shoulder ? 15 : 10,
            marked: joint == .shoulder ? 30 : 20, .degrees, basis: .judgement(nil),
            views: everyView)
    }
}
