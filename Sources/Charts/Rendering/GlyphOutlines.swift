import CPangoCairo

/// The glyph outlines that one SVG needs, each once, in thousandths of an em.
///
/// Text is drawn as outlines: a page without web fonts then shows the same letters at the same
/// places as the PDF, and a screen reader does not read the labels twice (the table is the
/// accessible master).
final class GlyphOutlines {
  private let context: OpaquePointer
  private let surface: OpaquePointer
  private var indices: [Key: Int] = [:]
  private(set) var paths: [String] = []

  struct Key: Hashable {
    let font: String
    let glyph: UInt32
  }

  struct Placed {
    let index: Int
    /// In pixels from the origin of the line.
    let x: Double
    let y: Double
  }

  init() throws(ChartError) {
    guard
      let surface = cairo_recording_surface_create(CAIRO_CONTENT_ALPHA, nil),
      let context = cairo_create(surface)
    else { throw .cairo(status: "out of memory", step: "creating a recording surface") }
    self.surface = surface
    self.context = context
    let options = cairo_font_options_create()
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_set_font_options(context, options)
    cairo_font_options_destroy(options)
    cairo_set_tolerance(context, 0.1)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// The glyphs of one line; empty outlines (blanks) are left out.
  func place(_ mark: TextMark, shaper: TextShaper) throws(ChartError) -> [Placed] {
    var found: [(font: UnsafeMutablePointer<PangoFont>, glyph: UInt32, x: Double, y: Double)] = []
    let unit = Double(PANGO_SCALE)
    let result: Result<[Placed], ChartError> = shaper.withLayout(mark.text, mark.style) { layout in
      var advance = 0.0
      var run = pango_layout_get_line_readonly(layout, 0)?.pointee.runs
      while let node = run {
        run = node.pointee.next
        guard let data = node.pointee.data else { continue }
        let item = data.assumingMemoryBound(to: PangoGlyphItem.self).pointee
        guard let font = item.item.pointee.analysis.font else { continue }
        let string = item.glyphs.pointee
        for index in 0..<Int(string.num_glyphs) {
          let glyph = string.glyphs[index]
          let x = advance + Double(glyph.geometry.x_offset) / unit
          if glyph.glyph & 0x1000_0000 == 0 {
            found.append((font, glyph.glyph, x, Double(glyph.geometry.y_offset) / unit))
          }
          advance += Double(glyph.geometry.width) / unit
        }
      }
      do throws(ChartError) {
        var placed: [Placed] = []
        for entry in found {
          let index = try outline(of: entry.glyph, in: entry.font)
          if !paths[index].isEmpty {
            placed.append(Placed(index: index, x: entry.x, y: entry.y))
          }
        }
        return .success(placed)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func outline(of glyph: UInt32, in font: UnsafeMutablePointer<PangoFont>)
    throws(ChartError) -> Int
  {
    let key = Key(font: Self.face(of: font), glyph: glyph)
    if let known = indices[key] { return known }
    let cairoFont = OpaquePointer(font)
    guard let scaled = pango_cairo_font_get_scaled_font(cairoFont) else {
      throw .fontUnavailable(name: key.font)
    }
    cairo_set_font_face(context, cairo_scaled_font_get_font_face(scaled))
    cairo_set_font_size(context, 1000)
    cairo_new_path(context)
    var cairoGlyph = cairo_glyph_t(index: UInt(glyph), x: 0, y: 0)
    cairo_glyph_path(context, &cairoGlyph, 1)
    try checkCairo(context, "taking a glyph outline")
    guard let path = cairo_copy_path(context) else {
      throw .cairo(status: "out of memory", step: "copying a glyph outline")
    }
    defer { cairo_path_destroy(path) }
    indices[key] = paths.count
    paths.append(Self.text(of: path.pointee))
    return paths.count - 1
  }

  /// Family and weight, without the size.
  private static func face(of font: UnsafeMutablePointer<PangoFont>) -> String {
    guard let description = pango_font_describe(font) else { return "" }
    defer { pango_font_description_free(description) }
    pango_font_description_unset_fields(description, PANGO_FONT_MASK_SIZE)
    guard let text = pango_font_description_to_string(description) else { return "" }
    defer { g_free(text) }
    return String(cString: text)
  }

  /// Relative commands in whole thousandths of an em: a hundredth of a pixel at 17 px.
  private static func text(of path: cairo_path_t) -> String {
    var writer = RelativePath()
    var index = 0
    while index < Int(path.num_data) {
      let header = path.data[index].header
      func point(_ offset: Int) -> (Int, Int) {
        let point = path.data[index + offset].point
        return (Int(point.x.rounded()), Int(point.y.rounded()))
      }
      switch header.type {
      case CAIRO_PATH_MOVE_TO:
        // A trailing move is what closing a contour leaves behind.
        if index + Int(header.length) < Int(path.num_data) { writer.move(point(1)) }
      case CAIRO_PATH_LINE_TO: writer.line(point(1))
      case CAIRO_PATH_CURVE_TO: writer.curve(point(1), point(2), point(3))
      default: writer.close()
      }
      index += Int(header.length)
    }
    return writer.text
  }
}

/// Writes path data relative to the current point, the shortest form for small integers.
private struct RelativePath {
  private(set) var text = ""
  private var current = (0, 0)
  private var start = (0, 0)

  mutating func move(_ to: (Int, Int)) {
    append("m", [to])
    start = to
  }
  mutating func line(_ to: (Int, Int)) { append("l", [to]) }
  mutating func curve(_ a: (Int, Int), _ b: (Int, Int), _ to: (Int, Int)) {
    append("c", [a, b, to])
  }
  mutating func close() {
    text += "z"
    current = start
  }

  private mutating func append(_ command: String, _ points: [(Int, Int)]) {
    text += command
    var isFirst = true
    for point in points {
      for value in [point.0 - current.0, point.1 - current.1] {
        if !isFirst && value >= 0 { text += " " }
        text += String(value)
        isFirst = false
      }
    }
    current = points[points.count - 1]
  }
}

/// - Throws: ``ChartError/cairo(status:step:)`` when the context is in an error state.
func checkCairo(_ context: OpaquePointer, _ step: String) throws(ChartError) {
  let status = cairo_status(context)
  guard status == CAIRO_STATUS_SUCCESS else {
    throw .cairo(status: String(cString: cairo_status_to_string(status)), step: step)
  }
}
