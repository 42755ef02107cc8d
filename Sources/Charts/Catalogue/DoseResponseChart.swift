import Notation

/// Small multiples of an outcome against the dose: one row per benchmark, one panel per
/// configuration, the same axes within a row.
///
/// Each control set is a thin grey line of its own (their mean would hide how far one random set
/// can go). A cell that was not run is a cross at its dose and a gap in the line.
public struct DoseResponseChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    /// What is on the vertical axis: "Compliance".
    public var measure: String
    /// "%" or another unit.
    public var unit: String
    /// What is on the horizontal axis: "Scale factor α".
    public var dose: String
    /// The dose that changes nothing, dotted.
    public var noOpDose: Double?
    /// All doses of the design, measured or not.
    public var doses: [Double]
    /// Rows of panels, in the order of the design.
    public var benchmarks: [Benchmark]
    /// `true`: the vertical axis starts near the lowest value, and says so; else at 0.
    public var startsAtData: Bool?

    public init(
      measure: String, unit: String, dose: String, noOpDose: Double?, doses: [Double],
      benchmarks: [Benchmark], startsAtData: Bool? = nil
    ) {
      self.measure = measure
      self.unit = unit
      self.dose = dose
      self.noOpDose = noOpDose
      self.doses = doses
      self.benchmarks = benchmarks
      self.startsAtData = startsAtData
    }
  }

  public struct Benchmark: Codable, Hashable, Sendable {
    public var name: String
    public var panels: [Panel]

    public init(name: String, panels: [Panel]) {
      self.name = name
      self.panels = panels
    }
  }

  public struct Panel: Codable, Hashable, Sendable {
    /// The configuration.
    public var name: String
    /// "n = 40 per dose".
    public var detail: String
    public var series: [Series]
    public var controls: [Series]
    /// Fitted values at doses, dashed (the isotonic fit, when monotonicity is the test).
    public var fit: [Cell]
    /// One line under the panel: the trend and its p.
    public var note: String

    public init(
      name: String, detail: String = "", series: [Series], controls: [Series] = [],
      fit: [Cell] = [], note: String = ""
    ) {
      self.name = name
      self.detail = detail
      self.series = series
      self.controls = controls
      self.fit = fit
      self.note = note
    }
  }

  public struct Series: Codable, Hashable, Sendable {
    public var name: String
    /// Hollow points: a row that a later version dropped, for example.
    public var isHollow: Bool
    public var cells: [Cell]

    public init(name: String, isHollow: Bool = false, cells: [Cell]) {
      self.name = name
      self.isHollow = isHollow
      self.cells = cells
    }
  }

  public struct Cell: Codable, Hashable, Sendable {
    public var dose: Double
    /// In the unit of the axis; without a value the cell is missing.
    public var estimate: PlottedEstimate
    /// "31 of 40", or why the cell is missing.
    public var detail: String

    public init(dose: Double, estimate: PlottedEstimate, detail: String = "") {
      self.dose = dose
      self.estimate = estimate
      self.detail = detail
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  private var digits: Int { data.unit == "%" ? 1 : 2 }

  public var summary: String {
    let cells = targetCells
    let measured = cells.filter { $0.cell.estimate.value != nil }
    guard
      let low = measured.min(by: { ($0.cell.estimate.value ?? 0) < ($1.cell.estimate.value ?? 0) }),
      let high = measured.max(by: { ($0.cell.estimate.value ?? 0) < ($1.cell.estimate.value ?? 0) })
    else { return "\(data.measure) by dose: no cell was measured." }
    func place(_ entry: (benchmark: String, panel: String, cell: Cell)) -> String {
      "\(entry.cell.estimate.text(digits: digits, unit: data.unit)) "
        + "(\(entry.benchmark), \(entry.panel), dose \(Self.doseText(entry.cell.dose)))"
    }
    return "\(data.measure) by dose in \(data.benchmarks.map(\.panels.count).reduce(0, +)) panels. "
      + "Lowest \(place(low)), highest \(place(high)). "
      + "\(measured.count) of \(cells.count) cells measured."
  }

  public var table: ChartTable {
    var rows: [[String]] = []
    for benchmark in data.benchmarks {
      for panel in benchmark.panels {
        for series in panel.series + panel.controls {
          for cell in series.cells {
            rows.append([
              benchmark.name, panel.name, series.name, Self.doseText(cell.dose),
              cell.estimate.valueText(digits: digits), cell.estimate.intervalText(digits: digits),
              cell.detail,
            ])
          }
        }
      }
    }
    return ChartTable(
      header: [
        "Benchmark", "Configuration", "Series", data.dose, "\(data.measure) (\(data.unit))",
        "95% interval", "Detail",
      ], rows: rows)
  }

  static func doseText(_ dose: Double) -> String {
    NumberText.decimal(dose, digits: LinearScale.fractionDigits(abs(dose)))
  }

  private var targetCells: [(benchmark: String, panel: String, cell: Cell)] {
    data.benchmarks.flatMap { benchmark in
      benchmark.panels.flatMap { panel in
        panel.series.flatMap { series in
          series.cells.map { (benchmark.name, panel.name, $0) }
        }
      }
    }
  }
}
