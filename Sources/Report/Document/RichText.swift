public import Audit

/// A run of words and sourced numbers, the unit of all text in a report.
public struct RichText: Hashable, Sendable, ExpressibleByStringLiteral {
  public enum Run: Hashable, Sendable {
    case words(String)
    /// A number or name with the place that it comes from: `R12/….difference`, `cells/V2/…`.
    case sourced(String, source: String)
    case strong(String)
    case code(String)
    /// A link inside the report (`#id`) or to a DOI.
    case link(String, target: String)
    /// Words of somebody else.
    case quote(String)
  }

  public var runs: [Run]

  public init(_ runs: [Run]) { self.runs = runs }
  public init(_ words: String) { runs = [.words(words)] }
  public init(stringLiteral value: String) { runs = [.words(value)] }

  public static func + (left: Self, right: Self) -> Self { Self(left.runs + right.runs) }

  public static func sourced(_ text: String, _ source: String) -> Self {
    Self([.sourced(text, source: source)])
  }

  public static func link(_ text: String, to target: String) -> Self {
    Self([.link(text, target: target)])
  }

  public static func strong(_ text: String) -> Self { Self([.strong(text)]) }
  public static func quote(_ text: String) -> Self { Self([.quote(text)]) }
  public static func code(_ text: String) -> Self { Self([.code(text)]) }

  /// Without marks, for titles, PDF outlines and CSV.
  public var plainText: String {
    runs.map { run in
      switch run {
      case .words(let text), .sourced(let text, _), .strong(let text), .code(let text),
        .link(let text, _):
        text
      case .quote(let text): "\u{201C}\(text)\u{201D}"
      }
    }.joined()
  }

  public var isEmpty: Bool { plainText.isEmpty }
}

extension RichText {
  /// A sentence of a finding, every number tied to `finding.key`.
  public init(_ prose: Prose, of finding: Finding) {
    self.init(prose, evidence: finding.evidence, owner: finding.id)
  }

  /// A sentence with evidence that belongs to `owner`.
  public init(_ prose: Prose, evidence: [String: Evidence], owner: String) {
    runs = prose.segments(evidence).map { segment in
      switch segment {
      case .words(let words): .words(words)
      case .evidence(let key, let text): .sourced(text, source: "\(owner).\(key)")
      case .unresolved(let place): .words("{\(place)}")
      }
    }
  }

  /// One piece of evidence with its source.
  public init(_ key: String, in evidence: [String: Evidence], owner: String) {
    runs = evidence[key].map { [.sourced($0.text, source: "\(owner).\(key)")] } ?? []
  }
}
