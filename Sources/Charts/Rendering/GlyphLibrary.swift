/// The glyph outlines and lines of text of a whole page: drawings that share a library hold each
/// letter and each line once.
///
/// Half of the bytes of a page with many charts are text, and nearly all of it repeats: tick labels
/// from panel to panel, everything between the wide and the narrow form of a chart.
/// Made, used and read by one renderer; not `Sendable`.
public final class GlyphLibrary {
  let outlines: GlyphOutlines
  private var lines: [String: Int] = [:]
  private var order: [String] = []

  /// - Throws: ``ChartError/cairo(status:step:)``.
  public init() throws(ChartError) { outlines = try GlyphOutlines() }

  /// Prefix of the identifiers.
  static let prefix = "g"

  /// The element that holds the outlines, to be put once into the page; empty without glyphs.
  public var svg: String {
    let definitions = Self.definitions(outlines, prefix: Self.prefix)
    guard !definitions.isEmpty else { return "" }
    return "<svg class=\"glyphs\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>"
      + definitions
      + order.enumerated().map { "<g id=\"t\($0)\">\($1)</g>\n" }.joined() + "</defs></svg>\n"
  }

  /// The identifier of a line of placed glyphs.
  func line(_ glyphs: String) -> String {
    if let known = lines[glyphs] { return "t\(known)" }
    lines[glyphs] = order.count
    order.append(glyphs)
    return "t\(order.count - 1)"
  }

  static func definitions(_ outlines: GlyphOutlines, prefix: String) -> String {
    outlines.paths.enumerated().filter { !$0.element.isEmpty }.map { index, path in
      "<path id=\"\(prefix)\(index)\" d=\"\(path)\"/>\n"
    }.joined()
  }
}
