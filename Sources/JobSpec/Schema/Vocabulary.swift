/// The words that the decoders take, by the names that ``JobSchema`` gives their places: what holds the two together,
/// and what documentation can be checked against.
package enum Vocabulary {
    /// The keys of every mapping of a job file with fixed keys.
    package static let keys: [String: [String]] = {
        var keys = [
            "job": JobDecoder.keys,
            "environment": EnvironmentDecoder.keys,
            "catalogued_scope": EnvironmentDecoder.scopeKeys,
            "tls": EnvironmentDecoder.tlsKeys,
            "sandbox": EnvironmentDecoder.sandboxKeys,
            "operation": OperationsDecoder.keys,
            "step": StepDecoder.keys,
            "request": RequestDecoder.keys,
            "scope_choice": ScopesDecoder.keys,
            "retry": SettingsDecoder.retryKeys,
            "rate_limit": SettingsDecoder.rateLimitKeys,
            "success_criterion": SuccessCriteriaDecoder.keys,
            "idempotency_key": WriteSafetyDecoder.keyKeys,
            "reconcile": WriteSafetyDecoder.reconcileKeys,
        ]
        for (type, own) in PaginatorDecoder.keys { keys[type] = PaginatorDecoder.common + own }
        for (source, own) in BulkInputDecoder.keys { keys["\(source)_input"] = own }
        return keys
    }()

    /// The values of keys that take one of a few words, by mapping and key.
    package static let values: [String: [String]] = [
        "job.tokens": TokenStrategy.allCases.map(\.rawValue),
        "step.on_error": OnError.allCases.map(\.rawValue),
        "csv_input.columns": CSVInput.ColumnType.allCases.map(\.rawValue),
        "environment.client_auth": ClientAuth.allCases.map(\.rawValue),
        "catalogued_scope.access": ScopeAccess.allCases.map(\.rawValue),
        "request.method": HTTPMethod.allCases.map(\.rawValue),
        "operation.method": HTTPMethod.allCases.map(\.rawValue),
    ]
}
