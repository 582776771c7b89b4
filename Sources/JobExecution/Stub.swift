package enum JobExecutionStub {}
