/// The SplitMix64 generator (Steele, Lea, Flood 2014): small, fast, and the same everywhere.
///
/// Its output function alone is a good hash of a number, which is how a loan is drawn without drawing those before it.
struct SplitMix64: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Hashes a number: every bit of the answer depends on every bit of it.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
