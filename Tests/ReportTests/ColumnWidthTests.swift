import Report
import Testing

/// Tables whose longest words do not fit beside each other.
@Suite struct ColumnWidthTests {
  @Test func `only the widest columns give way`() {
    #expect(ColumnWidths.capped([10, 100, 20, 70], total: 130) == [10, 50, 20, 50])
    #expect(ColumnWidths.capped([10, 100, 20, 25], total: 130) == [10, 75, 20, 25])
    #expect(ColumnWidths.capped([10, 10], total: 10) == [5, 5])
    #expect(ColumnWidths.capped([], total: 10).isEmpty)
    #expect(ColumnWidths.capped([10, 20], total: 30) == [10, 20])
  }
}
