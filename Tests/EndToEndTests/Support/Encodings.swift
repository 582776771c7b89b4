import Foundation

/// The shapes in which a secret could come out.
enum Encodings {
    /// Each shape that is long enough to be told from chance.
    static func all(_ secret: String) -> [String] {
        var shapes: Set<String> = [secret, json(secret), json(secret).replacing("\\/", with: "/")]
        for allowed in [CharacterSet.alphanumerics, .urlQueryAllowed, unreserved] {
            let ascii = allowed.intersection(CharacterSet(charactersIn: Unicode.Scalar(0)..<Unicode.Scalar(128)))
            guard let percent = secret.addingPercentEncoding(withAllowedCharacters: ascii) else { continue }
            shapes.formUnion([percent, lowercasePercent(percent), percent.replacing("%20", with: "+")])
        }
        shapes.formUnion(base64(secret))
        shapes.insert(Data("client:\(secret)".utf8).base64EncodedString())
        return shapes.filter { $0.utf8.count >= 8 }.sorted()
    }

    /// Texts as they could be found in the wild, that hold the secret in each of its shapes.
    static func embedded(_ secret: String) -> [String] {
        let base64 = ["", "a", "ab", "abc:"].flatMap { lead in
            ["", "z", "/zz"].map { Data("\(lead)\(secret)\($0)".utf8).base64EncodedString() }
        }
        let urlSafe = base64.map { $0.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "") }
        return all(secret).filter { !self.base64(secret).contains($0) } + base64 + urlSafe
    }

    private static let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))

    private static func json(_ secret: String) -> String {
        let data = (try? JSONSerialization.data(withJSONObject: [secret])) ?? Data()
        return String(String(decoding: data, as: UTF8.self).dropFirst(2).dropLast(2))
    }

    private static func lowercasePercent(_ text: String) -> String {
        text.replacing(/%[0-9A-F]{2}/) { $0.0.lowercased() }
    }

    /// What the secret looks like inside the base64 of a longer text, at each of the three alignments, both alphabets:
    /// the characters that depend on the secret alone.
    private static func base64(_ secret: String) -> [String] {
        (0..<3).flatMap { lead -> [String] in
            let text = Data(repeating: 0x3A, count: lead) + Data(secret.utf8)
            let encoded = text.base64EncodedString().filter { $0 != "=" }
            let head = lead == 0 ? 0 : lead + 1
            let tail = text.count % 3 == 0 ? 0 : 1
            let core = String(encoded.dropFirst(head).dropLast(tail))
            return [core, core.replacing("+", with: "-").replacing("/", with: "_")]
        }
    }
}
