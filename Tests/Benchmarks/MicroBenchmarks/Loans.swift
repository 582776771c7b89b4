import TestSupport

/// How a JSON text is laid out.
enum Layout: CaseIterable {
    /// Without any white space.
    case compact
    /// A member a line, indented by two spaces a level.
    case pretty
}

/// Loans as a partner API sends them, of about 1.2 KB each, the same for the same seed: nested objects and lists, exact
/// decimals, ids beyond 2^63, escapes, and text in many scripts.
struct Loans {
    /// How many loans a page has.
    static let perPage = 300

    private var random: SeededGenerator
    private var number = 0

    init(seed: UInt64 = 20_261_124) { random = SeededGenerator(seed: seed) }

    /// A page of ``perPage`` loans without white space, about 380 KB.
    static let compactPage = page(.compact)
    /// The page of ``compactPage``, laid out for people.
    static let prettyPage = page(.pretty)

    private static func page(_ layout: Layout) -> [UInt8] {
        var loans = Loans()
        let records = (0..<perPage).map { _ in loans.next(layout) }
        let space = layout == .pretty ? " " : ""
        let head = #"{"total":\#(space)300000,\#(space)"offset":\#(space)0,\#(space)"loans":\#(space)["#
        return Array((head + records.joined(separator: layout == .pretty ? ",\n" : ",") + "]}").utf8)
    }

    /// The next loan.
    mutating func next(_ layout: Layout) -> String {
        number += 1
        let loan = prettyLoan()
        return layout == .pretty ? loan : Self.compact(loan)
    }

    private mutating func prettyLoan() -> String {
        let amount = 25 * below(128)
        let name = pick(Self.names)
        return #"""
            {
              "id": \#(1_000_000 + number),
              "kiva_id": \#(9_223_372_036_854_775_808 + random.next() >> 2),
              "uuid": "\#(String(random.next() | 1 << 63, radix: 16))\#(String(random.next() | 1 << 63, radix: 16))",
              "name": "\#(name)",
              "status": "\#(pick(["payingBack", "defaulted", "ended", "fundRaising", "raised"]))",
              "borrower_count": \#(1 + below(8)),
              "location": {
                "country": "\#(pick(Self.places))",
                "town": "\#(pick(Self.places))",
                "geo": {
                  "level": "town",
                  "pairs": [
                    \#(decimal(90, digits: 6)),
                    -\#(decimal(180, digits: 6))
                  ]
                }
              },
              "sector": "\#(pick(["Agriculture", "Retail", "Food", "Clothing", "Services"]))",
              "loan_amount": \#(amount).00,
              "funded_amount": \#(decimal(amount + 1, digits: 2)),
              "basket_amount": null,
              "terms": {
                "disbursal_currency": "\#(pick(["PEN", "VND", "UAH", "EGP", "NPR", "THB", "KES"]))",
                "disbursal_amount": \#(decimal(1 << 28, digits: 2)),
                "repayment_interval": "Monthly",
                "loss_liability": {
                  "nonpayment": "lender",
                  "currency_exchange": "shared",
                  "rate": \#(pick(["0.0125", "0.0400", "0.0825", "1.25E-2"]))
                },
                "schedule": [
            \#(payments())
                ]
              },
              "tags": [
                "\#(pick(Self.tags))",
                "\#(pick(Self.tags))"
              ],
              "translator": {
                "byline": "\#(name)",
                "image": \#(below(1 << 22))
              },
              "description": {
                "languages": [
                  "en",
                  "vi"
                ],
                "texts": {
                  "en": "\#(pick(Self.sentences))",
                  "vi": "\#(pick(Self.sentences))"
                }
              },
              "posted_date": "2026-0\#(1 + below(9))-1\#(below(10))T05:48:12Z",
              "planned_expiration_date": "2026-0\#(1 + below(9))-2\#(below(9))T23:59:59Z",
              "has_photo": true,
              "bonus_credit_eligibility": false,
              "journal_totals": {
                "entries": \#(below(16)),
                "bulkEntries": 0
              }
            }
            """#
    }

    private mutating func payments() -> String {
        let payments = (0...below(4)).map { _ in
            #"""
                  {
                    "due_date": "2026-0\#(1 + below(9))-1\#(below(10))",
                    "principal": \#(decimal(900, digits: 2)),
                    "interest": \#(decimal(50, digits: 2))
                  }
            """#
        }
        return payments.joined(separator: ",\n")
    }

    /// Takes the white space out of a text with a member a line.
    private static func compact(_ pretty: String) -> String {
        pretty.split(separator: "\n").map { line in
            let member = line.drop { $0 == " " }
            guard member.first == "\"", let colon = member.firstRange(of: "\": ") else { return String(member) }
            return "\(member[..<colon.lowerBound])\":\(member[colon.upperBound...])"
        }.joined()
    }

    private mutating func below(_ bound: Int) -> Int { .random(in: 0..<bound, using: &random) }

    /// A decimal between 0 and `bound`, with exactly so many digits after its point.
    private mutating func decimal(_ bound: Int, digits: Int) -> String {
        let fraction = String(below((0..<digits).reduce(1) { scale, _ in scale * 10 }))
        return "\(below(bound)).\(String(repeating: "0", count: digits - fraction.utf8.count))\(fraction)"
    }

    private mutating func pick(_ values: [String]) -> String { values[below(values.count)] }

    private static let names = [
        "Amina", "María José", "Nguyễn Thị Hoa", "Олена", "Φωτεινή", "فاطمة", "प्रिया", "สมหญิง", "小红", "さくら", "지영",
        "N'Deye", #"\u00c9lodie"#, #"Ana \"Anita\""#, "👩🏽‍🌾 Rosa", "ተስፋ", "მარიამ",
    ]
    private static let places = ["Urubamba", "Bình Định", "Оріхів", "القاهرة", "काठमाडौँ", "成都", "Ouagadougou", "São Tomé"]
    private static let tags = ["#Woman-Owned Business", "#Vegan", "#Eco-friendly", "user_favorite", "#Single Parent"]
    private static let sentences = [
        "She sells vegetables at the market and wants to buy a second stall before the rains come.",
        "Với khoản vay này, chị sẽ mua thêm hai con bò và sửa lại chuồng trại.",
        "Вона вирощує картоплю, буряк і соняшник на двох гектарах землі.",
        #"\"My children,\" she says, \"will finish school\" \u2014 and the loan pays the fees."#,
        #"C:\\loans\\2026\\03 is where the scan lies; see also https:\/\/example.org\/loans?id=7&x=[1,{2}]."#,
        #"Line one.\nLine two.\tTabbed, with a \u0007 bell and brackets ]}{[ in the text."#,
        "The first harvest paid for seed, tools and a small roof; the second one should pay the loan back in time.",
        "उनकी दुकान गाँव के चौराहे पर है, और त्योहारों में बिक्री दुगनी हो जाती है।",
    ]
}
