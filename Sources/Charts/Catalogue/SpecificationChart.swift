import Notation

/// All defensible analyses of one question, sorted by estimate, with the choices below.
///
/// - Source: Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4, 1208–1214,
///   doi:10.1038/s41562-020-0912-z.
public struct SpecificationChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    /// "Slope per unit of α".
    public var effect: String
    public var unit: String
    public var fractionDigits: Int
    /// The value of no effect.
    public var null: Double
    public var choices: [Choice]
    public var specifications: [Specification]

    public init(
      effect: String, unit: String, fractionDigits: Int = 1, null: Double = 0, choices: [Choice],
      specifications: [Specification]
    ) {
      self.effect = effect
      self.unit = unit
      self.fractionDigits = fractionDigits
      self.null = null
      self.choices = choices
      self.specifications = specifications
    }
  }

  /// A decision with its options.
  public struct Choice: Codable, Hashable, Sendable {
    public var name: String
    public var options: [String]

    public init(name: String, options: [String]) {
      self.name = name
      self.options = options
    }
  }

  public struct Specification: Codable, Hashable, Sendable {
    public var estimate: PlottedEstimate
    /// One option's index per choice.
    public var options: [Int]
    public var isRegistered: Bool

    public init(estimate: PlottedEstimate, options: [Int], isRegistered: Bool = false) {
      self.estimate = estimate
      self.options = options
      self.isRegistered = isRegistered
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  /// With an estimate, by its value, then in the given order.
  private var sorted: [Specification] {
    data.specifications.enumerated().compactMap { index, item in
      item.estimate.value.map { (index, $0, item) }
    }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.2)
  }

  private func text(_ estimate: PlottedEstimate) -> String {
    estimate.text(digits: data.fractionDigits, unit: data.unit, isSigned: true)
  }

  private func option(_ specification: Specification, _ choice: Int) -> String {
    guard specification.options.indices.contains(choice),
      data.choices[choice].options.indices.contains(specification.options[choice])
    else { return NumberText.absent }
    return data.choices[choice].options[specification.options[choice]]
  }

  public var summary: String {
    let sorted = sorted
    guard let first = sorted.first, let last = sorted.last else {
      return "No specification was estimated."
    }
    let count = sorted.count {
      guard let interval = $0.estimate.interval else { return false }
      return !interval.contains(data.null)
    }
    return "\(sorted.count) specifications from \(text(first.estimate)) to "
      + "\(text(last.estimate)); \(count) exclude no effect."
      + (sorted.first(where: \.isRegistered).map { " Registered: \(text($0.estimate))." } ?? "")
  }

  public var table: ChartTable {
    ChartTable(
      header: ["Rank"] + data.choices.map(\.name)
        + ["\(data.effect) (\(data.unit))", "95% interval", "Registered"],
      rows: sorted.enumerated().map { index, specification in
        [String(index + 1)]
          + data.choices.indices.map { option(specification, $0) }
          + [
            PlottedEstimate(specification.estimate.value).text(
              digits: data.fractionDigits, isSigned: true),
            specification.estimate.intervalText(digits: data.fractionDigits),
            specification.isRegistered ? "yes" : "",
          ]
      })
  }

  // MARK: - Drawing

  public func draw(on canvas: inout Canvas) {
    let sorted = sorted
    guard !sorted.isEmpty, LinearScale.isPlottable(data.null),
      let domain = LinearScale.niceDomain(
        sorted.flatMap(\.estimate.extent), including: [data.null], count: 5)
    else {
      canvas.emptyNotice("No specification was estimated, so there is nothing to draw.")
      return
    }
    canvas.legend(
      [
        LegendEntry(.marker(.circle, .context, isHollow: false), "specification, 95% interval")
      ]
        + (sorted.contains(where: \.isRegistered)
          ? [LegendEntry(.marker(.circle, .accent, isHollow: false), "registered")] : []))
    let options = data.choices.flatMap(\.options)
    let widest = options.map { canvas.size($0, .note).width }.max() ?? 0
    let left = max(52, min(canvas.width * 0.34, widest + 18))
    canvas.text(
      "\(data.effect), \(data.unit)", x: 0, baseline: canvas.height + 13, .note,
      maximumWidth: canvas.width)
    let box = Box(x: left, y: canvas.height + 26, width: canvas.width - left - 6, height: 150)
    let y = LinearScale(domain, from: box.maxY, to: box.y)
    let pitch = box.width / Double(sorted.count)
    func x(_ index: Int) -> Double { box.x + (Double(index) + 0.5) * pitch }
    let ticks = y.ticks(5)
    let digits = ticks.map(LinearScale.fractionDigits).max() ?? 0
    canvas.verticalAxis(ticks.map { (y($0), NumberText.signed($0, digits: digits)) }, box: box)
    canvas.line(Point(box.x, y(data.null)), Point(box.maxX, y(data.null)), Mark.Stroke(.ink))
    let radius = min(4, max(1.5, pitch * 0.35))
    for (index, specification) in sorted.enumerated() {
      let ink: Ink = specification.isRegistered ? .accent : .context
      let point = Point(x(index), y.clamped(specification.estimate.value ?? 0))
      if let interval = specification.estimate.interval {
        canvas.line(
          Point(point.x, y.clamped(interval.lowerBound)),
          Point(point.x, y.clamped(interval.upperBound)),
          Mark.Stroke(ink, width: min(2.5, max(0.75, pitch * 0.3)), opacity: 0.5))
      }
      canvas.marker(.circle, at: point, radius: radius, ink)
      canvas.point(
        at: point,
        (specification.isRegistered ? "Registered: " : "") + text(specification.estimate) + "; "
          + data.choices.indices.map { option(specification, $0) }.joined(separator: ", "))
    }
    canvas.height = box.maxY + 14
    for (choice, entry) in data.choices.enumerated() {
      canvas.text(
        entry.name, x: 0, baseline: canvas.height + 13, .labelBold, maximumWidth: canvas.width)
      canvas.height += 19
      for (row, name) in entry.options.enumerated() {
        let middle = canvas.height + 7
        canvas.text(name, x: 8, middle: middle, .note, maximumWidth: left - 16)
        canvas.line(Point(box.x, middle), Point(box.maxX, middle), Mark.Stroke(.grid))
        for (index, specification) in sorted.enumerated()
        where specification.options.indices.contains(choice)
          && specification.options[choice] == row
        {
          canvas.shape(
            .circle(center: Point(x(index), middle), radius: radius),
            fill: Mark.Fill(specification.isRegistered ? .accent : .muted))
        }
        canvas.height += 15
      }
      canvas.height += 6
    }
  }
}
