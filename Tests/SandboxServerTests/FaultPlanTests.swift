import SandboxServer
import Testing

@Suite("Reading fault plans")
struct FaultPlanTests {
    @Test(
        "Plans that are right",
        arguments: [
            "", "429:2%", "429:2%,500:1%,503:1%;retry-after=1", "reset-before:0.0001%", "token:500:100%",
            "mixed:5%", "mixed:100%", "GET /loans #3 = 503", "* /oauth/token #* = reset-before",
            "POST /repayments #2-4=reset-after , slow:1% ; slow-for=20,", "retry-after=date+2", "retry-after=none",
            "POST /v3/partner/1/loan_draft #2- = 504-after", "loans:429:60%,config:429:60%", "expired-status=401",
            "api:stall:1%", "invalid-json:50.5%", "expire-token:0%",
        ]
    )
    func valid(text: String) throws {
        let plan = try FaultPlan(parsing: text)
        #expect((plan == .none) == text.isEmpty)
    }

    @Test(
        "What is wrong, and where",
        arguments: [
            ("429", 0, "429", "FAULT:PERCENT"),
            ("429:2", 4, "2", "2%"),
            ("429:2%,slwo:1%", 7, "slwo", "those below"),
            ("500:1%, 99:1%", 8, "99", "those below"),
            ("600:1%", 0, "600", "those below"),
            ("429-before:1%", 0, "429-before", "those below"),
            ("429:101%", 4, "101%", "0% to 100%"),
            ("429:-1%", 4, "-1%", "0% to 100%"),
            ("429:100.5%", 4, "100.5%", "0% to 100%"),
            ("429:0.00001%", 4, "0.00001%", "0.5%"),
            ("429:1.%", 4, "1.%", "0.5%"),
            ("429:٣%", 4, "٣%", "0.5%"),
            ("429:60%,500:60%", 0, "429:60%,500:60%", "lower"),
            ("429:60%,loans:500:60%", 0, "429:60%,loans:500:60%", "lower"),
            ("journal:500:1%", 0, "journal", "journals"),
            ("429:1%,,500:1%", 7, "", "leave one"),
            (",", 0, "", "leave one"),
            ("a:b:c:d", 0, "a:b:c:d", "FAULT:PERCENT"),
            ("GET /loans #3", 0, "GET /loans #3", "#3 = 503"),
            ("GET /loans = 503", 0, "GET /loans = 503", "METHOD PATH"),
            ("get /loans #1 = 503", 0, "get", "GET"),
            ("GET loans/ #1 = 503", 4, "loans/", "METHOD PATH"),
            ("GET /loans #0 = 503", 12, "0", "#3-5"),
            ("GET /loans #5-3 = 503", 12, "5-3", "#3-5"),
            ("GET /loans #1 = mixed", 16, "mixed", "one fault"),
            ("GET /loans #1 = 302", 16, "302", "those below"),
            ("retry-after=soon", 12, "soon", "HTTP-date"),
            ("retry-after=99999999999999999999", 12, "99999999999999999999", "86400"),
            ("slow-for=1s", 9, "1s", "milliseconds"),
            ("expired-status=400", 15, "400", "one of them"),
            ("retry_after=1", 0, "retry_after", "retry-after"),
        ]
    )
    func invalid(text: String, offset: Int, fault: String, remedy: String) throws {
        let error = try #require(throws: FaultPlanError.self) { try FaultPlan(parsing: text) }
        #expect(error.offset == offset)
        #expect(error.text == fault)
        #expect(error.remedy.contains(remedy), "\(error.remedy)")
    }

    @Test("The message shows every fault that there is")
    func messageTeaches() throws {
        let error = try #require(throws: FaultPlanError.self) { try FaultPlan(parsing: "boom:1%") }
        for name in [
            "reset-before", "reset-after", "truncate", "slow", "stall", "invalid-json", "expire-token", "mixed",
        ] {
            #expect("\(error)".contains("\n  \(name) "), "\(name)")
        }
        #expect("\(error)".contains("at byte 0 (`boom`)"))
    }

    @Test("No text crashes the reader")
    func hostileTexts() {
        let pieces = [
            "429", ":", "%", ",", ";", "#", "/", "=", "-", " ", "GET", "/loans", "mixed", "2", ".", "*", "\u{0}", "é",
            "🌱",
            "retry-after", "date+", "slow-for", "token", "9223372036854775808",
        ]
        var state: UInt64 = 20_260_109
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<8 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            do throws(FaultPlanError) {
                _ = try FaultPlan(parsing: text)
            } catch {
                #expect(error.offset <= text.utf8.count, "\(text)")
            }
        }
    }
}
