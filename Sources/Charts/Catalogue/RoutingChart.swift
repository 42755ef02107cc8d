import Notation

/// Which experts the tokens of each layer choose: bars of the share of answer tokens, experts in
/// order of it, the share of other tokens as an outline, and the share of an equal choice as a rule.
public struct RoutingChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    public var layers: [Layer]

    public init(layers: [Layer]) { self.layers = layers }
  }

  public struct Layer: Codable, Hashable, Sendable {
    public var index: Int
    /// By expert, 0...1: tokens that chose it. An empty list has no token.
    public var answer: [Double]
    public var other: [Double]
    /// Total variation distance of the two, 0...1.
    public var distance: Double?

    public init(index: Int, answer: [Double], other: [Double], distance: Double?) {
      self.index = index
      self.answer = answer
      self.other = other
      self.distance = distance
    }

    /// Experts, the most frequent on answer tokens first; ties by number.
    fileprivate var order: [Int] {
      answer.indices.sorted { (-answer[$0], $0) < (-answer[$1], $1) }
    }

    /// The share of each expert if all were chosen equally.
    fileprivate var equal: Double? {
      answer.isEmpty ? nil : answer.reduce(0, +) / Double(answer.count)
    }

    fileprivate func otherShare(_ expert: Int) -> Double? {
      other.indices.contains(expert) ? other[expert] : nil
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  /// Layers with shares that can be drawn.
  private var layers: [Layer] {
    data.layers.filter { layer in
      !layer.answer.isEmpty
        && (layer.answer + layer.other).allSatisfy { LinearScale.isPlottable($0) && $0 >= 0 }
    }
  }

  /// The expert of a layer whose share differs most between the regions.
  private func mostChanged(_ layer: Layer) -> (expert: Int, change: Double)? {
    layer.answer.indices.compactMap { expert in
      layer.otherShare(expert).map { (expert, layer.answer[expert] - $0) }
    }.max { (abs($0.1), -$0.0) < (abs($1.1), -$1.0) }
  }

  public var summary: String {
    let layers = layers
    guard let most = layers.max(by: { ($0.distance ?? -1) < ($1.distance ?? -1) }) else {
      return "No layer has a record of its routing."
    }
    var text = "\(layers.count) layers of \(most.answer.count) experts."
    if let distance = most.distance {
      text +=
        " The choices on answer and on other tokens differ most in layer \(most.index), by "
        + "\(NumberText.decimal(distance, digits: 2))"
      if let changed = mostChanged(most) {
        text +=
          "; there expert \(changed.expert) changes by "
          + NumberText.percentagePoints(changed.change)
      }
      text += "."
    }
    return text
  }

  public var table: ChartTable {
    ChartTable(
      header: ["Layer", "Expert", "Answer tokens", "Other tokens", "Difference", "Layer apart"],
      rows: layers.flatMap { layer in
        layer.order.map { expert in
          let (answer, other) = (layer.answer[expert], layer.otherShare(expert))
          return [
            "\(layer.index)", "\(expert)", NumberText.percent(answer),
            other.map { NumberText.percent($0) } ?? NumberText.absent,
            other.map { NumberText.percentagePoints(answer - $0) } ?? NumberText.absent,
            layer.distance.map { NumberText.decimal($0, digits: 2) } ?? NumberText.absent,
          ]
        }
      })
  }

  // MARK: - Drawing

  private static let panelHeight = 84.0

  public func draw(on canvas: inout Canvas) {
    let layers = layers
    guard !layers.isEmpty else {
      canvas.emptyNotice("No layer has a record of its routing, so there is nothing to draw.")
      return
    }
    canvas.legend([
      LegendEntry(.area(Mark.Fill(.accent, opacity: 0.55)), "answer tokens"),
      LegendEntry(.line(Mark.Stroke(.ink, width: 1.25)), "other tokens"),
      LegendEntry(.line(Mark.Stroke(.muted, width: 1, dash: [3, 3])), "equal choice"),
    ])
    let columns = min(layers.count, canvas.isNarrow ? 2 : 4)
    let (left, gap) = (38.0, 18.0)
    let width = (canvas.width - left - 8 - gap * Double(columns - 1)) / Double(columns)
    let largest = layers.flatMap { $0.answer + $0.other }.max() ?? 1
    let top = max(largest, 1e-6)
    for start in stride(from: 0, to: layers.count, by: columns) {
      let y = canvas.height
      for (place, layer) in layers[start..<min(start + columns, layers.count)].enumerated() {
        let box = Box(
          x: left + Double(place) * (width + gap), y: y + 24, width: width,
          height: Self.panelHeight)
        draw(layer, top: top, box: box, isFirst: place == 0, on: &canvas)
      }
      canvas.height = y + 24 + Self.panelHeight + 14
    }
    canvas.text(
      "Experts of a layer, the most frequent on answer tokens first; share of tokens that choose it",
      x: left, baseline: canvas.height + 6, .note, maximumWidth: canvas.width - left)
    canvas.height += 14
  }

  private func draw(
    _ layer: Layer, top: Double, box: Box, isFirst: Bool, on canvas: inout Canvas
  ) {
    let distance = layer.distance.map { ", \(NumberText.decimal($0, digits: 2)) apart" } ?? ""
    canvas.text(
      "Layer \(layer.index)\(distance)", x: box.x, baseline: box.y - 7, .label,
      maximumWidth: box.width)
    let y = LinearScale(0...top, from: box.maxY, to: box.y)
    canvas.verticalAxis(
      y.ticks(3).map { (y($0), NumberText.percent($0, digits: top < 0.02 ? 1 : 0)) }, box: box,
      isLabelled: isFirst)
    let order = layer.order
    let step = box.width / Double(order.count)
    var outline: [Point] = []
    for (rank, expert) in order.enumerated() {
      let x = box.x + Double(rank) * step
      let share = y.clamped(layer.answer[expert])
      canvas.rectangle(
        Box(x: x, y: share, width: step, height: box.maxY - share),
        fill: Mark.Fill(.accent, opacity: 0.55))
      if let other = layer.otherShare(expert) {
        outline += [Point(x, y.clamped(other)), Point(x + step, y.clamped(other))]
      }
    }
    canvas.polyline(outline, Mark.Stroke(.ink, width: 1.25))
    if let equal = layer.equal {
      canvas.line(
        Point(box.x, y.clamped(equal)), Point(box.maxX, y.clamped(equal)),
        Mark.Stroke(.muted, width: 1, dash: [3, 3]))
    }
    canvas.line(Point(box.x, box.maxY), Point(box.maxX, box.maxY), Mark.Stroke(.context))
    // The ends of the order and the largest change: not each of what may be hundreds.
    let named = Set([order.first, order.last, mostChanged(layer)?.expert].compactMap { $0 })
    for (rank, expert) in order.enumerated() where named.contains(expert) {
      canvas.point(
        at: Point(box.x + (Double(rank) + 0.5) * step, y.clamped(layer.answer[expert])),
        "Layer \(layer.index), expert \(expert): \(NumberText.percent(layer.answer[expert])) of "
          + "answer tokens, "
          + (layer.otherShare(expert).map { NumberText.percent($0) } ?? NumberText.absent)
          + " of other tokens")
    }
  }
}
