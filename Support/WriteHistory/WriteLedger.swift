import Base

/// What the writers of a history were told, and the verdict over what is there afterwards.
package struct WriteLedger: Sendable {
    /// What a caller was told of its write.
    package enum Answer: Sendable, Hashable {
        /// It is done and stays.
        case acknowledged
        /// Nothing was done.
        case refused
        /// Only looking tells: the connection was lost, or the program died before it answered.
        case unknown

        /// What an error that `Database.write` threw says of the outcome.
        package init(thrown error: any Error) {
            self = (error as? Failure)?.kind == .outcomeUnknown ? .unknown : .refused
        }
    }

    package let seed: UInt64
    package let largestBody: Int
    package private(set) var answers: [WriteNumber: Answer] = [:]

    package init(seed: UInt64, largestBody: Int = 20_000) {
        self.seed = seed
        self.largestBody = largestBody
    }

    package mutating func note(_ number: WriteNumber, _ answer: Answer) { answers[number] = answer }
    package func count(of answer: Answer) -> Int { answers.values.count { $0 == answer } }

    /// Everything that must not be so, each in a sentence; empty where all is well. A write that nobody knows of is a fault too.
    package func faults(in state: WrittenState) -> [String] {
        var faults: [String] = []
        for (number, answer) in answers.sorted(by: { $0.key < $1.key }) {
            let isThere = state.writes.contains(number)
            if answer == .acknowledged, !isThere { faults.append("\(number) was acknowledged and is lost") }
            if answer == .refused, isThere { faults.append("\(number) was refused and is there") }
        }
        for number in state.writes.subtracting(answers.keys).sorted() { faults.append("\(number) is there and nobody asked for it") }
        for number in state.writes where Write(seed: seed, number, largestBody: largestBody).ending != .returns {
            faults.append("\(number) is there although its closure threw")
        }
        faults += state.differences(from: WrittenState(after: state.writes, seed: seed, largestBody: largestBody))
        return faults
    }

    /// Takes what was found as settled: what is there now stays, and what is not does not come back. To be called after a look
    /// that found no fault, before the next round.
    package mutating func settle(_ state: WrittenState) {
        for (number, answer) in answers where answer == .unknown {
            answers[number] = state.writes.contains(number) ? .acknowledged : .refused
        }
    }
}

extension WriteNumber: CustomStringConvertible {
    package var description: String { "write \(round).\(writer).\(step)" }
}
