import JSONBytes

/// The functions of template expressions. All are pure.
package struct TemplateFunction: Sendable {
    package let name: String
    package let arity: ClosedRange<Int>
    /// How it is called: `replace(text, old, new)`.
    package let signature: String
    /// One line for `runner help` and for error messages: what it yields.
    package let summary: String
    let apply: @Sendable ([JSONValue]) throws(FunctionError) -> JSONValue

    /// Every function by name.
    package static let all: [String: TemplateFunction] = Dictionary(
        uniqueKeysWithValues: table.map { ($0.name, $0) }
    )

    private init(
        _ signature: String,
        _ arity: ClosedRange<Int>,
        _ summary: String,
        _ apply: @escaping @Sendable ([JSONValue]) throws(FunctionError) -> JSONValue
    ) {
        name = String(signature.prefix { $0 != "(" })
        self.signature = signature
        self.arity = arity
        self.summary = summary
        self.apply = apply
    }

    private static let table: [TemplateFunction] = [
        TemplateFunction("default(value, fallback)", 2...2, "the value, or the fallback where it is null or absent") {
            (arguments) throws(FunctionError) in arguments[0] == .null ? arguments[1] : arguments[0]
        },
        TemplateFunction("lower(text)", 1...1, "the text in lower case") { (arguments) throws(FunctionError) in
            .string(try text(arguments[0]).lowercased())
        },
        TemplateFunction("upper(text)", 1...1, "the text in upper case") { (arguments) throws(FunctionError) in
            .string(try text(arguments[0]).uppercased())
        },
        TemplateFunction("trim(text)", 1...1, "the text without white space at its ends") {
            (arguments) throws(FunctionError) in
            let characters = try text(arguments[0]).drop(while: \.isWhitespace)
            return .string(String(characters.reversed().drop(while: \.isWhitespace).reversed()))
        },
        TemplateFunction("replace(text, old, new)", 3...3, "the text with every `old` replaced by `new`") {
            (arguments) throws(FunctionError) in
            let wanted = try text(arguments[1])
            guard !wanted.isEmpty else { throw FunctionError("the text to replace is empty") }
            let (old, new) = (try text(arguments[0]), try text(arguments[2]))
            // Every occurrence could grow; `old` has at most so many.
            try TemplateText.check(old.utf8.count / wanted.utf8.count * new.utf8.count)
            return .string(old.replacing(utf8: wanted, with: new))
        },
        TemplateFunction("contains(text or list, part)", 2...2, "whether a text has a part, or a list an element") {
            (arguments) throws(FunctionError) in
            if case .array(let elements) = arguments[0] {
                return .bool(elements.contains { $0.isEquivalent(to: arguments[1]) })
            }
            return .bool(try text(arguments[0]).contains(text(arguments[1])))
        },
        TemplateFunction("starts_with(text, start)", 2...2, "whether the text begins so") {
            (arguments) throws(FunctionError) in .bool(try text(arguments[0]).hasPrefix(text(arguments[1])))
        },
        TemplateFunction("ends_with(text, end)", 2...2, "whether the text ends so") {
            (arguments) throws(FunctionError) in .bool(try text(arguments[0]).hasSuffix(text(arguments[1])))
        },
        TemplateFunction("join(list, separator)", 2...2, "the list's texts with the separator between them") {
            (arguments) throws(FunctionError) in
            guard case .array(let elements) = arguments[0] else {
                throw FunctionError("`join` takes a list, not \(arguments[0].kindName)")
            }
            let separator = try text(arguments[1])
            var parts: [String] = []
            var size = 0
            for element in elements {
                parts.append(try TemplateText.render(element))
                size += parts[parts.count - 1].utf8.count + separator.utf8.count
                try TemplateText.check(size)
            }
            return .string(parts.joined(separator: separator))
        },
        TemplateFunction("length(value)", 1...1, "how many characters, elements or members") {
            (arguments) throws(FunctionError) in
            switch arguments[0] {
            case .string(let string): .number(string.text.unicodeScalars.count)
            case .array(let elements): .number(elements.count)
            case .object(let members): .number(members.count)
            default: throw FunctionError("`length` takes text, a list or an object, not \(arguments[0].kindName)")
            }
        },
        TemplateFunction("string(value)", 1...1, "the value as text; numbers keep their spelling") {
            (arguments) throws(FunctionError) in .string(try TemplateText.render(arguments[0]))
        },
        TemplateFunction("number(text)", 1...1, "the text as a number, its spelling kept") {
            (arguments) throws(FunctionError) in
            if case .number = arguments[0] { return arguments[0] }
            let lexeme = try text(arguments[0])
            guard let number = JSONNumber(lexeme: lexeme) else {
                throw FunctionError("\(lexeme.quoted) is not a number")
            }
            return .number(number)
        },
        TemplateFunction("json(value)", 1...1, "the value as JSON text") { (arguments) throws(FunctionError) in

            if arguments[0].size(upTo: TemplateText.longest) == nil { try TemplateText.check(.max) }
            return .string(arguments[0].jsonText)
        },
        TemplateFunction("date(time, days)", 1...2, "the date of a time, `YYYY-MM-DD`, moved by as many days") {
            (arguments) throws(FunctionError) in
            let moved = arguments.count == 2 ? arguments[1].intValue : 0
            guard let days = moved, (-366_000...366_000).contains(days) else {
                throw FunctionError("the days of `date` are a whole number")
            }
            let time = try text(arguments[0])
            guard let instant = CivilDateTime(rfc3339: time) else {
                throw FunctionError("\(time.quoted) is not a time such as `2026-01-31T02:00:00Z`")
            }
            return .string(CivilDateTime(unixSeconds: instant.unixSeconds + Int64(days) * 86_400).dateText)
        },
    ]

    private static func text(_ value: JSONValue) throws(FunctionError) -> String {
        guard case .string(let string) = value else {
            throw FunctionError("expected text, not \(value.kindName)")
        }
        return string.text
    }
}

/// Why a function has no value for its arguments.
struct FunctionError: Error {
    let message: String
    let help: String?

    init(_ message: String, help: String? = nil) {
        self.message = message
        self.help = help
    }
}

/// How values look inside of a longer text.
package enum TemplateText {
    /// How long a text may become, in bytes. Variables made of variables double with every step.
    static let longest = 16 << 20

    /// Refuses a length above ``longest``.
    static func check(_ size: Int) throws(FunctionError) {
        guard size > longest else { return }
        throw FunctionError("the result would be longer than \(longest >> 20) MiB", help: "make less of it at a time")
    }

    /// Text as it is, numbers in their own spelling, booleans; nothing else has a text.
    static func render(_ value: JSONValue) throws(FunctionError) -> String {
        switch value {
        case .string(let string): return string.text
        case .number(let number): return number.lexeme
        case .bool(let flag): return flag ? "true" : "false"
        case .null: throw FunctionError("the value is null", help: "give a fallback: `default(…, '')`")
        case .array, .object:
            throw FunctionError("\(value.kindName) has no text form", help: "use `join(…, ',')` or `json(…)`")
        }
    }
}

extension JSONValue {
    /// How many bytes and values the value is made of, counting shared parts each time: what writing it would cost.
    /// Nothing where that exceeds `budget`, which is found out in no more steps than that.
    func size(upTo budget: Int) -> Int? {
        var rest = budget
        return spend(&rest) ? budget - rest : nil
    }

    private func spend(_ rest: inout Int) -> Bool {
        rest -= 1
        switch self {
        case .null, .bool: break
        case .number(let number): rest -= number.lexeme.utf8.count
        case .string(let string): rest -= string.text.utf8.count
        case .array(let elements):
            for element in elements where !element.spend(&rest) { return false }
        case .object(let members):
            for member in members {
                rest -= member.name.text.utf8.count
                guard member.value.spend(&rest) else { return false }
            }
        }
        return rest >= 0
    }

    /// What the value is, in words of the job file's reader.
    var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
