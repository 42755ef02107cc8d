/// The symbols of a data point; told apart without colour.
public enum Marker: String, Codable, Sendable, CaseIterable {
  case circle
  case square
  case diamond
  case triangle

  static func series(_ index: Int) -> Marker { allCases[index % allCases.count] }
}

extension Canvas {
  /// A data point: filled, or hollow with the page inside.
  mutating func marker(
    _ marker: Marker, at center: Point, radius: Double, _ ink: Ink, isHollow: Bool = false
  ) {
    let fill = Mark.Fill(isHollow ? .surface : ink)
    // The halo keeps a filled point apart from the line and whisker that it sits on.
    let stroke = isHollow ? Mark.Stroke(ink, width: 1.75) : Mark.Stroke(.surface, width: 1.25)
    switch marker {
    case .circle:
      shape(.circle(center: center, radius: radius), fill: fill, stroke: stroke)
    case .square:
      let half = radius * 0.9
      rectangle(
        Box(x: center.x - half, y: center.y - half, width: 2 * half, height: 2 * half),
        fill: fill, stroke: stroke)
    case .diamond:
      let half = radius * 1.2
      shape(
        .polyline(
          [
            Point(center.x, center.y - half), Point(center.x + half, center.y),
            Point(center.x, center.y + half), Point(center.x - half, center.y),
          ], isClosed: true), fill: fill, stroke: stroke)
    case .triangle:
      let half = radius * 1.15
      shape(
        .polyline(
          [
            Point(center.x, center.y - half), Point(center.x + half, center.y + half * 0.8),
            Point(center.x - half, center.y + half * 0.8),
          ], isClosed: true), fill: fill, stroke: stroke)
    }
  }

  mutating func cross(at center: Point, radius: Double, _ stroke: Mark.Stroke) {
    line(
      Point(center.x - radius, center.y - radius), Point(center.x + radius, center.y + radius),
      stroke)
    line(
      Point(center.x - radius, center.y + radius), Point(center.x + radius, center.y - radius),
      stroke)
  }

  /// The mark of a verdict, 9 px high: shape and word, never colour alone.
  mutating func verdictMark(_ verdict: VerdictMark, at center: Point) {
    switch verdict {
    case .supported:
      shape(.circle(center: center, radius: 4.5), fill: Mark.Fill(.accent))
    case .refuted:
      cross(at: center, radius: 3.8, Mark.Stroke(.refuted, width: 2.2))
    case .equivalent:
      shape(.circle(center: center, radius: 4.2), stroke: Mark.Stroke(.accent, width: 1.4))
      shape(.circle(center: center, radius: 1.8), fill: Mark.Fill(.accent))
    case .inconclusive:
      shape(.circle(center: center, radius: 4), stroke: Mark.Stroke(.muted, width: 1.5))
    case .notTestable:
      line(
        Point(center.x - 4.5, center.y), Point(center.x + 4.5, center.y),
        Mark.Stroke(.muted, width: 2))
    case .exploratory:
      let half = 4.6
      shape(
        .polyline(
          [
            Point(center.x, center.y - half), Point(center.x + half, center.y),
            Point(center.x, center.y + half), Point(center.x - half, center.y),
          ], isClosed: true), stroke: Mark.Stroke(.muted, width: 1.4))
    }
  }
}

/// The closed vocabulary of verdicts, as marks with words.
public enum VerdictMark: String, Codable, Sendable, CaseIterable {
  case supported
  case refuted
  case equivalent
  case inconclusive
  case notTestable = "not testable"
  case exploratory

  public var word: String { rawValue }
}
