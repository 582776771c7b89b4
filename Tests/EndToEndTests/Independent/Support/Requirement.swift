import Foundation
import Testing

/// What these tests need beside the toolchain. Where `CI` is set it has to be there; elsewhere its tests are skipped.
enum Requirement {
    private static let isCI = ProcessInfo.processInfo.environment["CI"]?.isEmpty == false

    /// The interpreter: `RUNNER_TEST_PYTHON`, such as that of a virtual environment, else `python3`.
    static let python = ProcessInfo.processInfo.environment["RUNNER_TEST_PYTHON"] ?? "python3"

    static let authlib = isCI || hasModules("authlib, flask")
    static let djangoOAuthToolkit = isCI || hasModules("oauth2_provider")
    static let nginx = has("nginx") && has("openssl")
    static let tinyproxy = nginx && has("tinyproxy") && hasLibrary("libnss_wrapper.so")

    /// Whether a program is installed, or has to be.
    static func has(_ program: String) -> Bool { isCI || Executable.path(of: program) != nil }

    private static func hasLibrary(_ name: String) -> Bool {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
        return isCI || ([""] + folders).contains { FileManager.default.fileExists(atPath: "/usr/lib/\($0)/\(name)") }
    }

    private static func hasModules(_ names: String) -> Bool {
        guard let path = Executable.path(of: python) else { return false }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        // Finds the modules without running them: some can't be imported before they are set up.
        process.arguments = [
            "-c",
            "import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, sys.argv[1].split(', '))))",
            names,
        ]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

extension Trait where Self == ConditionTrait {
    static var needsNginx: Self { .enabled(if: Requirement.nginx, "needs: apt-get install nginx openssl") }

    static var needsTinyproxy: Self {
        .enabled(if: Requirement.tinyproxy, "needs: apt-get install nginx openssl tinyproxy libnss-wrapper")
    }

    static var needsAuthlib: Self { .enabled(if: Requirement.authlib, "needs: pip install authlib flask") }

    static var needsDjangoOAuthToolkit: Self {
        .enabled(if: Requirement.djangoOAuthToolkit, "needs: pip install django-oauth-toolkit")
    }

    static func needs(_ program: String) -> Self {
        .enabled(if: Requirement.has(program), "needs: apt-get install \(program)")
    }
}
