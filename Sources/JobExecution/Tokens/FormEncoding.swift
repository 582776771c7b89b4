/// `application/x-www-form-urlencoded`, with a space as `%20`.
///
/// RFC 6749 appendix B asks for this type. A space may be `+` or `%20` in it; `%20` is what every server decodes, also
/// one that takes the body for plain percent-encoding.
enum FormEncoding {
    /// Joins the pairs in their order.
    static func encode(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { pair in "\(PercentEncoding.component(pair.name))=\(PercentEncoding.component(pair.value))" }
            .joined(separator: "&")
    }
}
