import CPangoCairo

extension Drawing {
  /// The drawing as PNG, for looking at it; reports use SVG and PDF.
  ///
  /// - Throws: ``ChartError/cairo(status:step:)``.
  public func png(palette: Palette = .light, scale: Double = 2) throws(ChartError) -> [UInt8] {
    guard
      let surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, Int32((width * scale).rounded(.up)),
        Int32((height * scale).rounded(.up)))
    else { throw .cairo(status: "out of memory", step: "creating an image") }
    defer { cairo_surface_destroy(surface) }
    guard let context = cairo_create(surface) else {
      throw .cairo(status: "out of memory", step: "creating an image")
    }
    defer { cairo_destroy(context) }
    let page = palette[.surface]
    cairo_set_source_rgb(context, page.red, page.green, page.blue)
    cairo_paint(context)
    try CairoRenderer(palette: palette).draw(self, in: context, scale: scale)
    let sink = ByteSink()
    let status = cairo_surface_write_to_png_stream(
      surface, ByteSink.write, Unmanaged.passUnretained(sink).toOpaque())
    guard status == CAIRO_STATUS_SUCCESS else {
      throw .cairo(status: String(cString: cairo_status_to_string(status)), step: "writing a PNG")
    }
    return sink.bytes
  }
}

/// Collects what a Cairo stream writes.
final class ByteSink {
  private(set) var bytes: [UInt8] = []

  static let write: cairo_write_func_t = { closure, data, length in
    guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
    let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
    sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
    return CAIRO_STATUS_SUCCESS
  }
}
