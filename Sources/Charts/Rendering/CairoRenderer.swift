import CPangoCairo

/// Draws into a Cairo context that somebody else owns: a page of a PDF, an image.
public struct CairoRenderer {
  public let shaper: TextShaper
  public let palette: Palette

  /// - Throws: ``ChartError/fontUnavailable(name:)``.
  public init(palette: Palette = .light) throws(ChartError) {
    shaper = try TextShaper()
    self.palette = palette
  }

  /// Draws with the upper left corner at `origin`, `scale` units of the context per pixel. The
  /// state of the context is restored.
  ///
  /// Text stays text: fonts are subset and embedded, with their Unicode map.
  /// - Throws: ``ChartError/cairo(status:step:)``.
  public func draw(
    _ drawing: Drawing, in context: OpaquePointer, at origin: Point = Point(0, 0),
    scale: Double = 1
  ) throws(ChartError) {
    try checkCairo(context, "starting a drawing")
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_translate(context, origin.x, origin.y)
    cairo_scale(context, scale, scale)
    for mark in drawing.marks {
      switch mark {
      case .shape(let shape, let fill, let stroke):
        draw(shape, fill: fill, stroke: stroke, in: context)
      case .text(let text):
        self.text(text.text, at: text.origin, text.style, in: context)
      }
      try checkCairo(context, "drawing a mark")
    }
  }

  /// Writes one line with the left end of its base line at `origin`.
  public func text(
    _ text: String, at origin: Point, _ style: TextStyle, in context: OpaquePointer
  ) {
    setSource(style.ink.ink, opacity: 1, in: context)
    cairo_move_to(context, origin.x, origin.y)
    shaper.withLayout(text, style) { layout in
      guard let line = pango_layout_get_line_readonly(layout, 0) else { return }
      pango_cairo_show_layout_line(context, line)
    }
    cairo_new_path(context)
  }

  private func setSource(_ ink: Ink, opacity: Double, in context: OpaquePointer) {
    let colour = palette[ink]
    cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, opacity)
  }

  private func draw(
    _ shape: Mark.Shape, fill: Mark.Fill?, stroke: Mark.Stroke?, in context: OpaquePointer
  ) {
    cairo_new_path(context)
    switch shape {
    case .rectangle(let box):
      cairo_rectangle(context, box.x, box.y, box.width, box.height)
    case .circle(let center, let radius):
      cairo_new_sub_path(context)
      cairo_arc(context, center.x, center.y, radius, 0, 2 * Double.pi)
      cairo_close_path(context)
    case .polyline(let points, let isClosed):
      for (index, point) in points.enumerated() {
        if index == 0 {
          cairo_move_to(context, point.x, point.y)
        } else {
          cairo_line_to(context, point.x, point.y)
        }
      }
      if isClosed { cairo_close_path(context) }
    }
    if let fill {
      setSource(fill.ink, opacity: fill.opacity, in: context)
      cairo_fill_preserve(context)
    }
    if let stroke {
      setSource(stroke.ink, opacity: stroke.opacity, in: context)
      cairo_set_line_width(context, stroke.width)
      cairo_set_line_cap(context, CAIRO_LINE_CAP_BUTT)
      cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
      cairo_set_dash(context, stroke.dash, Int32(stroke.dash.count), 0)
      cairo_stroke_preserve(context)
    }
    cairo_new_path(context)
  }
}
