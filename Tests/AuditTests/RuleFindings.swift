import Audit
import Study
import StudyFixtures
import Testing

/// The findings of one rule on a fixture.
func findings<Rule: AuditRule>(of rule: Rule.Type, on fixture: StudyFixture) -> [Finding] {
  rule.init().evaluate(StudyContext(study: fixture.build()))
}

extension [Finding] {
  /// The finding with a subject; records an issue when there is none.
  func about(
    _ subject: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Finding {
    try #require(
      first { $0.id == ($0.rule.rawValue + (subject.isEmpty ? "" : "/" + subject)) },
      "no finding about \(subject) among \(map(\.id))", sourceLocation: sourceLocation)
  }

  var hasFired: Bool { contains { ($0.severity ?? .info) > .info } }
}

extension Finding {
  /// The number behind an evidence key.
  func value(_ key: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Double {
    try #require(
      evidence[key]?.number, "\(id) has no number \(key)", sourceLocation: sourceLocation)
  }
}

/// Equal when rounded to the digits that the expectation was printed with.
func isPrinted(_ value: Double, as expected: Double, digits: Int) -> Bool {
  var unit = 1.0
  for _ in 0..<digits { unit /= 10 }
  return abs(value - expected) <= 0.5 * unit * (1 + 1e-9)
}
