import JSONBytes

/// Checks the members of one object, collecting all that is wrong. `null` counts as left out, as typed clients send it.
struct ShapeCheck {
    private(set) var problems: [BadRequest.Problem] = []
    /// The item's position in its list, and its `loan_id`, for the problems.
    private let index: Int?
    private let loanID: String?

    init(index: Int? = nil, loanID: String? = nil) {
        self.index = index
        self.loanID = loanID
    }

    /// Notes a problem.
    mutating func fail(_ field: String, _ details: String) {
        problems.append(BadRequest.Problem(index: index, loanID: loanID, field: field, details: details))
    }

    /// A member that is left out or has a value of any type.
    static func member(_ name: String, of object: JSONValue) -> JSONValue? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    /// A member that must be a string, and not an empty one if it must be there.
    mutating func text(_ name: String, of object: JSONValue, at path: String = "", isRequired: Bool = false) {
        switch Self.member(name, of: object) {
        case nil:
            if isRequired { fail(path + name, "is missing") }
        case .string(let string)?:
            if isRequired, string.text.isEmpty { fail(path + name, "is empty") }
        default:
            fail(path + name, "must be a string")
        }
    }

    /// A member that must be an amount of money: a number from 0 up, without exponent, with at most two decimals.
    mutating func amount(_ name: String, of object: JSONValue, at path: String = "", isRequired: Bool = false) {
        guard let value = Self.member(name, of: object) else {
            if isRequired { fail(path + name, "is missing") }
            return
        }
        guard case .number(let number) = value else {
            fail(path + name, "must be a number, such as 25.00")
            return
        }
        let parts = number.lexeme.utf8.split(separator: UInt8(ascii: "."))
        let isPlain = number.lexeme.utf8.allSatisfy { byte in
            byte == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        if !isPlain || parts.count > 2 || (parts.count == 2 && parts[1].count > 2) {
            fail(path + name, "must be an amount from 0 up with at most two decimals, such as 25.00")
        }
    }

    /// A member that must be an id from a list. 0 counts as left out: typed clients send it for a number not filled in.
    mutating func id(_ name: String, of object: JSONValue, list: String, isKnown: (Int) -> Bool) {
        guard let value = Self.member(name, of: object) else { return }
        guard case .number(let number) = value, let id = number.intValue else {
            fail(name, "must be a whole number")
            return
        }
        if id != 0, !isKnown(id) {
            fail(name, "\(id) is not in /config/\(list)")
        }
    }

    /// A member that must be true or false.
    mutating func bool(_ name: String, of object: JSONValue) {
        if let value = Self.member(name, of: object), value.boolValue == nil {
            fail(name, "must be true or false")
        }
    }

    /// A member that must be a date. The placeholder of Kiva's Postman collection counts as one not filled in.
    mutating func date(_ name: String, of object: JSONValue, at path: String = "") {
        guard let value = Self.member(name, of: object) else { return }
        guard case .string(let string) = value,
            ["", "YYYY-MM-DD"].contains(string.text) || Self.isDate(string.text)
        else {
            fail(path + name, "must be a date, such as 2026-01-31")
            return
        }
    }

    /// A member that must be a list of objects; calls `check` for each of them.
    mutating func objects(
        _ name: String,
        of object: JSONValue,
        _ check: (inout ShapeCheck, JSONValue, String) -> Void
    ) {
        guard let value = Self.member(name, of: object) else { return }
        guard let elements = value.elements else {
            fail(name, "must be a list")
            return
        }
        for (position, element) in elements.enumerated() {
            let path = "\(name)[\(position)]"
            if element.members == nil {
                fail(path, "must be an object")
            } else {
                check(&self, element, "\(path).")
            }
        }
    }

    /// Whether a text is a day of the Gregorian calendar in the form `YYYY-MM-DD`.
    static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1...12).contains(month), day >= 1
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return day <= [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}
