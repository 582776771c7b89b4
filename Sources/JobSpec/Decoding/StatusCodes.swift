import Diagnostics
import YAMLReader

/// Lists of HTTP status codes: `[200, 201]`, or ranges such as `200..299`.
enum StatusCodes {
    static func decode(_ nodes: [YAMLNode], problems: Problems) -> Set<Int> {
        var codes: Set<Int> = []
        for node in nodes {
            let bounds = node.text.split(separator: ".", omittingEmptySubsequences: true).map { Int($0) }
            if bounds.count == 1, let code = bounds[0], (100...599).contains(code) {
                codes.insert(code)
            } else if bounds.count == 2, node.text.contains(utf8: ".."), let low = bounds[0], let high = bounds[1],
                (100...599).contains(low), (low...599).contains(high)
            {
                codes.formUnion(low...high)
            } else {
                problems.error(
                    "bad-status",
                    "\(node.shown) is not an HTTP status",
                    at: node.span.firstLine,
                    help: range(of: node.text).map { "write `\($0)`" }
                        ?? "write codes from 100 to 599, or a range: `200..299`"
                )
            }
        }
        return codes
    }

    /// What `2xx`, `5XX` and `500-599` mean.
    private static func range(of text: String) -> String? {
        let bytes = Array(text.lowercased().utf8)
        if bytes.count == 3, (0x31...0x35).contains(bytes[0]), bytes[1...].allSatisfy({ $0 == UInt8(ascii: "x") }) {
            return "\(bytes[0] - 0x30)00..\(bytes[0] - 0x30)99"
        }
        let bounds = text.split(separator: "-").map { Int($0) }
        guard bounds.count == 2, let low = bounds[0], let high = bounds[1], 100 <= low, low <= high, high <= 599 else {
            return nil
        }
        return "\(low)..\(high)"
    }
}
