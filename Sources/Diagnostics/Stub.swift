package enum DiagnosticsStub {}
