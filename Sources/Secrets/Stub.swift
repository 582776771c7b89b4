package enum SecretsStub {}
