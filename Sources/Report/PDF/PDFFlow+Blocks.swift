import CPangoCairo
import Charts

extension PDFFlow {
  // MARK: - Key points

  func keyPoints(_ points: [KeyPoint]) throws {
    let markWidth = 78.0
    for point in points {
      let text = PDFTextFlow(
        point.text.fragments(Self.body)
          + [
            PDFFragment(text: " ", style: Self.body),
            PDFFragment(
              text: "Evidence", style: Self.body.with(ink: .accent),
              link: .destination(HTMLText.anchor(point.target))),
          ],
        width: Self.width - markWidth, shaper: shaper)
      try reserve(text.height + 8)
      writer.fill((Self.margin, y, Self.width, 0.5), .grid)
      y += 4
      try writer.begin("P")
      writer.renderer.text(
        point.mark.map { "\($0.shape) \($0.rawValue)" } ?? point.severity,
        at: Point(Self.margin, y + text.ascent),
        TextStyle(size: 9, weight: .semibold, ink: point.mark?.ink ?? .refuted),
        in: writer.context)
      for line in text.lines {
        try draw(line, of: text, x: Self.margin + markWidth)
        y += text.lineHeight
      }
      try writer.end("P")
      y += 4
    }
    y += 6
  }

  // MARK: - Figures

  /// Most of a page, so that a figure of many rows can be read.
  private static let largestFigure = 620.0

  /// Height of a figure with its heading and caption, about.
  func figureHeight(_ figure: ReportFigure) throws -> Double {
    let drawing = try figure.chart.drawing(width: 720, includesHeading: false)
    return min(Self.width / drawing.width * drawing.height, Self.largestFigure) + 86
  }

  func figure(_ figure: ReportFigure) throws {
    let drawing = try figure.chart.drawing(width: 720, includesHeading: false)
    let scale = min(
      Self.width / drawing.width, Self.largestFigure / max(drawing.height, 1))
    let height = drawing.height * scale
    try reserve(height + 80)
    y += 6
    try writer.destination(HTMLText.anchor(figure.id), y: y - 6)
    try paragraph(figure.title.fragments(Self.heading3), tag: "H3", after: 1)
    try paragraph(figure.subtitle.fragments(Self.muted), after: 4)
    if y + height > Self.bottom { try breakPage() }
    try writer.begin("Figure")
    try writer.renderer.draw(
      drawing, in: writer.context,
      at: Point(Self.margin + (Self.width - drawing.width * scale) / 2, y), scale: scale)
    try writer.end("Figure")
    y += height + 3
    try paragraph(
      figure.caption.fragments(Self.muted)
        + [PDFFragment(text: " Source: \(figure.source).", style: Self.muted)],
      tag: "Caption", after: 10)
  }

  // MARK: - Findings

  func finding(_ card: FindingCard) throws {
    try reserve(90)
    try writer.destination(HTMLText.anchor(card.anchor), y: y - 6)
    try paragraph(
      [
        PDFFragment(
          text: card.severity + " ",
          style: TextStyle(
            size: 8, weight: .semibold,
            ink: card.severity == "critical" || card.severity == "major" ? .refuted : .muted)),
        PDFFragment(text: card.id, style: Self.muted),
      ], after: 1)
    try paragraph(card.title.fragments(Self.bold), tag: "H4", after: 2)
    for claim in card.claims {
      try paragraph(
        [
          PDFFragment(text: "\u{201C}\(claim.quote)\u{201D} ", style: Self.body),
          PDFFragment(text: claim.place + "  ", style: Self.muted),
          PDFFragment(
            text: "\(claim.mark.shape) \(claim.mark.rawValue)",
            style: TextStyle(size: 8.5, weight: .semibold, ink: claim.mark.ink)),
        ], indent: 10, after: 2)
    }
    try paragraph(card.sentence.fragments(Self.body), after: 2)
    if !card.remedy.isEmpty {
      try paragraph(card.remedy.fragments(Self.body.with(ink: .muted)), after: 2)
    }
    y += 8
  }

  // MARK: - Tables

  /// Rows never break inside a page; the header is repeated on every page.
  func table(_ table: ReportTable) throws {
    let widths = columnWidths(table)
    let header = table.columns.map { column in
      [PDFFragment(text: column.title, style: TextStyle(size: 8, weight: .semibold))]
    }
    try reserve(60)
    try writer.destination(HTMLText.anchor(table.id), y: y - 6)
    try paragraph([PDFFragment(text: table.caption, style: Self.muted)], after: 2)
    try open("Table")
    try row(header, table, widths, cell: "TH")
    for (index, cells) in table.rows.enumerated() {
      let fragments = cells.map { $0.fragments(Self.small) }
      if y + rowHeight(fragments, widths) > Self.bottom {
        try breakPage()
        try row(header, table, widths, cell: "TH")
      }
      if table.rowAnchors.indices.contains(index) {
        try writer.destination(HTMLText.anchor(table.rowAnchors[index]), y: y - 6)
      }
      try row(fragments, table, widths, cell: "TD")
    }
    try close("Table")
    y += 10
  }

  private static let gutter = 8.0

  private func row(
    _ cells: [[PDFFragment]], _ table: ReportTable, _ widths: [Double], cell tag: String
  ) throws {
    let height = rowHeight(cells, widths)
    let top = y
    try writer.begin("TR")
    var x = Self.margin
    for (index, width) in widths.enumerated() {
      let text = PDFTextFlow(
        index < cells.count ? cells[index] : [], width: width, spacing: 1.3, shaper: shaper)
      try writer.begin(tag)
      y = top + 2
      for line in text.lines {
        if y + text.lineHeight > Self.bottom + 20 { break }
        let isRight =
          table.columns.indices.contains(index) && table.columns[index].alignment == .right
        try draw(line, of: text, x: isRight ? x + width - line.width : x)
        y += text.lineHeight
      }
      try writer.end(tag)
      x += width + Self.gutter
    }
    try writer.end("TR")
    y = top + height
    writer.fill((Self.margin, y - 0.5, Self.width, 0.5), tag == "TH" ? .muted : .grid)
  }

  private func rowHeight(_ cells: [[PDFFragment]], _ widths: [Double]) -> Double {
    let heights = zip(cells, widths).map { cell, width in
      PDFTextFlow(cell, width: width, spacing: 1.3, shaper: shaper).height
    }
    return (heights.max() ?? 0) + 5
  }

  /// Columns share the width by their longest content, but none gets less than its longest word
  /// (up to a bound). Where there is room a number stays beside its interval, else above it. Where the
  /// longest words do not fit beside each other, the widest columns are cut to one common width, so
  /// that only long names are broken.
  private func columnWidths(_ table: ReportTable) -> [Double] {
    let available = Self.width - Self.gutter * Double(max(table.columns.count - 1, 0))
    let style = TextStyle(size: 8, weight: .semibold)
    let stroke = shaper.size(of: "/", style).width
    func width(_ text: some StringProtocol) -> Double {
      shaper.size(of: String(text), style).width
    }
    // Lines may also end behind a stroke.
    func longestWord(_ text: String) -> Double {
      text.split(whereSeparator: { $0 == " " || $0 == "/" }).map { width($0) + stroke }.max() ?? 0
    }
    var natural: [Double] = []
    var minimal: [Double] = []
    // What a column of numbers wants, with numbers beside or above their intervals; its heading may
    // take several lines.
    var beside: [Double] = []
    var above: [Double] = []
    for (index, column) in table.columns.enumerated() {
      let texts = table.rows.map { index < $0.count ? $0[index].plainText : "" }
      let cells = texts.map { width($0) }.max() ?? 0
      natural.append(max(width(column.title), cells))
      let word = ([column.title] + texts).map { longestWord($0) }.max() ?? 0
      minimal.append(min(word, available / 3))
      let isNumeric = column.alignment == .right && cells <= available / 3
      let heading = min(longestWord(column.title), available / 3)
      let interval = texts.map { $0.drop { $0 != "[" } }.map { width($0) }.max() ?? 0
      beside.append(isNumeric ? max(cells, heading) : minimal[index])
      above.append(isNumeric ? max(interval, minimal[index]) : minimal[index])
    }
    let total = natural.reduce(0, +)
    if total <= available {
      // Stretch the last left-aligned column so that rules span the page.
      var widths = natural
      let last = table.columns.lastIndex { $0.alignment == .left } ?? max(widths.count - 1, 0)
      if widths.indices.contains(last) { widths[last] += available - total }
      return widths
    }
    let least = [beside, above].first { $0.reduce(0, +) < available } ?? minimal
    let minimum = least.reduce(0, +)
    guard minimum < available else { return ColumnWidths.capped(minimal, total: available) }
    // Long text columns give way; widths grow with the square root of their content.
    let weights = zip(natural, least).map { max($0 - $1, 0).squareRoot() }
    let weight = max(weights.reduce(0, +), 1e-9)
    return zip(least, weights).map { $0 + (available - minimum) * $1 / weight }
  }
}

extension ClaimMark {
  var ink: TextInk {
    switch self {
    case .supported, .equivalent: .accent
    case .refuted: .refuted
    default: .muted
    }
  }
}
