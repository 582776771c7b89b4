/// Names that only some processes take for this machine, by nss_wrapper.
///
/// Proxies named by variables never apply to `localhost` and the loopback addresses, so their tests need a name.
enum PrivateNames {
    static let api = "api.example.org"

    /// The variables that make a process resolve them.
    ///
    /// - Parameter folder: holds the file that is read, and has to stay.
    static func environment(in folder: TemporaryFolder) throws -> [String: String] {
        ["LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_HOSTS": try folder.write("127.0.0.1 \(api)\n", to: "hosts")]
    }
}
