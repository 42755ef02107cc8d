import Notation

/// Two raters against each other: counts with row shares, and the chance-corrected agreement.
public struct AgreementChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    /// "Judge", "human".
    public var rowRater: String
    public var columnRater: String
    public var categories: [String]
    /// `[row][column]`, as many as categories.
    public var counts: [[Int]]
    /// "Cohen's κ", "Gwet's AC1", with intervals.
    public var coefficients: [Coefficient]

    public init(
      rowRater: String, columnRater: String, categories: [String], counts: [[Int]],
      coefficients: [Coefficient]
    ) {
      self.rowRater = rowRater
      self.columnRater = columnRater
      self.categories = categories
      self.counts = counts
      self.coefficients = coefficients
    }
  }

  public struct Coefficient: Codable, Hashable, Sendable {
    public var name: String
    public var estimate: PlottedEstimate

    public init(name: String, estimate: PlottedEstimate) {
      self.name = name
      self.estimate = estimate
    }
  }

  public static var naturalWidth: Double { 520 }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  /// Zero where the matrix is shorter than the categories or a count is negative.
  private func count(_ row: Int, _ column: Int) -> Int {
    guard data.counts.indices.contains(row), data.counts[row].indices.contains(column) else {
      return 0
    }
    return max(0, data.counts[row][column])
  }

  private func rowTotal(_ row: Int) -> Int {
    data.categories.indices.reduce(0) { $0.addingReportingOverflow(count(row, $1)).partialValue }
  }

  private func shareText(_ row: Int, _ column: Int) -> String {
    let total = rowTotal(row)
    guard total > 0 else { return NumberText.absent }
    return NumberText.percent(Double(count(row, column)) / Double(total))
  }

  public var summary: String {
    guard !data.categories.isEmpty else { return "No pair of ratings was reported." }
    let total = data.categories.indices.map(rowTotal).reduce(0, &+)
    let agreed = data.categories.indices.map { count($0, $0) }.reduce(0, &+)
    return "\(data.rowRater) and \(data.columnRater) agree on \(NumberText.count(agreed)) of "
      + "\(NumberText.count(total))."
      + data.coefficients.map { " \($0.name) \($0.estimate.text(digits: 2))." }.joined()
  }

  public var table: ChartTable {
    ChartTable(
      header: [data.rowRater, data.columnRater, "Count", "Share of the row"],
      rows: data.categories.enumerated().flatMap { row, name in
        data.categories.enumerated().map { column, other in
          [name, other, NumberText.count(count(row, column)), shareText(row, column)]
        }
      } + data.coefficients.map { [$0.name, "", $0.estimate.text(digits: 2), ""] })
  }

  public func draw(on canvas: inout Canvas) {
    guard !data.categories.isEmpty else {
      canvas.emptyNotice("No pair of ratings was reported, so there is nothing to draw.")
      return
    }
    let widest = data.categories.map { canvas.size($0, .label).width }.max() ?? 0
    let labelWidth = min(canvas.width * 0.28, max(widest, 50))
    let left = labelWidth + 14
    let pitch = min(130, (canvas.width - left) / Double(data.categories.count))
    let rowHeight = 46.0
    canvas.text(
      "Columns: \(data.columnRater); rows: \(data.rowRater)", x: 0, baseline: canvas.height + 13,
      .note, maximumWidth: canvas.width)
    for (index, name) in data.categories.enumerated() {
      let label = TextLayout.ellipsised(
        name, style: .label, width: max(16, pitch - 6), shaper: canvas.shaper)
      canvas.tryText(
        label, x: left + (Double(index) + 0.5) * pitch, baseline: canvas.height + 32, .label,
        anchor: .middle, gap: 1)
    }
    canvas.height += 40
    for (row, name) in data.categories.enumerated() {
      let middle = canvas.height + rowHeight / 2
      canvas.text(name, x: 0, middle: middle, .label, maximumWidth: labelWidth)
      for (column, other) in data.categories.enumerated() {
        let box = Box(
          x: left + Double(column) * pitch, y: canvas.height + 1, width: pitch - 2,
          height: rowHeight - 2)
        let total = rowTotal(row)
        let share = total > 0 ? Double(count(row, column)) / Double(total) : 0
        // At most a third of full strength, so that ink stays readable on it.
        canvas.rectangle(
          box, fill: Mark.Fill(.accent, opacity: 0.04 + 0.3 * min(1, max(0, share))))
        if row == column {
          canvas.rectangle(
            Box(x: box.x + 0.75, y: box.y + 0.75, width: box.width - 1.5, height: box.height - 1.5),
            stroke: Mark.Stroke(.accent, width: 1.5))
        }
        canvas.tryText(
          NumberText.count(count(row, column)), x: box.midX, middle: middle - 7, .labelBold,
          anchor: .middle, within: box)
        canvas.tryText(
          shareText(row, column), x: box.midX, middle: middle + 8, .label, anchor: .middle,
          within: box)
        canvas.point(
          at: Point(box.midX, box.midY),
          "\(data.rowRater) \(name), \(data.columnRater) \(other): "
            + "\(NumberText.count(count(row, column))), \(shareText(row, column)) of the row")
      }
      canvas.height += rowHeight
    }
    canvas.height += 12
    RowPanels(
      rows: data.coefficients.map { RowPanels.Row(label: $0.name, detail: "") },
      panels: [
        RowPanels.Panel(
          title: "Agreement beyond chance, 1 is perfect", digits: 2, reference: 0,
          domain: (data.coefficients.contains { ($0.estimate.extent.min() ?? 0) < 0 } ? -1 : 0)...1,
          entries: data.coefficients.map {
            [RowPanels.Entry(estimate: $0.estimate, ink: .accent, name: $0.name)]
          })
      ]
    ).draw(on: &canvas)
  }
}
