import Notation
public import Statistics
public import Study

/// One number (or word) that a finding rests on: value, interval, method and where it came from.
///
/// Prose, tables, JSON and charts all read the same evidence, so they cannot disagree.
public struct Evidence: Hashable, Sendable {
  public enum Value: Hashable, Sendable {
    case number(Measured<Double>, NumberStyle)
    /// An estimate with its interval, both in the unit of the style.
    case estimate(Measured<Double>, Interval, NumberStyle)
    /// A name or other words; may be somebody else's text and is escaped wherever it is shown.
    case text(String)
    case list([String])
  }

  public let value: Value
  /// What the number is, for tables: "difference of rates, dose 3 − dose 0".
  public let label: String
  /// Name of the method, for example "Fisher exact, two-sided, minimum likelihood".
  public let method: String?
  /// The rows that it was computed from.
  public let sources: [SourceReference]

  public init(
    _ value: Value, label: String, method: String? = nil, sources: [SourceReference] = []
  ) {
    self.value = value
    self.label = label
    self.method = method
    self.sources = sources
  }
}

/// How a number is written for people. Values are in natural units: proportions for `percent` and
/// `percentagePoints`.
public indirect enum NumberStyle: Hashable, Sendable {
  case percent
  case percentagePoints
  /// Percentage points without a sign, for ranges and margins.
  case points
  case pValue
  /// "p = 0.028"
  case pStatement
  case count
  case decimal(Int)
  case signed(Int)
  case significant(Int)
  case multiple
  /// Multiplied by a factor, for example a proportion as a percentage with more digits.
  case scaled(Double, digits: Int)
  /// An estimate whose interval is withheld; the evidence's method says why.
  case withoutInterval(NumberStyle)

  /// The text of a number in this style.
  public func text(_ value: Double) -> String {
    switch self {
    case .percent: NumberText.percent(value)
    case .percentagePoints: NumberText.percentagePoints(value)
    case .points:
      String(NumberText.percent(value).dropLast()) + NumberText.narrowBlank + "pp"
    case .pValue: NumberText.pValue(value)
    case .pStatement: NumberText.pStatement(value)
    case .count: Int(exactly: value.rounded()).map(NumberText.count) ?? NumberText.absent
    case .decimal(let digits): NumberText.decimal(value, digits: digits)
    case .signed(let digits): NumberText.signed(value, digits: digits)
    case .significant(let digits): NumberText.significant(value, digits: digits)
    case .multiple: NumberText.significant(value, digits: 3) + "\u{00D7}"
    case .scaled(let factor, let digits): NumberText.decimal(value * factor, digits: digits)
    case .withoutInterval(let style): style.text(value) + " [no interval]"
    }
  }

  /// The text of an interval's ends, without unit: "[4.0, 25.7]".
  public func text(_ interval: Interval) -> String {
    let scale =
      switch self {
      case .percent, .percentagePoints, .points: 100.0
      case .scaled(let factor, _): factor
      default: 1.0
      }
    let digits =
      switch self {
      case .percent, .percentagePoints, .points: 1
      case .scaled(_, let digits): digits
      case .decimal(let digits), .signed(let digits): digits
      case .count: 0
      default: NumberText.fractionDigits(forWidth: interval.width, minimum: 2)
      }
    return NumberText.interval(interval.lower * scale, interval.upper * scale, digits: digits)
  }
}

extension Evidence {
  /// The text for people; an undefined number is a dash (its reason is in ``undefinedReason``).
  public var text: String {
    switch value {
    case .number(let number, let style): number.value.map(style.text) ?? NumberText.absent
    case .estimate(let number, let interval, let style):
      (number.value.map(style.text) ?? NumberText.absent) + " " + style.text(interval)
    case .text(let words): words
    case .list(let items): items.joined(separator: ", ")
    }
  }

  /// The number without its interval.
  public var estimateText: String {
    switch value {
    case .estimate(let number, _, let style), .number(let number, .withoutInterval(let style)):
      number.value.map(style.text) ?? NumberText.absent
    default: text
    }
  }

  public var undefinedReason: UndefinedReason? {
    switch value {
    case .number(let number, _), .estimate(let number, _, _): number.reason
    default: nil
    }
  }

  /// The plain number, when the evidence is one and it is defined.
  public var number: Double? {
    switch value {
    case .number(let number, _), .estimate(let number, _, _): number.value
    default: nil
    }
  }
}

// MARK: - Short forms for rules

extension Evidence {
  public static func number(
    _ value: Double, _ style: NumberStyle, _ label: String, method: String? = nil,
    sources: [SourceReference] = []
  ) -> Evidence {
    Evidence(
      .number(
        Measured(finite: value, otherwise: UndefinedReason(.outOfDomain, "not a finite number")),
        style), label: label, method: method, sources: sources)
  }

  public static func measured(
    _ value: Measured<Double>, _ style: NumberStyle, _ label: String, method: String? = nil,
    sources: [SourceReference] = []
  ) -> Evidence {
    Evidence(.number(value, style), label: label, method: method, sources: sources)
  }

  public static func estimate(
    _ value: Double, _ interval: Interval, _ style: NumberStyle, _ label: String,
    sources: [SourceReference] = []
  ) -> Evidence {
    Evidence(
      .estimate(.defined(value), interval, style), label: label,
      method: interval.method.rawValue, sources: sources)
  }

  public static func count(
    _ value: Int, _ label: String, sources: [SourceReference] = []
  ) -> Evidence {
    Evidence(.number(.defined(Double(value)), .count), label: label, sources: sources)
  }

  public static func text(
    _ words: String, _ label: String, sources: [SourceReference] = []
  ) -> Evidence {
    Evidence(.text(words), label: label, sources: sources)
  }

  public static func list(
    _ items: [String], _ label: String, sources: [SourceReference] = []
  ) -> Evidence {
    Evidence(.list(items), label: label, sources: sources)
  }
}
