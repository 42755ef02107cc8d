import Notation

/// Receiver operating characteristics as steps, with a band and the area under each curve.
///
/// Ties between classes are slopes: the caller gives one vertex per distinct score.
public struct ROCChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    public var curves: [Curve]
    public init(curves: [Curve]) { self.curves = curves }
  }

  public struct Curve: Codable, Hashable, Sendable {
    public var name: String
    public var auroc: PlottedEstimate
    /// From (0, 0) to (1, 1), one per distinct score.
    public var vertices: [Vertex]
    /// The threshold in use.
    public var operatingPoint: Vertex?

    public init(
      name: String, auroc: PlottedEstimate, vertices: [Vertex], operatingPoint: Vertex? = nil
    ) {
      self.name = name
      self.auroc = auroc
      self.vertices = vertices
      self.operatingPoint = operatingPoint
    }
  }

  public struct Vertex: Codable, Hashable, Sendable {
    /// 0...1.
    public var falsePositiveRate: Double
    /// 0...1; with an interval where a band was computed.
    public var truePositiveRate: PlottedEstimate
    /// "score ≥ 0.50".
    public var label: String

    public init(
      falsePositiveRate: Double, truePositiveRate: PlottedEstimate, label: String = ""
    ) {
      self.falsePositiveRate = falsePositiveRate
      self.truePositiveRate = truePositiveRate
      self.label = label
    }
  }

  public static var naturalWidth: Double { 520 }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  public var summary: String {
    guard !data.curves.isEmpty else { return "No curve was computed." }
    return data.curves.map { curve in
      "\(curve.name): AUROC \(curve.auroc.text(digits: 3))"
        + (curve.operatingPoint.map { ", in use: \(Self.text($0))" } ?? "")
    }.joined(separator: "; ") + "."
  }

  public var table: ChartTable {
    ChartTable(
      header: [
        "Curve", "AUROC", "False positive rate (%)", "True positive rate (%)", "Interval (%)",
        "Threshold",
      ],
      rows: data.curves.flatMap { curve in
        (curve.vertices + [curve.operatingPoint].compactMap { $0 }).map { vertex in
          let rate = Self.percent(vertex.truePositiveRate)
          return [
            curve.name, curve.auroc.text(digits: 3),
            NumberText.decimal(vertex.falsePositiveRate * 100, digits: 1),
            rate.valueText(digits: 1), rate.intervalText(digits: 1), vertex.label,
          ]
        }
      })
  }

  private static func percent(_ rate: PlottedEstimate) -> PlottedEstimate {
    PlottedEstimate(
      rate.value.map { $0 * 100 }, lower: rate.lower.map { $0 * 100 },
      upper: rate.upper.map { $0 * 100 })
  }

  private static func text(_ vertex: Vertex) -> String {
    "true positive rate \(percent(vertex.truePositiveRate).text(digits: 1, unit: "%")) at false "
      + "positive rate \(NumberText.decimal(vertex.falsePositiveRate * 100, digits: 1))%"
      + (vertex.label.isEmpty ? "" : ", \(vertex.label)")
  }

  // MARK: - Drawing

  public func draw(on canvas: inout Canvas) {
    let curves = data.curves.filter { $0.vertices.count > 1 }
    guard !curves.isEmpty else {
      canvas.emptyNotice("No curve was computed, so there is nothing to draw.")
      return
    }
    let left = 48.0
    let keys = canvas.isNarrow ? 0 : min(360, canvas.width * 0.4)
    let side = min(400, canvas.width - left - keys - 12)
    canvas.text(
      "True positive rate, %", x: 0, baseline: canvas.height + 14, .note,
      maximumWidth: canvas.width)
    let box = Box(x: left, y: canvas.height + 28, width: side, height: side)
    let x = LinearScale(0...1, from: box.x, to: box.maxX)
    let y = LinearScale(0...1, from: box.maxY, to: box.y)
    let ticks = [0, 0.25, 0.5, 0.75, 1]
    canvas.verticalAxis(
      ticks.map { (y($0), NumberText.percent($0, digits: 0)) }, box: box)
    canvas.line(
      Point(x(0), y(0)), Point(x(1), y(1)), Mark.Stroke(.context, width: 1, dash: [4, 3]))
    for (index, curve) in curves.enumerated() {
      draw(curve, stroke(index, of: curves.count), index: index, x: x, y: y, on: &canvas)
    }
    canvas.line(Point(box.x, box.maxY), Point(box.maxX, box.maxY), Mark.Stroke(.context))
    canvas.horizontalAxis(
      ticks.map { (x($0), NumberText.percent($0, digits: 0)) }, box: box)
    canvas.horizontalTitle("False positive rate, %", box: box, maximumWidth: side)
    let bottom = box.maxY + 38
    var entries = curves.enumerated().map { index, curve in
      LegendEntry(
        .line(stroke(index, of: curves.count)),
        "\(curve.name): AUROC \(curve.auroc.text(digits: 3))")
    }
    if curves.contains(where: { $0.operatingPoint != nil }) {
      entries.append(LegendEntry(.marker(.diamond, .ink, isHollow: true), "threshold in use"))
    }
    entries.append(LegendEntry(.line(Mark.Stroke(.context, width: 1, dash: [4, 3])), "chance"))
    canvas.height = canvas.isNarrow ? bottom : box.y
    for entry in entries { canvas.legend([entry], x: canvas.isNarrow ? 0 : box.maxX + 20) }
    canvas.height = max(canvas.height, bottom)
  }

  private func stroke(_ index: Int, of count: Int) -> Mark.Stroke {
    let dashes: [[Double]] = [[], [6, 3], [2, 2.5], [8, 2, 2, 2]]
    return Mark.Stroke(
      count == 1 ? .accent : .series(index), width: 2, dash: dashes[index % dashes.count])
  }

  private func draw(
    _ curve: Curve, _ stroke: Mark.Stroke, index: Int, x: LinearScale, y: LinearScale,
    on canvas: inout Canvas
  ) {
    let vertices = curve.vertices.filter { !$0.falsePositiveRate.isNaN }
    let banded = vertices.filter { $0.truePositiveRate.interval != nil }
    canvas.area(
      banded.map {
        Point(x.clamped($0.falsePositiveRate), y.clamped($0.truePositiveRate.upper ?? 1))
      }
        + banded.reversed().map {
          Point(x.clamped($0.falsePositiveRate), y.clamped($0.truePositiveRate.lower ?? 0))
        }, Mark.Fill(stroke.ink, opacity: 0.16))
    canvas.polyline(
      vertices.compactMap { vertex in
        vertex.truePositiveRate.value.map {
          Point(x.clamped(vertex.falsePositiveRate), y.clamped($0))
        }
      }, stroke)
    guard let used = curve.operatingPoint, !used.falsePositiveRate.isNaN,
      let rate = used.truePositiveRate.value
    else { return }
    let point = Point(x.clamped(used.falsePositiveRate), y.clamped(rate))
    canvas.marker(.diamond, at: point, radius: 5, stroke.ink, isHollow: true)
    canvas.point(at: point, "\(curve.name): \(Self.text(used))")
  }
}
