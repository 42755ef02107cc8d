import Audit
import Statistics
import Study

/// Collects evidence under keys, with the short forms that row-level analyses need.
struct EvidenceSet {
  private(set) var items: [String: Evidence] = [:]

  subscript(key: String) -> Evidence? {
    get { items[key] }
    set { items[key] = newValue }
  }

  mutating func text(_ key: String, _ words: String, _ label: String) {
    items[key] = .text(words, label)
  }

  mutating func count(_ key: String, _ value: Int, _ label: String) {
    items[key] = .count(value, label)
  }

  mutating func number(
    _ key: String, _ value: Measured<Double>, _ style: NumberStyle, _ label: String,
    method: String? = nil
  ) {
    // A threshold that calls nothing positive lies at infinity: that is no number to print.
    let finite = value.flatMap { number in
      Measured(
        finite: number, otherwise: UndefinedReason(.outOfDomain, "it lies at infinity"))
    }
    items[key] = .measured(finite, style, label, method: method)
  }

  /// An estimate with its interval; without an interval the number alone, whose reason says why.
  mutating func estimate(
    _ key: String, _ value: Measured<Double>, _ interval: Measured<Interval>,
    _ style: NumberStyle, _ label: String, scale: Double = 1, method: String? = nil
  ) {
    let scaled = value.map { $0 * scale }
    guard let interval = interval.value, value.value != nil else {
      items[key] = .measured(
        scaled, interval.value == nil ? .withoutInterval(style) : style, label,
        method: interval.reason.map { "no interval: " + $0.description } ?? method)
      return
    }
    items[key] = Evidence(
      .estimate(scaled, interval.scaled(by: scale), style), label: label,
      method: method ?? interval.method.rawValue)
  }

  mutating func p(_ key: String, _ value: Measured<Double>, _ label: String, method: String) {
    items[key] = .measured(value, .pStatement, label, method: method)
  }
}

/// How doses and names are written in evidence and prose.
enum RowText {
  static func dose(_ dose: Double) -> String { PrintedNumber.text(of: dose) }

  static func doses(_ from: Double, _ to: Double) -> String { "\(dose(from)) → \(dose(to))" }

  /// The place of a number inside a template of ``Prose`` must not be opened by a name.
  static func literal(_ name: String) -> String {
    name.replacing("{", with: "(").replacing("}", with: ")")
  }
}
