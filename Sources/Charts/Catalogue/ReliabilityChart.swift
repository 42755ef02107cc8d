import Notation

/// Whether forecast probabilities mean what they say: the recalibrated probability against the
/// forecast, with a consistency band, and the forecasts below.
///
/// CORP: isotonic recalibration instead of arbitrary bins.
/// - Source: Dimitriadis, Gneiting and Jordan (2021), PNAS 118(8), doi:10.1073/pnas.2016191118.
public struct ReliabilityChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    /// One or two: before and after recalibration.
    public var panels: [Panel]
    public init(panels: [Panel]) { self.panels = panels }
  }

  public struct Panel: Codable, Hashable, Sendable {
    /// "Before", "after, shown on another fold than it was fitted on".
    public var name: String
    /// "Brier 0.210 = MCB 0.050 − DSC 0.040 + UNC 0.200".
    public var note: String
    /// Isotonic fit in increasing order of the forecast; the band is that of a calibrated forecast.
    public var points: [ReliabilityPoint]
    /// Bins of equal width over 0...1, negative and positive outcomes.
    public var negatives: [Int]
    public var positives: [Int]

    public init(
      name: String, note: String = "", points: [ReliabilityPoint], negatives: [Int] = [],
      positives: [Int] = []
    ) {
      self.name = name
      self.note = note
      self.points = points
      self.negatives = negatives
      self.positives = positives
    }
  }

  public struct ReliabilityPoint: Codable, Hashable, Sendable {
    /// 0...1.
    public var forecast: Double
    /// 0...1; the interval is the consistency band.
    public var observed: PlottedEstimate

    public init(forecast: Double, observed: PlottedEstimate) {
      self.forecast = forecast
      self.observed = observed
    }
  }

  public static var naturalWidth: Double { 800 }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  public var summary: String {
    let panels = data.panels.filter { !$0.points.isEmpty }
    guard !panels.isEmpty else { return "No forecast was reported." }
    return panels.map { panel in
      let outside = panel.points.count { point in
        guard let value = point.observed.value, let band = point.observed.interval else {
          return false
        }
        return !band.contains(value)
      }
      return "\(panel.name): \(panel.points.count) levels, \(outside) outside of the band of a "
        + "calibrated forecast." + (panel.note.isEmpty ? "" : " \(panel.note).")
    }.joined(separator: " ")
  }

  public var table: ChartTable {
    ChartTable(
      header: [
        "Panel", "Forecast", "Observed (recalibrated)", "Consistency band", "Decomposition",
      ],
      rows: data.panels.flatMap { panel in
        panel.points.map { point in
          [
            panel.name, NumberText.decimal(point.forecast, digits: 3),
            point.observed.valueText(digits: 3), point.observed.intervalText(digits: 3),
            panel.note,
          ]
        }
      })
  }

  // MARK: - Drawing

  public func draw(on canvas: inout Canvas) {
    let panels = data.panels.filter { !$0.points.isEmpty }
    guard !panels.isEmpty else {
      canvas.emptyNotice("No forecast was reported, so there is nothing to draw.")
      return
    }
    var entries = [
      LegendEntry(.line(Mark.Stroke(.accent, width: 2)), "observed share, isotonic"),
      LegendEntry(.line(Mark.Stroke(.muted, width: 1, dash: [4, 3])), "calibrated"),
    ]
    if panels.contains(where: { $0.points.contains { $0.observed.interval != nil } }) {
      entries.append(
        LegendEntry(.area(Mark.Fill(.context, opacity: 0.2)), "95% band of a calibrated forecast"))
    }
    if panels.contains(where: { !$0.positives.isEmpty }) {
      entries.append(LegendEntry(.area(Mark.Fill(.accent)), "positive outcomes"))
      entries.append(LegendEntry(.area(Mark.Fill(.context)), "negative outcomes"))
    }
    canvas.legend(entries)
    let columns = canvas.isNarrow ? 1 : min(panels.count, 2)
    let left = 44.0
    let gap = 50.0
    let side = min(
      340, (canvas.width - left - 10 - gap * Double(columns - 1)) / Double(columns))
    var index = 0
    while index < panels.count {
      let top = canvas.height
      var bottom = top
      for column in 0..<columns where index + column < panels.count {
        let x = left + Double(column) * (side + gap)
        bottom = max(bottom, draw(panels[index + column], x: x, top: top, side: side, on: &canvas))
      }
      canvas.height = bottom + 10
      index += columns
    }
  }

  private func draw(
    _ panel: Panel, x left: Double, top: Double, side: Double, on canvas: inout Canvas
  ) -> Double {
    canvas.text(panel.name, x: left, baseline: top + 14, .labelBold, maximumWidth: side)
    let box = Box(x: left, y: top + 28, width: side, height: side)
    let x = LinearScale(0...1, from: box.x, to: box.maxX)
    let y = LinearScale(0...1, from: box.maxY, to: box.y)
    let ticks = [0, 0.25, 0.5, 0.75, 1]
    canvas.verticalAxis(ticks.map { (y($0), NumberText.decimal($0, digits: 2)) }, box: box)
    canvas.line(
      Point(x(0), y(0)), Point(x(1), y(1)), Mark.Stroke(.muted, width: 1, dash: [4, 3]))
    let points = panel.points.filter { (0...1).contains($0.forecast) }
      .sorted { $0.forecast < $1.forecast }
    let banded = points.filter { $0.observed.interval != nil }
    canvas.area(
      banded.map { Point(x($0.forecast), y.clamped($0.observed.upper ?? 1)) }
        + banded.reversed().map { Point(x($0.forecast), y.clamped($0.observed.lower ?? 0)) },
      Mark.Fill(.context, opacity: 0.2))
    canvas.polyline(
      points.compactMap { point in
        point.observed.value.map { Point(x(point.forecast), y.clamped($0)) }
      }, Mark.Stroke(.accent, width: 2))
    for point in points {
      guard let value = point.observed.value else { continue }
      let position = Point(x(point.forecast), y.clamped(value))
      canvas.marker(.circle, at: position, radius: 3.5, .accent)
      canvas.point(
        at: position,
        "\(panel.name), forecast \(NumberText.decimal(point.forecast, digits: 3)): observed "
          + point.observed.text(digits: 3))
    }
    canvas.line(Point(box.x, box.maxY), Point(box.maxX, box.maxY), Mark.Stroke(.context))
    canvas.horizontalAxis(ticks.map { (x($0), NumberText.decimal($0, digits: 2)) }, box: box)
    var bottom = box.maxY + 20
    bottom = drawHistogram(panel, x: left, top: bottom, width: side, on: &canvas)
    bottom = canvas.paragraph(
      "Forecast probability; vertical: observed share, 0 to 1", x: left, top: bottom, width: side,
      .note, maximumLines: 2)
    return canvas.paragraph(panel.note, x: left, top: bottom, width: side, .note, maximumLines: 3)
  }

  /// Positive outcomes upwards, negative ones downwards, on one scale of counts.
  private func drawHistogram(
    _ panel: Panel, x left: Double, top: Double, width: Double, on canvas: inout Canvas
  ) -> Double {
    let count = max(panel.positives.count, panel.negatives.count)
    let largest = (panel.positives + panel.negatives).max() ?? 0
    guard count > 0, largest > 0 else { return top }
    let half = 28.0
    let pitch = width / Double(count)
    let base = top + half + 2
    for (bins, direction, ink) in [
      (panel.positives, -1.0, Ink.accent), (panel.negatives, 1, .context),
    ] {
      for (index, value) in bins.enumerated() where value > 0 {
        let height = half * Double(value) / Double(largest)
        canvas.rectangle(
          Box(
            x: left + Double(index) * pitch + 0.5, y: direction < 0 ? base - height : base,
            width: max(0.5, pitch - 1), height: height), fill: Mark.Fill(ink))
      }
    }
    canvas.line(Point(left, base), Point(left + width, base), Mark.Stroke(.muted))
    return base + half + 8
  }
}
