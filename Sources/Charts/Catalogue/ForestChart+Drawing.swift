import Notation

extension ForestChart {
  public func draw(on canvas: inout Canvas) {
    let facets = data.facets.filter { !$0.rows.isEmpty && LinearScale.isPlottable($0.null) }
    guard !facets.isEmpty else {
      canvas.emptyNotice("No effect was estimated, so there is nothing to draw.")
      return
    }
    var entries: [LegendEntry] = []
    let rows = facets.flatMap(\.rows)
    if rows.contains(where: { $0.adjusted != nil }) {
      entries.append(
        LegendEntry(.line(Mark.Stroke(.accent, width: 3)), "\(data.intervalLabel) interval"))
      entries.append(
        LegendEntry(.line(Mark.Stroke(.accent, width: 1)), "adjusted for multiplicity"))
    }
    if facets.contains(where: { $0.marginLower != nil && $0.marginUpper != nil }) {
      entries.append(
        LegendEntry(.area(Mark.Fill(.accent, opacity: 0.1)), "smaller than the effect of interest"))
    }
    for verdict in VerdictMark.allCases where rows.contains(where: { $0.verdict == verdict }) {
      entries.append(LegendEntry(.verdict(verdict), verdict.word))
    }
    canvas.legend(entries)
    let columns = Columns(rows: rows, chart: self, facets: facets, canvas: canvas)
    for facet in facets { draw(facet, columns, on: &canvas) }
  }

  /// Horizontal positions shared by all facets.
  private struct Columns {
    let labelWidth: Double
    let plot: (start: Double, end: Double)
    let estimateEnd: Double
    let pEnd: Double
    let verdictX: Double
    let rowHeight: Double

    init(rows: [Row], chart: ForestChart, facets: [Facet], canvas: Canvas) {
      let estimateWidth =
        facets.flatMap { facet in
          facet.rows.map {
            canvas.size(chart.text($0.estimate, facet, withUnit: false), .label).width
          }
        }.max() ?? 0
      let hasP = rows.contains { $0.pValue != nil }
      let hasVerdict = rows.contains { $0.verdict != nil }
      if canvas.isNarrow {
        labelWidth = canvas.width
        plot = (8, canvas.width - (hasVerdict ? 30 : 8))
        estimateEnd = canvas.width
        pEnd = canvas.width
        verdictX = canvas.width - 10
        rowHeight = 46
      } else {
        verdictX = canvas.width - 8
        pEnd = canvas.width - (hasVerdict ? 30 : 2)
        estimateEnd = pEnd - (hasP ? 66 : 0)
        let widest =
          rows.flatMap { row in
            [canvas.size(row.label, .label).width, canvas.size(row.detail, .note).width]
          }.max() ?? 0
        labelWidth = min(canvas.width * 0.3, widest)
        plot = (labelWidth + 22, max(labelWidth + 120, estimateEnd - max(estimateWidth, 110) - 22))
        rowHeight = 34
      }
    }
  }

  private func draw(_ facet: Facet, _ columns: Columns, on canvas: inout Canvas) {
    canvas.height += 4
    let titleWidth = canvas.isNarrow ? canvas.width : columns.plot.end
    canvas.height = canvas.paragraph(
      "\(facet.title) (\(facet.unit))", x: 0, top: canvas.height, width: titleWidth, .panel,
      maximumLines: 2)
    let hasP = facet.rows.contains { $0.pValue != nil }
    if !canvas.isNarrow {
      canvas.tryText(
        "\(facet.unit) [\(data.intervalLabel)]", x: columns.estimateEnd,
        baseline: canvas.height - 4, .note, anchor: .end)
      if hasP {
        canvas.tryText("p", x: columns.pEnd, baseline: canvas.height - 4, .note, anchor: .end)
      }
    }
    let top = canvas.height + 2
    let bottom = top + columns.rowHeight * Double(facet.rows.count)
    let margins = [facet.marginLower, facet.marginUpper].compactMap { $0 }
    let values = facet.rows.flatMap { $0.estimate.extent + ($0.adjusted?.extent ?? []) }
    let domain =
      LinearScale.niceDomain(values + margins, including: [facet.null], count: 6)
      ?? (facet.null - 1)...(facet.null + 1)
    let x = LinearScale(domain, from: columns.plot.start, to: columns.plot.end)
    let box = Box(
      x: columns.plot.start, y: top, width: columns.plot.end - columns.plot.start,
      height: bottom - top)
    // In the narrow layout a row starts with its text, which the rules must not cross.
    let strips =
      canvas.isNarrow
      ? facet.rows.indices.map { index in
        let end = top + columns.rowHeight * Double(index + 1)
        return (start: end - columns.rowHeight + 20, end: end)
      } : [(start: top, end: bottom)]
    for strip in strips {
      if let lower = facet.marginLower, let upper = facet.marginUpper, lower <= upper {
        canvas.rectangle(
          Box(
            x: x.clamped(lower), y: strip.start, width: x.clamped(upper) - x.clamped(lower),
            height: strip.end - strip.start), fill: Mark.Fill(.accent, opacity: 0.1))
      }
    }
    for index in facet.rows.indices where index > 0 {
      let y = top + columns.rowHeight * Double(index)
      canvas.line(Point(0, y), Point(canvas.width, y), Mark.Stroke(.grid))
    }
    for strip in strips {
      canvas.line(
        Point(x(facet.null), strip.start), Point(x(facet.null), strip.end),
        Mark.Stroke(.ink, width: 1.25))
    }
    for (index, row) in facet.rows.enumerated() {
      draw(
        row, facet, columns, x: x, top: top + columns.rowHeight * Double(index), on: &canvas)
    }
    let ticks = x.ticks(canvas.isNarrow ? 4 : 6)
    let digits = ticks.map(LinearScale.fractionDigits).max() ?? 0
    canvas.line(Point(box.x, bottom), Point(box.maxX, bottom), Mark.Stroke(.context))
    canvas.horizontalAxis(
      ticks.map {
        (
          x($0),
          facet.isSigned
            ? NumberText.signed($0, digits: digits) : NumberText.decimal($0, digits: digits)
        )
      }, box: box)
    canvas.height = bottom + 26
  }

  private func draw(
    _ row: Row, _ facet: Facet, _ columns: Columns, x: LinearScale, top: Double,
    on canvas: inout Canvas
  ) {
    let ink: Ink =
      row.isReference ? .context : row.verdict == .refuted ? .refuted : .accent
    let estimate = text(row.estimate, facet, withUnit: false)
    let p = row.pValue.map(NumberText.pValue) ?? ""
    let isAbsent = row.estimate.value == nil
    let middle = top + (canvas.isNarrow ? 32 : columns.rowHeight / 2)
    if canvas.isNarrow {
      let right = estimate + (row.pValue.map { "  " + NumberText.pStatement($0) } ?? "")
      let shown = canvas.text(
        right, x: columns.estimateEnd, baseline: top + 15, .label, anchor: .end)
      canvas.text(
        row.label, x: 0, baseline: top + 15, .label, maximumWidth: max(40, shown.x - 8))
    } else {
      let isAlone = row.detail.isEmpty
      canvas.text(
        row.label, x: 0, middle: middle - (isAlone ? 0 : 6.5), .label,
        maximumWidth: columns.labelWidth)
      if !isAlone {
        canvas.text(
          row.detail, x: 0, middle: middle + 7, .note, maximumWidth: columns.labelWidth)
      }
      canvas.text(
        estimate, x: columns.estimateEnd, middle: middle,
        isAbsent ? .tick : .label, anchor: .end)
      canvas.text(p, x: columns.pEnd, middle: middle, .label, anchor: .end)
    }
    if let verdict = row.verdict {
      canvas.verdictMark(verdict, at: Point(columns.verdictX, middle))
    }
    guard let value = row.estimate.value else {
      if canvas.isNarrow {
        canvas.text(
          row.detail, x: 8, middle: middle, .note, maximumWidth: columns.plot.end - 8)
      }
      return
    }
    if let adjusted = row.adjusted?.interval {
      interval(adjusted, x: x, y: middle, Mark.Stroke(ink, width: 1), on: &canvas)
    }
    if let nominal = row.estimate.interval {
      interval(nominal, x: x, y: middle, Mark.Stroke(ink, width: 3), on: &canvas)
    }
    let isDecided = row.verdict.map { $0 != .inconclusive && $0 != .notTestable } ?? true
    canvas.marker(
      .circle, at: Point(x.clamped(value), middle), radius: 4.5, ink, isHollow: !isDecided)
    canvas.point(
      at: Point(x.clamped(value), middle),
      "\(row.label): \(text(row.estimate, facet, withUnit: true))"
        + (row.pValue.map { ", " + NumberText.pStatement($0) } ?? "")
        + (row.verdict.map { ", " + $0.word } ?? ""))
  }

  /// An interval; an end outside of the axis gets an arrow.
  private func interval(
    _ interval: ClosedRange<Double>, x: LinearScale, y: Double, _ stroke: Mark.Stroke,
    on canvas: inout Canvas
  ) {
    let low = x.clamped(interval.lowerBound)
    let high = x.clamped(interval.upperBound)
    canvas.line(Point(low, y), Point(high, y), stroke)
    let tip = Mark.Stroke(stroke.ink, width: 1.5)
    if interval.lowerBound < x.domain.lowerBound {
      canvas.polyline([Point(low + 5, y - 4), Point(low, y), Point(low + 5, y + 4)], tip)
    }
    if interval.upperBound > x.domain.upperBound {
      canvas.polyline([Point(high - 5, y - 4), Point(high, y), Point(high - 5, y + 4)], tip)
    }
  }
}
