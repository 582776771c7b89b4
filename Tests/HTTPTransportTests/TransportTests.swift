import Testing

/// All suites that talk over sockets, one test at a time: some measure short times, which the handshakes of others in
/// the same process would stretch.
@Suite(.serialized) enum TransportTests {}
