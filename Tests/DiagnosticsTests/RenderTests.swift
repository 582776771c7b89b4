import Diagnostics
import Testing

@Suite struct RenderTests {
    let renderer = DiagnosticRenderer(color: false)

    @Test func showsLineCaretLabelAndHelp() {
        let file = SourceFile(path: "jobs/nightly.yaml", bytes: Array("name: a\n\nstaps:\n".utf8))
        let diagnostic = Diagnostic.error(
            "unknown-key",
            "unknown key `staps`",
            at: file.span(9..<14),
            label: "not a key of a job",
            help: "did you mean `steps`?"
        )
        #expect(
            renderer.render(diagnostic) == """
                error[unknown-key]: unknown key `staps`
                  --> jobs/nightly.yaml:3:1
                   |
                 3 | staps:
                   | ^^^^^ not a key of a job
                   |
                   = help: did you mean `steps`?
                """
        )
    }
}
