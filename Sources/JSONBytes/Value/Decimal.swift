/// The exact value of a number lexeme in a normal form that compares without rounding:
/// `sign · 0.d₁d₂d₃… · 10^exponent`, with neither leading nor trailing zeros among the digits.
///
/// Exponents beyond ±10¹⁵ count as ±10¹⁵, so that a hostile exponent costs nothing; no lexeme that fits in memory
/// can tell the difference by its digits.
struct Decimal: Comparable {
    private static let largestExponent = 1_000_000_000_000_000
    private var isNegative = false
    private var digits: [UInt8] = []
    private var exponent = 0

    /// Reads a lexeme that is known to be a number.
    init(_ lexeme: String) {
        var point: Int?
        var count = 0
        var written = 0
        var exponentIsNegative = false
        var isInExponent = false
        for byte in lexeme.utf8 {
            switch byte {
            case Ascii.minus:
                if isInExponent { exponentIsNegative = true } else { isNegative = true }
            case Ascii.plus: break
            case Ascii.dot: point = count
            case UInt8(ascii: "e"), UInt8(ascii: "E"): isInExponent = true
            case _ where isInExponent:
                written = min(written * 10 + Int(byte &- Ascii.zero), Self.largestExponent)
            default:
                digits.append(byte &- Ascii.zero)
                count += 1
            }
        }
        let leadingZeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(leadingZeros)
        while digits.last == 0 { digits.removeLast() }
        exponent = (point ?? count) - leadingZeros + (exponentIsNegative ? -written : written)
        if digits.isEmpty {
            isNegative = false
            exponent = 0
        }
    }

    static func < (left: Decimal, right: Decimal) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? right.isSmallerInMagnitude(than: left) : left.isSmallerInMagnitude(than: right)
    }

    private func isSmallerInMagnitude(than other: Decimal) -> Bool {
        if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty && !other.digits.isEmpty }
        if exponent != other.exponent { return exponent < other.exponent }
        return digits.lexicographicallyPrecedes(other.digits)
    }

    /// The value as an integer; `nil` for fractions and for what `Int` can't hold.
    var intValue: Int? {
        guard digits.count <= exponent, exponent <= 19 else { return digits.isEmpty ? 0 : nil }
        var value = 0
        for position in 0..<exponent {
            let digit = position < digits.count ? Int(digits[position]) : 0
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(digit)
            if overflow || carry { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }
}
