import Audit
import CanonicalJSON
import Foundation
import Statistics
import Study
import StudyFixtures
import Testing

/// The bundled study, as the audit sees it.
enum Bundled {
  static let study = Result {
    try PublishedStudy.load(folder: RepositoryFolder.path("data/published/moe-h-neurons"))
  }
  static let result = study.map { AuditEngine.audit($0) }

  static func oracle(_ name: String, from file: String = #filePath) throws -> JSONValue {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    let bytes = try Data(contentsOf: URL(filePath: folder + "/Oracles/" + name))
    return try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
  }
}

extension AuditResult {
  func finding(_ id: String) throws -> Finding {
    try #require(findings.first { $0.id == id }, "no finding \(id)")
  }
}

extension Finding {
  func number(_ key: String) throws -> Double {
    try #require(evidence[key]?.number, "\(id) has no number \(key)")
  }

  func text(_ key: String) throws -> String {
    try #require(evidence[key]?.text, "\(id) has no evidence \(key)")
  }

  func interval(_ key: String) throws -> Interval {
    guard case .estimate(_, let interval, _)? = evidence[key]?.value else {
      Issue.record("\(id) has no interval \(key)")
      return Interval(lower: .nan, upper: .nan, confidenceLevel: 0.95, method: .wilson)
    }
    return interval
  }

  var isFired: Bool { severity != nil }
  var isPassed: Bool { status == .passed }
  var isNotRun: Bool { if case .notRun = status { true } else { false } }

  func verdict(on claim: String) -> Verdict? {
    assessments.first { $0.claim == claim }?.verdict
  }
}

extension AuditRule {
  /// The findings of this rule alone.
  static func findings(_ fixture: StudyFixture) -> [Finding] {
    Self().evaluate(StudyContext(study: fixture.build()))
  }

  static func finding(_ id: String, _ fixture: StudyFixture) throws -> Finding {
    try #require(
      findings(fixture).first { $0.id == id }, "no \(id) in \(findings(fixture).map(\.id))")
  }
}

func isClose(_ left: Double, _ right: Double, within tolerance: Double) -> Bool {
  abs(left - right) <= tolerance
}
