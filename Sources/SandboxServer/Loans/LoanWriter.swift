/// Writes loans as JSON bytes, about a kilobyte each, with nothing in between.
///
/// Member names follow Kiva's own where it publishes them. Escapes, 19-digit ids and many scripts are there on purpose:
/// a client that re-encodes what it reads is found out.
struct LoanWriter: Sendable {
    private let partner: [UInt8]
    /// `"location":{…}` by region and town.
    private let locations: [[UInt8]]
    /// `"description":"…"` by region and way of escaping.
    private let descriptions: [[UInt8]]
    /// First and last names by region, without quotes; none needs an escape.
    private let firstNames: [[UInt8]]
    private let lastNames: [[UInt8]]
    private let currencies: [[UInt8]]
    private let rates: [UInt64]
    /// `"activity_id":1,"activity":"…"` and `"theme_type_id":1,"theme_type":"…"`.
    private let activities: [[UInt8]]
    private let themes: [[UInt8]]
    private let statuses: [LoanStatus: [UInt8]]

    private static let escapings = 4

    init(partnerID: String) {
        var partner: [UInt8] = []
        partner.append(member: "partner_id", partnerID)
        self.partner = partner
        locations = Region.all.flatMap { region in region.towns.map { Self.location(region, town: $0) } }
        descriptions = Region.all.flatMap { region in
            (0..<Self.escapings).map { Self.description(region, escaping: $0) }
        }
        firstNames = Region.all.flatMap(\.firstNames).map { Array($0.utf8) }
        lastNames = Region.all.flatMap(\.lastNames).map { Array($0.utf8) }
        currencies = Region.all.map { Array($0.currency.utf8) }
        rates = Region.all.map(\.ratePerHundredDollars)
        activities = Catalogue.activities.map { activity in
            var text: [UInt8] = []
            text.append(member: "activity_id", activity.id)
            text.append(",")
            text.append(member: "activity", activity.name)
            return text
        }
        themes = Catalogue.themes.map { theme in
            var text: [UInt8] = []
            text.append(member: "theme_type_id", theme.id)
            text.append(",")
            text.append(member: "theme_type", theme.name)
            return text
        }
        statuses = Dictionary(
            uniqueKeysWithValues: LoanStatus.allCases.map { status in
                var text: [UInt8] = []
                text.append(member: "status", status.rawValue)
                return (status, text)
            }
        )
    }

    /// Appends one loan.
    func write(_ draw: LoanDraw, index: Int, status: LoanStatus, into text: inout [UInt8]) {
        let names = LoanDraw.namesPerRegion
        let first = draw.region * names
        let bits = draw.spare
        let borrowers = bits & 7 == 0 ? Int(bits >> 3 & 3) + 2 : 1
        // A quarter of the amounts isn't whole: 475.37 must stay 475.37.
        let cents = ((bits >> 8 & 0xFF) % 77 + 4) * 2500 + (bits >> 16 & 3 == 0 ? (bits >> 18 & 0x7F) % 100 : 0)
        writeIdentity(draw, index: index, status: status, into: &text)
        text.append(contentsOf: activities[draw.activity])
        text.append(",")
        text.append(contentsOf: themes[draw.theme])
        text.append(",")
        text.append(contentsOf: locations[draw.region * LoanDraw.townsPerRegion + draw.town])
        text.append(",\"loan_amount\":")
        text.append(cents: cents)
        text.append(",\"currency\":\"USD\",\"loan_local_amount\":")
        text.append(cents: cents * rates[draw.region] / 100)
        text.append(",\"loan_currency\":\"")
        text.append(contentsOf: currencies[draw.region])
        text.append("\",\"delinquent\":")
        text.append(status == .defaulted || bits >> 25 & 15 == 0 ? "true" : "false")
        text.append(",\"create_time\":")
        text.append(decimal: 1_700_000_000 + (bits >> 30 & 0x3FF_FFFF))
        text.append(",\"borrower_count\":")
        text.append(decimal: UInt64(borrowers))
        text.append(",\"borrowers\":[")
        for borrower in 0..<borrowers {
            if borrower > 0 {
                text.append(",")
            }
            text.append("{\"first_name\":\"")
            text.append(contentsOf: firstNames[first + (draw.firstName + borrower) % names])
            text.append("\",\"last_name\":\"")
            text.append(contentsOf: lastNames[first + draw.lastName])
            text.append(bits >> UInt64(40 + borrower) & 1 == 0 ? "\",\"gender\":\"female\"" : "\",\"gender\":\"male\"")
            text.append(borrower == 0 ? ",\"pictured\":true}" : ",\"pictured\":false}")
        }
        text.append("],")
        text.append(contentsOf: descriptions[draw.region * Self.escapings + index % Self.escapings])
        writeSchedule(cents: cents, terms: 3 + (bits >> 45 & 3), firstMonth: bits >> 48 & 31, into: &text)
        text.append("}")
    }

    private func writeIdentity(_ draw: LoanDraw, index: Int, status: LoanStatus, into text: inout [UInt8]) {
        let first = draw.region * LoanDraw.namesPerRegion
        text.append("{\"id\":")
        text.append(decimal: LoanIdentity.kivaID(index))
        text.append(",\"kiva_id\":\"")
        text.append(decimal: LoanIdentity.kivaID(index))
        text.append("\",\"uuid\":\"")
        text.append(hex: draw.spare, digits: 8)
        text.append("-")
        text.append(hex: draw.spare >> 32, digits: 4)
        text.append("-4")
        text.append(hex: draw.spare >> 48, digits: 3)
        text.append("-a")
        text.append(hex: draw.spare >> 52, digits: 3)
        text.append("-")
        text.append(hex: UInt64(index), digits: 12)
        text.append("\",\"internal_loan_id\":\"")
        text.append(decimal: LoanIdentity.internalLoanID(index))
        text.append("\",\"internal_client_id\":\"")
        text.append(decimal: LoanIdentity.internalClientID(index))
        text.append("\",")
        text.append(contentsOf: partner)
        text.append(",\"name\":\"")
        text.append(contentsOf: firstNames[first + draw.firstName])
        text.append(" ")
        text.append(contentsOf: lastNames[first + draw.lastName])
        text.append("\",")
        text.append(contentsOf: statuses[status] ?? [])
        text.append(",")
    }

    /// Monthly instalments whose principals add up to the amount exactly; the last takes what the division leaves.
    private func writeSchedule(cents: UInt64, terms: UInt64, firstMonth: UInt64, into text: inout [UInt8]) {
        let principal = cents / terms
        text.append(",\"schedule\":[")
        for term in 0..<terms {
            let month = firstMonth + term
            text.append(term == 0 ? "{\"date\":\"20" : ",{\"date\":\"20")
            text.append(twoDigits: 24 + month / 12)
            text.append("-")
            text.append(twoDigits: month % 12 + 1)
            text.append("-15\",\"principal\":")
            text.append(cents: term == terms - 1 ? cents - principal * (terms - 1) : principal)
            text.append(",\"interest\":")
            text.append(cents: (cents - principal * term) / 100)
            text.append("}")
        }
        text.append("]")
    }

    private static func location(_ region: Region, town: String) -> [UInt8] {
        var text: [UInt8] = []
        text.append("\"location\":{")
        text.append(member: "country", region.country)
        text.append(",")
        text.append(member: "country_code", region.countryCode)
        text.append(",")
        text.append(member: "town", town)
        text.append(",")
        text.append(member: "full_name", "\(town), \(region.country)")
        text.append(",\"geo\":{\"latitude\":")
        text.append(verbatim: region.geo.latitude)
        text.append(",\"longitude\":")
        text.append(verbatim: region.geo.longitude)
        text.append("}}")
        return text
    }

    /// The story, with what a borrower's text may hold: a line break, and characters that some servers escape.
    private static func description(_ region: Region, escaping: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.append("\"description\":\"")
        text.append(verbatim: region.story)
        switch escaping {
        case 0: text.append(" 🌱👩🏽‍🌾\"")
        case 1: text.append("\\n\\\"Merci\\\" \\u2014 caf\\u00e9 \\ud83c\\udf31\"")
        case 2: text.append("\",\"image_url\":\"https:\\/\\/images.sandbox.example\\/w800\\/1.jpg\"")
        default: text.append("\\t#\\u00c9co\\\\friendly\",\"video_url\":null")
        }
        return text
    }
}
