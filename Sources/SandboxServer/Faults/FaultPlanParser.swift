/// Reads the text of a ``FaultPlan``, item by item.
struct FaultPlanParser {
    private(set) var rates: [FaultRate] = []
    private(set) var scripts: [FaultScript] = []
    private(set) var settings = FaultSettings()
    private var source = ""

    /// Reads a whole plan.
    mutating func parse(_ text: String) throws(FaultPlanError) {
        source = text
        var isFirst = true
        let items = text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == ";" }
        for rawItem in items {
            let item = trimmed(rawItem)
            if item.isEmpty {
                // Nothing at all is a plan of no faults, and a comma at the end harms nobody.
                if items.count == 1 || (rawItem.endIndex == text.endIndex && !isFirst) { continue }
                throw error("there is nothing between two commas", at: item, remedy: "leave one of them out")
            }
            isFirst = false
            try parseItem(item)
        }
        try checkSums()
    }

    private mutating func parseItem(_ item: Substring) throws(FaultPlanError) {
        if item.contains("#") || item.contains("/") {
            scripts.append(try script(item))
        } else if let equals = item.firstIndex(of: "=") {
            try parseSetting(
                name: trimmed(item[..<equals]),
                value: trimmed(item[item.index(after: equals)...]),
                in: item
            )
        } else {
            rates.append(contentsOf: try rate(item))
        }
    }

    // MARK: - Rates

    private func rate(_ item: Substring) throws(FaultPlanError) -> [FaultRate] {
        let parts = item.split(separator: ":", omittingEmptySubsequences: false).map(trimmed)
        guard parts.count == 2 || parts.count == 3 else {
            throw error(
                "this is no rate",
                at: item,
                remedy: "write FAULT:PERCENT, such as 429:2%, or WHERE:FAULT:PERCENT, such as token:500:1%"
            )
        }
        var place = FaultPlace.api
        if parts.count == 3 {
            guard let named = FaultPlace(rawValue: String(parts[0])) else {
                let places = FaultPlace.allCases.map(\.rawValue).joined(separator: ", ")
                throw error("there is no such call", at: parts[0], remedy: "write one of \(places)")
            }
            place = named
        }
        let perMillion = try percent(parts[parts.count - 1])
        let name = parts[parts.count - 2]
        guard name == "mixed" else {
            return [FaultRate(place: place, fault: try fault(name), perMillion: perMillion)]
        }
        // The first ones take what the division leaves, so that the parts add up.
        let kinds = UInt64(Fault.mixed.count)
        return Fault.mixed.enumerated().map { index, fault in
            let share = perMillion / kinds + (UInt64(index) < perMillion % kinds ? 1 : 0)
            return FaultRate(place: place, fault: fault, perMillion: share)
        }
    }

    /// A percentage with up to four decimals, as parts of a million.
    private func percent(_ text: Substring) throws(FaultPlanError) -> UInt64 {
        let remedy = "write a percentage from 0% to 100%, such as 2% or 0.5%"
        guard text.hasSuffix("%") else {
            throw error("a rate ends in %", at: text, remedy: remedy)
        }
        let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts.count == 2, let whole = number(parts[0], upTo: 100) else {
            throw error("this is no percentage", at: text, remedy: remedy)
        }
        var perMillion = UInt64(whole) * 10_000
        if parts.count == 2 {
            guard parts[1].utf8.count <= 4, let fraction = number(parts[1], upTo: 9999) else {
                throw error("this is no percentage with up to four decimals", at: text, remedy: remedy)
            }
            var scaled = UInt64(fraction)
            for _ in parts[1].utf8.count..<4 {
                scaled *= 10
            }
            perMillion += scaled
        }
        guard perMillion <= 1_000_000 else {
            throw error("this is more than 100%", at: text, remedy: remedy)
        }
        return perMillion
    }

    /// No request may have to go wrong in more ways than there are requests.
    private func checkSums() throws(FaultPlanError) {
        for place in FaultPlace.allCases {
            let meeting = rates.filter { $0.place == place || (place != .token && $0.place == .api) }
            guard meeting.reduce(0, { $0 + $1.perMillion }) <= 1_000_000 else {
                throw error(
                    "the rates for \(place.rawValue) are more than 100% together",
                    at: source[...],
                    remedy: "lower some of them"
                )
            }
        }
    }

    // MARK: - Scripts

    private func script(_ item: Substring) throws(FaultPlanError) -> FaultScript {
        let form = "write METHOD PATH #NUMBER = FAULT, such as GET /loans #3 = 503"
        guard let equals = item.lastIndex(of: "=") else {
            throw error("a script needs = and a fault", at: item, remedy: form)
        }
        let words = item[..<equals].split(separator: " ")
        guard words.count == 3 else {
            throw error("a script has a method, a path and a number before its =", at: item, remedy: form)
        }
        let method = String(words[0])
        guard method == "*" || ["GET", "HEAD", "POST", "PUT", "DELETE"].contains(method) else {
            throw error("this is no method", at: words[0], remedy: "write GET, POST or *")
        }
        guard words[1].hasPrefix("/"), words[1].count > 1 else {
            throw error("a path begins with / and has something after it", at: words[1], remedy: form)
        }
        guard words[2].hasPrefix("#") else {
            throw error("the number of the request begins with #", at: words[2], remedy: form)
        }
        let name = trimmed(item[item.index(after: equals)...])
        guard name != "mixed" else {
            throw error("mixed is for rates only", at: name, remedy: "name one fault")
        }
        return FaultScript(
            method: method == "*" ? nil : method,
            path: String(words[1]),
            which: try which(words[2].dropFirst()),
            fault: try fault(name)
        )
    }

    private func which(_ text: Substring) throws(FaultPlanError) -> ClosedRange<Int> {
        if text == "*" {
            return 1...Int.max
        }
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        if let first = parts.first.flatMap({ number($0, upTo: Int.max) }), first > 0 {
            if parts.count == 1 {
                return first...first
            }
            if parts[1].isEmpty {
                return first...Int.max
            }
            if let last = number(parts[1], upTo: Int.max), last >= first {
                return first...last
            }
        }
        throw error(
            "this is no number of a request",
            at: text,
            remedy: "write #3 for the third, #3-5 for the third to the fifth, #3- for the third and all after it, or #*"
        )
    }

    // MARK: - Settings

    private mutating func parseSetting(
        name: Substring,
        value: Substring,
        in item: Substring
    ) throws(FaultPlanError) {
        switch name {
        case "retry-after":
            if value == "none" {
                settings.retryAfter = .none
            } else if let seconds = number(value, upTo: 86_400) {
                settings.retryAfter = .seconds(seconds)
            } else if value.hasPrefix("date+"), let seconds = number(value.dropFirst("date+".count), upTo: 86_400) {
                settings.retryAfter = .date(after: seconds)
            } else {
                throw error(
                    "this is no Retry-After",
                    at: value,
                    remedy: "write seconds up to 86400, date+SECONDS for an HTTP-date, or none"
                )
            }
        case "slow-for":
            guard let milliseconds = number(value, upTo: 3_600_000) else {
                throw error("this is no time", at: value, remedy: "write milliseconds up to 3600000")
            }
            settings.slowFor = .milliseconds(milliseconds)
        case "expired-status":
            guard value == "401" || value == "403" else {
                throw error("an expired token is answered with 401 or 403", at: value, remedy: "write one of them")
            }
            settings.expiredStatus = value == "401" ? 401 : 403
        default:
            throw error(
                "there is no such setting",
                at: name,
                remedy: "write retry-after, slow-for or expired-status"
            )
        }
    }

    // MARK: - Small things

    private func fault(_ name: Substring) throws(FaultPlanError) -> Fault {
        guard let fault = Fault(name: name) else {
            throw error("there is no such fault", at: name, remedy: "take one of those below")
        }
        return fault
    }

    private func number(_ text: Substring, upTo limit: Int) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let value = Int(text), value <= limit
        else { return nil }
        return value
    }

    private func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true {
            text.removeFirst()
        }
        while text.last?.isWhitespace == true {
            text.removeLast()
        }
        return text
    }

    private func error(_ problem: String, at text: Substring, remedy: String) -> FaultPlanError {
        FaultPlanError(
            problem: problem,
            offset: source.utf8.distance(from: source.startIndex, to: text.startIndex),
            text: String(text),
            remedy: remedy
        )
    }
}
