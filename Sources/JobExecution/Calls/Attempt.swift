import Secrets

/// One attempt that has ended.
struct Attempt: Sendable {
    let request: HTTPRequest
    let url: WebURL?
    let token: AccessToken
    let receiver: PageReceiver
    let error: TransportError?
    let output: PageOutput
    let redactor: Redactor
    /// Whether a write was answered by a redirect to its result, which was followed: what came after says nothing about
    /// the effect.
    var hasActed = false

    var status: Int? { receiver.head?.status }
    var fields: HTTPFields { receiver.head?.fields ?? [] }
    var summary: String { "\(request.method) \(request.url)" }

    /// The beginning of the body of an answer that is no success, masked: errors echo what they were sent.
    var refusal: [UInt8] {
        let body = receiver.refusal
        return redactor.redact(body.bytes, isCut: body.isCut || error != nil)
    }

    /// What the server says about its refusal.
    var explanation: String? { ServerText(redactor: redactor).explanation(in: refusal) }

    /// Whether the server may have acted although no success was seen.
    var leavesEffectOpen: Bool {
        if hasActed { return true }
        switch error {
        case .notSent?, .untrusted?, .refusedByProxy?, .timedOut(sent: false)?, .invalidRequest?: return false
        case .some: return true
        case nil: break
        }
        guard let status else { return true }
        return switch status {
        // 501, 503 and 505 say that nothing was done.
        case 501, 503, 505: false
        case 408, 500...: true
        default: false
        }
    }
}
