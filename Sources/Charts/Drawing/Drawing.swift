/// A finished chart: marks in drawing order, independent of any surface.
///
/// The same drawing becomes SVG (``svg(id:)``), a region of a PDF page or PNG, so the three cannot
/// disagree.
public struct Drawing: Sendable {
  public let width: Double
  public let height: Double
  public let marks: [Mark]
  /// Values for hover and keyboard focus, in reading order.
  public let points: [DataPoint]
  /// The finding's conclusion, for `<title>`.
  public let title: String
  /// Ranges, extremes and n in words, for `<desc>`.
  public let summary: String

  /// All lines of text, in drawing order.
  public var texts: [TextMark] {
    marks.compactMap { if case .text(let mark) = $0 { mark } else { nil } }
  }
}
