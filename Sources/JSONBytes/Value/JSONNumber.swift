/// A JSON number as it was written (RFC 8259, section 6).
///
/// Equality follows the lexeme; ``isNumericallyEqual(to:)`` and ``isNumericallyLess(than:)`` compare exact values.
package struct JSONNumber: Hashable, Sendable {
    /// The digits, sign, point and exponent as they came.
    package let lexeme: String

    /// Takes a lexeme that a parser has already checked.
    init(validated lexeme: String) { self.lexeme = lexeme }

    /// Takes a lexeme; `nil` unless it is a number by RFC 8259's grammar.
    package init?(lexeme: String) {
        guard NumberGrammar.matches(lexeme.utf8) else { return nil }
        self.lexeme = lexeme
    }

    /// Writes an integer.
    package init(_ integer: Int) { lexeme = String(integer) }

    /// The exact integer that this number stands for, however it is written: `100`, `100.0` and `1e2` are the same.
    /// `nil` for fractions and for what `Int` can't hold.
    package var intValue: Int? { Int(lexeme) ?? Decimal(lexeme).intValue }

    /// Whether both numbers stand for exactly the same value.
    package func isNumericallyEqual(to other: JSONNumber) -> Bool {
        lexeme == other.lexeme || Decimal(lexeme) == Decimal(other.lexeme)
    }

    /// Whether this number stands for a smaller value than the other, compared exactly.
    package func isNumericallyLess(than other: JSONNumber) -> Bool {
        if let left = Int(lexeme), let right = Int(other.lexeme) { return left < right }
        return Decimal(lexeme) < Decimal(other.lexeme)
    }
}

extension JSONNumber: ExpressibleByIntegerLiteral {
    /// An integer.
    package init(integerLiteral value: Int) { self.init(value) }
}
