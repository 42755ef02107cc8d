import Notation

extension DoseResponseChart {
  public func draw(on canvas: inout Canvas) {
    let doses =
      (data.doses
      + data.benchmarks.flatMap { benchmark in
        benchmark.panels.flatMap { $0.series.flatMap { $0.cells.map(\.dose) } }
      }).filter(LinearScale.isPlottable)
    guard let first = doses.min(), let last = doses.max(),
      data.benchmarks.contains(where: { !$0.panels.isEmpty })
    else {
      canvas.emptyNotice("No cell of this design was measured, so there is nothing to draw.")
      return
    }
    canvas.legend(legendEntries)
    let ticks = Array(Set(doses)).sorted()
    for benchmark in data.benchmarks where !benchmark.panels.isEmpty {
      draw(benchmark, doses: ticks, domain: first...last, on: &canvas)
    }
    let noOp = data.noOpDose.map { "; dotted: \(Self.doseText($0)), no change" } ?? ""
    canvas.height =
      canvas.paragraph(
        data.dose + noOp, x: Self.axisWidth, top: canvas.height - 4,
        width: canvas.width - Self.axisWidth, .note) + 4
  }

  private static var axisWidth: Double { 40 }

  private var seriesNames: [String] {
    var names: [String] = []
    for benchmark in data.benchmarks {
      for panel in benchmark.panels {
        for series in panel.series where !names.contains(series.name) { names.append(series.name) }
      }
    }
    return names
  }

  private var panels: [Panel] { data.benchmarks.flatMap(\.panels) }

  private func stroke(_ index: Int, of count: Int) -> Mark.Stroke {
    let dashes: [[Double]] = [[], [6, 3], [2, 2.5], [8, 2, 2, 2]]
    return Mark.Stroke(
      count == 1 ? .accent : .series(index), width: 2, dash: dashes[index % dashes.count])
  }

  private var legendEntries: [LegendEntry] {
    var entries: [LegendEntry] = []
    let names = seriesNames
    if names.count > 1 {
      for (index, name) in names.enumerated() {
        entries.append(
          LegendEntry(
            .lineMarker(stroke(index, of: names.count), .series(index), isHollow: false), name))
      }
    }
    let all = panels.flatMap(\.series)
    if all.contains(where: \.isHollow) {
      entries.append(
        LegendEntry(.marker(.circle, .accent, isHollow: true), "published, dropped later"))
    }
    if panels.contains(where: { !$0.controls.isEmpty }) {
      entries.append(
        LegendEntry(.line(Mark.Stroke(.pale, width: 1.25)), "control sets, one line each"))
    }
    if panels.contains(where: { !$0.fit.isEmpty }) {
      entries.append(
        LegendEntry(.line(Mark.Stroke(.ink, width: 1.25, dash: [5, 3])), "monotone fit"))
    }
    if all.contains(where: { $0.cells.contains { $0.estimate.value == nil } }) {
      entries.append(LegendEntry(.cross(.refuted), "not measured"))
    }
    return entries
  }

  // MARK: - Rows and panels

  private func draw(
    _ benchmark: Benchmark, doses: [Double], domain: ClosedRange<Double>, on canvas: inout Canvas
  ) {
    let axis = Self.axisWidth
    let columns = max(1, min(benchmark.panels.count, Int((canvas.width - axis) / 130), 5))
    let lines = (benchmark.panels.count + columns - 1) / columns
    let gap = 22.0
    let panelWidth = (canvas.width - axis - gap * Double(columns - 1) - 8) / Double(columns)
    let values = benchmark.panels.flatMap { panel in
      (panel.series + panel.controls).flatMap { $0.cells.flatMap(\.estimate.extent) }
        + panel.fit.flatMap(\.estimate.extent)
    }
    let floor: [Double] = data.startsAtData == true ? [] : [0]
    var yDomain = LinearScale.niceDomain(values, including: floor, count: 4) ?? 0...1
    if data.unit == "%" { yDomain = max(0, yDomain.lowerBound)...min(100, yDomain.upperBound) }
    canvas.text(
      "\(benchmark.name): \(data.measure.lowercasedFirst), \(data.unit)"
        + (yDomain.lowerBound > 0
          ? " (axis starts at \(NumberText.decimal(yDomain.lowerBound, digits: 0)))" : ""),
      x: 0,
      baseline: canvas.height + 16, .panel, maximumWidth: canvas.width)
    canvas.height += 22
    for line in 0..<lines {
      let top = canvas.height
      var noteBottom = top
      for column in 0..<columns {
        let index = line * columns + column
        guard benchmark.panels.indices.contains(index) else { continue }
        let box = Box(
          x: axis + Double(column) * (panelWidth + gap), y: top + 42, width: panelWidth,
          height: canvas.isNarrow ? 110 : 132)
        let bottom = draw(
          benchmark.panels[index], of: benchmark.name, in: box, doses: doses, domain: domain,
          yDomain: yDomain, isFirst: column == 0, on: &canvas)
        noteBottom = max(noteBottom, bottom)
      }
      canvas.height = noteBottom + 14
    }
  }

  private func draw(
    _ panel: Panel, of benchmark: String, in box: Box, doses: [Double],
    domain: ClosedRange<Double>, yDomain: ClosedRange<Double>, isFirst: Bool,
    on canvas: inout Canvas
  ) -> Double {
    canvas.text(
      panel.name, x: box.x, baseline: box.y - 28, .labelBold, maximumWidth: box.width)
    canvas.text(panel.detail, x: box.x, baseline: box.y - 15, .note, maximumWidth: box.width)
    let inset = min(16, box.width * 0.1)
    let x = LinearScale(domain, from: box.x + inset, to: box.maxX - inset)
    let y = LinearScale(yDomain, from: box.maxY, to: box.y)
    let ticks = LinearScale.ticks(yDomain, count: 4)
    let tickDigits = ticks.map(LinearScale.fractionDigits).max() ?? 0
    canvas.verticalAxis(
      ticks.map { (y($0), NumberText.decimal($0, digits: tickDigits)) }, box: box,
      isLabelled: isFirst)
    canvas.line(
      Point(box.x, box.maxY), Point(box.maxX, box.maxY), Mark.Stroke(.context))
    if let noOp = data.noOpDose, domain.contains(noOp) {
      canvas.line(
        Point(x(noOp), box.y), Point(x(noOp), box.maxY),
        Mark.Stroke(.muted, width: 1, dash: [1.5, 3]))
    }
    for control in panel.controls {
      for run in Self.runs(control.cells) {
        canvas.polyline(
          run.map { Point(x($0.dose), y.clamped($0.value)) }, Mark.Stroke(.pale, width: 1.25))
      }
    }
    for run in Self.runs(panel.fit) {
      canvas.polyline(
        run.map { Point(x($0.dose), y.clamped($0.value)) },
        Mark.Stroke(.ink, width: 1.25, dash: [5, 3]))
    }
    let names = seriesNames
    for (rank, series) in panel.series.enumerated() {
      // Series of a panel stand side by side at a dose, so that no whisker hides another.
      let offset = (Double(rank) - Double(panel.series.count - 1) / 2) * 7
      draw(
        series, index: names.firstIndex(of: series.name) ?? 0, of: names.count, offset: offset,
        isLabelled: rank == 0, x: x, y: y, box: box, place: "\(benchmark), \(panel.name)",
        on: &canvas)
    }
    canvas.horizontalAxis(doses.map { (x($0), Self.doseText($0)) }, box: box)
    guard !panel.note.isEmpty else { return box.maxY + 20 }
    return canvas.paragraph(
      panel.note, x: box.x, top: box.maxY + 21, width: box.width, .note, maximumLines: 3)
  }

  private func draw(
    _ series: Series, index: Int, of count: Int, offset: Double, isLabelled: Bool, x: LinearScale,
    y: LinearScale, box: Box, place: String, on canvas: inout Canvas
  ) {
    let stroke = stroke(index, of: count)
    for run in Self.runs(series.cells) {
      canvas.polyline(run.map { Point(x($0.dose) + offset, y.clamped($0.value)) }, stroke)
    }
    for cell in series.cells where LinearScale.isPlottable(cell.dose) {
      let center = x(cell.dose) + offset
      guard let value = cell.estimate.value else {
        canvas.cross(
          at: Point(center, box.maxY - 9), radius: 3.5, Mark.Stroke(.refuted, width: 1.5))
        canvas.point(
          at: Point(center, box.maxY - 9),
          "\(place), dose \(Self.doseText(cell.dose)): not measured. \(cell.detail)")
        continue
      }
      let point = Point(center, y.clamped(value))
      var top = point.y
      if let interval = cell.estimate.interval {
        let ends = (y.clamped(interval.lowerBound), y.clamped(interval.upperBound))
        canvas.line(
          Point(center, ends.0), Point(center, ends.1),
          Mark.Stroke(stroke.ink, width: 2.5, opacity: 0.4))
        top = ends.1
      }
      canvas.marker(.series(index), at: point, radius: 4, stroke.ink, isHollow: series.isHollow)
      let digits = data.unit == "%" ? 1 : 2
      canvas.point(
        at: point,
        "\(place), dose \(Self.doseText(cell.dose)): "
          + "\(cell.estimate.text(digits: digits, unit: data.unit)) \(cell.detail)")
      guard isLabelled else { continue }
      canvas.tryText(
        NumberText.decimal(value, digits: data.unit == "%" ? 1 : 2), x: center,
        baseline: min(top, point.y - 5) - 4, .label, anchor: .middle, gap: 2,
        hasHalo: true)
    }
  }

  /// The measured cells in order, cut where a cell is missing.
  private static func runs(_ cells: [Cell]) -> [[(dose: Double, value: Double)]] {
    var runs: [[(dose: Double, value: Double)]] = [[]]
    for cell in cells.filter({ LinearScale.isPlottable($0.dose) }).sorted(by: { $0.dose < $1.dose })
    {
      if let value = cell.estimate.value {
        runs[runs.count - 1].append((cell.dose, value))
      } else if runs[runs.count - 1].isEmpty == false {
        runs.append([])
      }
    }
    return runs
  }
}

extension String {
  /// "Compliance" within a sentence: "compliance"; acronyms stay.
  var lowercasedFirst: String {
    guard let first, dropFirst().first?.isUppercase != true else { return self }
    return first.lowercased() + dropFirst()
  }
}
