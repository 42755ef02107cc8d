/// The design as a grid: which cells were measured, and which were not.
public struct CoverageChart: Chart {
  public enum State: String, Codable, Sendable, CaseIterable {
    case measured
    case imprecise
    case missing
    case dropped = "dropped in a later version"
  }

  public struct Data: Codable, Hashable, Sendable {
    /// "Scale factor α".
    public var columnTitle: String
    /// "0", "1", "2", "3".
    public var columns: [String]
    public var groups: [Group]

    public init(columnTitle: String, columns: [String], groups: [Group]) {
      self.columnTitle = columnTitle
      self.columns = columns
      self.groups = groups
    }
  }

  /// The rows of a benchmark.
  public struct Group: Codable, Hashable, Sendable {
    public var name: String
    public var rows: [Row]

    public init(name: String, rows: [Row]) {
      self.name = name
      self.rows = rows
    }
  }

  public struct Row: Codable, Hashable, Sendable {
    /// The configuration.
    public var name: String
    /// One per column; a cell that is not listed is missing.
    public var cells: [Cell]

    public init(name: String, cells: [Cell]) {
      self.name = name
      self.cells = cells
    }
  }

  public struct Cell: Codable, Hashable, Sendable {
    public var state: State
    /// "31/40", "~0%".
    public var text: String

    public init(_ state: State, _ text: String = "") {
      self.state = state
      self.text = text
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  private func cell(_ row: Row, _ column: Int) -> Cell {
    row.cells.indices.contains(column) ? row.cells[column] : Cell(.missing)
  }

  public var summary: String {
    let cells = data.groups.flatMap { group in
      group.rows.flatMap { row in data.columns.indices.map { cell(row, $0) } }
    }
    guard !cells.isEmpty else { return "The design has no cells." }
    let counts = State.allCases.compactMap { state -> String? in
      let count = cells.count { $0.state == state }
      return count > 0 ? "\(count) \(state.rawValue)" : nil
    }
    return "Of \(cells.count) cells of the design: " + counts.joined(separator: ", ") + "."
  }

  public var table: ChartTable {
    ChartTable(
      header: ["Benchmark", "Configuration", data.columnTitle, "State", "Published value"],
      rows: data.groups.flatMap { group in
        group.rows.flatMap { row in
          data.columns.enumerated().map { index, column in
            let cell = cell(row, index)
            return [group.name, row.name, column, cell.state.rawValue, cell.text]
          }
        }
      })
  }

  public func draw(on canvas: inout Canvas) {
    let groups = data.groups.filter { !$0.rows.isEmpty }
    guard !groups.isEmpty, !data.columns.isEmpty else {
      canvas.emptyNotice("The design has no cells, so there is nothing to draw.")
      return
    }
    let states = Set(
      groups.flatMap { group in
        group.rows.flatMap { row in data.columns.indices.map { cell(row, $0).state } }
      })
    canvas.legend(
      State.allCases.filter(states.contains).map { LegendEntry(Self.swatch($0), $0.rawValue) })
    let rows = groups.flatMap(\.rows)
    let widest = rows.map { canvas.size($0.name, .label).width }.max() ?? 0
    let labelWidth = min(canvas.width * 0.36, max(widest, 40))
    let left = labelWidth + 14
    let pitch = min(180, (canvas.width - left) / Double(data.columns.count))
    let rowHeight = 26.0
    let titleWidth = canvas.width - left
    canvas.text(
      data.columnTitle, x: left, baseline: canvas.height + 12, .note, maximumWidth: titleWidth)
    for (index, column) in data.columns.enumerated() {
      let label = TextLayout.ellipsised(
        column, style: .tick, width: max(20, pitch - 4), shaper: canvas.shaper)
      canvas.tryText(
        label, x: left + (Double(index) + 0.5) * pitch, baseline: canvas.height + 28, .tick,
        anchor: .middle, gap: 2)
    }
    canvas.height += 34
    for group in groups {
      canvas.text(
        group.name, x: 0, baseline: canvas.height + 14, .panel, maximumWidth: canvas.width)
      canvas.height += 20
      for row in group.rows {
        canvas.text(
          row.name, x: 0, middle: canvas.height + rowHeight / 2, .label, maximumWidth: labelWidth)
        for (index, column) in data.columns.enumerated() {
          let box = Box(
            x: left + Double(index) * pitch, y: canvas.height + 1, width: pitch - 2,
            height: rowHeight - 2)
          draw(cell(row, index), in: box, on: &canvas)
          let content = cell(row, index)
          canvas.point(
            at: Point(box.midX, box.midY),
            "\(group.name), \(row.name), \(data.columnTitle) \(column): \(content.state.rawValue)"
              + (content.text.isEmpty ? "" : ", \(content.text)"))
        }
        canvas.height += rowHeight
      }
      canvas.height += 8
    }
  }

  private static func swatch(_ state: State) -> LegendEntry.Swatch {
    switch state {
    case .measured: .area(Mark.Fill(.accent, opacity: 0.2))
    case .imprecise: .marker(.triangle, .refuted, isHollow: true)
    case .missing: .cross(.refuted)
    case .dropped: .line(Mark.Stroke(.muted, width: 1.5, dash: [3, 2]))
    }
  }

  private func draw(_ cell: Cell, in box: Box, on canvas: inout Canvas) {
    let center = Point(box.midX, box.midY)
    switch cell.state {
    case .measured:
      canvas.rectangle(box, fill: Mark.Fill(.accent, opacity: 0.2))
    case .imprecise:
      canvas.rectangle(box, fill: Mark.Fill(.accent, opacity: 0.2))
      canvas.marker(
        .triangle, at: Point(box.x + 9, box.midY), radius: 4, .refuted, isHollow: true)
    case .missing:
      canvas.rectangle(
        Box(x: box.x + 0.5, y: box.y + 0.5, width: box.width - 1, height: box.height - 1),
        stroke: Mark.Stroke(.grid))
      canvas.cross(at: center, radius: 3.5, Mark.Stroke(.refuted, width: 1.5))
      return
    case .dropped:
      canvas.rectangle(
        Box(x: box.x + 0.75, y: box.y + 0.75, width: box.width - 1.5, height: box.height - 1.5),
        stroke: Mark.Stroke(.muted, width: 1.5, dash: [3, 2]))
    }
    let inset = cell.state == .imprecise ? 18.0 : 4
    let room = box.width - inset * 2
    guard room >= 20 else { return }
    canvas.text(
      cell.text, x: center.x + (cell.state == .imprecise ? 7 : 0), middle: center.y, .label,
      anchor: .middle, maximumWidth: room)
  }
}
