package import JSONBytes

/// A line of a journal, read back.
package struct JournalEntry: Hashable, Sendable {
    /// 1 for the first line, then one more each.
    package let sequence: Int
    /// The time as it was written, by RFC 3339.
    package let at: String
    /// What happened, in snake case: `page_committed`. A reader skips events that it does not know.
    package let event: String
    /// The whole line.
    package let json: JSONValue

    /// Reads a line without its line feed; nothing unless it is an entry of version 1.
    package init?(_ line: UnsafeRawBufferPointer) {
        guard let json = try? JSONParser.parse(line, limits: JournalReader.limits), case .number(1)? = json["v"],
            case .number(let sequence)? = json["seq"], let sequence = Int(sequence.lexeme),
            let at = json["at"]?.text, let event = json["event"]?.text
        else { return nil }
        self.sequence = sequence
        self.at = at
        self.event = event
        self.json = json
    }
}
