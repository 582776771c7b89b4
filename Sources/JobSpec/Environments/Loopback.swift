/// The addresses that plain http may go to.
package enum Loopback {
    /// Whether a URL's authority (`host`, `host:port`, `[::1]:port`) names this machine.
    ///
    /// Strict: a spelling that some parser might read as another host (user information, octal or short addresses,
    /// anything after the port) is not this machine.
    package static func isLoopback(authority: some StringProtocol) -> Bool {
        let authority = String(authority)
        for host in ["[::1]", "localhost"] where authority.lowercased().hasPrefix(host) {
            if isPort(authority.utf8.dropFirst(host.utf8.count)) { return true }
        }
        let host = authority.utf8.prefix { $0 != UInt8(ascii: ":") }
        guard isPort(authority.utf8.dropFirst(host.count)) else { return false }
        let octets = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(octet)
        return octets.count == 4 && octets[0] == 127 && !octets.contains(nil)
    }

    /// Nothing, or a colon and digits.
    private static func isPort(_ text: Substring.UTF8View) -> Bool {
        guard let colon = text.first else { return true }
        return colon == UInt8(ascii: ":") && text.dropFirst().allSatisfy(isDigit)
    }

    /// A decimal number to 255 without leading zeros, which C libraries take for octal.
    private static func octet(_ text: Substring.UTF8View) -> UInt8? {
        guard text.allSatisfy(isDigit), text.count == 1 || text.first != UInt8(ascii: "0") else { return nil }
        return UInt8(String(Substring(text)))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
