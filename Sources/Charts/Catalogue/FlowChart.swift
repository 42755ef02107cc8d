import Notation

/// The flow of units as CONSORT draws it: what was planned, what left and why, what was analysed.
public struct FlowChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    /// "samples".
    public var unit: String
    /// From top to bottom.
    public var stages: [Stage]

    public init(unit: String, stages: [Stage]) {
      self.unit = unit
      self.stages = stages
    }
  }

  public struct Stage: Codable, Hashable, Sendable {
    /// "Run".
    public var name: String
    /// `nil` when the study does not say.
    public var count: Int?
    /// What leaves after this stage.
    public var losses: [Loss]

    public init(name: String, count: Int?, losses: [Loss] = []) {
      self.name = name
      self.count = count
      self.losses = losses
    }
  }

  public struct Loss: Codable, Hashable, Sendable {
    public var reason: String
    public var count: Int?

    public init(reason: String, count: Int?) {
      self.reason = reason
      self.count = count
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  private static func text(_ count: Int?) -> String {
    count.map(NumberText.count) ?? "not reported"
  }

  public var summary: String {
    guard !data.stages.isEmpty else { return "No flow was reported." }
    return data.stages.map { stage in
      "\(stage.name): \(Self.text(stage.count)) \(data.unit)"
        + stage.losses.map { "; \($0.reason): \(Self.text($0.count))" }.joined()
    }.joined(separator: ". ") + "."
  }

  public var table: ChartTable {
    ChartTable(
      header: ["Stage", "Reason to leave", "Count (\(data.unit))"],
      rows: data.stages.flatMap { stage in
        [[stage.name, "", Self.text(stage.count)]]
          + stage.losses.map { [stage.name, $0.reason, Self.text($0.count)] }
      })
  }

  public func draw(on canvas: inout Canvas) {
    guard !data.stages.isEmpty else {
      canvas.emptyNotice("No flow of units was reported, so there is nothing to draw.")
      return
    }
    let boxWidth = canvas.isNarrow ? canvas.width * 0.44 : min(300, canvas.width * 0.4)
    let sideX = boxWidth + 40
    let sideWidth = canvas.width - sideX - 1
    let middle = boxWidth / 2
    canvas.height += 4
    for (index, stage) in data.stages.enumerated() {
      let top = canvas.height
      var bottom = canvas.paragraph(
        stage.name, x: 12, top: top + 7, width: boxWidth - 24, .labelBold, maximumLines: 3)
      bottom = canvas.paragraph(
        "\(Self.text(stage.count)) \(data.unit)", x: 12, top: bottom, width: boxWidth - 24, .label,
        maximumLines: 2)
      let height = bottom + 7 - top
      canvas.rectangle(
        Box(x: 0.75, y: top, width: boxWidth - 1.5, height: height),
        stroke: Mark.Stroke(
          index == data.stages.count - 1 ? .accent : .muted,
          width: index == data.stages.count - 1 ? 2 : 1))
      canvas.point(
        at: Point(middle, top + height / 2),
        "\(stage.name): \(Self.text(stage.count)) \(data.unit)")
      canvas.height = top + height
      if !stage.losses.isEmpty {
        drawLosses(
          stage.losses, from: Point(middle, canvas.height), x: sideX, width: sideWidth, on: &canvas)
      }
      guard index < data.stages.count - 1 else { continue }
      canvas.height += 22
      arrow(from: Point(middle, top + height), to: Point(middle, canvas.height), on: &canvas)
    }
    canvas.height += 6
  }

  private func drawLosses(
    _ losses: [Loss], from stem: Point, x: Double, width: Double, on canvas: inout Canvas
  ) {
    let top = stem.y + 12
    var bottom = top + 6
    for loss in losses {
      let start = bottom
      bottom = canvas.paragraph(
        "\(loss.reason): \(Self.text(loss.count))", x: x + 10, top: bottom, width: width - 20,
        .label, maximumLines: 3)
      canvas.point(
        at: Point(x + 5, (start + bottom) / 2), "\(loss.reason): \(Self.text(loss.count))")
    }
    canvas.rectangle(
      Box(x: x, y: top, width: width, height: bottom + 6 - top), stroke: Mark.Stroke(.context))
    let middle = (top + bottom + 6) / 2
    canvas.line(stem, Point(stem.x, middle), Mark.Stroke(.muted))
    arrow(from: Point(stem.x, middle), to: Point(x, middle), on: &canvas)
    canvas.height = bottom + 6
  }

  private func arrow(from start: Point, to end: Point, on canvas: inout Canvas) {
    canvas.line(start, end, Mark.Stroke(.muted))
    let tip: [Point] =
      start.x == end.x
      ? [Point(end.x - 4, end.y - 6), end, Point(end.x + 4, end.y - 6)]
      : [Point(end.x - 6, end.y - 4), end, Point(end.x - 6, end.y + 4)]
    canvas.polyline(tip, Mark.Stroke(.muted))
  }
}
