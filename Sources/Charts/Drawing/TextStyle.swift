/// Size, weight and ink of a line of text.
public struct TextStyle: Hashable, Sendable {
  public enum Weight: Int, Hashable, Sendable {
    case regular = 400
    case semibold = 600
  }

  public var size: Double
  public var weight: Weight
  public var ink: TextInk

  public init(size: Double, weight: Weight = .regular, ink: TextInk = .ink) {
    self.size = size
    self.weight = weight
    self.ink = ink
  }

  /// No text on a chart is smaller.
  public static let minimumSize = 10.0

  public static let title = TextStyle(size: 17, weight: .semibold)
  public static let subtitle = TextStyle(size: 12, ink: .muted)
  public static let panel = TextStyle(size: 12, weight: .semibold)
  public static let label = TextStyle(size: 11)
  public static let labelBold = TextStyle(size: 11, weight: .semibold)
  public static let tick = TextStyle(size: 11, ink: .muted)
  public static let note = TextStyle(size: 10.5, ink: .muted)

  public func with(ink: TextInk) -> TextStyle {
    var copy = self
    copy.ink = ink
    return copy
  }
}
