import Secrets
import Testing

@Suite struct RedactorTests {
    private func redactor(_ secrets: String...) -> Redactor {
        let redactor = Redactor()
        for secret in secrets { redactor.register(Secret(secret)) }
        return redactor
    }

    @Test(arguments: [
        ("raw", "token=s3cr/t&x=1", "token=•••&x=1"),
        ("twice", "s3cr/t s3cr/t", "••• •••"),
        ("adjoining", "s3cr/ts3cr/t", "••••••"),
        ("percent, upper", "?a=s3cr%2Ft", "?a=•••"),
        ("percent, lower", "?a=s3cr%2ft", "?a=•••"),
        ("JSON slash", #"{"a":"s3cr\/t"}"#, #"{"a":"•••"}"#),
        ("JSON unicode", #"{"a":"s3cr\u002Ft"}"#, #"{"a":"•••"}"#),
        ("mixed", #"%733cr\u002ft"#, "•••"),
        ("Basic id:s3cr/t", "Authorization: Basic aWQ6czNjci90", "Authorization: Basic aWQ6•••"),
        ("base64 padded", "eHM9czNjci90", "eHM9•••"),
        ("near miss", "s3cr/T s3cr-t s3crt", "s3cr/T s3cr-t s3crt"),
        ("cut at the end", "s3cr/", "s3cr/"),
        ("broken escapes", #"s3cr%2 s3cr\u002"#, #"s3cr%2 s3cr\u002"#),
        ("around it other scripts", "日本s3cr/t語", "日本•••語"),
        ("empty", "", ""),
    ])
    func masks(name: String, text: String, expected: String) {
        let redactor = redactor("s3cr/t")
        #expect(redactor.redact(text) == expected, "\(name)")
        #expect(redactor.redact(Array(text.utf8)) == Array(expected.utf8), "\(name)")
    }

    @Test func paddingGoesWithTheSecret() {
        let redactor = redactor("passw0rd")
        #expect(redactor.redact("cGFzc3cwcmQ=") == "•••")
        #expect(redactor.redact("cGFzc3cwcmQ%3D;") == "•••;")
        #expect(redactor.redact("OnBhc3N3MHJk") == "O•••")
        #expect(redactor.redact("cGFzc3cwcmQ") == "•••")
    }

    /// Base64 where an escape stands right before it, or seems to.
    @Test(arguments: [
        ("%c2VjcmV0LTE=", "%•••"), ("\\nc2VjcmV0LTE=", "\\n•••"), ("%3Dc2VjcmV0LTE%3D", "%3D•••"),
        ("\\\\c2VjcmV0LTE\\u003d", "\\\\•••"), ("aaaac2VjcmV0LTE", "aaaa•••"), ("c2VjcmV1LTE", "c2VjcmV1LTE"),
    ])
    func base64NextToEscapes(text: String, expected: String) {
        #expect(redactor("secret-1").redact(text) == expected)
    }

    @Test func amongManySecrets() {
        let redactor = Redactor()
        for number in 0..<300 { redactor.register(Secret("token-\(number)-end")) }
        #expect(redactor.redact("a token-299-end b token-300-end") == "a ••• b token-300-end")
        #expect(redactor.redact("x:dG9rZW4tMTctZW5k;") == "x:•••;")
    }

    @Test func longestWins() {
        #expect(redactor("abcd", "abcdefgh").redact("abcdefgh abcdef") == "••• •••ef")
        #expect(redactor("abcdefgh", "abcd").redact("abcdefgh") == "•••")
    }

    @Test func overlapLeavesNoPiece() {
        #expect(redactor("wxyzab", "zabcdefgh").redact("-wxyzabcdefgh-") == "-•••-")
    }

    @Test func spacesInForms() {
        let redactor = redactor("two words + more")
        #expect(redactor.redact("a=two+words+%2B+more&b") == "a=•••&b")
        #expect(redactor.redact("a=two%20words%20%2b%20more&b") == "a=•••&b")
    }

    @Test func escapesInsideTheSecretItself() {
        let redactor = redactor(#"100%25\n\\"#)
        #expect(redactor.redact(#"<100%25\n\\>"#) == "<•••>")
        #expect(redactor.redact(#"<100%2525%5Cn%5C%5C>"#) == "<•••>")
        #expect(redactor.redact(#"<100%25\\n\\\\>"#) == "<•••>")
    }

    @Test(.timeLimit(.minutes(1))) func manyWaysToReadBackslashesEndSoon() {
        let redactor = redactor(String(repeating: #"\"#, count: 60))
        let text = String(repeating: #"\"#, count: 119)
        #expect(redactor.redact(text + "x") == "•••x")
        #expect(redactor.redact(String(repeating: #"\"#, count: 59) + "x").count == 60)
    }

    @Test(arguments: [
        ("7", "a=7&b=77&c=x7&d=7", "a=•••&b=77&c=x7&d=•••"),
        ("ab", "ab-ab abc cab %20ab %61%62 \\nab ab", "•••-••• abc cab %20••• ••• \\n••• •••"),
        ("x:y", "aDp4Onk= x:y", "aDp4Onk= •••"),
        ("é", "é éa aé %C3%A9 \\u00e9", "••• éa aé ••• •••"),
    ])
    func shortSecretsOnlyAsTokens(secret: String, text: String, expected: String) {
        #expect(redactor(secret).redact(text) == expected)
    }

    @Test func emptySecretIsIgnored() {
        #expect(redactor("").redact("a b c") == "a b c")
        #expect(redactor("", "long-secret").redact("a long-secret") == "a •••")
    }

    @Test func whiteSpaceAroundIsNotNeeded() {
        let redactor = redactor("  token-1234\n")
        #expect(redactor.redact("Bearer token-1234;") == "Bearer •••;")
        #expect(redactor.redact("[  token-1234\n]") == "[•••]")
    }

    /// Text that was cut: a secret's beginning is masked at its very end, and nowhere else.
    @Test(arguments: [
        ("raw", "s3cr s3c", "s3cr •••"),
        ("one character", "x s", "x •••"),
        ("whole", "s3cr/t", "•••"),
        ("nothing of it", "s3cr. ", "s3cr. "),
        ("percent", "s3cr%2F", "•••"),
        ("inside an escape", "s3cr%2", "•••"),
        ("inside a JSON escape", #"a s3cr\u00"#, "a •••"),
        ("base64", "Basic aWQ6czNjc", "Basic aWQ6•••"),
        ("base64 inside an escape", "Basic aWQ6czNjc%2", "Basic aWQ6•••"),
        ("too little base64", "Basic aWQ6cz", "Basic aWQ6cz"),
        ("beside a whole one", "s3cr/ts3cr", "••••••"),
        ("empty", "", ""),
    ])
    func masksBeginningsAtACut(name: String, text: String, expected: String) {
        let masked = redactor("s3cr/t").redact(Array(text.utf8), isCut: true)
        #expect(String(decoding: masked, as: UTF8.self) == expected, "\(name)")
    }

    @Test func aCutInsideACharacter() {
        let cut = Array("<é€".utf8.dropLast())
        #expect(redactor("é€uro").redact(cut, isCut: true) == Array("<•••".utf8))
        #expect(redactor("ab").redact(Array("xa a".utf8), isCut: true) == Array("xa •••".utf8))
    }

    @Test func laterRegistrationCounts() {
        let redactor = redactor("first-secret")
        #expect(redactor.redact("second-secret") == "second-secret")
        redactor.register(Secret("second-secret"))
        redactor.register(Secret("second-secret"))
        #expect(redactor.redact("first-secret second-secret") == "••• •••")
    }

    @Test func bytesThatAreNoTextPass() {
        #expect(
            redactor("secret").redact([0xFF, 0xC3] + Array("secret".utf8) + [0x80]) == [0xFF, 0xC3]
                + Array("•••".utf8) + [0x80]
        )
    }

    @Test func manyTasksAtOnce() async {
        let redactor = redactor("secret-0")
        await withTaskGroup(of: Bool.self) { group in
            for number in 1...50 {
                group.addTask {
                    redactor.register(Secret("secret-\(number)!"))
                    return redactor.redact("<secret-\(number)!>") == "<•••>"
                }
            }
            for await masked in group { #expect(masked) }
        }
    }
}
