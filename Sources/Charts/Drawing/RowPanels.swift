import Notation

/// Rows of labelled estimates beside one or more panels with their own axes; panels are stacked
/// when the canvas is narrow.
struct RowPanels {
  struct Row {
    var label: String
    var detail: String
  }

  struct Entry {
    enum Kind { case point(Marker), rule }

    var estimate: PlottedEstimate
    var ink: Ink
    var kind: Kind = .point(.circle)
    var isHollow = false
    /// Whether the number stands above the mark.
    var isLabelled = true
    /// What the mark is, for the focus text: "AUROC".
    var name: String
  }

  struct Panel {
    var title: String
    var digits: Int
    var unit = ""
    var isSigned = false
    /// A vertical rule: chance, no difference.
    var reference: Double?
    var margin: ClosedRange<Double>?
    var domain: ClosedRange<Double>?
    /// One array per row.
    var entries: [[Entry]]
    /// Shown in a row that has no mark.
    var absence = "not reported"
    /// One lane per mark, for several estimates of a row in one panel.
    var hasLanes = false
  }

  let rows: [Row]
  let panels: [Panel]

  /// Marks of a row that carry intervals lie one below the other, so that none hides another.
  private static let lanePitch = 18.0

  private func lanes(_ panel: Panel) -> Int {
    guard panel.hasLanes else { return 1 }
    return max(1, panel.entries.map { $0.count { $0.estimate.value != nil } }.max() ?? 1)
  }

  private func rowHeight(_ panels: [Panel]) -> Double {
    panels.map { panel in
      let lanes = lanes(panel)
      return lanes == 1 ? 36 : max(36, Double(lanes) * Self.lanePitch + 6)
    }.max() ?? 36
  }

  func draw(on canvas: inout Canvas) {
    guard !rows.isEmpty, !panels.isEmpty else { return }
    let widest =
      rows.flatMap {
        [canvas.size($0.label, .label).width, canvas.size($0.detail, .note).width]
      }.max() ?? 0
    let labelWidth = min(canvas.width * (canvas.isNarrow ? 0.32 : 0.24), widest)
    let left = labelWidth + 20
    if canvas.isNarrow {
      for panel in panels {
        draw(
          panel, x: left, width: canvas.width - left - 10, labelWidth: labelWidth,
          top: canvas.height,
          rowHeight: rowHeight([panel]), titleLines: 0, on: &canvas)
      }
    } else {
      let top = canvas.height
      let gap = 34.0
      let width = (canvas.width - left - 12 - gap * Double(panels.count - 1)) / Double(panels.count)
      let height = rowHeight(panels)
      let titleLines =
        panels.map {
          TextLayout(
            $0.title, style: .labelBold, width: width, maximumLines: 2, shaper: canvas.shaper
          ).lines.count
        }.max() ?? 1
      for (index, panel) in panels.enumerated() {
        draw(
          panel, x: left + Double(index) * (width + gap), width: width,
          labelWidth: index == 0 ? labelWidth : 0, top: top, rowHeight: height,
          titleLines: titleLines, on: &canvas)
      }
    }
  }

  private func draw(
    _ panel: Panel, x left: Double, width: Double, labelWidth: Double, top: Double,
    rowHeight: Double, titleLines: Int, on canvas: inout Canvas
  ) {
    let titleBottom = canvas.paragraph(
      panel.title, x: canvas.isNarrow ? 0 : left, top: top,
      width: canvas.isNarrow ? canvas.width : width, .labelBold, maximumLines: 2)
    // Panels side by side start at the same height, whether a title takes one line or two.
    let start = max(titleBottom, top + Double(titleLines) * 14.3) + 4
    let bottom = start + rowHeight * Double(rows.count)
    let values =
      panel.entries.flatMap { $0.flatMap(\.estimate.extent) }
      + (panel.margin.map { [$0.lowerBound, $0.upperBound] } ?? [])
    let including = panel.reference.map { [$0] } ?? []
    let domain =
      panel.domain ?? LinearScale.niceDomain(values, including: including, count: 4) ?? 0...1
    let x = LinearScale(domain, from: left + 4, to: left + width - 4)
    let box = Box(x: left, y: start, width: width, height: bottom - start)
    for index in rows.indices where index > 0 {
      let y = start + rowHeight * Double(index)
      canvas.line(
        Point(labelWidth > 0 ? 0 : left, y), Point(left + width, y), Mark.Stroke(.grid))
    }
    if let margin = panel.margin {
      let edges = (x.clamped(margin.lowerBound), x.clamped(margin.upperBound))
      canvas.rectangle(
        Box(x: edges.0, y: start, width: edges.1 - edges.0, height: bottom - start),
        fill: Mark.Fill(.accent, opacity: 0.1))
    }
    if let reference = panel.reference, domain.contains(reference) {
      canvas.line(
        Point(x(reference), start), Point(x(reference), bottom), Mark.Stroke(.ink, width: 1.25))
    }
    for (index, row) in rows.enumerated() {
      let rowTop = start + rowHeight * Double(index)
      if labelWidth > 0 {
        write(row, middle: rowTop + rowHeight / 2, width: labelWidth, on: &canvas)
      }
      let entries = panel.entries.indices.contains(index) ? panel.entries[index] : []
      draw(
        entries, of: row, panel, x: x,
        box: Box(x: box.x, y: rowTop, width: box.width, height: rowHeight), on: &canvas)
    }
    canvas.line(Point(left, bottom), Point(left + width, bottom), Mark.Stroke(.context))
    let ticks = x.ticks(width < 240 ? 3 : 5)
    let digits = ticks.map(LinearScale.fractionDigits).max() ?? 0
    canvas.horizontalAxis(
      ticks.map {
        let number =
          panel.isSigned
          ? NumberText.signed($0, digits: digits) : NumberText.decimal($0, digits: digits)
        return (x($0), number + (panel.unit == "%" ? "%" : ""))
      }, box: box)
    canvas.height = max(canvas.height, bottom + 28)
  }

  private func write(_ row: Row, middle: Double, width: Double, on canvas: inout Canvas) {
    canvas.text(
      row.label, x: 0, middle: row.detail.isEmpty ? middle : middle - 6.5, .label,
      maximumWidth: width)
    if !row.detail.isEmpty {
      canvas.text(row.detail, x: 0, middle: middle + 7, .note, maximumWidth: width)
    }
  }

  private func draw(
    _ entries: [Entry], of row: Row, _ panel: Panel, x: LinearScale, box: Box,
    on canvas: inout Canvas
  ) {
    let shown = entries.filter { $0.estimate.value != nil }
    guard !shown.isEmpty else {
      canvas.text(
        panel.absence, x: box.x + 6, middle: box.midY, .note, maximumWidth: box.width - 12)
      return
    }
    // One lane: marks near the lower edge with the number above. Lanes: the number beside.
    func y(_ index: Int) -> Double {
      guard panel.hasLanes, shown.count > 1 else {
        return panel.hasLanes ? box.midY : box.maxY - 12
      }
      return box.midY + (Double(index) - Double(shown.count - 1) / 2) * Self.lanePitch
    }
    for (index, entry) in shown.enumerated() {
      let position = Point(x.clamped(entry.estimate.value ?? 0), y(index))
      draw(entry, at: position, x: x, on: &canvas)
      canvas.point(
        at: position,
        "\(row.label), \(entry.name): "
          + entry.estimate.text(
            digits: panel.digits, unit: panel.unit, isSigned: panel.isSigned))
    }
    for (index, entry) in shown.enumerated() where entry.isLabelled {
      let value = entry.estimate.value ?? 0
      let text =
        panel.isSigned
        ? NumberText.signed(value, digits: panel.digits)
        : NumberText.decimal(value, digits: panel.digits)
      if panel.hasLanes {
        let low = x.clamped(entry.estimate.lower ?? value)
        let high = x.clamped(entry.estimate.upper ?? value)
        let right = max(high, x(value) + 5) + 5
        // A number must not be struck through by the rule of no difference.
        let crossesRule =
          panel.reference.map {
            (right - 2...right + canvas.size(text, .label).width + 2).contains(x($0))
          } ?? false
        let isPlaced =
          !crossesRule
          && canvas.tryText(
            text, x: right, middle: y(index), .label, within: box, hasHalo: true)
        if !isPlaced {
          canvas.tryText(
            text, x: min(low, x(value) - 5) - 5, middle: y(index), .label, anchor: .end,
            within: box, hasHalo: true)
        }
      } else {
        let half = canvas.size(text, .label).width / 2
        let center = min(max(x.clamped(value), box.x + half), box.maxX - half)
        canvas.tryText(
          text, x: center, baseline: y(index) - 9, .label, anchor: .middle, gap: 3, within: box,
          hasHalo: true)
      }
    }
  }

  private func draw(
    _ entry: Entry, at position: Point, x: LinearScale, on canvas: inout Canvas
  ) {
    switch entry.kind {
    case .rule:
      canvas.line(
        Point(position.x, position.y - 9), Point(position.x, position.y + 9),
        Mark.Stroke(entry.ink, width: 2.5))
    case .point(let marker):
      if let interval = entry.estimate.interval {
        canvas.line(
          Point(x.clamped(interval.lowerBound), position.y),
          Point(x.clamped(interval.upperBound), position.y),
          Mark.Stroke(entry.ink, width: 2.5, opacity: 0.45))
      }
      canvas.marker(marker, at: position, radius: 4.5, entry.ink, isHollow: entry.isHollow)
    }
  }
}
