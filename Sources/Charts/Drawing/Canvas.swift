/// Where a chart draws itself: records marks and measures text.
public struct Canvas {
  public let width: Double
  /// Grows with the content.
  public var height: Double = 0
  public let shaper: TextShaper
  private(set) var marks: [Mark] = []
  private(set) var points: [DataPoint] = []

  /// The smallest width that charts reflow to.
  public static let minimumWidth = 300.0

  init(width: Double, shaper: TextShaper) {
    self.width = width
    self.shaper = shaper
  }

  /// Below this, charts stack panels and drop text columns.
  var isNarrow: Bool { width < 560 }

  // MARK: - Shapes

  mutating func shape(_ shape: Mark.Shape, fill: Mark.Fill? = nil, stroke: Mark.Stroke? = nil) {
    marks.append(.shape(shape, fill: fill, stroke: stroke))
  }

  mutating func line(_ from: Point, _ to: Point, _ stroke: Mark.Stroke) {
    shape(.polyline([from, to], isClosed: false), stroke: stroke)
  }

  mutating func polyline(_ points: [Point], _ stroke: Mark.Stroke) {
    guard points.count > 1 else { return }
    shape(.polyline(points, isClosed: false), stroke: stroke)
  }

  mutating func area(_ points: [Point], _ fill: Mark.Fill) {
    guard points.count > 2 else { return }
    shape(.polyline(points, isClosed: true), fill: fill)
  }

  mutating func rectangle(_ box: Box, fill: Mark.Fill? = nil, stroke: Mark.Stroke? = nil) {
    shape(.rectangle(box), fill: fill, stroke: stroke)
  }

  mutating func point(at position: Point, _ label: String) {
    points.append(DataPoint(position: position, label: label))
  }

  // MARK: - Text

  enum Anchor { case start, middle, end }

  func size(_ text: String, _ style: TextStyle) -> TextSize { shaper.size(of: text, style) }

  /// Writes one line with its base line at `y`; cut with "…" at `maximumWidth`.
  @discardableResult
  mutating func text(
    _ text: String, x: Double, baseline y: Double, _ style: TextStyle, anchor: Anchor = .start,
    maximumWidth: Double = .infinity
  ) -> Box {
    let line =
      maximumWidth.isFinite
      ? TextLayout.ellipsised(text, style: style, width: maximumWidth, shaper: shaper)
      : TextShaper.singleLine(text)
    guard !line.isEmpty else { return Box(x: x, y: y, width: 0, height: 0) }
    let box = textBox(line, x: x, baseline: y, style, anchor: anchor)
    marks.append(.text(TextMark(text: line, style: style, origin: Point(box.x, y), box: box)))
    return box
  }

  /// Writes one line centred vertically on `y`.
  @discardableResult
  mutating func text(
    _ text: String, x: Double, middle y: Double, _ style: TextStyle, anchor: Anchor = .start,
    maximumWidth: Double = .infinity
  ) -> Box {
    self.text(
      text, x: x, baseline: y + style.size * 0.36, style, anchor: anchor,
      maximumWidth: maximumWidth)
  }

  /// Writes a paragraph with its top at `y` and returns the bottom.
  @discardableResult
  mutating func paragraph(
    _ text: String, x: Double, top y: Double, width: Double, _ style: TextStyle,
    maximumLines: Int = .max
  ) -> Double {
    let layout = TextLayout(
      text, style: style, width: width, maximumLines: maximumLines, shaper: shaper)
    var top = y
    for line in layout.lines {
      let baseline = top + (layout.lineHeight - style.size) / 2 + style.size * 0.86
      self.text(line, x: x, baseline: baseline, style)
      top += layout.lineHeight
    }
    return top
  }

  /// The box that a line would take, without writing it. The height is from the cap height to the
  /// descender of the letters, not the font's line spacing.
  func textBox(
    _ text: String, x: Double, baseline y: Double, _ style: TextStyle, anchor: Anchor = .start
  ) -> Box {
    let width = size(text, style).width
    let left =
      switch anchor {
      case .start: x
      case .middle: x - width / 2
      case .end: x - width
      }
    return Box(x: left, y: y - style.size * 0.78, width: width, height: style.size)
  }

  // MARK: - Result

  consuming func finish(title: String, summary: String) -> Drawing {
    Drawing(
      width: width, height: (height).rounded(.up), marks: marks, points: points, title: title,
      summary: summary)
  }
}
