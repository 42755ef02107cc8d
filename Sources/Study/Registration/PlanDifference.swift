public import CanonicalJSON

/// One place where a plan is no longer what was locked.
public struct PlanDifference: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case added, removed, changed
  }

  /// For example `hypotheses.H1.smallest_effect_of_interest`; list entries by their id.
  public let path: String
  public let kind: Kind
  /// In the lock; `nil` for an addition.
  public let registered: JSONValue?
  /// In the plan now; `nil` for a removal.
  public let current: JSONValue?

  /// `design.alphas: registered [0,1,2,3], now [0,1,2]`.
  public var description: String {
    func shown(_ value: JSONValue?) -> String {
      let text = value.flatMap { try? $0.canonicalText() } ?? ""
      return text.count > 120 ? text.prefix(120) + "…" : text
    }
    return switch kind {
    case .added: "\(path): not registered, now \(shown(current))"
    case .removed: "\(path): registered \(shown(registered)), now absent"
    case .changed: "\(path): registered \(shown(registered)), now \(shown(current))"
    }
  }

  /// The first two steps of the path, for example ("hypotheses", "H1").
  var head: (section: String, name: String?) {
    let steps = path.split(separator: ".", maxSplits: 2)
    return (String(steps.first ?? ""), steps.count > 1 ? String(steps[1]) : nil)
  }

  // MARK: - Comparing documents

  /// Differences in the order of their paths.
  static func between(_ registered: JSONValue, _ current: JSONValue) -> [PlanDifference] {
    var found: [PlanDifference] = []
    collect(registered, current, path: "", into: &found)
    return found.sorted { ($0.path, $0.kind.rawValue) < ($1.path, $1.kind.rawValue) }
  }

  private static func collect(
    _ old: JSONValue, _ new: JSONValue, path: String, into found: inout [PlanDifference]
  ) {
    if equal(old, new) { return }
    if let before = members(old), let after = members(new) {
      for key in Set(before.keys).union(after.keys).sorted() {
        let inner = path.isEmpty ? key : "\(path).\(key)"
        switch (before[key], after[key]) {
        case (.some(let left), .some(let right)):
          collect(left, right, path: inner, into: &found)
        case (.some(let left), nil):
          found.append(
            PlanDifference(path: inner, kind: .removed, registered: left, current: nil))
        case (nil, .some(let right)):
          found.append(PlanDifference(path: inner, kind: .added, registered: nil, current: right))
        case (nil, nil): break
        }
      }
      return
    }
    found.append(PlanDifference(path: path, kind: .changed, registered: old, current: new))
  }

  /// 1 and 1.0 are one number: a parsed lock spells them alike.
  private static func equal(_ left: JSONValue, _ right: JSONValue) -> Bool {
    (try? left.canonicalText()) == (try? right.canonicalText())
  }

  /// Members of an object, or the entries of a list by their ids; their order is no difference.
  private static func members(_ value: JSONValue) -> [String: JSONValue]? {
    if let members = value.objectValue { return members }
    guard let elements = value.arrayValue, !elements.isEmpty else {
      return value.arrayValue.map { _ in [:] }
    }
    var named: [String: JSONValue] = [:]
    for element in elements {
      guard let id = element["id"]?.stringValue, named.updateValue(element, forKey: id) == nil
      else { return nil }
    }
    return named
  }
}
