import Notation

/// Where in the network the selected neurons sit: a bar per layer above a strip of attention types.
///
/// Bars are drawn only when counts per layer were published. Otherwise the strip shows the layers
/// that the text names, and the published totals stand below; everything else is unknown, and the
/// chart says so instead of drawing zeros.
public struct LayerStripChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    /// In order, the first layer first.
    public var layers: [Layer]
    /// "Selected neurons per layer".
    public var measure: String
    public var hasCounts: Bool
    /// Published totals: "routed, in linear-attention layers", 35 of 39.
    public var aggregates: [Aggregate]
    /// `false` where attention types are not known: no marks are drawn then.
    public var hasAttention: Bool?

    public init(
      layers: [Layer], measure: String, hasCounts: Bool, hasAttention: Bool? = nil,
      aggregates: [Aggregate]
    ) {
      self.layers = layers
      self.measure = measure
      self.hasCounts = hasCounts
      self.hasAttention = hasAttention
      self.aggregates = aggregates
    }
  }

  public struct Layer: Codable, Hashable, Sendable {
    public var isFullAttention: Bool
    /// `nil` when it was not published.
    public var count: Int?
    /// Random envelope of the count, if it was simulated.
    public var envelope: PlottedEstimate?
    /// What the text says about this layer: "5 routed".
    public var note: String

    public init(
      isFullAttention: Bool, count: Int? = nil, envelope: PlottedEstimate? = nil,
      note: String = ""
    ) {
      self.isFullAttention = isFullAttention
      self.count = count
      self.envelope = envelope
      self.note = note
    }
  }

  public struct Aggregate: Codable, Hashable, Sendable {
    public var label: String
    public var count: Int
    public var total: Int
    /// Share under the null, 0...1, as a tick on the bar.
    public var expectedShare: Double?

    public init(label: String, count: Int, total: Int, expectedShare: Double? = nil) {
      self.label = label
      self.count = count
      self.total = total
      self.expectedShare = expectedShare
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  public var summary: String {
    guard !data.layers.isEmpty else { return "No layer was described." }
    let full = data.layers.count(where: \.isFullAttention)
    var text =
      data.hasAttention == false
      ? "\(data.layers.count) layers. "
      : "\(data.layers.count) layers, \(full) with full attention. "
    if data.hasCounts {
      let counts = data.layers.enumerated().compactMap { index, layer in
        layer.count.map { (index, $0) }
      }
      if let most = counts.max(by: { ($0.1, -$0.0) < ($1.1, -$1.0) }) {
        text += "Most in layer \(most.0): \(NumberText.count(most.1)). "
      }
    } else {
      text += "Counts per layer were not published. "
    }
    let notes = data.layers.enumerated().filter { !$0.element.note.isEmpty }
    if !notes.isEmpty {
      text += notes.map { "Layer \($0.offset): \($0.element.note)" }.joined(separator: "; ") + ". "
    }
    return text
      + data.aggregates.map { "\($0.label): \(Self.text($0))" }.joined(separator: "; ")
      + (data.aggregates.isEmpty ? "" : ".")
  }

  public var table: ChartTable {
    ChartTable(
      header: ["Layer or group", "Attention", data.measure, "Random envelope", "Note"],
      rows: data.layers.enumerated().map { index, layer in
        [
          String(index), attention(layer),
          layer.count.map(NumberText.count) ?? "not published",
          layer.envelope?.intervalText(digits: 0) ?? "", layer.note,
        ]
      }
        + data.aggregates.map { aggregate in
          [
            aggregate.label, "", Self.text(aggregate), "",
            aggregate.expectedShare.map { "expected share \(NumberText.percent($0))" } ?? "",
          ]
        })
  }

  private func attention(_ layer: Layer) -> String {
    data.hasAttention == false ? "not known" : layer.isFullAttention ? "full" : "linear"
  }

  private static func text(_ aggregate: Aggregate) -> String {
    guard aggregate.total > 0 else { return "\(aggregate.count) of \(aggregate.total)" }
    let share = Double(aggregate.count) / Double(aggregate.total)
    return "\(NumberText.count(aggregate.count)) of \(NumberText.count(aggregate.total)) "
      + "(\(NumberText.percent(share)))"
  }

  // MARK: - Drawing

  public func draw(on canvas: inout Canvas) {
    guard !data.layers.isEmpty else {
      canvas.emptyNotice("No layer was described, so there is nothing to draw.")
      return
    }
    var entries =
      data.hasAttention == false
      ? []
      : [
        LegendEntry(.marker(.square, .ink, isHollow: false), "full attention"),
        LegendEntry(.marker(.square, .ink, isHollow: true), "linear attention"),
      ]
    if !data.hasCounts, data.layers.contains(where: { !$0.note.isEmpty }) {
      entries.append(LegendEntry(.marker(.triangle, .accent, isHollow: false), "named in the text"))
    }
    if data.layers.contains(where: { $0.envelope?.interval != nil }) {
      entries.append(LegendEntry(.area(Mark.Fill(.context, opacity: 0.25)), "95% of random draws"))
    }
    if !entries.isEmpty { canvas.legend(entries) }
    let left = 36.0
    let pitch = (canvas.width - left - 4) / Double(data.layers.count)
    func center(_ index: Int) -> Double { left + (Double(index) + 0.5) * pitch }
    if data.hasCounts {
      drawBars(left: left, pitch: pitch, on: &canvas)
    } else {
      canvas.height =
        canvas.paragraph(
          "Counts per layer were not published; only the layers below are named.", x: left,
          top: canvas.height + 2, width: canvas.width - left, .note) + 2
      drawNotes(center, on: &canvas)
    }
    let side = min(12, pitch * 0.72)
    let middle = canvas.height + 10
    for (index, layer) in data.layers.enumerated() where data.hasAttention != false {
      canvas.rectangle(
        Box(x: center(index) - side / 2, y: middle - side / 2, width: side, height: side),
        fill: Mark.Fill(layer.isFullAttention ? .ink : .surface),
        stroke: Mark.Stroke(.ink, width: 1))
    }
    let step = pitch * 5 > 26 ? 5 : pitch * 10 > 26 ? 10 : 20
    canvas.horizontalAxis(
      data.layers.indices.filter { $0 % step == 0 || $0 == data.layers.count - 1 }
        .map { (center($0), String($0)) },
      box: Box(x: left, y: middle, width: canvas.width - left, height: side / 2 + 2))
    canvas.text("Layer", x: 0, baseline: middle + side / 2 + 17, .note, maximumWidth: left - 4)
    canvas.height = middle + side / 2 + 30
    drawAggregates(on: &canvas)
  }

  private func drawBars(left: Double, pitch: Double, on canvas: inout Canvas) {
    canvas.text(
      data.measure, x: 0, baseline: canvas.height + 14, .panel, maximumWidth: canvas.width)
    let box = Box(x: left, y: canvas.height + 30, width: canvas.width - left - 4, height: 120)
    let values = data.layers.flatMap { layer in
      [layer.count.map(Double.init), layer.envelope?.upper].compactMap { $0 }
    }
    let domain = LinearScale.niceDomain(values + [1], including: [0], count: 4) ?? 0...1
    let y = LinearScale(domain, from: box.maxY, to: box.y)
    canvas.verticalAxis(
      y.ticks(4).filter { $0 == $0.rounded() }.map { (y($0), NumberText.count(Int($0))) },
      box: box)
    for (index, layer) in data.layers.enumerated() {
      let x = left + Double(index) * pitch
      if let band = layer.envelope?.interval {
        canvas.rectangle(
          Box(
            x: x, y: y.clamped(band.upperBound), width: pitch,
            height: y.clamped(band.lowerBound) - y.clamped(band.upperBound)),
          fill: Mark.Fill(.context, opacity: 0.25))
      }
      let center = x + pitch / 2
      guard let count = layer.count else {
        canvas.cross(
          at: Point(center, box.maxY - 6), radius: min(3, pitch / 3),
          Mark.Stroke(.refuted, width: 1.25))
        canvas.point(at: Point(center, box.maxY - 6), "Layer \(index): not published")
        continue
      }
      let isOutside =
        layer.envelope?.interval.map { !$0.contains(Double(count)) } ?? false
      let hasEnvelope = layer.envelope?.interval != nil
      let top = y.clamped(Double(count))
      canvas.rectangle(
        Box(x: x + pitch * 0.15, y: top, width: pitch * 0.7, height: box.maxY - top),
        fill: Mark.Fill(isOutside || !hasEnvelope ? .accent : .context))
      if isOutside || layer.note.isEmpty == false {
        canvas.tryText(
          NumberText.count(count), x: center, baseline: top - 4, .label, anchor: .middle,
          hasHalo: true)
      }
      canvas.point(
        at: Point(center, top),
        "Layer \(index)\(data.hasAttention == false ? "" : ", \(attention(layer)) attention"): "
          + NumberText.count(count) + (layer.note.isEmpty ? "" : ", \(layer.note)"))
    }
    canvas.line(Point(box.x, box.maxY), Point(box.maxX, box.maxY), Mark.Stroke(.context))
    canvas.height = box.maxY + 4
  }

  /// The layers that the text names; in a narrow chart their names stand in a paragraph.
  private func drawNotes(_ center: (Int) -> Double, on canvas: inout Canvas) {
    let noted = data.layers.enumerated().filter { !$0.element.note.isEmpty }
    guard !noted.isEmpty else { return }
    let lines = 3
    if canvas.isNarrow {
      let names = noted.map { "\($0.offset): \($0.element.note)" }.joined(separator: "; ")
      canvas.height = canvas.paragraph(
        "Layer " + names, x: 0, top: canvas.height, width: canvas.width, .label, maximumLines: 6)
    }
    let markerY = canvas.height + (canvas.isNarrow ? 8 : Double(lines) * 16 + 8)
    var leaders: [Box] = []
    for (index, layer) in noted {
      let x = center(index)
      for line in 0..<lines where !canvas.isNarrow {
        let label = TextLayout.ellipsised(
          layer.note, style: .label, width: 240, shaper: canvas.shaper)
        let half = canvas.size(label, .label).width / 2
        let middle = min(max(x, half), canvas.width - half)
        let baseline = markerY - 8 - Double(line) * 16
        let leader = Box(x: x - 2, y: baseline + 3, width: 4, height: markerY - 6 - baseline)
        let box = canvas.textBox(label, x: middle, baseline: baseline, .label, anchor: .middle)
        guard line == 0 || canvas.isClear(leader), !leaders.contains(where: { $0.overlaps(box) }),
          canvas.tryText(label, x: middle, baseline: baseline, .label, anchor: .middle, gap: 5)
        else { continue }
        if line > 0 {
          leaders.append(leader)
          canvas.line(
            Point(x, baseline + 3), Point(x, markerY - 5), Mark.Stroke(.context, width: 0.75))
        }
        break
      }
      // The triangle points down at the square of its layer.
      canvas.shape(
        .polyline(
          [Point(x - 4, markerY - 4), Point(x + 4, markerY - 4), Point(x, markerY + 3)],
          isClosed: true), fill: Mark.Fill(.accent))
      canvas.point(at: Point(x, markerY), "Layer \(index): \(layer.note)")
    }
    canvas.height = markerY + 2
  }

  private func drawAggregates(on canvas: inout Canvas) {
    guard !data.aggregates.isEmpty else { return }
    canvas.text(
      data.hasCounts ? "Totals" : "Published totals", x: 0, baseline: canvas.height + 14, .panel,
      maximumWidth: canvas.width)
    canvas.height += 22
    if data.aggregates.contains(where: { $0.expectedShare != nil }) {
      canvas.legend([LegendEntry(.line(Mark.Stroke(.ink, width: 2)), "share expected at random")])
    }
    let widest = data.aggregates.map { canvas.size($0.label, .label).width }.max() ?? 0
    let valueWidth = data.aggregates.map { canvas.size(Self.text($0), .label).width }.max() ?? 0
    let labelWidth = canvas.isNarrow ? canvas.width : min(canvas.width * 0.4, widest)
    for aggregate in data.aggregates {
      let middle = canvas.height + (canvas.isNarrow ? 26 : 11)
      canvas.text(
        aggregate.label, x: 0, middle: canvas.isNarrow ? canvas.height + 9 : middle, .label,
        maximumWidth: labelWidth)
      let start = canvas.isNarrow ? 0 : labelWidth + 16
      let end = canvas.width - valueWidth - 12
      let share =
        aggregate.total > 0
        ? min(1, max(0, Double(aggregate.count) / Double(aggregate.total))) : 0
      canvas.rectangle(
        Box(x: start, y: middle - 6, width: end - start, height: 12), fill: Mark.Fill(.grid))
      canvas.rectangle(
        Box(x: start, y: middle - 6, width: (end - start) * share, height: 12),
        fill: Mark.Fill(.accent))
      if let expected = aggregate.expectedShare, (0...1).contains(expected) {
        let x = start + (end - start) * expected
        canvas.line(Point(x, middle - 9), Point(x, middle + 9), Mark.Stroke(.surface, width: 4))
        canvas.line(Point(x, middle - 9), Point(x, middle + 9), Mark.Stroke(.ink, width: 2))
      }
      canvas.text(Self.text(aggregate), x: end + 8, middle: middle, .label)
      canvas.point(
        at: Point(start + (end - start) * share, middle),
        "\(aggregate.label): \(Self.text(aggregate))")
      canvas.height = middle + 15
    }
  }
}
