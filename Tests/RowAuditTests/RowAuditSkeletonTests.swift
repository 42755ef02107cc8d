import Testing

@testable import RowAudit
