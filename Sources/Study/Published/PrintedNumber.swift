/// A number exactly as it was printed: its text, its value if it has one, and its precision.
///
/// `12.0%` has one decimal, so the true value lies within ±0.05. `~0%` is imprecise and has no
/// precision; `—` is missing. Neither is zero.
public struct PrintedNumber: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    /// A plain number.
    case exact
    /// Marked as approximate (`~`, `≈`, `about`).
    case approximate
    /// A dash or nothing: the place was printed without a value.
    case missing
  }

  public enum Unit: String, Hashable, Sendable {
    case percent, percentagePoints, perMille, none
  }

  /// As printed, blanks trimmed.
  public let text: String
  public let kind: Kind
  public let unit: Unit
  /// The digits as a decimal number in the printed unit (12.0 for `12.0%`); `nil` when missing.
  public let value: Double?
  /// Digits after the decimal point.
  public let decimals: Int

  public init(text: String, kind: Kind, unit: Unit, value: Double?, decimals: Int) {
    self.text = text
    self.kind = kind
    self.unit = unit
    self.value = value
    self.decimals = decimals
  }
}

extension PrintedNumber {
  /// Parses `12.0%`, `~0%`, `—`, `7pp`, `0.973`, `5,263,360`, `-1.5`, `0.0127‰`.
  ///
  /// - Returns: `nil` when the text is none of these (letters, two numbers, `1e5`).
  public init?(_ raw: String) {
    let text = raw.trimmingBlanks
    if text.isEmpty || ["—", "–", "-", "--", "n/a", "NA"].contains(text) {
      self.init(text: text, kind: .missing, unit: .none, value: nil, decimals: 0)
      return
    }
    var rest = Substring(text)
    var kind = Kind.exact
    for mark in ["~", "≈", "about ", "roughly "] where rest.hasPrefix(mark) {
      kind = .approximate
      rest = rest.dropFirst(mark.count)
    }
    var unit = Unit.none
    let suffixes: [(String, Unit)] = [
      ("percentage points", .percentagePoints), ("per mille", .perMille), ("pp", .percentagePoints),
      ("‰", .perMille), ("%", .percent),
    ]
    for (suffix, candidate) in suffixes where rest.hasSuffix(suffix) {
      unit = candidate
      rest = rest.dropLast(suffix.count)
      break
    }
    while rest.last == " " || rest.last == "\u{202F}" || rest.last == "\u{00A0}" {
      rest = rest.dropLast()
    }
    var sign = 1.0
    if rest.first == "-" || rest.first == "\u{2212}" {
      sign = -1
      rest = rest.dropFirst()
    } else if rest.first == "+" {
      rest = rest.dropFirst()
    }
    let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, text.utf8.count <= 64, let whole = Self.digits(ofWhole: parts[0])
    else { return nil }
    let fraction = parts.count == 2 ? parts[1] : ""
    guard fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      parts.count == 1 || !fraction.isEmpty,
      let magnitude = Double(fraction.isEmpty ? whole : "\(whole).\(fraction)")
    else { return nil }
    self.init(
      text: text, kind: kind, unit: unit, value: magnitude == 0 ? 0 : sign * magnitude,
      decimals: fraction.utf8.count)
  }

  /// A number is usable in computations when it is exact.
  public var exactValue: Double? { kind == .exact ? value : nil }

  /// Half a unit of the last printed digit.
  public var halfUnit: Double {
    var half = 0.5
    for _ in 0..<decimals { half /= 10 }
    return half
  }

  /// The printed value as a proportion (12.0 % → 0.12); numbers without a unit are taken as they are.
  public var proportion: Double? {
    guard let value = exactValue else { return nil }
    switch unit {
    case .percent, .percentagePoints: return value / 100
    case .perMille: return value / 1000
    case .none: return value
    }
  }

  /// Digits of the whole part without grouping: "5,263,360" gives "5263360"; a stray comma is `nil`.
  private static func digits(ofWhole whole: Substring) -> String? {
    let groups = whole.split(separator: ",", omittingEmptySubsequences: false)
    guard groups.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      groups.count == 1
        || ((1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 })
    else { return nil }
    return groups.joined()
  }

  /// `1` for 1.0, `0.5` for 0.5: how doses are written in identifiers.
  public static func text(of number: Double) -> String {
    if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
    return "\(number)"
  }
}

extension String {
  /// Without leading and trailing blanks of any kind.
  var trimmingBlanks: String {
    let isBlank: (Character) -> Bool = { $0.isWhitespace }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
