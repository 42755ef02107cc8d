/// A sentence with places for evidence: `"{a} and {b} differ by {difference} at dose {dose}."`
///
/// `{key}` inserts the evidence with its interval, `{key.estimate}` the number alone. Every number
/// in a sentence is such a place, so each can be traced to its source; templates hold no data.
public struct Prose: Hashable, Sendable, ExpressibleByStringLiteral {
  public let template: String

  public init(_ template: String) { self.template = template }
  public init(stringLiteral value: String) { template = value }

  public enum Segment: Hashable, Sendable {
    case words(String)
    /// Evidence key and the text to show for it.
    case evidence(key: String, text: String)
    /// A place whose key no evidence has: a mistake of the rule, found by a test.
    case unresolved(String)
  }

  /// Splits the template and fills its places.
  public func segments(_ evidence: [String: Evidence]) -> [Segment] {
    var segments: [Segment] = []
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      if open > rest.startIndex { segments.append(.words(String(rest[..<open]))) }
      guard let close = rest[open...].firstIndex(of: "}") else {
        segments.append(.unresolved(String(rest[open...])))
        return segments
      }
      let place = String(rest[rest.index(after: open)..<close])
      let isEstimate = place.hasSuffix(".estimate")
      let key = isEstimate ? String(place.dropLast(".estimate".count)) : place
      if let item = evidence[key] {
        segments.append(
          .evidence(key: key, text: isEstimate ? item.estimateText : item.text))
      } else {
        segments.append(.unresolved(place))
      }
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { segments.append(.words(String(rest))) }
    return segments
  }

  /// The plain text.
  public func text(_ evidence: [String: Evidence]) -> String {
    segments(evidence).map { segment in
      switch segment {
      case .words(let words): words
      case .evidence(_, let text): text
      case .unresolved(let place): "{\(place)}"
      }
    }.joined()
  }
}
