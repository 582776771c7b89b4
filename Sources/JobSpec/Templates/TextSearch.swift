/// Searches byte for byte. The standard library's need the string-processing module, and are slow.
extension Substring {
    /// The first occurrence of `needle`.
    func firstRange(ofUTF8 needle: String) -> Range<Index>? {
        guard let offset = utf8.firstOffset(of: needle) else { return nil }
        let start = utf8.index(startIndex, offsetBy: offset)
        return start..<utf8.index(start, offsetBy: needle.utf8.count)
    }
}

extension String {
    /// Whether `needle` occurs.
    func contains(utf8 needle: String) -> Bool { utf8.firstOffset(of: needle) != nil }

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

extension Collection<UInt8> {
    /// How many bytes stand before the first occurrence of `needle`; nothing where it does not occur.
    fileprivate func firstOffset(of needle: String) -> Int? {
        var needle = needle
        return needle.withUTF8 { needle in
            withContiguousStorageIfAvailable { $0.firstOffset(of: needle) }
                ?? Array(self).withUnsafeBufferPointer { $0.firstOffset(of: needle) }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func firstOffset(of needle: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let first = needle.first else { return 0 }
        var offset = 0
        while offset + needle.count <= count {
            if self[offset] == first, self[offset..<offset + needle.count].elementsEqual(needle) { return offset }
            offset += 1
        }
        return nil
    }
}
