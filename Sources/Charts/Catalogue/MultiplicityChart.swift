import Glibc
import Notation

/// Sorted p-values against their rank with the Holm steps and the Benjamini–Hochberg ray, so that
/// the correction is seen.
///
/// ```
/// Holm:  p(i) ≤ α / (m − i + 1), stepping down until the first failure
/// BH:    p(i) ≤ α · i / m, stepping up from the last success
/// ```
/// - Source: Holm (1979), Scandinavian Journal of Statistics 6, 65–70; Benjamini and Hochberg
///   (1995), JRSS B 57, 289–300, doi:10.1111/j.2517-6161.1995.tb02031.x.
public struct MultiplicityChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    /// The tests of the family.
    public var tests: [Test]
    /// Family-wise level.
    public var level: Double
    /// 95% band of the i-th smallest of m uniform p-values, in rank order; empty without.
    public var nullBand: [PlottedEstimate]

    public init(tests: [Test], level: Double = 0.05, nullBand: [PlottedEstimate] = []) {
      self.tests = tests
      self.level = level
      self.nullBand = nullBand
    }
  }

  public struct Test: Codable, Hashable, Sendable {
    public var name: String
    public var p: Double

    public init(name: String, p: Double) {
      self.name = name
      self.p = p
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  private var hasLevel: Bool { data.level > 0 && data.level < 1 }

  /// By p, then in the given order; values that are no probability are left out.
  private var sorted: [Test] {
    data.tests.enumerated().filter { $0.element.p.isFinite && (0...1).contains($0.element.p) }
      .sorted { ($0.element.p, $0.offset) < ($1.element.p, $1.offset) }.map(\.element)
  }

  /// How many of the sorted tests Holm rejects.
  private var holmCount: Int {
    let sorted = sorted
    return sorted.enumerated().first { index, test in
      test.p > data.level / Double(sorted.count - index)
    }?.offset ?? sorted.count
  }

  /// How many of the sorted tests Benjamini–Hochberg rejects.
  private var benjaminiHochbergCount: Int {
    let sorted = sorted
    return
      (sorted.enumerated().last { index, test in
        test.p <= data.level * Double(index + 1) / Double(sorted.count)
      }?.offset).map { $0 + 1 } ?? 0
  }

  public var summary: String {
    let sorted = sorted
    guard let first = sorted.first, let last = sorted.last else { return "No test was reported." }
    return "\(sorted.count) p-values from \(NumberText.pValue(first.p)) (\(first.name)) to "
      + "\(NumberText.pValue(last.p)) (\(last.name)). At level "
      + "\(NumberText.significant(data.level, digits: 1)) Holm rejects \(holmCount), "
      + "Benjamini–Hochberg \(benjaminiHochbergCount)."
  }

  public var table: ChartTable {
    let sorted = sorted
    let count = Double(sorted.count)
    return ChartTable(
      header: ["Rank", "Test", "p", "Holm threshold", "BH threshold", "Rejected by Holm"],
      rows: sorted.enumerated().map { index, test in
        [
          String(index + 1), test.name, NumberText.pValue(test.p),
          NumberText.significant(data.level / (count - Double(index))),
          NumberText.significant(data.level * Double(index + 1) / count),
          index < holmCount ? "yes" : "no",
        ]
      })
  }

  public func draw(on canvas: inout Canvas) {
    let sorted = sorted
    guard !sorted.isEmpty else {
      canvas.emptyNotice("No p-value was reported, so there is nothing to draw.")
      return
    }
    let count = sorted.count
    var entries = [
      LegendEntry(.line(Mark.Stroke(.ink, width: 1.5)), "Holm"),
      LegendEntry(.line(Mark.Stroke(.ink, width: 1.5, dash: [5, 3])), "Benjamini–Hochberg"),
    ]
    if data.nullBand.count == count {
      entries.append(
        LegendEntry(
          .area(Mark.Fill(.context, opacity: 0.2)), "95% band if no effect exists anywhere"))
    }
    entries.append(LegendEntry(.marker(.circle, .accent, isHollow: true), "not rejected"))
    if holmCount > 0 {
      entries.append(LegendEntry(.marker(.circle, .accent, isHollow: false), "rejected by Holm"))
    }
    canvas.legend(entries)
    canvas.text(
      "p, logarithmic", x: 0, baseline: canvas.height + 12, .note, maximumWidth: canvas.width)
    let left = 44.0
    let labelWidth = canvas.isNarrow ? 112.0 : 210
    let box = Box(
      x: left, y: canvas.height + 24, width: canvas.width - left - labelWidth - 10,
      height: max(220, Double(count) * 14))
    let smallest = sorted.map(\.p).filter { $0 > 0 }.min() ?? 1
    let bandLow = data.nullBand.compactMap(\.lower).filter { $0 > 0 }.min() ?? 1
    let floor = max(
      1e-12, min(smallest, bandLow, hasLevel ? data.level / Double(count) : 1))
    let low = pow(10, log10(floor).rounded(.down))
    let y = LogScale(low...1, from: box.maxY, to: box.y)
    let x = LogScale(
      1...Double(max(2, count)), from: box.x + 14, to: box.maxX - 14)
    canvas.verticalAxis(
      y.ticks(maximum: 7).map { (y($0), NumberText.significant($0, digits: 1)) }, box: box)
    drawRules(count, x: x, y: y, on: &canvas)
    draw(sorted, x: x, y: y, box: box, on: &canvas)
    canvas.line(Point(box.x, box.maxY), Point(box.maxX, box.maxY), Mark.Stroke(.context))
    let ranks = Array(Set([1, 2, 3, 5, 10, 20, 50, 100, 200, 500, count])).filter { $0 <= count }
    canvas.horizontalAxis(ranks.sorted().map { (x(Double($0)), String($0)) }, box: box)
    canvas.horizontalTitle("Rank of p among \(count) tests, logarithmic", box: box)
    canvas.height = box.maxY + 38
  }

  private func drawRules(_ count: Int, x: LogScale, y: LogScale, on canvas: inout Canvas) {
    let ranks = (1...count).map(Double.init)
    if data.nullBand.count == count {
      let upper = zip(ranks, data.nullBand).compactMap { rank, band in
        band.upper.map { Point(x(rank), y($0)) }
      }
      let lower = zip(ranks, data.nullBand).compactMap { rank, band in
        band.lower.map { Point(x(rank), y($0)) }
      }
      canvas.area(upper + lower.reversed(), Mark.Fill(.context, opacity: 0.2))
    }
    guard hasLevel else { return }
    canvas.polyline(
      ranks.map { Point(x($0), y(data.level * $0 / Double(count))) },
      Mark.Stroke(.ink, width: 1.5, dash: [5, 3]))
    var steps: [Point] = []
    for rank in ranks {
      let threshold = y(data.level / (Double(count) - rank + 1))
      if let last = steps.last { steps.append(Point(x(rank), last.y)) }
      steps.append(Point(x(rank), threshold))
    }
    canvas.polyline(steps, Mark.Stroke(.ink, width: 1.5))
  }

  private func draw(
    _ sorted: [Test], x: LogScale, y: LogScale, box: Box, on canvas: inout Canvas
  ) {
    let rejected = holmCount
    let positions = Canvas.spread(
      sorted.map { y($0.p) }.reversed(), pitch: 14, from: box.y, to: box.maxY)
    let labels = zip(sorted.enumerated().reversed(), positions)
    for ((index, test), labelY) in labels {
      let point = Point(x(Double(index + 1)), y(test.p))
      canvas.polyline(
        [point, Point(box.maxX + 2, point.y), Point(box.maxX + 9, labelY)],
        Mark.Stroke(.pale, width: 0.75))
      let value = NumberText.pValue(test.p)
      let name = TextLayout.ellipsised(
        test.name, style: .note,
        width: canvas.width - box.maxX - 12 - canvas.size(value, .label).width - 8,
        shaper: canvas.shaper)
      let written = canvas.text(value, x: box.maxX + 12, middle: labelY, .label)
      canvas.text(name, x: written.maxX + 7, middle: labelY, .note)
    }
    for (index, test) in sorted.enumerated() {
      let point = Point(x(Double(index + 1)), y(test.p))
      canvas.marker(.circle, at: point, radius: 4.5, .accent, isHollow: index >= rejected)
      canvas.point(
        at: point,
        "\(test.name): \(NumberText.pStatement(test.p)), rank \(index + 1) of \(sorted.count), "
          + (index < rejected ? "rejected by Holm" : "not rejected"))
    }
  }
}
