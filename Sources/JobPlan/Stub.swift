package enum JobPlanStub {}
