import Testing

@testable import RawStore
