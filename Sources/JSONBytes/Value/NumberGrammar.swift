/// The `number` rule of RFC 8259, section 6.
enum NumberGrammar {
    /// Whether all of `bytes` is one number.
    static func matches(_ bytes: some Sequence<UInt8>) -> Bool {
        var machine = GrammarMachine()
        var isEmpty = true
        for byte in bytes {
            isEmpty = false
            guard (try? machine.step(byte)) != nil, machine.state.isNumber else { return false }
        }
        return !isEmpty && machine.state.isCompleteNumber
    }
}
