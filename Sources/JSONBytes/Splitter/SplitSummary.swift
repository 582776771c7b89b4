/// What a whole document turned out to hold, apart from its records.
package struct SplitSummary: Hashable, Sendable {
    /// How many records were written.
    package let recordCount: Int
    /// The document without insignificant white space and with the selected array emptied to `[]`: one JSON text, in
    /// which a paginator finds totals and cursors. Without a selected array it is the whole document.
    package let envelope: [UInt8]
    /// The type of the value at the selected path, by ``JSONValue/typeName``; `nil` if nothing is there.
    package let selectedType: String?

    /// Whether the selected path led to an array.
    package var found: Bool { selectedType == "array" }

    /// Sums up a document.
    package init(recordCount: Int, envelope: [UInt8], selectedType: String?) {
        self.recordCount = recordCount
        self.envelope = envelope
        self.selectedType = selectedType
    }
}
