/// The one place where a number becomes text for people.
///
/// Goals, in order: the same text on every machine (no locale, no Foundation formatter); rounding
/// that a reader with a pencil gets (the shortest decimal that round-trips, then half away from
/// zero); typography that lines up (true minus, narrow no-break blanks).
///
/// Rejected: `.formatted()` (locale, half to even: 0.0005 becomes 0.000) and `String(format:)`
/// (rounds the binary value: 0.285 becomes 0.28).
public enum NumberText {
  /// U+2212.
  public static let minus = "\u{2212}"
  /// U+202F, between a number and its unit and between groups of three digits.
  public static let narrowBlank = "\u{202F}"
  /// What stands where there is no number; the reason stands beside it.
  public static let absent = "\u{2013}"

  /// Fixed decimals: `decimal(-0.285, digits: 2)` is "−0.29". Zero has no sign.
  public static func decimal(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? absent : (value < 0 ? minus : "") + "∞" }
    let rounded = DecimalDigits(abs(value)).rounded(toFractionDigits: max(0, digits))
    let isZero = rounded.allSatisfy { $0 == "0" || $0 == "." }
    return (value < 0 && !isZero ? minus : "") + group(rounded)
  }

  /// As ``decimal(_:digits:)`` with an explicit "+" on positive numbers.
  public static func signed(_ value: Double, digits: Int) -> String {
    let text = decimal(value, digits: digits)
    let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
    return value > 0 && !isZero ? "+" + text : text
  }

  /// An integer in groups of three: "5 263 360" with narrow blanks.
  public static func count(_ value: Int) -> String {
    (value < 0 ? minus : "") + group(String(value.magnitude))
  }

  /// A proportion as a percentage: 0.275 is "27.5%".
  public static func percent(_ proportion: Double, digits: Int = 1) -> String {
    decimal(DecimalDigits.scaled(proportion, byPowerOfTen: 2), digits: digits) + "%"
  }

  /// A difference of proportions in percentage points, with its sign: 0.15 is "+15.0 pp".
  public static func percentagePoints(_ difference: Double, digits: Int = 1) -> String {
    signed(DecimalDigits.scaled(difference, byPowerOfTen: 2), digits: digits) + narrowBlank + "pp"
  }

  /// A p-value: three decimals, "< 0.001" below, "> 0.999" above.
  public static func pValue(_ p: Double) -> String {
    guard p.isFinite else { return absent }
    if p < 0.001 { return "<\u{00A0}0.001" }
    if p > 0.999 && p < 1 { return ">\u{00A0}0.999" }
    return decimal(p, digits: 3)
  }

  /// A p-value with its symbol: "p = 0.028", "p < 0.001".
  public static func pStatement(_ p: Double) -> String {
    let text = pValue(p)
    let relation = text.first == "<" || text.first == ">" ? "" : "=\u{00A0}"
    return "p\u{00A0}" + relation + text
  }

  /// `digits` significant digits, switching to powers of ten outside 1e-4 ..< 1e6.
  public static func significant(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite, value != 0 else { return decimal(value, digits: 0) }
    let exponent = DecimalDigits(abs(value)).exponent
    if exponent < -4 || exponent >= 6 {
      let mantissa = DecimalDigits.scaled(value, byPowerOfTen: -exponent)
      return decimal(mantissa, digits: digits - 1) + "\u{00D7}10" + superscript(exponent)
    }
    return decimal(value, digits: max(0, digits - 1 - exponent))
  }

  /// Fraction digits such that an interval of this width shows two significant digits.
  ///
  /// - Parameter minimum: a floor; percentages use 1, because published ones are printed so.
  public static func fractionDigits(forWidth width: Double, minimum: Int = 0) -> Int {
    guard width.isFinite, width > 0 else { return max(minimum, 1) }
    return min(9, max(minimum, 1 - DecimalDigits(width).exponent))
  }

  /// "[4.0, 25.7]".
  public static func interval(_ lower: Double, _ upper: Double, digits: Int) -> String {
    "[" + decimal(lower, digits: digits) + ", " + decimal(upper, digits: digits) + "]"
  }

  private static func group(_ digits: String) -> String {
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = Array(parts[0])
    guard whole.count > 4 else { return digits }
    var grouped = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0 { grouped += narrowBlank }
      grouped.append(digit)
    }
    return parts.count == 2 ? grouped + "." + parts[1] : grouped
  }

  private static func superscript(_ exponent: Int) -> String {
    let raised: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    let digits = String(exponent.magnitude).compactMap { $0.wholeNumberValue }.map { raised[$0] }
    return (exponent < 0 ? "⁻" : "") + String(digits)
  }
}
