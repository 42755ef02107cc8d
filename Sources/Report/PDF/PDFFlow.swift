import CPangoCairo
import Charts

/// Flows blocks down pages: the cursor, the page breaks and the tags of each kind of block.
///
/// Tags that are open at a page break are closed and opened again on the next page: Cairo aborts on
/// a tag that spans pages, and so the page number stands outside of the structure (Cairo has no
/// artifacts).
final class PDFFlow {
  static let margin = 56.0
  static let width = PDFPageWriter.pageWidth - 2 * margin
  static let bottom = PDFPageWriter.pageHeight - 64

  let writer: PDFPageWriter
  var y = PDFFlow.margin
  private let footerText: String
  private var sectionOutline: Int32 = 0
  private var openTags: [String] = []

  static let body = TextStyle(size: 9.5)
  static let small = TextStyle(size: 8)
  static let muted = TextStyle(size: 8, ink: .muted)
  static let bold = TextStyle(size: 9.5, weight: .semibold)
  static let heading1 = TextStyle(size: 20, weight: .semibold)
  static let heading2 = TextStyle(size: 14, weight: .semibold)
  static let heading3 = TextStyle(size: 11, weight: .semibold)

  init(_ writer: PDFPageWriter, footer: String) {
    self.writer = writer
    footerText = footer
  }

  var shaper: TextShaper { writer.renderer.shaper }

  // MARK: - Sections

  func titleBlock(_ document: ReportDocument) throws {
    try paragraph([PDFFragment(text: document.title, style: Self.heading1)], tag: "H1", after: 3)
    try paragraph(
      [PDFFragment(text: document.subtitle, style: Self.body.with(ink: .muted))], after: 6)
    let facts = document.headerFacts.map { "\($0.name): \($0.value.plainText)" }
    try paragraph(
      [PDFFragment(text: facts.joined(separator: " · "), style: Self.muted)], after: 10)
  }

  func section(_ section: ReportSection) throws {
    try reserve(110)
    try open("Sect")
    let name = HTMLText.anchor(section.id)
    try writer.destination(name, y: y - 6)
    sectionOutline = writer.outline(section.title, to: name, parent: 0)
    try paragraph([PDFFragment(text: section.title, style: Self.heading2)], tag: "H2", after: 2)
    if !section.lead.isEmpty {
      try paragraph(section.lead.fragments(Self.body.with(ink: .muted)), after: 6)
    }
    for block in section.blocks { try self.block(block) }
    y += 14
    try close("Sect")
  }

  func block(_ block: ReportBlock) throws {
    switch block {
    case .heading(let title, let id):
      try reserve(60)
      y += 6
      let name = HTMLText.anchor(id)
      try writer.destination(name, y: y - 6)
      _ = writer.outline(title, to: name, parent: sectionOutline)
      try paragraph([PDFFragment(text: title, style: Self.heading3)], tag: "H3", after: 4)
    case .paragraph(let text):
      try paragraph(text.fragments(Self.body), after: 6)
    case .list(let items):
      try open("L")
      for item in items {
        try reserve(30)
        try open("LI")
        try paragraph(
          [PDFFragment(text: "•\u{00A0}", style: Self.body)] + item.fragments(Self.body),
          tag: "LBody", indent: 10, after: 2)
        try close("LI")
      }
      try close("L")
      y += 4
    case .keyPoints(let points): try keyPoints(points)
    case .table(let table): try self.table(table)
    case .figure(let figure): try self.figure(figure)
    case .finding(let card): try finding(card)
    case .details(let summary, let blocks):
      try paragraph([PDFFragment(text: summary, style: Self.bold)], after: 3)
      for inner in blocks { try self.block(inner) }
    }
  }

  // MARK: - Text

  /// Draws a paragraph, line by line, and moves the cursor below it.
  func paragraph(
    _ fragments: [PDFFragment], tag: String = "P", indent: Double = 0,
    width: Double = PDFFlow.width,
    after: Double = 0
  ) throws {
    let text = PDFTextFlow(fragments, width: width - indent, shaper: shaper)
    guard !text.lines.isEmpty else { return }
    try reserve(text.lineHeight)
    try open(tag)
    for line in text.lines {
      try reserve(text.lineHeight)
      try draw(line, of: text, x: Self.margin + indent)
      y += text.lineHeight
    }
    try close(tag)
    y += after
  }

  func draw(_ line: PDFTextFlow.Line, of text: PDFTextFlow, x: Double) throws {
    for (offset, fragment) in line.fragments {
      let origin = Point(x + offset, y + text.ascent)
      switch fragment.link {
      case .destination(let name): try writer.begin("Link", "dest='\(name)'")
      case .address(let address):
        try writer.begin("Link", "uri='\(address.replacing("'", with: "%27"))'")
      case nil: break
      }
      writer.renderer.text(fragment.text, at: origin, fragment.style, in: writer.context)
      if fragment.link != nil { try writer.end("Link") }
    }
  }

  // MARK: - Pages

  /// Starts a new page unless `height` still fits on this one.
  func reserve(_ height: Double) throws {
    if y + min(height, Self.bottom - Self.margin) > Self.bottom { try breakPage() }
  }

  func breakPage() throws {
    for tag in openTags.reversed() { try writer.end(tag) }
    try footer()
    try writer.nextPage()
    y = Self.margin
    for tag in openTags { try writer.begin(tag) }
  }

  /// Opens a tag that may have to be continued on the next page.
  func open(_ tag: String) throws {
    try writer.begin(tag)
    openTags.append(tag)
  }

  func close(_ tag: String) throws {
    precondition(openTags.last == tag, "tags must nest: \(tag)")
    try writer.end(tag)
    openTags.removeLast()
  }

  func footer() throws {
    let number = "\(writer.pageNumber)"
    let baseline = PDFPageWriter.pageHeight - 36
    let width = shaper.size(of: number, Self.muted).width
    let text = TextLayout.ellipsised(
      footerText, style: Self.muted, width: Self.width - width - 20, shaper: shaper)
    writer.renderer.text(text, at: Point(Self.margin, baseline), Self.muted, in: writer.context)
    writer.renderer.text(
      number, at: Point(Self.margin + Self.width - width, baseline), Self.muted,
      in: writer.context)
  }
}
