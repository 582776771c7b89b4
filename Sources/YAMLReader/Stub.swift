package enum YAMLReaderStub {}
