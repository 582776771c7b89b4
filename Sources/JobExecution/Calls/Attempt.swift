/// One attempt that has ended.
struct Attempt: Sendable {
    let request: HTTPRequest
    let url: WebURL?
    let token: AccessToken
    let receiver: PageReceiver
    let error: TransportError?
    let output: PageOutput
    /// Whether a write was answered by a redirect to its result, which was followed: what came after says nothing about
    /// the effect.
    var hasActed = false

    var status: Int? { receiver.head?.status }
    var fields: HTTPFields { receiver.head?.fields ?? [] }
    var summary: String { "\(request.method) \(request.url)" }

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
