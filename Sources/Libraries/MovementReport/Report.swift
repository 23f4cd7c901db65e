import Base
import Movement

/// Everything that is written about one measurement: for programs, for tables, for OpenSim and for people.
///
/// The files are pure functions of this value, so that the same observations give the same bytes; nothing in them
/// depends on the clock, the machine or the order of a dictionary. Writing them to disk is the caller's.
package struct Report: Sendable {
    package let measurement: Measurement
    package let provenance: Provenance
    /// In which the page, the summary and the messages in `report.json` are written.
    package let language: Language

    package init(measurement: Measurement, provenance: Provenance, language: Language) {
        self.measurement = measurement
        self.provenance = provenance
        self.language = language
    }

    /// Measures what was seen and reports it in the language that was asked for: a pure function of the observations, whose file has this
    /// SHA-256, and of the program that does it.
    ///
    /// `checkpoint` is called between steps, may stop the work by throwing.
    package init(
        measuring observations: Observations, sha256: String, program: String, version: String,
        checkpoint: () throws(Failure) -> Void = {}
    ) throws(Failure) {
        let request = observations.request
        self.init(
            measurement: try Measurement.measure(observations, checkpoint: checkpoint),
            provenance: Provenance(
                program: program, programVersion: version, methodVersion: Measurement.methodVersion, observationsSHA256: sha256,
                capture: observations.capture, exerciseRequested: request.exercise,
                heightCentimetres: request.heightMetres.map { $0 * 100 }),
            language: request.language)
    }

    /// The same in another language.
    package func speaking(_ language: Language) -> Report {
        Report(measurement: measurement, provenance: provenance, language: language)
    }

    /// All files of the report. Where the capture was refused there is no `motion.trc`, the angles are empty, and
    /// the page says how to film it better.
    package func files(observations: Observations) -> [ReportFile] {
        var files = [
            ReportFile(name: "report.json", bytes: json()),
            ReportFile(name: "angles.csv", bytes: anglesCSV()),
            ReportFile(name: "keypoints.csv", bytes: ReportFile.keypointsCSV(of: observations)),
        ]
        if let motion = measurement.motion, measurement.capture.refused == nil {
            files.append(ReportFile(name: "motion.trc", bytes: ReportFile.trc(of: motion)))
        }
        files.append(ReportFile(name: "report.html", bytes: page()))
        return files
    }
}

/// A file that is to be written into the output folder.
package struct ReportFile: Sendable, Equatable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// Where a report comes from: enough to compute it again and to tell whether two are comparable.
package struct Provenance: Sendable, Equatable {
    package var program: String
    package var programVersion: String
    /// Changes whenever the same observations could give other numbers.
    package var methodVersion: String
    /// SHA-256 in hexadecimal of `observations.jsonl`.
    package var observationsSHA256: String
    /// SHA-256 in hexadecimal of the video, as the observations state it.
    package var videoSHA256: String
    /// Name and version of the program that looked at the video, as the observations state it.
    package var observedBy: String
    /// SHA-256 in hexadecimal of the networks and their runtime, by file name.
    package var models: [String: String]
    /// The exercise that was named; nil where it was left to recognition.
    package var exerciseRequested: Exercise?
    /// The person's height as it was given; nil where it was not.
    package var heightCentimetres: Double?
    /// Whether the phone told gravity or the focal length.
    package var knowsGravity: Bool
    package var knowsFocalLength: Bool
    /// Whether nobody was filmed: the movement was computed.
    package var isSimulated: Bool

    package init(
        program: String, programVersion: String, methodVersion: String, observationsSHA256: String,
        videoSHA256: String, observedBy: String, models: [String: String], exerciseRequested: Exercise?,
        heightCentimetres: Double?, knowsGravity: Bool, knowsFocalLength: Bool,
        isSimulated: Bool = false
    ) {
        self.program = program
        self.programVersion = programVersion
        self.methodVersion = methodVersion
        self.observationsSHA256 = observationsSHA256
        self.videoSHA256 = videoSHA256
        self.observedBy = observedBy
        self.models = models
        self.exerciseRequested = exerciseRequested
        self.heightCentimetres = heightCentimetres
        self.knowsGravity = knowsGravity
        self.knowsFocalLength = knowsFocalLength
        self.isSimulated = isSimulated
    }

    /// What the capture line of the observations tells, and what the caller knows.
    package init(
        program: String, programVersion: String, methodVersion: String, observationsSHA256: String, capture: Capture,
        exerciseRequested: Exercise?, heightCentimetres: Double?
    ) {
        self.init(
            program: program, programVersion: programVersion, methodVersion: methodVersion,
            observationsSHA256: observationsSHA256, videoSHA256: capture.videoSHA256, observedBy: capture.program,
            models: capture.models, exerciseRequested: exerciseRequested, heightCentimetres: heightCentimetres,
            knowsGravity: capture.gravity != nil, knowsFocalLength: capture.focalLengthOverLongSide != nil, isSimulated: capture.isSimulated
        )
    }
}
