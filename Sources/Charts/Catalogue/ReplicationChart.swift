import Notation

/// Original effects against ours, with both intervals and the line of equality.
public struct ReplicationChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    /// "Change in compliance".
    public var effect: String
    /// "pp".
    public var unit: String
    public var pairs: [Pair]

    public init(effect: String, unit: String, pairs: [Pair]) {
      self.effect = effect
      self.unit = unit
      self.pairs = pairs
    }
  }

  public struct Pair: Codable, Hashable, Sendable {
    public var name: String
    public var original: PlottedEstimate
    public var ours: PlottedEstimate
    public var verdict: VerdictMark?

    public init(
      name: String, original: PlottedEstimate, ours: PlottedEstimate, verdict: VerdictMark? = nil
    ) {
      self.name = name
      self.original = original
      self.ours = ours
      self.verdict = verdict
    }
  }

  public static var naturalWidth: Double { 720 }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  public var summary: String {
    guard !data.pairs.isEmpty else { return "No pair of effects was reported." }
    return data.pairs.map { pair in
      "\(pair.name): original \(pair.original.text(digits: 1, unit: data.unit, isSigned: true)), "
        + "ours \(pair.ours.text(digits: 1, unit: data.unit, isSigned: true))"
    }.joined(separator: "; ") + "."
  }

  public var table: ChartTable {
    ChartTable(
      header: [
        "Effect", "Original (\(data.unit))", "Original interval", "Ours (\(data.unit))",
        "Our interval", "Verdict",
      ],
      rows: data.pairs.map { pair in
        [
          pair.name, PlottedEstimate(pair.original.value).text(digits: 1, isSigned: true),
          pair.original.intervalText(digits: 1),
          PlottedEstimate(pair.ours.value).text(digits: 1, isSigned: true),
          pair.ours.intervalText(digits: 1), pair.verdict?.word ?? "",
        ]
      })
  }

  public func draw(on canvas: inout Canvas) {
    let pairs = data.pairs.filter { $0.original.value != nil && $0.ours.value != nil }
    let extent = pairs.flatMap { $0.original.extent + $0.ours.extent }
    guard !pairs.isEmpty, let domain = LinearScale.niceDomain(extent, including: [0], count: 6)
    else {
      canvas.emptyNotice("No effect was reported by both studies, so there is nothing to draw.")
      return
    }
    let left = 48.0
    let labels = canvas.isNarrow ? 0 : 250.0
    let side = min(420, canvas.width - left - labels - 12)
    canvas.text(
      "Ours: \(data.effect.lowercasedFirst), \(data.unit)", x: 0, baseline: canvas.height + 14,
      .note, maximumWidth: canvas.width)
    let box = Box(x: left, y: canvas.height + 28, width: side, height: side)
    let x = LinearScale(domain, from: box.x, to: box.maxX)
    let y = LinearScale(domain, from: box.maxY, to: box.y)
    let ticks = x.ticks(canvas.isNarrow ? 4 : 6)
    let digits = ticks.map(LinearScale.fractionDigits).max() ?? 0
    canvas.verticalAxis(
      ticks.map { (y($0), NumberText.signed($0, digits: digits)) }, box: box)
    canvas.line(Point(box.x, y(0)), Point(box.maxX, y(0)), Mark.Stroke(.ink))
    canvas.line(Point(x(0), box.y), Point(x(0), box.maxY), Mark.Stroke(.ink))
    canvas.line(
      Point(x(domain.lowerBound), y(domain.lowerBound)),
      Point(x(domain.upperBound), y(domain.upperBound)),
      Mark.Stroke(.muted, width: 1, dash: [4, 3]))
    canvas.tryText(
      "same effect", x: box.maxX - 6, baseline: box.y + 12, .note, anchor: .end, hasHalo: true)
    canvas.tryText(
      "opposite direction", x: box.maxX - 6, baseline: box.maxY - 8, .note, anchor: .end,
      hasHalo: true)
    for pair in pairs { draw(pair, x: x, y: y, on: &canvas) }
    canvas.horizontalAxis(ticks.map { (x($0), NumberText.signed($0, digits: digits)) }, box: box)
    canvas.horizontalTitle("Original: \(data.effect.lowercasedFirst), \(data.unit)", box: box)
    canvas.height = box.maxY + 40
    if canvas.isNarrow {
      for pair in pairs {
        canvas.height = canvas.paragraph(
          label(pair), x: 0, top: canvas.height, width: canvas.width, .label, maximumLines: 2)
      }
    } else {
      let sorted = pairs.enumerated().sorted {
        (-($0.element.ours.value ?? 0), $0.offset) < (-($1.element.ours.value ?? 0), $1.offset)
      }.map(\.element)
      let positions = Canvas.spread(
        sorted.map { y($0.ours.value ?? 0) }, pitch: 16, from: box.y, to: box.maxY)
      for (pair, labelY) in zip(sorted, positions) {
        canvas.polyline(
          [
            Point(x.clamped(pair.original.value ?? 0), y(pair.ours.value ?? 0)),
            Point(box.maxX + 4, y(pair.ours.value ?? 0)), Point(box.maxX + 12, labelY),
          ], Mark.Stroke(.pale, width: 0.75))
        canvas.text(
          label(pair), x: box.maxX + 16, middle: labelY, .label,
          maximumWidth: canvas.width - box.maxX - 18)
      }
      for pair in pairs { drawMarker(pair, x: x, y: y, on: &canvas) }
      canvas.height = max(canvas.height, (positions.last ?? 0) + 12)
    }
  }

  private func label(_ pair: Pair) -> String {
    let original = pair.original.value.map { NumberText.signed($0, digits: 1) } ?? ""
    let ours = pair.ours.value.map { NumberText.signed($0, digits: 1) } ?? ""
    return "\(pair.name): \(original) → \(ours)"
  }

  private func draw(_ pair: Pair, x: LinearScale, y: LinearScale, on canvas: inout Canvas) {
    guard let original = pair.original.value, let ours = pair.ours.value else { return }
    let stroke = Mark.Stroke(.accent, width: 2, opacity: 0.4)
    if let interval = pair.original.interval {
      canvas.line(
        Point(x.clamped(interval.lowerBound), y(ours)),
        Point(x.clamped(interval.upperBound), y(ours)), stroke)
    }
    if let interval = pair.ours.interval {
      canvas.line(
        Point(x(original), y.clamped(interval.lowerBound)),
        Point(x(original), y.clamped(interval.upperBound)), stroke)
    }
    drawMarker(pair, x: x, y: y, on: &canvas)
    canvas.point(
      at: Point(x(original), y(ours)),
      "\(pair.name): original \(pair.original.text(digits: 1, unit: data.unit, isSigned: true)), "
        + "ours \(pair.ours.text(digits: 1, unit: data.unit, isSigned: true))")
  }

  private func drawMarker(_ pair: Pair, x: LinearScale, y: LinearScale, on canvas: inout Canvas) {
    let isDecided = pair.verdict.map { $0 != .inconclusive && $0 != .notTestable } ?? true
    canvas.marker(
      .circle, at: Point(x(pair.original.value ?? 0), y(pair.ours.value ?? 0)), radius: 4.5,
      .accent, isHollow: !isDecided)
  }
}
