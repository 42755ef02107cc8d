import Notation

/// Whether configurations agree where the intervention does nothing, and how each changes from its
/// own no-op.
///
/// At the no-op dose configurations that run the same weights must give the same rate. The second
/// panel removes each configuration's own level, which is what an effect has to show in.
public struct AnchorChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    /// "Compliance".
    public var measure: String
    /// "α = 1".
    public var noOp: String
    public var benchmarks: [Benchmark]

    public init(measure: String, noOp: String, benchmarks: [Benchmark]) {
      self.measure = measure
      self.noOp = noOp
      self.benchmarks = benchmarks
    }
  }

  public struct Benchmark: Codable, Hashable, Sendable {
    public var name: String
    /// One sentence with the test of homogeneity.
    public var note: String
    /// In display order; rows of one weight format together.
    public var rows: [Row]

    public init(name: String, note: String = "", rows: [Row]) {
      self.name = name
      self.note = note
      self.rows = rows
    }
  }

  public struct Row: Codable, Hashable, Sendable {
    public var configuration: String
    /// "GPTQ 4-bit"; configurations of one format must agree.
    public var weightFormat: String
    /// Rate at the no-op dose, percent.
    public var rate: PlottedEstimate
    public var changes: [Change]

    public init(
      configuration: String, weightFormat: String, rate: PlottedEstimate, changes: [Change]
    ) {
      self.configuration = configuration
      self.weightFormat = weightFormat
      self.rate = rate
      self.changes = changes
    }
  }

  public struct Change: Codable, Hashable, Sendable {
    /// "α = 0".
    public var dose: String
    /// Difference to the configuration's own no-op, percentage points.
    public var estimate: PlottedEstimate

    public init(dose: String, estimate: PlottedEstimate) {
      self.dose = dose
      self.estimate = estimate
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  public var summary: String {
    guard data.benchmarks.contains(where: { !$0.rows.isEmpty }) else {
      return "No no-op rate was reported."
    }
    return data.benchmarks.map { benchmark in
      "\(benchmark.name) at \(data.noOp): "
        + benchmark.rows.map {
          "\($0.configuration) \($0.rate.text(digits: 1, unit: "%"))"
        }.joined(separator: ", ") + "." + (benchmark.note.isEmpty ? "" : " " + benchmark.note)
    }.joined(separator: " ")
  }

  public var table: ChartTable {
    ChartTable(
      header: [
        "Benchmark", "Configuration", "Weight format", "Quantity", "Value", "95% interval",
      ],
      rows: data.benchmarks.flatMap { benchmark in
        (benchmark.note.isEmpty
          ? [] : [[benchmark.name, "all", "", "agreement at \(data.noOp)", benchmark.note, ""]])
          + benchmark.rows.flatMap { row in
            [
              [
                benchmark.name, row.configuration, row.weightFormat, "rate at \(data.noOp) (%)",
                row.rate.valueText(digits: 1), row.rate.intervalText(digits: 1),
              ]
            ]
              + row.changes.map { change in
                [
                  benchmark.name, row.configuration, row.weightFormat,
                  "change at \(change.dose) (pp)",
                  change.estimate.value.map { NumberText.signed($0, digits: 1) }
                    ?? NumberText.absent,
                  change.estimate.intervalText(digits: 1),
                ]
              }
          }
      })
  }

  public func draw(on canvas: inout Canvas) {
    let benchmarks = data.benchmarks.filter { !$0.rows.isEmpty }
    guard !benchmarks.isEmpty else {
      canvas.emptyNotice("No rate at the no-op dose was reported, so there is nothing to draw.")
      return
    }
    let doses = benchmarks.flatMap { $0.rows.flatMap { $0.changes.map(\.dose) } }
    var names: [String] = []
    for dose in doses where !names.contains(dose) { names.append(dose) }
    canvas.legend(
      names.enumerated().map { index, name in
        LegendEntry(.marker(.series(index), .series(index), isHollow: false), "change at \(name)")
      })
    for benchmark in benchmarks { draw(benchmark, doses: names, on: &canvas) }
  }

  private func draw(_ benchmark: Benchmark, doses: [String], on canvas: inout Canvas) {
    canvas.text(
      benchmark.name, x: 0, baseline: canvas.height + 15, .panel, maximumWidth: canvas.width)
    canvas.height += 20
    if !benchmark.note.isEmpty {
      canvas.height = canvas.paragraph(
        benchmark.note, x: 0, top: canvas.height, width: canvas.width, .note, maximumLines: 3)
    }
    canvas.height += 4
    let rates = benchmark.rows.map { row in
      [RowPanels.Entry(estimate: row.rate, ink: .accent, name: "rate at \(data.noOp)")]
    }
    let changes = benchmark.rows.map { row in
      row.changes.map { change in
        let index = doses.firstIndex(of: change.dose) ?? 0
        return RowPanels.Entry(
          estimate: change.estimate, ink: .series(index), kind: .point(.series(index)),
          isLabelled: true, name: "change at \(change.dose)")
      }
    }
    var panels = [
      RowPanels.Panel(
        title: "\(data.measure) at \(data.noOp), where nothing is changed", digits: 1, unit: "%",
        domain: 0...100, entries: rates)
    ]
    if changes.contains(where: { !$0.isEmpty }) {
      panels.append(
        RowPanels.Panel(
          title: "Change from the configuration's own \(data.noOp), pp", digits: 1,
          unit: "pp", isSigned: true, reference: 0, entries: changes, absence: "not measured",
          hasLanes: true))
    }
    RowPanels(
      rows: benchmark.rows.map {
        RowPanels.Row(label: $0.configuration, detail: $0.weightFormat)
      }, panels: panels
    ).draw(on: &canvas)
  }
}
