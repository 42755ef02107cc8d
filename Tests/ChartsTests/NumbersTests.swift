import Charts
import Testing

@Suite struct NumbersTests {
  /// Numbers with a decimal point: the values, not the n and the doses.
  private func numbers(in text: String) -> [String] {
    var found: [String] = []
    var current = ""
    for character in text + " " {
      if character.isASCII, character.isNumber || character == "." {
        current.append(character)
      } else {
        let number = current.last == "." ? String(current.dropLast()) : current
        if number.contains(".") { found.append(number) }
        current = ""
      }
    }
    return found
  }

  @Test(arguments: Specimen.published.filter { $0.name != "power" })
  func `every value that is drawn stands in the table`(_ specimen: Specimen) throws {
    let cells = specimen.table.rows.flatMap { $0 }.joined(separator: " | ")
    let known = Set(numbers(in: cells))
    let drawing = try specimen.drawing(960)
    for point in drawing.points {
      for number in numbers(in: point.label) {
        #expect(known.contains(number), "\(number) in \"\(point.label)\"")
      }
    }
    for text in drawing.texts where text.style == .label {
      for number in numbers(in: text.text) {
        #expect(known.contains(number), "\(number) in \"\(text.text)\"")
      }
    }
  }

  @Test(arguments: Specimen.published.filter { $0.name != "power" })
  func `every value of the summary stands in the table`(_ specimen: Specimen) {
    let cells = specimen.table.rows.flatMap { $0 }.joined(separator: " | ")
    let known = Set(numbers(in: cells)).union(["0.05"])
    // Majority accuracy of the path is a rule, not a cell; as a percentage it is in the subtitle.
    let isPath = specimen.name == "grid-path"
    for number in numbers(in: specimen.summary) where !(isPath && number == "76.8") {
      #expect(known.contains(number), "\(number)")
    }
    #expect(!specimen.summary.isEmpty)
  }

  @Test(arguments: Specimen.published + Specimen.hostile)
  func `a table has a title for each column`(_ specimen: Specimen) {
    #expect(!specimen.table.header.isEmpty)
    #expect(specimen.table.header.allSatisfy { !$0.isEmpty })
    #expect(specimen.table.rows.allSatisfy { $0.count == specimen.table.header.count })
  }

  @Test(arguments: Specimen.empty)
  func `an empty chart says why it is empty`(_ specimen: Specimen) throws {
    let drawing = try specimen.drawing(468)
    #expect(
      drawing.texts.contains { $0.text.contains("nothing to") || $0.text.contains("so there") })
    #expect(drawing.points.isEmpty)
    #expect(!specimen.summary.isEmpty)
  }

  /// Computed with R: p.adjust(c(.155,.21,.109,.028,.826,1,.7,1,.315), "holm") rejects none.
  @Test func `Holm and Benjamini–Hochberg counts are in the summary`() {
    #expect(Samples.multiplicity.summary.contains("Holm rejects 0, Benjamini–Hochberg 0."))
    let strong = MultiplicityChart(
      heading: Samples.multiplicity.heading,
      data: .init(tests: [0.001, 0.02, 0.03, 0.04].map { .init(name: "t", p: $0) }))
    // Holm: 0.001 ≤ 0.0125, then 0.02 > 0.0167. BH: 0.04 ≤ 0.05, so all four.
    #expect(strong.summary.contains("Holm rejects 1, Benjamini–Hochberg 4."))
  }

  @Test func `a verdict that the interval does not allow is named`() {
    #expect(Samples.forest.contradictions.isEmpty)
    let chart = ForestChart(
      heading: Samples.forest.heading,
      data: .init(facets: [
        .init(
          title: "f", unit: "pp", marginLower: -1, marginUpper: 1,
          rows: [
            Samples.row("a", -1.1, -1.3, -0.9, p: nil, .equivalent),
            Samples.row("b", 2, -1, 5, p: nil, .supported),
            Samples.row("c", 2, 1, 3, p: nil, .supported),
          ])
      ]))
    #expect(chart.contradictions.map { $0.prefix(1) } == ["a", "b"])
  }

  @Test func `the crossing of a power curve is interpolated`() {
    let curve = PowerChart.Curve(
      name: "c", isRealised: true,
      points: [
        .init(effect: 0, power: .init(0.05)), .init(effect: 10, power: .init(0.7)),
        .init(effect: 20, power: .init(0.9)),
      ])
    let chart = PowerChart(
      heading: Samples.power.heading, data: .init(effect: "e", unit: "pp", curves: [curve]))
    #expect(chart.crossing(curve).map { abs($0 - 15) < 1e-9 } == true)
    #expect(chart.summary.contains("80% at 15.0 pp"))
  }

  @Test(arguments: [
    (["a", "b"], "a,b\n"), (["−1.5", "p\u{202F}q"], "-1.5,p q\n"),
    (["=1+1", "@x"], "'=1+1,'@x\n"), (["a\"b", "c,d"], "\"a\"\"b\",\"c,d\"\n"),
    (["+8.0 [−2.3, 18.2]", "–"], "\"+8.0 [-2.3, 18.2]\",–\n"),
  ])
  func `cells become CSV that programs read and spreadsheets do not run`(
    _ row: [String], _ line: String
  ) {
    let table = ChartTable(header: ["x", "y"], rows: [row])
    #expect(table.csv == "x,y\n" + line)
  }
}

/// What cannot be written as JSON can still reach a chart from code.
@Suite struct NotANumberTests {
  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, 1e-300])
  func `a chart with absurd numbers is drawn or refused, never a crash`(_ value: Double) throws {
    let heading = ChartHeading(title: "t", subtitle: "s")
    let estimate = PlottedEstimate(value, lower: value, upper: value)
    let dose = Samples.doseResponse([
      .init(
        name: "b",
        panels: [
          .init(
            name: "p",
            series: [.init(name: "s", cells: [.init(dose: value, estimate: estimate)])],
            fit: [.init(dose: 0, estimate: estimate)])
        ])
    ])
    let power = PowerChart(
      heading: heading,
      data: .init(
        effect: "e", unit: "pp",
        curves: [
          .init(
            name: "c", isRealised: true,
            points: [.init(effect: value, power: estimate), .init(effect: 1, power: .init(0.9))])
        ], rules: [.init(name: "r", effect: value)]))
    let path = GridPathChart(
      heading: heading,
      data: .init(
        steps: [.init(c: value, accuracy: estimate, auroc: estimate, nonzero: -1, positive: .max)],
        majority: value, chosen: value))
    let tests = MultiplicityChart(
      heading: heading,
      data: .init(tests: [.init(name: "t", p: value)], level: value, nullBand: [estimate]))
    let forest = ForestChart(
      heading: heading,
      data: .init(facets: [
        .init(
          title: "f", unit: "pp", null: value, marginLower: value, marginUpper: value,
          rows: [.init(label: "r", estimate: estimate, adjusted: estimate, pValue: value)])
      ]))
    let routing = RoutingChart(
      heading: heading,
      data: .init(layers: [
        .init(index: 0, answer: [value, 0.5], other: [0.5, value], distance: value)
      ]))
    for specimen in [
      Specimen("dose", dose), Specimen("power", power), Specimen("path", path),
      Specimen("routing", routing),
      Specimen("tests", tests), Specimen("forest", forest),
    ] {
      do {
        let drawing = try specimen.drawing(468)
        #expect(!drawing.texts.isEmpty)
        _ = try drawing.svg(id: "f")
      } catch let error as ChartError {
        guard case .coordinateNotFinite = error else { throw error }
      }
      #expect(!specimen.summary.isEmpty)
      #expect(!specimen.table.header.isEmpty)
    }
  }

  @Test func `the routing chart orders experts and names the largest change`() {
    let chart = Samples.routing
    #expect(
      chart.summary
        == "3 layers of 8 experts. The choices on answer and on other tokens differ most in layer 1, "
        + "by 0.48; there expert 0 changes by +60.0\u{202F}pp.")
    let second = chart.table.rows.filter { $0[0] == "1" }
    #expect(second.map { $0[1] } == ["0", "2", "4", "5", "6", "7", "3", "1"])
    #expect(second.first == ["1", "0", "90.0%", "30.0%", "+60.0\u{202F}pp", "0.48"])
    #expect(chart.table.rows.filter { $0[0] == "2" }.allSatisfy { $0[3] == "–" })
  }
}
