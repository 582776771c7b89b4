import Secrets
import Testing

@Suite struct SecretTests {
    private let secret = Secret("hunter2-hunter2")

    private struct Holder {
        let name = "x"
        let secret: Secret
        let maybe: Secret?
        let list: [Secret]
        let keyed: [String: Secret]
    }

    @Test func everyWayOfPrintingShowsTheMask() {
        let holder = Holder(secret: secret, maybe: secret, list: [secret], keyed: ["k": secret])
        var dumped = ""
        dump(holder, to: &dumped)
        let printed = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(secret as Secret?, default: "-")",
            "\([secret])", "\(holder)", String(reflecting: holder), dumped,
            "\(Mirror(reflecting: secret).children.map(\.value))",
            String(reflecting: secret as Any), "\(Result<Secret, Never>.success(secret))",
        ]
        for text in printed { #expect(!text.contains("hunter2"), "\(text)") }
        #expect("\(secret)" == "•••")
        #expect(String(reflecting: secret) == "•••")
        #expect("\(Optional(secret) as Any)" == "Optional(•••)")
        #expect(dumped.contains("•••"))
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func revealsTheTextAndComparesByIt() {
        #expect(secret.reveal() == "hunter2-hunter2")
        #expect(secret == Secret("hunter2-hunter2"))
        #expect(secret != Secret("hunter3"))
        #expect(Set([secret, Secret("hunter2-hunter2")]).count == 1)
    }
}
