/// A decimal number exactly as printed: 77.5 is 775 with one decimal, not the nearest double.
public struct DecimalText: Hashable, Sendable, CustomStringConvertible {
  /// The digits without the point, at most 15 of them, with the sign.
  public let digits: Int
  /// Digits after the point, 0...9.
  public let decimals: Int

  /// `nil` unless the text is an optional minus, digits, and at most nine decimals.
  public init?(_ text: String) {
    var bytes = Array(text.utf8)
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { bytes.removeFirst() }
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), !parts[0].isEmpty,
      parts.count == 1 || (1...9).contains(parts[1].count), bytes.count <= 16
    else { return nil }
    var value = 0
    for byte in parts.joined() {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    guard value < 1_000_000_000_000_000 else { return nil }
    digits = isNegative ? -value : value
    decimals = parts.count == 2 ? parts[1].count : 0
  }

  public var description: String {
    let text = String(digits.magnitude)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - text.count)) + text
    let sign = digits < 0 ? "-" : ""
    return decimals == 0
      ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}
