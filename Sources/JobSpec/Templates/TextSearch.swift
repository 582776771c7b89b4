extension Substring {
    /// The first occurrence of `needle`, byte for byte. The standard library's search needs the string-processing module.
    func firstRange(ofUTF8 needle: String) -> Range<Index>? {
        let wanted = Array(needle.utf8)
        var index = startIndex
        while index < endIndex {
            if utf8[index...].starts(with: wanted) {
                return index..<utf8.index(index, offsetBy: wanted.count)
            }
            index = utf8.index(after: index)
        }
        return nil
    }
}

extension String {
    /// The text with every occurrence of a non-empty `wanted` replaced.
    func replacing(utf8 wanted: String, with replacement: String) -> String {
        guard !wanted.isEmpty else { return self }
        var result = ""
        var rest = Substring(self)
        while let range = rest.firstRange(ofUTF8: wanted) {
            result += rest[..<range.lowerBound] + replacement
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
