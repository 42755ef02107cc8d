import Audit
import Testing

/// Every number in a sentence is evidence, every place resolves, and no sentence overclaims.
@Suite struct ProseTests {
  /// Names of methods that hold digits.
  static let names = ["T01", "T12", "3-vs-1", "I²"]

  @Test func `templates hold no data`() throws {
    for finding in try Bundled.result.get().findings where finding.rule <= .noOpAnchor {
      for prose in [finding.title, finding.sentence, finding.remedy] {
        #expect(Self.digits(of: prose).isEmpty, "\(finding.id): \(prose.template)")
      }
    }
    for analysis in try Bundled.result.get().analyses {
      #expect(Self.digits(of: analysis.sentence).isEmpty)
    }
  }

  @Test func `every place has its evidence`() throws {
    for finding in try Bundled.result.get().findings {
      for prose in [finding.title, finding.sentence, finding.remedy] {
        for segment in prose.segments(finding.evidence) {
          if case .unresolved(let place) = segment {
            Issue.record("\(finding.id) has no evidence for {\(place)}")
          }
        }
      }
    }
    for analysis in try Bundled.result.get().analyses {
      #expect(!analysis.sentenceText.contains("{"))
    }
  }

  @Test func `nothing is significant and identifiers are unique`() throws {
    let findings = try Bundled.result.get().findings
    for finding in findings where finding.rule <= .noOpAnchor {
      for prose in [finding.title, finding.sentence, finding.remedy] {
        #expect(!prose.template.lowercased().contains("significant"))
      }
    }
    #expect(Set(findings.map(\.id)).count == findings.count)
  }

  @Test func `the same study gives the same audit`() throws {
    let again = AuditEngine.audit(try Bundled.study.get())
    #expect(again.findings == (try Bundled.result.get().findings))
    #expect(again.analyses == (try Bundled.result.get().analyses))
  }

  private static func digits(of prose: Prose) -> [Character] {
    let words = prose.segments([:]).compactMap { segment in
      if case .words(let words) = segment { words } else { nil }
    }.joined(separator: " ")
    return names.reduce(words) { $0.replacing($1, with: "") }.filter(\.isNumber).map { $0 }
  }
}
