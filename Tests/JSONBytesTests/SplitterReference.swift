import JSONBytes

/// What a splitter has to give, worked out slowly from the tree.
struct SplitterReference: Equatable {
    var output: [UInt8]
    var summary: SplitSummary

    /// `nil` where the document is broken or names a member on the path twice.
    init?(_ document: [UInt8], path: [String]) {
        guard let root = try? JSONParser.parse(document) else { return nil }
        guard let envelope = Self.cut(root, path[...]) else { return nil }
        output = []
        for record in envelope.records ?? [] {
            record.write(into: &output)
            output.append(UInt8(ascii: "\n"))
        }
        var bytes: [UInt8] = []
        envelope.value.write(into: &bytes)
        summary = SplitSummary(
            recordCount: envelope.records?.count ?? 0,
            envelope: bytes,
            selectedType: envelope.type
        )
    }

    /// Takes the records out of a value.
    private static func cut(
        _ value: JSONValue,
        _ path: ArraySlice<String>
    ) -> (value: JSONValue, records: [JSONValue]?, type: String?)? {
        guard let name = path.first else {
            guard let elements = value.elements else { return (value, nil, value.typeName) }
            return (.array([]), elements, "array")
        }
        guard var members = value.members else { return (value, nil, nil) }
        let places = members.indices.filter { members[$0].name.matches(name) }
        guard places.count < 2 else { return nil }
        guard let place = places.first else { return (value, nil, nil) }
        guard let inner = cut(members[place].value, path.dropFirst()) else { return nil }
        members[place] = JSONMember(name: members[place].name, value: inner.value)
        return (.object(members), inner.records, inner.type)
    }

    init(output: [UInt8], summary: SplitSummary) {
        self.output = output
        self.summary = summary
    }

    /// Runs a splitter over the document in the chunks that `chunkSize` gives.
    static func split(
        _ document: [UInt8],
        path: [String],
        limits: SplitterLimits = .standard,
        chunkSize: () -> Int
    ) throws(JSONError) -> SplitterReference {
        var splitter = RecordSplitter(path: path, limits: limits)
        var output: [UInt8] = []
        var position = 0
        while position < document.count {
            let end = min(position + max(chunkSize(), 1), document.count)
            // A copy of its own for each chunk, so that a read beyond it is a read of foreign memory.
            let chunk = Array(document[position..<end])
            let result = chunk.withUnsafeBytes { bytes in
                Result { () throws(JSONError) in try splitter.feed(bytes, into: &output) }
            }
            try result.get()
            position = end
        }
        return SplitterReference(output: output, summary: try splitter.finish())
    }
}
