import Diagnostics

/// One rule about a whole job. Each lives in a file of its own and reports every breach.
protocol JobValidator {
    func validate(_ job: Job, _ problems: Problems)
}

/// The rules, in the order of their reports.
enum JobValidators {
    static var all: [any JobValidator] {
        [
            StepIDsAreUnique(),
            EnvironmentIsKnown(),
            ForEachStepIsEarlier(),
            TemplateNamesExist(),
            StaticTemplatesResolve(),
            SecretsAreReferences(),
            TemplatesAreSpelled(),
            PaginatorOwnsItsParams(),
            ItemsAreUsed(),
            HeadHasNoRecords(),
            IdempotencyKeysDiffer(),
            ReconcileSettlesOneCall(),
            SafeWritesHaveNoPages(),
        ]
    }
}
