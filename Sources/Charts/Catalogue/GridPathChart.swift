import Glibc
import Notation

/// The path of an L1 classifier over its penalty: held-out quality above, number of weights below,
/// one rule through both at the chosen value.
public struct GridPathChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    /// In increasing order of C.
    public var steps: [Step]
    /// Accuracy of always answering with the larger class, 0...1.
    public var majority: Double?
    public var chosen: Double?

    public init(steps: [Step], majority: Double?, chosen: Double?) {
      self.steps = steps
      self.majority = majority
      self.chosen = chosen
    }
  }

  public struct Step: Codable, Hashable, Sendable {
    /// Inverse penalty, positive.
    public var c: Double
    /// 0...1.
    public var accuracy: PlottedEstimate
    /// 0...1.
    public var auroc: PlottedEstimate
    public var nonzero: Int?
    public var positive: Int?

    public init(
      c: Double, accuracy: PlottedEstimate, auroc: PlottedEstimate, nonzero: Int?, positive: Int?
    ) {
      self.c = c
      self.accuracy = accuracy
      self.auroc = auroc
      self.nonzero = nonzero
      self.positive = positive
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  private var steps: [Step] {
    data.steps.filter { (1e-100...1e100).contains($0.c) }.sorted { $0.c < $1.c }
  }

  /// Whether the chosen value is an end of the grid, so that the optimum may lie outside.
  public var isChosenAtEdge: Bool {
    guard let chosen = data.chosen, steps.count > 1 else { return false }
    return chosen == steps.first?.c || chosen == steps.last?.c
  }

  public var summary: String {
    let steps = steps
    guard let first = steps.first, let last = steps.last else {
      return "No step of the grid was reported."
    }
    let best = steps.max { ($0.auroc.value ?? -1) < ($1.auroc.value ?? -1) } ?? last
    return "\(steps.count) values of C from \(NumberText.significant(first.c)) to "
      + "\(NumberText.significant(last.c)). "
      + "Best AUROC \(best.auroc.text(digits: 3)) at C = \(NumberText.significant(best.c))."
      + (data.majority.map { " Majority accuracy \(NumberText.percent($0))." } ?? "")
      + (data.chosen.map { " Chosen C = \(NumberText.significant($0))" } ?? "")
      + (isChosenAtEdge ? ", an end of the grid." : data.chosen == nil ? "" : ".")
  }

  public var table: ChartTable {
    ChartTable(
      header: ["C", "Accuracy", "AUROC", "Non-zero weights", "Positive weights"],
      rows: steps.map { step in
        [
          NumberText.significant(step.c), step.accuracy.text(digits: 3),
          step.auroc.text(digits: 3), step.nonzero.map(NumberText.count) ?? NumberText.absent,
          step.positive.map(NumberText.count) ?? NumberText.absent,
        ]
      })
  }

  // MARK: - Drawing

  public func draw(on canvas: inout Canvas) {
    let steps = steps
    guard let first = steps.first, let last = steps.last else {
      canvas.emptyNotice("No step of the grid was reported, so there is nothing to draw.")
      return
    }
    let left = 44.0
    let right = canvas.width - (canvas.isNarrow ? 12 : 118)
    let domain = first.c < last.c ? first.c...last.c : (first.c / 3)...(first.c * 3)
    let x = LogScale(domain, from: left + 12, to: right - 12)
    var entries = [
      LegendEntry(.lineMarker(Mark.Stroke(.s1, width: 2), .circle, isHollow: false), "AUROC"),
      LegendEntry(
        .lineMarker(Mark.Stroke(.s2, width: 2, dash: [6, 3]), .square, isHollow: false),
        "accuracy"),
    ]
    if data.majority != nil {
      entries.append(
        LegendEntry(.line(Mark.Stroke(.ink, width: 1.25, dash: [2, 3])), "majority rule"))
    }
    if canvas.isNarrow { canvas.legend(entries) }
    let top = drawQuality(steps, x: x, left: left, right: right, on: &canvas)
    let lower = drawCounts(steps, x: x, left: left, right: right, on: &canvas)
    if let chosen = data.chosen, domain.contains(chosen) {
      let at = x(chosen)
      canvas.line(
        Point(at, top.y), Point(at, lower.maxY), Mark.Stroke(.muted, width: 1, dash: [1.5, 3]))
      let label = isChosenAtEdge ? "chosen, end of the grid" : "chosen"
      let width = canvas.size(label, .note).width
      let isLeft = at + 6 + width > right
      canvas.tryText(
        label, x: isLeft ? at - 6 : at + 6, baseline: lower.y - 6, .note,
        anchor: isLeft ? .end : .start, hasHalo: true)
      if isChosenAtEdge {
        let direction = at < (left + right) / 2 ? -1.0 : 1
        canvas.polyline(
          [
            Point(at + 4 * direction, lower.y - 14), Point(at + 9 * direction, lower.y - 10),
            Point(at + 4 * direction, lower.y - 6),
          ], Mark.Stroke(.refuted, width: 1.75))
      }
    }
  }

  private func drawQuality(
    _ steps: [Step], x: LogScale, left: Double, right: Double, on canvas: inout Canvas
  ) -> Box {
    canvas.text(
      "Held-out quality, 0 to 1", x: 0, baseline: canvas.height + 14, .panel,
      maximumWidth: canvas.width)
    let box = Box(x: left, y: canvas.height + 32, width: right - left, height: 150)
    let majority = data.majority.flatMap { LinearScale.isPlottable($0) ? $0 : nil }
    let values = steps.flatMap { $0.accuracy.extent + $0.auroc.extent } + [majority ?? 0.5]
    let low = values.min() ?? 0.5
    let y = LinearScale((low < 0.45 ? 0 : 0.4)...1, from: box.maxY, to: box.y)
    let ticks = y.ticks(4)
    canvas.verticalAxis(ticks.map { (y($0), NumberText.decimal($0, digits: 1)) }, box: box)
    if let majority {
      canvas.line(
        Point(box.x, y.clamped(majority)), Point(box.maxX, y.clamped(majority)),
        Mark.Stroke(.ink, width: 1.25, dash: [2, 3]))
    }
    var ends: [(y: Double, text: String, style: TextStyle)] = []
    let series: [(name: String, at: (Step) -> PlottedEstimate)] = [
      ("AUROC", { $0.auroc }), ("accuracy", { $0.accuracy }),
    ]
    for (index, entry) in series.enumerated() {
      let measured = steps.filter { entry.at($0).value != nil }
      let stroke = Mark.Stroke(.series(index), width: 2, dash: index == 0 ? [] : [6, 3])
      canvas.polyline(
        measured.map { Point(x($0.c), y.clamped(entry.at($0).value ?? 0)) }, stroke)
      for step in measured {
        let estimate = entry.at(step)
        let point = Point(x(step.c), y.clamped(estimate.value ?? 0))
        if let interval = estimate.interval {
          canvas.line(
            Point(point.x, y.clamped(interval.lowerBound)),
            Point(point.x, y.clamped(interval.upperBound)),
            Mark.Stroke(.series(index), width: 2.5, opacity: 0.4))
        }
        canvas.marker(.series(index), at: point, radius: 4, .series(index))
        canvas.point(
          at: point,
          "C = \(NumberText.significant(step.c)), \(entry.name) \(estimate.text(digits: 3))")
      }
      if let last = measured.last, let value = entry.at(last).value {
        ends.append(
          (y.clamped(value), "\(entry.name) \(NumberText.decimal(value, digits: 3))", .label))
      }
    }
    if let majority {
      ends.append(
        (y.clamped(majority), "majority \(NumberText.decimal(majority, digits: 3))", .note))
    }
    if !canvas.isNarrow { canvas.endLabels(ends, x: right + 6, box: box) }
    canvas.height = box.maxY + 20
    return box
  }

  private func drawCounts(
    _ steps: [Step], x: LogScale, left: Double, right: Double, on canvas: inout Canvas
  ) -> Box {
    canvas.text(
      "Number of weights, logarithmic above 0", x: 0, baseline: canvas.height + 14, .panel,
      maximumWidth: canvas.width)
    let box = Box(x: left, y: canvas.height + 32, width: right - left, height: 110)
    let largest = steps.flatMap { [$0.nonzero, $0.positive].compactMap { $0 } }.max() ?? 1
    let y = LogScale(1...Double(max(10, largest)), from: box.maxY - 24, to: box.y)
    func position(_ count: Int) -> Double { count <= 0 ? box.maxY : y(Double(count)) }
    canvas.verticalAxis(
      y.ticks(maximum: 5).map { (y($0), NumberText.count(Int($0))) } + [(box.maxY, "0")],
      box: box)
    canvas.line(Point(box.x, box.maxY), Point(box.maxX, box.maxY), Mark.Stroke(.context))
    var ends: [(y: Double, text: String, style: TextStyle)] = []
    let series: [(name: String, at: (Step) -> Int?)] = [
      ("non-zero", { $0.nonzero }), ("positive", { $0.positive }),
    ]
    for (index, entry) in series.enumerated() {
      let ink: Ink = index == 0 ? .ink : .accent
      let measured = steps.filter { entry.at($0) != nil }
      canvas.polyline(
        measured.map { Point(x($0.c), position(entry.at($0) ?? 0)) },
        Mark.Stroke(ink, width: 2, dash: index == 0 ? [] : [6, 3]))
      for step in measured {
        let count = entry.at(step) ?? 0
        let point = Point(x(step.c), position(count))
        canvas.marker(index == 0 ? .diamond : .circle, at: point, radius: 3.8, ink)
        canvas.point(
          at: point,
          "C = \(NumberText.significant(step.c)): \(NumberText.count(count)) \(entry.name) weights")
      }
      if let last = measured.last, let count = entry.at(last) {
        ends.append((position(count), "\(NumberText.count(count)) \(entry.name)", .label))
      }
    }
    if canvas.isNarrow {
      canvas.horizontalAxis(
        x.ticks(maximum: 5).map { (x($0), NumberText.significant($0, digits: 1)) }, box: box)
    } else {
      canvas.endLabels(ends, x: right + 6, box: box)
      canvas.horizontalAxis(
        steps.map { (x($0.c), NumberText.significant($0.c, digits: 1)) }, box: box)
    }
    canvas.horizontalTitle("C, inverse of the penalty (logarithmic)", box: box)
    canvas.height = box.maxY + 38
    return box
  }
}
