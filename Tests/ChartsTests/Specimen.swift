import Charts
import Foundation
import Testing

/// A chart with a name, whatever its type.
struct Specimen: Sendable, CustomTestStringConvertible {
  let name: String
  let heading: ChartHeading
  let summary: String
  let table: ChartTable
  let drawing: @Sendable (Double) throws -> Drawing
  /// The specification as JSON, and the drawing of what is read back from it.
  let json: @Sendable () throws -> String
  let drawingOfDecoded: @Sendable (Double) throws -> Drawing

  init<C: Chart>(_ name: String, _ chart: C) {
    self.name = name
    heading = chart.heading
    summary = chart.summary
    table = chart.table
    drawing = { try chart.drawing(width: $0) }
    json = {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      return String(decoding: try encoder.encode(chart), as: UTF8.self) + "\n"
    }
    drawingOfDecoded = { width in
      let data = try JSONEncoder().encode(chart)
      return try JSONDecoder().decode(C.self, from: data).drawing(width: width)
    }
  }

  var testDescription: String { name }

  static let published: [Specimen] = [
    Specimen("dose-response", Samples.doseResponse),
    Specimen("forest", Samples.forest),
    Specimen("detection", Samples.detection),
    Specimen("anchor", Samples.anchor),
    Specimen("coverage", Samples.coverage),
    Specimen("grid-path", Samples.gridPath),
    Specimen("routing", Samples.routing),
    Specimen("multiplicity", Samples.multiplicity),
    Specimen("power", Samples.power),
    Specimen("layers-unknown", Samples.layers(hasCounts: false)),
    Specimen("layers-counted", Samples.layers(hasCounts: true)),
    Specimen("replication", Samples.replication),
    Specimen("roc", Samples.roc),
    Specimen("flow", Samples.flow),
    Specimen("agreement", Samples.agreement),
    Specimen("specification", Samples.specification),
    Specimen("reliability", Samples.reliability),
  ]
}
