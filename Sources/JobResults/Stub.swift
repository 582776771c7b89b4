package enum JobResultsStub {}
