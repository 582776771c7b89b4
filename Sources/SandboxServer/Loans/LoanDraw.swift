/// The choices that make one loan, drawn from the seed and the loan's index alone.
struct LoanDraw: Sendable {
    /// Names a region has of each kind; `Region.all` keeps to it.
    static let namesPerRegion = 6
    static let townsPerRegion = 3

    let region: Int
    let firstName: Int
    let lastName: Int
    let town: Int
    let activity: Int
    let theme: Int
    /// More bits, for what only the writer needs.
    let spare: UInt64

    init(seed: UInt64, index: Int) {
        let bits = SplitMix64.mix(seed &* 0xD134_2543_DE82_EF95 &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        region = Int((bits & 0xFFFF) % UInt64(Region.all.count))
        firstName = Int((bits >> 16 & 0xFF) % UInt64(Self.namesPerRegion))
        lastName = Int((bits >> 24 & 0xFF) % UInt64(Self.namesPerRegion))
        town = Int((bits >> 32 & 0xFF) % UInt64(Self.townsPerRegion))
        activity = Int((bits >> 40 & 0xFF) % UInt64(Catalogue.activities.count))
        theme = Int((bits >> 48 & 0xFF) % UInt64(Catalogue.themes.count))
        spare = SplitMix64.mix(bits)
    }
}
