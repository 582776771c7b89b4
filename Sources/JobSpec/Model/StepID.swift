/// The name of a step: a letter, then letters, digits, `_` and `-`, at most 64. It names the step's file in the results,
/// so it can't leave the run folder.
package struct StepID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let name: String

    /// Makes an id, or nothing where `name` is not one.
    package init?(_ name: String) {
        guard let first = name.utf8.first, Self.isLetter(first), name.utf8.count <= 64 else { return nil }
        let valid = name.utf8.allSatisfy { byte in
            Self.isLetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
        }
        guard valid else { return nil }
        self.name = name
    }

    /// For names that the caller has checked already.
    init(unchecked name: String) { self.name = name }

    package var description: String { name }

    package static func < (left: StepID, right: StepID) -> Bool { left.name < right.name }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension StepID {
    /// How to turn a text that is no name into one.
    static func advice(for text: String, key: String) -> String {
        if text.utf8.count > 64, StepID(String(text.prefix(64))) != nil {
            return "it names a file or folder: at most 64 characters, not \(text.utf8.count)"
        }
        let rule = "it names a file or folder: a letter, then letters, digits, `_` and `-`"
        guard let slug = Names.slug(text) else { return rule }
        return "\(rule), such as `\(key): \(slug)`"
    }
}
