import JSONBytes
import SandboxServer
import Testing

@Suite("Loans")
struct LoansTests {
    @Test("Every status has its total, and its pages are the loans of that status, in order, once")
    func statuses() async throws {
        for (loans, seed) in [(0, 1), (1, 1), (99, 7), (100, 7), (250, 20_260_109)] as [(Int, UInt64)] {
            try await Client.with { configuration in
                configuration.loans = loans
                configuration.seed = seed
            } _: { client in
                let bearer = try client.bearer("read:loans")
                let all = try client.get("/v3/partner/1/loans?limit=3000", bearer).json()
                #expect(all["total"]?.intValue == loans)
                let every = all["loans"]?.elements ?? []
                #expect(every.count == loans)
                var sum = 0
                for status in LoanStatus.allCases.map(\.rawValue) {
                    let expected = every.filter { $0["status"]?.text == status }
                    var pages: [JSONValue] = []
                    var total: Int?
                    repeat {
                        let page = try client.get(
                            "/v3/partner/1/loans?status=\(status)&offset=\(pages.count)&limit=37",
                            bearer
                        ).json()
                        total = page["total"]?.intValue
                        pages += page["loans"]?.elements ?? []
                    } while pages.count < total ?? 0
                    let isSame = pages == expected
                    #expect(isSame, "seed \(seed), \(loans) loans, \(status)")
                    #expect(total == expected.count)
                    sum += expected.count
                }
                #expect(sum == loans)
            }
        }
    }

    @Test("The same seed gives the same bytes, another one other loans")
    func determinism() async throws {
        var bodies: [[UInt8]] = []
        for seed in [5, 5, 6] as [UInt64] {
            try await Client.with {
                $0.seed = seed
            } _: { client in
                let bearer = try client.bearer()
                var body = try client.get("/v3/partner/1/loans?limit=500&offset=100", bearer).body
                body += try client.get("/v3/partner/1/config/locations", bearer).body
                bodies.append(body)
            }
        }
        // Compared outside of the macro, which would describe half a megabyte byte by byte.
        let (isSame, isOther) = (bodies[0] == bodies[1], bodies[0] != bodies[2])
        #expect(isSame)
        #expect(isOther)
    }

    @Test("Three million loans answer at once, at their end and in any status")
    func manyLoans() async throws {
        try await Client.with {
            $0.loans = 3_000_000
        } _: { client in
            let bearer = try client.bearer()
            let last = try client.get("/v3/partner/1/loans?offset=2999999", bearer).json()
            #expect(last["total"]?.intValue == 3_000_000)
            #expect(last["loans"]?.elements?.count == 1)
            #expect(last["loans"]?[0]?["internal_loan_id"]?.text == "4999999")
            let paying = try client.get("/v3/partner/1/loans?status=payingBack&offset=1199999", bearer).json()
            #expect(paying["total"]?.intValue == 1_200_000)
            #expect(paying["loans"]?.elements?.count == 1)
            #expect(paying["loans"]?[0]?["status"]?.text == "payingBack")
        }
    }

    @Test("Offset and limit: defaults, the clamp, the end, and what is no number")
    func paging() async throws {
        try await Client.with {
            $0.loans = 3100
        } _: { client in
            let bearer = try client.bearer()
            func page(_ query: String) throws -> (offset: Int?, limit: Int?, count: Int?, status: Int) {
                let reply = try client.get("/v3/partner/1/loans\(query)", bearer)
                let answer = try reply.json()
                return (
                    answer["offset"]?.intValue, answer["limit"]?.intValue, answer["loans"]?.elements?.count,
                    reply.status
                )
            }
            #expect(try page("") == (0, 20, 20, 200))
            #expect(try page("?") == (0, 20, 20, 200))
            #expect(try page("?offset=&limit=&status=&query=") == (0, 20, 20, 200))
            #expect(try page("?limit=3001&offset=3000") == (3000, 3000, 100, 200))
            #expect(try page("?limit=99999999999999999999&offset=3000") == (3000, 3000, 100, 200))
            #expect(try page("?limit=0") == (0, 0, 0, 200))
            #expect(try page("?offset=3099&limit=5") == (3099, 5, 1, 200))
            #expect(try page("?offset=3100") == (3100, 20, 0, 200))
            #expect(try page("?offset=99999999999999999999") == (.max, 20, 0, 200))
            for query in [
                "?limit=-1", "?offset=x", "?limit=1.5", "?limit=+1", "?limit=%2B1", "?limit=1&limit=2", "?offset=%zz",
                "?status=PayingBack", "?status=nope", "?limit=%D9%A3", "?offset=0x10",
            ] {
                #expect(try page(query) == (nil, nil, nil, 400), "\(query)")
            }
        }
    }

    @Test("A page holds no more than the clamp lets it")
    func clamp() async throws {
        try await Client.with {
            $0.maxPageLimit = 7
        } _: { client in
            let answer = try client.get("/v3/partner/1/loans?limit=8", try client.bearer()).json()
            #expect(answer["limit"]?.intValue == 7)
            #expect(answer["loans"]?.elements?.count == 7)
        }
    }

    @Test("A query finds loans by any id and by a part of the name")
    func queries() async throws {
        try await Client.with {
            $0.loans = 900
        } _: { client in
            let bearer = try client.bearer()
            func find(_ query: String, _ more: String = "") throws -> [JSONValue] {
                let target = "/v3/partner/1/loans?limit=3000&query=\(Client.percentEncoded(query))\(more)"
                return try client.get(target, bearer).json()["loans"]?.elements ?? []
            }
            let all = try client.get("/v3/partner/1/loans?limit=3000", bearer).json()["loans"]?.elements ?? []
            for loan in [all[0], all[96], all[201], all[299]] {
                let id = try #require(loan["kiva_id"]?.text)
                #expect(loan["id"]?.number?.lexeme == id)
                #expect(try find(id) == [loan])
                #expect(try find(try #require(loan["internal_loan_id"]?.text)) == [loan])
                let client = try #require(loan["internal_client_id"]?.text)
                #expect(try find(client) == all.filter { $0["internal_client_id"]?.text == client })
            }
            for part in ["nguyễn", "王", "गीता", "María José", "ng'"] {
                let expected = all.filter {
                    $0["name"]?.text?.lowercased().contains(part.lowercased()) == true
                }
                #expect(!expected.isEmpty, "\(part)")
                #expect(try find(part) == expected, "\(part)")
                #expect(
                    try find(part, "&status=payingBack") == expected.filter { $0["status"]?.text == "payingBack" }
                )
            }
            #expect(try find("nobody at all").isEmpty)
            #expect(try find("99999999999999999999").isEmpty)
            #expect(try find("18446744073709551615").isEmpty)
            #expect(try find("0").isEmpty)
        }
    }

    @Test("Loans hold what a client must not damage")
    func content() async throws {
        try await Client.with { client in
            let reply = try client.get("/v3/partner/1/loans?limit=400", try client.bearer())
            let loans = try reply.json()["loans"]?.elements ?? []
            for loan in loans {
                let cents = try loan["schedule"]?.elements?.map { try Self.cents($0["principal"]) }
                #expect(try cents?.reduce(0, +) == Self.cents(loan["loan_amount"]))
            }
            #expect(Set(loans.compactMap { $0["id"]?.number?.lexeme }).count == loans.count)
            #expect(loans.count { $0["id"]?.number?.lexeme.utf8.count == 19 } == 4)
            #expect(reply.text.contains(".00,"))
            for part in [#"\u00e9"#, #"\ud83c\udf31"#, #"https:\/\/"#, #"\n"#, #"\""#, #"\\"#, "🌱👩🏽‍🌾", "null"] {
                #expect(reply.text.contains(part), "\(part)")
            }
            let scripts: [(String, ClosedRange<UInt32>)] = [
                ("Latin with diacritics", 0xC0...0x17F), ("Cyrillic", 0x400...0x4FF), ("Armenian", 0x530...0x58F),
                ("Arabic", 0x600...0x6FF), ("Devanagari", 0x900...0x97F), ("Tamil", 0xB80...0xBFF),
                ("Georgian", 0x10D0...0x10FF), ("Ethiopic", 0x1200...0x137F), ("Khmer", 0x1780...0x17FF),
                ("Vietnamese", 0x1EA0...0x1EF9), ("Han", 0x4E00...0x9FFF), ("Han beyond the BMP", 0x20000...0x2FFFF),
            ]
            for (name, range) in scripts {
                #expect(reply.text.unicodeScalars.contains { range.contains($0.value) }, "\(name)")
            }
            let average = reply.body.count / loans.count
            #expect((800...1600).contains(average), "\(average) bytes a loan")
        }
    }

    @Test("The config lists have Kiva's members")
    func configLists() async throws {
        try await Client.with { client in
            let bearer = try client.bearer("read:loans")
            for (list, members) in [
                ("activities", ["activity", "activity_id"]),
                ("locales", ["currency", "language_code", "language_name", "language_id"]),
                ("themes", ["theme_type_id", "theme_type"]), ("locations", ["country", "location", "full_name"]),
            ] {
                let answer = try client.get("/v3/partner/1/config/\(list)", bearer).json()
                #expect(answer.members?.map(\.name.text) == ["as_of_date_time", list, "code", "message"])
                let items = answer[list]?.elements ?? []
                #expect(items.count > 4)
                #expect(items.allSatisfy { $0.members?.map(\.name.text) == members })
                #expect(answer["code"]?.text == "api.success")
                #expect(answer["message"]?.text == "Found \(items.count) value(s) for configuration '\(list)'")
            }
            #expect(try client.get("/v3/partner/1/config/nothing", bearer).status == 404)
            #expect(try client.get("/v3/partner/1/config", bearer).status == 404)
            #expect(try client.get("/v3/partner/1/config/a/themes", bearer).status == 404)
        }
    }

    private static func cents(_ value: JSONValue?) throws -> Int {
        let lexeme = try #require(value?.number?.lexeme)
        let parts = lexeme.split(separator: ".")
        try #require(parts.count == 2 && parts[1].count == 2, "\(lexeme)")
        return try #require(Int(parts[0] + parts[1]))
    }
}
