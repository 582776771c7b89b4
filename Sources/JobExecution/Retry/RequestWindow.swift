/// A limit of so many requests in any interval of a given length: the `rate_limit` key, as a pure machine.
///
/// It remembers when the last requests were admitted, so no interval of that length, wherever it begins, ever holds more
/// than `requests`: stricter than a token bucket, which lets twice as many through across a boundary. A burst up to the
/// limit is admitted at once.
package struct RequestWindow: Sendable {
    /// The most requests in one interval; at least 1.
    package let requests: Int
    /// The length of the interval.
    package let interval: Duration
    /// When the last requests were admitted, oldest first; never more than `requests` of them.
    private var admitted: [Duration] = []
    /// No request before this instant: a server asked for it.
    private var heldUntil: Duration?

    package init(requests: Int, per interval: Duration) {
        self.requests = max(requests, 1)
        self.interval = max(interval, .zero)
    }

    /// Admits a request if the limit allows it now.
    ///
    /// - Parameter now: on ``RunClock``; never earlier than in the call before.
    /// - Returns: `nil` where it is admitted, else the instant at which to ask again.
    package mutating func admit(at now: Duration) -> Duration? {
        if let heldUntil, now < heldUntil { return admission(behind: 0, at: now) }
        admitted.removeAll { $0 + interval <= now }
        if admitted.count >= requests { return admitted[0] + interval }
        admitted.append(now)
        return nil
    }

    /// Admits nothing before `instant`; an earlier hold that lasts longer stays.
    package mutating func hold(until instant: Duration) {
        heldUntil = max(heldUntil ?? instant, instant)
    }

    /// When a request would be admitted that has `position` others before it in the queue.
    package func admission(behind position: Int, at now: Duration) -> Duration {
        let start = max(now, heldUntil ?? now)
        let recent = admitted.filter { $0 + interval > start }
        let free = requests - recent.count
        guard position >= free else { return start }
        let (rounds, slot) = (position - free).quotientAndRemainder(dividingBy: requests)
        // The admissions of a round happen in the order of the slots that they take over: those still occupied first,
        // then the free ones, which the requests before this one fill at once.
        let base = slot < recent.count ? recent[slot] : start
        return base + interval * (rounds + 1)
    }
}
