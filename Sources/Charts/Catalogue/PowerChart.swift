import Notation

/// The power of a test against the true effect, for designs of several sizes.
///
/// The margin and the original study's effect are vertical rules; where a curve reaches 80% is
/// written beside it. The effect that was observed is deliberately absent: power at the observed
/// effect restates the p-value.
public struct PowerChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    /// "True difference".
    public var effect: String
    /// "pp".
    public var unit: String
    public var curves: [Curve]
    /// "margin", "original effect" and their positions.
    public var rules: [Rule]
    /// Where the crossing is read, 0...1.
    public var target: Double

    public init(
      effect: String, unit: String, curves: [Curve], rules: [Rule] = [], target: Double = 0.8
    ) {
      self.effect = effect
      self.unit = unit
      self.curves = curves
      self.rules = rules
      self.target = target
    }
  }

  public struct Curve: Codable, Hashable, Sendable {
    /// "n = 40".
    public var name: String
    /// The design that was run, in the accent colour.
    public var isRealised: Bool
    /// In increasing order of the effect.
    public var points: [CurvePoint]

    public init(name: String, isRealised: Bool, points: [CurvePoint]) {
      self.name = name
      self.isRealised = isRealised
      self.points = points
    }
  }

  public struct CurvePoint: Codable, Hashable, Sendable {
    public var effect: Double
    /// 0...1; with an interval when it was simulated.
    public var power: PlottedEstimate

    public init(effect: Double, power: PlottedEstimate) {
      self.effect = effect
      self.power = power
    }
  }

  public struct Rule: Codable, Hashable, Sendable {
    public var name: String
    public var effect: Double

    public init(name: String, effect: Double) {
      self.name = name
      self.effect = effect
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  /// The effect at which a curve first reaches the target, by linear interpolation.
  public func crossing(_ curve: Curve) -> Double? {
    let points = measured(curve)
    for (left, right) in zip(points, points.dropFirst())
    where left.power < data.target && right.power >= data.target {
      let share = (data.target - left.power) / (right.power - left.power)
      return left.effect + share * (right.effect - left.effect)
    }
    return points.first.flatMap { $0.power >= data.target ? $0.effect : nil }
  }

  private func measured(_ curve: Curve) -> [(effect: Double, power: Double)] {
    curve.points.compactMap { point in
      guard LinearScale.isPlottable(point.effect), let power = point.power.value else { return nil }
      return (point.effect, power)
    }.sorted { $0.effect < $1.effect }
  }

  private var targetText: String { NumberText.percent(data.target, digits: 0) }

  private func crossingText(_ curve: Curve) -> String {
    crossing(curve).map {
      "\(targetText) at \(NumberText.decimal($0, digits: 1)) \(data.unit)"
    } ?? "below \(targetText) throughout"
  }

  public var summary: String {
    guard !data.curves.isEmpty else { return "No power curve was computed." }
    return data.curves.map { "\($0.name): \(crossingText($0))" }.joined(separator: "; ") + ". "
      + data.rules.map { "\($0.name) \(NumberText.decimal($0.effect, digits: 1)) \(data.unit)" }
      .joined(separator: ", ") + (data.rules.isEmpty ? "" : ".")
  }

  public var table: ChartTable {
    ChartTable(
      header: ["Design", "\(data.effect) (\(data.unit))", "Power", "Simulation interval"],
      rows: data.curves.flatMap { curve in
        curve.points.map { point in
          [
            curve.name, NumberText.decimal(point.effect, digits: 1),
            point.power.valueText(digits: 3), point.power.intervalText(digits: 3),
          ]
        }
      })
  }

  public func draw(on canvas: inout Canvas) {
    let curves = data.curves.filter { !measured($0).isEmpty }
    let effects =
      curves.flatMap { measured($0).map(\.effect) }
      + data.rules.map(\.effect).filter(LinearScale.isPlottable)
    guard !curves.isEmpty, let domain = LinearScale.niceDomain(effects, count: 6) else {
      canvas.emptyNotice("No power curve was computed, so there is nothing to draw.")
      return
    }
    let left = 44.0
    let labelWidth = canvas.isNarrow ? 8.0 : 220
    canvas.text(
      "Power: probability to find the effect, %", x: 0, baseline: canvas.height + 14, .note,
      maximumWidth: canvas.width)
    let box = Box(
      x: left, y: canvas.height + 26 + Double(data.rules.count) * 15,
      width: canvas.width - left - labelWidth - 10, height: 230)
    let x = LinearScale(domain, from: box.x, to: box.maxX)
    let y = LinearScale(0...1, from: box.maxY, to: box.y)
    canvas.verticalAxis(
      [0, 0.2, 0.4, 0.6, 0.8, 1].map { (y($0), NumberText.percent($0, digits: 0)) }, box: box)
    canvas.line(
      Point(box.x, y(data.target)), Point(box.maxX, y(data.target)),
      Mark.Stroke(.muted, width: 1, dash: [4, 3]))
    drawRules(x: x, box: box, on: &canvas)
    for curve in curves { draw(curve, x: x, y: y, on: &canvas) }
    canvas.line(Point(box.x, box.maxY), Point(box.maxX, box.maxY), Mark.Stroke(.context))
    let ticks = x.ticks(canvas.isNarrow ? 4 : 7)
    let digits = ticks.map(LinearScale.fractionDigits).max() ?? 0
    canvas.horizontalAxis(
      ticks.map { (x($0), NumberText.decimal($0, digits: digits)) }, box: box)
    canvas.horizontalTitle(
      "\(data.effect), \(data.unit)", box: box, maximumWidth: box.width)
    canvas.height = box.maxY + 38
    let keys = curves.enumerated().map { index, curve in
      LegendEntry(.line(stroke(curve, index)), "\(curve.name): \(crossingText(curve))")
    }
    if canvas.isNarrow {
      for key in keys { canvas.legend([key]) }
    } else {
      // All curves end near 100%, so names at their ends would not tell them apart.
      let bottom = canvas.height
      canvas.height = box.y
      for key in keys { canvas.legend([key], x: box.maxX + 14) }
      canvas.height = max(bottom, canvas.height)
    }
  }

  private func drawRules(x: LinearScale, box: Box, on canvas: inout Canvas) {
    let rules = data.rules.filter({ LinearScale.isPlottable($0.effect) }).sorted {
      $0.effect < $1.effect
    }
    for (index, rule) in rules.enumerated() {
      let at = x.clamped(rule.effect)
      // Each name on its own line above the plot, so that close rules stay readable.
      let baseline = box.y - 8 - Double(rules.count - 1 - index) * 15
      canvas.line(
        Point(at, baseline + 3), Point(at, box.maxY), Mark.Stroke(.muted, width: 1.25))
      let label = "\(rule.name) \(NumberText.decimal(rule.effect, digits: 1)) \(data.unit)"
      let half = min(canvas.size(label, .note).width, canvas.width) / 2
      canvas.text(
        label, x: min(max(at, half), canvas.width - half), baseline: baseline, .note,
        anchor: .middle, maximumWidth: canvas.width)
    }
  }

  private func stroke(_ curve: Curve, _ index: Int) -> Mark.Stroke {
    let dashes: [[Double]] = [[], [7, 3], [2, 3], [8, 3, 2, 3]]
    return Mark.Stroke(
      curve.isRealised ? .accent : .context, width: curve.isRealised ? 2.25 : 1.75,
      dash: curve.isRealised ? [] : dashes[index % dashes.count])
  }

  private func draw(_ curve: Curve, x: LinearScale, y: LinearScale, on canvas: inout Canvas) {
    let index = data.curves.firstIndex(of: curve) ?? 0
    let stroke = stroke(curve, index)
    let banded = curve.points.compactMap { point -> (Double, ClosedRange<Double>)? in
      guard LinearScale.isPlottable(point.effect) else { return nil }
      return point.power.interval.map { (point.effect, $0) }
    }.sorted { $0.0 < $1.0 }
    canvas.area(
      banded.map { Point(x($0.0), y.clamped($0.1.upperBound)) }
        + banded.reversed().map { Point(x($0.0), y.clamped($0.1.lowerBound)) },
      Mark.Fill(stroke.ink, opacity: 0.16))
    canvas.polyline(
      measured(curve).map { Point(x($0.effect), y.clamped($0.power)) }, stroke)
    if let effect = crossing(curve) {
      let point = Point(x(effect), y(data.target))
      canvas.marker(.circle, at: point, radius: 4.5, stroke.ink)
      canvas.point(at: point, "\(curve.name): \(crossingText(curve))")
      canvas.tryText(
        NumberText.decimal(effect, digits: 1), x: point.x + 8, baseline: point.y + 15, .label,
        gap: 3, hasHalo: true)
    }
  }
}
