package enum JSONBytesStub {}
