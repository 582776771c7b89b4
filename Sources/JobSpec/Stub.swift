package enum JobSpecStub {}
