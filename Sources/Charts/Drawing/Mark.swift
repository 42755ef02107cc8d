/// One thing on a drawing.
public enum Mark: Sendable {
  case shape(Shape, fill: Fill?, stroke: Stroke?)
  case text(TextMark)

  public enum Shape: Hashable, Sendable {
    case polyline([Point], isClosed: Bool)
    case rectangle(Box)
    case circle(center: Point, radius: Double)
  }

  public struct Fill: Hashable, Sendable {
    public var ink: Ink
    public var opacity: Double

    public init(_ ink: Ink, opacity: Double = 1) {
      self.ink = ink
      self.opacity = opacity
    }
  }

  public struct Stroke: Hashable, Sendable {
    public var ink: Ink
    public var width: Double
    /// Lengths of dashes and gaps in pixels; empty is solid.
    public var dash: [Double]
    public var opacity: Double

    public init(_ ink: Ink, width: Double = 1, dash: [Double] = [], opacity: Double = 1) {
      self.ink = ink
      self.width = width
      self.dash = dash
      self.opacity = opacity
    }
  }
}

/// A single line of text at a position.
public struct TextMark: Hashable, Sendable {
  public let text: String
  public let style: TextStyle
  /// Left end of the base line.
  public let origin: Point
  /// Logical box of the line: what other text must stay out of.
  public let box: Box
}

/// A value that can be hovered or focused in the SVG.
public struct DataPoint: Hashable, Sendable {
  public let position: Point
  /// "FaithEval, config A, α = 0: 77.5% [62.5, 87.7]".
  public let label: String
}
