/// The colours a chart may use, by role.
///
/// A colour outside the theme cannot be written down, so a chart follows light, dark, contrast and
/// print modes without knowing them: SVG carries the role as a class, PDF and PNG look it up in a
/// ``Palette``.
public enum Ink: String, CaseIterable, Sendable, Codable {
  /// Text and marks that carry the finding.
  case ink
  /// Secondary text and axes: 6.1:1 on white.
  case muted
  /// Horizontal grid lines.
  case grid
  /// The page.
  case surface
  /// Context that carries values: 3.1:1.
  case context
  /// Many thin lines that carry no single value: 1.8:1.
  case pale
  /// The one colour for the point that the chart makes.
  case accent
  /// Refuted, failed, missing where it must be seen.
  case refuted
  /// Four series, told apart also by marker and dash.
  case s1
  case s2
  case s3
  case s4

  /// The series colour of an index; the fifth and later series are drawn as context.
  static func series(_ index: Int) -> Ink {
    let colours: [Ink] = [.s1, .s2, .s3, .s4]
    return colours.indices.contains(index) ? colours[index] : .context
  }
}

/// The inks that text may have: at least 4.5:1 on the page, so the pale greys are not among them.
public enum TextInk: String, CaseIterable, Sendable {
  case ink
  case muted
  case accent
  case refuted
  /// On a filled accent area.
  case surface

  var ink: Ink {
    switch self {
    case .ink: .ink
    case .muted: .muted
    case .accent: .accent
    case .refuted: .refuted
    case .surface: .surface
    }
  }
}
