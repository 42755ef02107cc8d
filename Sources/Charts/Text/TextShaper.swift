import CPangoCairo

/// Turns lines of text into positioned glyphs: the only owner of Pango objects.
///
/// Created, used and freed by one canvas or renderer; not `Sendable`. Hinting and rounding of
/// advances are off and the resolution is 72, so that a pixel is a point and a width measured here
/// is the width drawn by every surface.
public final class TextShaper {
  private let fontMap: UnsafeMutablePointer<PangoFontMap>
  private let context: OpaquePointer
  private var sizes: [SizeKey: TextSize] = [:]
  /// One layout for each font, its text changed from call to call: making the font description and
  /// the attributes anew for every word costs as much as shaping it.
  private var layouts: [FontKey: OpaquePointer] = [:]

  private struct FontKey: Hashable {
    let size: Double
    let weight: TextStyle.Weight
  }

  private struct SizeKey: Hashable {
    let text: String
    let size: Double
    let weight: TextStyle.Weight
  }

  /// - Throws: ``ChartError/fontUnavailable(name:)``.
  public init() throws(ChartError) {
    let library = try FontLibrary.shared.get()
    guard let map = pango_cairo_font_map_new(), let context = pango_font_map_create_context(map)
    else { throw .fontUnavailable(name: "font map") }
    pango_fc_font_map_set_config(OpaquePointer(map), library.configuration)
    pango_cairo_font_map_set_resolution(OpaquePointer(map), 72)
    fontMap = map
    self.context = context
    pango_context_set_round_glyph_positions(context, 0)
    let options = cairo_font_options_create()
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    pango_cairo_context_set_font_options(context, options)
    cairo_font_options_destroy(options)
    pango_context_set_language(context, pango_language_from_string("en"))
    pango_context_set_base_dir(context, PANGO_DIRECTION_LTR)
  }

  deinit {
    for layout in layouts.values { g_object_unref(UnsafeMutableRawPointer(layout)) }
    g_object_unref(UnsafeMutableRawPointer(context))
    g_object_unref(UnsafeMutableRawPointer(fontMap))
  }

  /// The logical size of one line.
  public func size(of text: String, _ style: TextStyle) -> TextSize {
    let key = SizeKey(text: text, size: style.size, weight: style.weight)
    if let known = sizes[key] { return known }
    let measured = withLayout(text, style) { layout in
      var logical = PangoRectangle()
      pango_layout_get_extents(layout, nil, &logical)
      let baseline = pango_layout_get_baseline(layout)
      let unit = Double(PANGO_SCALE)
      return TextSize(
        width: Double(logical.width) / unit,
        ascent: Double(baseline) / unit,
        descent: Double(logical.height - baseline) / unit)
    }
    sizes[key] = measured
    return measured
  }

  /// Calls `body` with a one-line layout, which is valid during the call only. Control characters,
  /// which Pango would turn into line breaks, are blanks.
  public func withLayout<Result>(
    _ text: String, _ style: TextStyle, _ body: (OpaquePointer) -> Result
  ) -> Result {
    let layout = layout(of: style)
    let line = Self.singleLine(text)
    pango_layout_set_text(layout, line, Int32(line.utf8.count))
    return body(layout)
  }

  private func layout(of style: TextStyle) -> OpaquePointer {
    let key = FontKey(size: style.size, weight: style.weight)
    if let known = layouts[key] { return known }
    guard let layout = pango_layout_new(context) else {
      preconditionFailure("Pango returned no layout: out of memory")
    }
    let font = pango_font_description_new()
    defer { pango_font_description_free(font) }
    pango_font_description_set_family(font, "Inter, DejaVu Sans")
    pango_font_description_set_weight(
      font, style.weight == .semibold ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL)
    pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
    pango_layout_set_font_description(layout, font)
    let attributes = pango_attr_list_new()
    pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum"))
    pango_layout_set_attributes(layout, attributes)
    pango_attr_list_unref(attributes)
    pango_layout_set_single_paragraph_mode(layout, 1)
    layouts[key] = layout
    return layout
  }

  static func singleLine(_ text: String) -> String {
    guard
      text.unicodeScalars.contains(where: {
        $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x2028
          || $0.value == 0x2029
      })
    else { return text }
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isBreak =
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
        || scalar.value == 0x2029
      line.append(isBreak ? " " : scalar)
    }
    return String(line)
  }
}

/// The logical extents of a line, in pixels.
public struct TextSize: Hashable, Sendable {
  public let width: Double
  /// From the top of the line to the base line.
  public let ascent: Double
  public let descent: Double
  public var height: Double { ascent + descent }
}
