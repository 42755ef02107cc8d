import CPangoCairo
import Charts

/// Owns the Cairo PDF surface of one report: pages, tags, links, outline. Not `Sendable`; made,
/// used and finished inside one call.
final class PDFPageWriter {
  /// A4 in points.
  static let pageWidth = 595.276
  static let pageHeight = 841.89

  let context: OpaquePointer
  let renderer: CairoRenderer
  private let surface: OpaquePointer
  private let sink = ByteStream()
  private(set) var pageNumber = 1

  /// - Parameter title: document title, language-neutral plain text.
  init(title: String, subject: String, creator: String) throws {
    renderer = try CairoRenderer(palette: .light)
    guard
      let surface = cairo_pdf_surface_create_for_stream(
        ByteStream.write, Unmanaged.passUnretained(sink).toOpaque(), Self.pageWidth,
        Self.pageHeight),
      let context = cairo_create(surface)
    else { throw ReportError.pdf(step: "creating the surface", reason: "out of memory") }
    self.surface = surface
    self.context = context
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, subject)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, creator)
    // Without these Cairo writes the clock, and no two renderings would be equal.
    let date = "2000-01-01T00:00:00Z"
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, date)
    try check("setting metadata")
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// Ends the current page and starts the next.
  func nextPage() throws {
    cairo_show_page(context)
    pageNumber += 1
    try check("ending a page")
  }

  // MARK: - Tags

  func begin(_ tag: String, _ attributes: String = "") throws {
    cairo_tag_begin(context, tag, attributes)
    // An unknown tag kills the context: say which.
    try check("opening the tag \(tag)")
  }

  func end(_ tag: String) throws {
    cairo_tag_end(context, tag)
    try check("closing the tag \(tag)")
  }

  /// A place that links and the outline can go to.
  ///
  /// Names are anchors (letters, digits, `-`, `_`), so they need no escape. The coordinates are
  /// explicit because an empty destination tag jumps to the top of its page.
  func destination(_ name: String, y: Double) throws {
    try begin("cairo.dest", "name='\(name)' x=0 y=\(max(0, y))")
    try end("cairo.dest")
  }

  /// Adds an outline entry and returns its identifier for children.
  func outline(_ title: String, to name: String, parent: Int32) -> Int32 {
    cairo_pdf_surface_add_outline(
      surface, parent, title, "dest='\(name)'",
      parent == 0 ? CAIRO_PDF_OUTLINE_FLAG_BOLD : cairo_pdf_outline_flags_t(rawValue: 0))
  }

  /// The finished file. The writer cannot be used afterwards.
  func finish() throws -> [UInt8] {
    cairo_show_page(context)
    try check("ending the last page")
    cairo_surface_finish(surface)
    let status = cairo_surface_status(surface)
    guard status == CAIRO_STATUS_SUCCESS else {
      throw ReportError.pdf(
        step: "finishing the file", reason: String(cString: cairo_status_to_string(status)))
    }
    return sink.bytes
  }

  // MARK: - Drawing

  func fill(_ box: (x: Double, y: Double, width: Double, height: Double), _ ink: Ink) {
    let colour = renderer.palette[ink]
    cairo_set_source_rgb(context, colour.red, colour.green, colour.blue)
    cairo_rectangle(context, box.x, box.y, box.width, box.height)
    cairo_fill(context)
  }

  private func check(_ step: String) throws {
    let status = cairo_status(context)
    guard status == CAIRO_STATUS_SUCCESS else {
      throw ReportError.pdf(step: step, reason: String(cString: cairo_status_to_string(status)))
    }
  }
}

/// Collects what Cairo writes.
private final class ByteStream {
  private(set) var bytes: [UInt8] = []

  static let write: cairo_write_func_t = { closure, data, length in
    guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
    Unmanaged<ByteStream>.fromOpaque(closure).takeUnretainedValue().bytes
      .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
    return CAIRO_STATUS_SUCCESS
  }
}
