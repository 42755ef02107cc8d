/// The shortest decimal digits that read back as the same double, as digits and a decimal point.
struct DecimalDigits {
  /// Significant digits, 0...9 each, without leading zeros (a zero is `[0]`).
  private(set) var digits: [UInt8]
  /// Position of the decimal point counted from the first digit: 12.5 is `[1, 2, 5]`, 2.
  private(set) var point: Int

  /// - Precondition: `value` is finite and not negative.
  init(_ value: Double) {
    precondition(value.isFinite && value >= 0, "digits need a finite magnitude")
    let parts = "\(value)".split(separator: "e", omittingEmptySubsequences: false)
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    digits = (mantissa[0] + fraction).utf8.map { $0 - UInt8(ascii: "0") }
    point = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    while digits.count > 1, digits[0] == 0 {
      digits.removeFirst()
      point -= 1
    }
    if digits == [0] { point = 1 }
  }

  /// Power of ten of the leading digit: 0 for 1 ..< 10.
  var exponent: Int { point - 1 }

  /// The fixed-point text with exactly `count` fraction digits, half away from zero.
  func rounded(toFractionDigits count: Int) -> String {
    // Digits of the integer part and `count` of the fraction, as one integer string.
    let kept = point + count
    var result: [UInt8]
    if kept < 0 {
      result = [0]
    } else {
      result = (0..<kept).map { $0 < digits.count ? digits[$0] : 0 }
      if kept < digits.count, digits[kept] >= 5 {
        var index = result.count - 1
        while index >= 0, result[index] == 9 {
          result[index] = 0
          index -= 1
        }
        if index >= 0 { result[index] += 1 } else { result.insert(1, at: 0) }
      }
    }
    while result.count < count + 1 { result.insert(0, at: 0) }
    let text = String(decoding: result.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    return count == 0 ? text : "\(text.dropLast(count)).\(text.suffix(count))"
  }

  /// `value · 10^power` by moving the decimal point, so that 0.275 gives 27.5 and not
  /// 27.500000000000004.
  static func scaled(_ value: Double, byPowerOfTen power: Int) -> Double {
    guard value.isFinite, value != 0 else { return value }
    let text = "\(value)"
    let parts = text.split(separator: "e", omittingEmptySubsequences: false)
    let exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + power
    return Double("\(parts[0])e\(exponent)") ?? value
  }
}
