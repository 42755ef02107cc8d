import Testing
import Validation

@Suite struct CalibrationStudyTests {
  @Test func `coverage of intervals meets its targets`() {
    let report = CalibrationStudy(mode: .quick).run(groups: [.coverage])
    #expect(report.rows.count > 50)
    for failure in report.failures { Issue.record("\(failure)") }
  }

  @Test func `results do not depend on threads and progress is complete`() {
    var last = (0, 0)
    let one = CalibrationStudy(mode: .quick, threadCount: 1)
      .run(groups: [.coverage]) { last = ($0, $1) }
    let three = CalibrationStudy(mode: .quick, threadCount: 3).run(groups: [.coverage])
    #expect(one.rows == three.rows)
    #expect(last.0 == last.1 && last.0 > 0)
  }
}
