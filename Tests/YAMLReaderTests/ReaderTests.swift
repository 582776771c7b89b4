import Diagnostics
import Testing
import YAMLReader

@Suite struct ReaderTests {
    @Test func limitsHaveStandardValues() {
        #expect(YAMLLimits.standard.maxDepth == 64)
    }
}
