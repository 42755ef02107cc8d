/// The glyph outlines of a whole page: drawings that share a library name each letter once.
///
/// Half of the bytes of a page with many charts are outlines, and nearly all of them repeat.
/// Made, used and read by one renderer; not `Sendable`.
public final class GlyphLibrary {
  let outlines: GlyphOutlines

  /// - Throws: ``ChartError/cairo(status:step:)``.
  public init() throws(ChartError) { outlines = try GlyphOutlines() }

  /// Prefix of the identifiers.
  static let prefix = "g"

  /// The element that holds the outlines, to be put once into the page; empty without glyphs.
  public var svg: String {
    let definitions = Self.definitions(outlines, prefix: Self.prefix)
    guard !definitions.isEmpty else { return "" }
    return "<svg class=\"glyphs\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>"
      + definitions + "</defs></svg>\n"
  }

  static func definitions(_ outlines: GlyphOutlines, prefix: String) -> String {
    outlines.paths.enumerated().filter { !$0.element.isEmpty }.map { index, path in
      "<path id=\"\(prefix)\(index)\" d=\"\(path)\"/>\n"
    }.joined()
  }
}
