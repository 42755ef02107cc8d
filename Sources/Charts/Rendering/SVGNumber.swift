/// Coordinates as SVG text.
enum SVGNumber {
  /// Two decimals at most, without trailing zeros: "31.7", "−0" never.
  static func text(_ value: Double) -> String {
    let hundredths = (value * 100).rounded()
    guard abs(hundredths) < 1e9 else { return "0" }
    let scaled = Int(hundredths)
    let magnitude = scaled.magnitude
    let whole = magnitude / 100
    let fraction = magnitude % 100
    var text = scaled < 0 ? "-" : ""
    text += String(whole)
    if fraction != 0 {
      text += fraction < 10 ? ".0" : "."
      text += fraction % 10 == 0 ? String(fraction / 10) : String(fraction)
    }
    return text
  }

  static func pair(_ point: Point) -> String { text(point.x) + " " + text(point.y) }
}
