import JSONBytes

/// Compact JSON as it is written, byte after byte: no tree of values is built for what is only shown and hashed.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    /// Makes room for more bytes, so that a long text is not moved while it grows.
    mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

    /// An object; `members` writes what is in it.
    mutating func object(_ members: (inout JSONText) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    /// An array; `elements` writes what is in it.
    mutating func array(_ elements: (inout JSONText) -> Void) {
        open(UInt8(ascii: "["))
        elements(&self)
        bytes.append(UInt8(ascii: "]"))
    }

    /// The name of a member, which needs no escapes; its value has to follow.
    mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// The name of a member, whatever is in it; its value has to follow.
    mutating func name(escaping name: String) {
        separate()
        append(quoted: name)
        bytes.append(UInt8(ascii: ":"))
    }

    /// A string, escaped as `JSONString` escapes it.
    mutating func string(_ text: String) {
        separate()
        append(quoted: text)
    }

    mutating func number(_ integer: Int) { lexeme(String(integer)) }

    mutating func number(_ number: JSONNumber) { lexeme(number.lexeme) }

    mutating func bool(_ flag: Bool) { lexeme(flag ? "true" : "false") }

    mutating func null() { lexeme("null") }

    /// A whole value that has been written before.
    mutating func value(_ text: JSONText) {
        separate()
        bytes += text.bytes
    }

    private mutating func lexeme(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
    }

    /// A comma, unless the value is the first of its array or object or follows its name. What a string holds can't be
    /// mistaken for these: it ends with a quote.
    private mutating func separate() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): break
        default: bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func append(quoted text: String) {
        var text = text
        let isPlain = text.withUTF8 { source in
            guard !source.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
                return false
            }
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: source)
            bytes.append(UInt8(ascii: "\""))
            return true
        }
        if !isPlain { bytes.append(contentsOf: JSONString(text).lexeme.utf8) }
    }
}

extension JSONText {
    mutating func member(_ name: StaticString, _ text: String) {
        self.name(name)
        string(text)
    }

    mutating func member(_ name: StaticString, _ integer: Int) {
        self.name(name)
        number(integer)
    }

    mutating func member(_ name: StaticString, _ flag: Bool) {
        self.name(name)
        bool(flag)
    }

    /// A string, or null.
    mutating func member(_ name: StaticString, orNull text: String?) {
        self.name(name)
        if let text { string(text) } else { null() }
    }

    /// An array of strings.
    mutating func member(_ name: StaticString, _ texts: some Sequence<String>) {
        self.name(name)
        array { json in for text in texts { json.string(text) } }
    }

    /// An object; `members` writes what is in it.
    mutating func object(_ name: StaticString, _ members: (inout JSONText) -> Void) {
        self.name(name)
        object(members)
    }

    /// An array; `elements` writes what is in it.
    mutating func array(_ name: StaticString, _ elements: (inout JSONText) -> Void) {
        self.name(name)
        array(elements)
    }
}
