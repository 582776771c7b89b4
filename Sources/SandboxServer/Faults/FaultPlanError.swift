/// What is wrong with the text of a fault plan, where, and what could be written instead.
package struct FaultPlanError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package let problem: String
    /// Where it is, in bytes from the start of the text.
    package let offset: Int
    /// The text that is at fault; empty at the end of the plan.
    package let text: String
    /// What to write instead.
    package let remedy: String

    /// Every fault that a plan can name, one a line, with what it does.
    package static var knownFaults: String {
        let width = (Fault.known.map(\.name.count).max() ?? 0) + 2
        return Fault.known.map { fault in
            "  \(fault.name)\(String(repeating: " ", count: width - fault.name.count))\(fault.effect)"
        }.joined(separator: "\n")
    }

    package var description: String {
        """
        fault plan, at byte \(offset)\(text.isEmpty ? "" : " (`\(text)`)"): \(problem); \(remedy)
        known faults:
        \(Self.knownFaults)
        """
    }
}
