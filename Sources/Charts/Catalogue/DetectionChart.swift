import Notation

/// How well a classifier ranks (AUROC) and decides (accuracy against the majority rule), per data
/// set.
///
/// Both stand side by side because a good ranking with a misplaced threshold is worse than always
/// answering with the larger class.
public struct DetectionChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    public var rows: [Row]
    public init(rows: [Row]) { self.rows = rows }
  }

  public struct Row: Codable, Hashable, Sendable {
    public var name: String
    /// "n = 500, 183 positive".
    public var detail: String
    /// In 0...1.
    public var auroc: PlottedEstimate
    /// In percent.
    public var accuracy: PlottedEstimate
    /// Accuracy of always answering with the larger class, in percent.
    public var majority: Double?
    /// One random draw of as many neurons, if it was reported.
    public var randomAUROC: Double?
    public var randomAccuracy: Double?

    public init(
      name: String, detail: String = "", auroc: PlottedEstimate, accuracy: PlottedEstimate,
      majority: Double? = nil, randomAUROC: Double? = nil, randomAccuracy: Double? = nil
    ) {
      self.name = name
      self.detail = detail
      self.auroc = auroc
      self.accuracy = accuracy
      self.majority = majority
      self.randomAUROC = randomAUROC
      self.randomAccuracy = randomAccuracy
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  public var summary: String {
    guard !data.rows.isEmpty else { return "No data set was evaluated." }
    return data.rows.map { row in
      "\(row.name): AUROC \(row.auroc.text(digits: 3)), "
        + "accuracy \(row.accuracy.text(digits: 1, unit: "%"))"
        + (row.majority.map { " against \(NumberText.decimal($0, digits: 1))% by majority" } ?? "")
    }.joined(separator: "; ") + "."
  }

  public var table: ChartTable {
    ChartTable(
      header: [
        "Data set", "Detail", "AUROC", "95% interval", "Random AUROC", "Accuracy (%)",
        "95% interval", "Majority (%)", "Random accuracy (%)",
      ],
      rows: data.rows.map { row in
        [
          row.name, row.detail, row.auroc.valueText(digits: 3), row.auroc.intervalText(digits: 3),
          PlottedEstimate(row.randomAUROC).valueText(digits: 3),
          row.accuracy.valueText(digits: 1), row.accuracy.intervalText(digits: 1),
          PlottedEstimate(row.majority).valueText(digits: 1),
          PlottedEstimate(row.randomAccuracy).valueText(digits: 1),
        ]
      })
  }

  public func draw(on canvas: inout Canvas) {
    guard !data.rows.isEmpty else {
      canvas.emptyNotice("No data set was evaluated, so there is nothing to draw.")
      return
    }
    var entries = [LegendEntry(.marker(.circle, .accent, isHollow: false), "classifier")]
    if data.rows.contains(where: { $0.randomAUROC != nil || $0.randomAccuracy != nil }) {
      entries.append(
        LegendEntry(.marker(.circle, .context, isHollow: true), "one random draw of neurons"))
    }
    if data.rows.contains(where: { $0.majority != nil }) {
      entries.append(
        LegendEntry(.line(Mark.Stroke(.ink, width: 2.5)), "always the larger class"))
    }
    canvas.legend(entries)
    let auroc = data.rows.map { row in
      [
        RowPanels.Entry(
          estimate: PlottedEstimate(row.randomAUROC), ink: .context, isHollow: true,
          isLabelled: false, name: "random AUROC"),
        RowPanels.Entry(estimate: row.auroc, ink: .accent, name: "AUROC"),
      ]
    }
    let accuracy = data.rows.map { row in
      [
        RowPanels.Entry(
          estimate: PlottedEstimate(row.majority), ink: .ink, kind: .rule, isLabelled: false,
          name: "majority accuracy"),
        RowPanels.Entry(
          estimate: PlottedEstimate(row.randomAccuracy), ink: .context, isHollow: true,
          isLabelled: false, name: "random accuracy"),
        RowPanels.Entry(
          estimate: row.accuracy, ink: isBelowMajority(row) ? .refuted : .accent,
          name: "accuracy"),
      ]
    }
    let low = data.rows.flatMap { $0.auroc.extent + [$0.randomAUROC].compactMap { $0 } }.min() ?? 0
    RowPanels(
      rows: data.rows.map { RowPanels.Row(label: $0.name, detail: $0.detail) },
      panels: [
        RowPanels.Panel(
          title: "Ranking: AUROC, chance at 0.5", digits: 3, reference: 0.5,
          domain: (low < 0.4 ? 0 : 0.4)...1, entries: auroc),
        RowPanels.Panel(
          title: "Deciding: accuracy, %", digits: 1, unit: "%", domain: 0...100,
          entries: accuracy),
      ]
    ).draw(on: &canvas)
  }

  /// The whole interval lies below the majority rule.
  private func isBelowMajority(_ row: Row) -> Bool {
    guard let majority = row.majority, let interval = row.accuracy.interval else { return false }
    return interval.upperBound < majority
  }
}
