import Glibc

/// The descriptors 0, 1 and 2 of the process.
enum StandardDescriptors {
    /// Takes those that the process was started without, as after `>&-`, before anything else is opened: the system gives
    /// out the lowest number that is free, so that a journal could become standard error and take in every message.
    ///
    /// What is written to them, or read from them, fails as it does with a closed one.
    static func occupy() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            // Those below are open, so that this one is the lowest.
            _ = open("/dev/null", (descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC)
        }
    }
}
