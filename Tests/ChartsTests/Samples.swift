import Charts

/// One example per chart with the numbers of a published study, and hostile versions of them.
enum Samples {
  static func estimate(_ value: Double, _ lower: Double, _ upper: Double) -> PlottedEstimate {
    PlottedEstimate(value, lower: lower, upper: upper)
  }

  /// Wilson's interval in percent.
  static func rate(_ count: Int, of total: Int) -> PlottedEstimate {
    let z = 1.959963984540054
    let n = Double(total)
    let p = Double(count) / n
    let scale = 1 / (1 + z * z / n)
    let center = (p + z * z / (2 * n)) * scale
    let half = z * scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return PlottedEstimate(
      100 * p, lower: max(0, 100 * (center - half)), upper: min(100, 100 * (center + half)))
  }

  static let longName = String(
    repeating: "A configuration whose name nobody ever meant to be printed ", count: 4)

  // MARK: - Dose response

  static func panel(
    _ name: String, of total: Int, _ counts: [Int?], fit: [Double] = [], note: String = "",
    isHollow: Bool = false
  ) -> DoseResponseChart.Panel {
    DoseResponseChart.Panel(
      name: name, detail: "n = \(total) per dose",
      series: [
        DoseResponseChart.Series(
          name: "selected neurons", isHollow: isHollow,
          cells: counts.enumerated().map { dose, count in
            DoseResponseChart.Cell(
              dose: Double(dose),
              estimate: count.map { rate($0, of: total) } ?? PlottedEstimate(nil),
              detail: count.map { "\($0) of \(total)" } ?? "not run")
          })
      ],
      fit: fit.enumerated().map {
        DoseResponseChart.Cell(dose: Double($0), estimate: PlottedEstimate($1))
      }, note: note)
  }

  static func doseResponse(_ benchmarks: [DoseResponseChart.Benchmark]) -> DoseResponseChart {
    DoseResponseChart(
      heading: ChartHeading(
        title: "Only configuration A falls with the dose, and only on one benchmark",
        subtitle: "Compliance, %, by scale factor α; Wilson 95% intervals; 40 to 100 per cell"),
      data: DoseResponseChart.Data(
        measure: "Compliance", unit: "%", dose: "Scale factor α", noOpDose: 1,
        doses: [0, 1, 2, 3], benchmarks: benchmarks))
  }

  static let doseResponse = doseResponse([
    DoseResponseChart.Benchmark(
      name: "FalseQA",
      panels: [
        panel("A", of: 100, [12, 27, 20, nil], fit: [12, 23.5, 23.5], note: "p = 0.155"),
        panel("B", of: 100, [20, 15, 10, 15], note: "p = 0.210"),
        panel("C", of: 100, [13, 8, 6, 7], note: "p = 0.109"),
      ]),
    DoseResponseChart.Benchmark(
      name: "FaithEval",
      panels: [
        panel("A", of: 40, [31, 29, 27, 22], note: "p = 0.028, Holm 0.25"),
        panel("B", of: 40, [14, 15, 15, 15], note: "p = 0.826"),
        panel("C", of: 40, [20, 22, 22, 20], note: "p = 1.000"),
      ]),
    DoseResponseChart.Benchmark(
      name: "Sycophancy",
      panels: [
        panel("A", of: 60, [6, 5, 6, 7], isHollow: true), panel("B", of: 60, [3, 3, nil, nil]),
        panel("C", of: 60, [1, 0, nil, nil]),
      ]),
  ])

  // MARK: - Rows

  static func row(
    _ label: String, _ value: Double?, _ lower: Double?, _ upper: Double?, p: Double?,
    _ verdict: VerdictMark?, isReference: Bool = false
  ) -> ForestChart.Row {
    var adjusted: PlottedEstimate?
    if let value, let lower, let upper {
      adjusted = PlottedEstimate(
        value, lower: value - 1.4 * (value - lower), upper: value + 1.4 * (upper - value))
    }
    return ForestChart.Row(
      label: label, detail: value == nil ? "not measured" : "n = 40 per dose",
      estimate: PlottedEstimate(value, lower: lower, upper: upper), adjusted: adjusted,
      pValue: p, verdict: verdict, isReference: isReference)
  }

  static let forest = ForestChart(
    heading: ChartHeading(
      title: "No change survives correction, and no null is established either",
      subtitle: "Change in compliance, pp; Newcombe 95% intervals; margin ±10 pp"),
    data: ForestChart.Data(facets: [
      ForestChart.Facet(
        title: "Last dose against α = 0", unit: "pp", marginLower: -10, marginUpper: 10,
        rows: [
          row("FalseQA, A", 8, -2.3, 18.2, p: 0.155, .inconclusive),
          row("FaithEval, A", -22.5, -40.8, -1.8, p: 0.028, .refuted),
          row("FaithEval, original", 20, nil, nil, p: nil, nil, isReference: true),
          row("Sycophancy, B", 0, -9.3, 9.3, p: 1, .equivalent),
          row("Sycophancy, C", nil, nil, nil, p: nil, .notTestable),
        ]),
      ForestChart.Facet(
        title: "Ranking", unit: "AUROC", null: 0.5, fractionDigits: 3, isSigned: false,
        rows: [row("TriviaQA", 0.86, 0.823, 0.897, p: 0.00001, .supported)]),
    ]))

  static let detection = DetectionChart(
    heading: ChartHeading(
      title: "The classifier ranks well but decides no better than the larger class",
      subtitle: "AUROC, Hanley–McNeil, and accuracy in %, Wilson; 95% intervals; n = 200 to 500"),
    data: DetectionChart.Data(rows: [
      DetectionChart.Row(
        name: "TriviaQA", detail: "n = 500, 183 positive",
        auroc: estimate(0.860, 0.823, 0.897), accuracy: rate(327, of: 500), majority: 63.4,
        randomAUROC: 0.462, randomAccuracy: 36.4),
      DetectionChart.Row(
        name: "NonExist", detail: "n = 200, 42 positive", auroc: estimate(0.768, 0.679, 0.857),
        accuracy: rate(42, of: 200), majority: 79),
    ]))

  static let anchor = AnchorChart(
    heading: ChartHeading(
      title: "Configurations disagree where the intervention does nothing",
      subtitle: "Compliance at α = 1, %, Wilson; change in pp, Newcombe; 95% intervals; n = 40"),
    data: AnchorChart.Data(
      measure: "Compliance", noOp: "α = 1",
      benchmarks: [
        AnchorChart.Benchmark(
          name: "FaithEval", note: "A against B: +35.0 pp [13.2, 52.5], p = 0.003.",
          rows: [
            AnchorChart.Row(
              configuration: "A", weightFormat: "GPTQ 4-bit", rate: rate(29, of: 40),
              changes: [
                AnchorChart.Change(dose: "α = 0", estimate: estimate(5, -14, 23.5)),
                AnchorChart.Change(dose: "α = 3", estimate: estimate(-17.5, -36.5, 3.6)),
              ]),
            AnchorChart.Row(
              configuration: "B", weightFormat: "GPTQ 4-bit", rate: rate(15, of: 40),
              changes: [AnchorChart.Change(dose: "α = 3", estimate: estimate(0, -20.4, 20.4))]),
            AnchorChart.Row(
              configuration: "C", weightFormat: "bf16", rate: rate(22, of: 40), changes: []),
          ])
      ]))

  static let coverage = CoverageChart(
    heading: ChartHeading(
      title: "Three cells of the design are missing or imprecise",
      subtitle: "Benchmark and configuration by scale factor α; counts where they are known"),
    data: CoverageChart.Data(
      columnTitle: "Scale factor α", columns: ["0", "1", "2", "3"],
      groups: [
        CoverageChart.Group(
          name: "FalseQA",
          rows: [
            CoverageChart.Row(
              name: "A",
              cells: [
                CoverageChart.Cell(.measured, "12/100"), CoverageChart.Cell(.measured, "27/100"),
                CoverageChart.Cell(.measured, "20/100"),
              ])
          ]),
        CoverageChart.Group(
          name: "Sycophancy",
          rows: [
            CoverageChart.Row(
              name: "A", cells: ["6/60", "5/60", "6/60", "7/60"].map { .init(.dropped, $0) }),
            CoverageChart.Row(
              name: "C",
              cells: [
                CoverageChart.Cell(.measured, "1/60"), CoverageChart.Cell(.measured, "0/60"),
                CoverageChart.Cell(.imprecise, "~0%"),
              ]),
          ]),
      ]))

  // MARK: - Routing

  static let routing = RoutingChart(
    heading: ChartHeading(
      title: "Answer tokens choose few experts in layer 1",
      subtitle: "Share of tokens that choose an expert; 8 experts, 2 a token"),
    data: RoutingChart.Data(
      layers: [
        .init(
          index: 0, answer: [0.25, 0.3, 0.2, 0.25, 0.3, 0.2, 0.25, 0.25],
          other: [0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25], distance: 0.05),
        .init(
          index: 1, answer: [0.9, 0.02, 0.6, 0.08, 0.1, 0.1, 0.1, 0.1],
          other: [0.3, 0.2, 0.25, 0.25, 0.2, 0.3, 0.25, 0.25], distance: 0.475),
        .init(
          index: 2, answer: [1, 1, 0, 0, 0, 0, 0, 0], other: [], distance: nil),
      ]))

  // MARK: - Curves and strips

  static let gridPath = GridPathChart(
    heading: ChartHeading(
      title: "The chosen C is the end of the grid",
      subtitle: "Accuracy and AUROC, 0 to 1, on 746 held-out rows; no intervals published"),
    data: GridPathChart.Data(
      steps: [
        (0.001, 0.768, 0.5, 0, 0), (0.01, 0.768, 0.5, 0, 0), (0.05, 0.727, 0.836, 6, 0),
        (0.1, 0.743, 0.881, 9, 1), (0.5, 0.858, 0.969, 42, 16), (1, 0.879, 0.973, 110, 57),
      ].map {
        GridPathChart.Step(
          c: $0.0, accuracy: PlottedEstimate($0.1), auroc: PlottedEstimate($0.2),
          nonzero: $0.3, positive: $0.4)
      }, majority: 0.768, chosen: 1))

  static let multiplicity = MultiplicityChart(
    heading: ChartHeading(
      title: "Nothing survives: the smallest of nine p-values is what chance gives",
      subtitle: "Cochran–Armitage trend tests, two-sided p; family of n = 9; level 0.05"),
    data: MultiplicityChart.Data(
      tests: [
        ("FalseQA A", 0.155), ("FalseQA B", 0.210), ("FalseQA C", 0.109),
        ("FaithEval A", 0.028), ("FaithEval B", 0.826), ("FaithEval C", 1),
        ("Sycophancy A", 0.7), ("Sycophancy B", 1), ("Sycophancy C", 0.315),
      ].map { MultiplicityChart.Test(name: $0.0, p: $0.1) },
      nullBand: zip(
        [0.0028, 0.028, 0.075, 0.137, 0.212, 0.299, 0.4, 0.518, 0.664],
        [0.336, 0.482, 0.6, 0.701, 0.788, 0.863, 0.925, 0.972, 0.997]
      ).map { PlottedEstimate(nil, lower: $0, upper: $1) }))

  /// A logistic stand-in for a power function: the chart does not care where power comes from.
  static func curve(_ name: String, half: Double, isRealised: Bool) -> PowerChart.Curve {
    PowerChart.Curve(
      name: name, isRealised: isRealised,
      points: (0...25).map { step in
        let ratio = Double(2 * step) / half
        let power = 0.05 + 0.95 * ratio * ratio * ratio / (1 + ratio * ratio * ratio)
        return PowerChart.CurvePoint(
          effect: Double(2 * step),
          power: PlottedEstimate(power, lower: max(0, power - 0.02), upper: min(1, power + 0.02)))
      })
  }

  static let power = PowerChart(
    heading: ChartHeading(
      title: "With 40 questions per dose the original's 20 points are missed more often than found",
      subtitle: "Power of a two-sided test at 0.05, %; band: simulation error; n = 40 to 300"),
    data: PowerChart.Data(
      effect: "True difference", unit: "pp",
      curves: [
        curve("n = 40 (as run)", half: 18, isRealised: true),
        curve("n = 100", half: 12, isRealised: false),
        curve("n = 300", half: 7, isRealised: false),
      ],
      rules: [
        PowerChart.Rule(name: "margin", effect: 10),
        PowerChart.Rule(name: "original effect", effect: 20),
      ]))

  static func layers(hasCounts: Bool) -> LayerStripChart {
    let notes = [4: "concentration", 12: "5 routed", 25: "weight 11.49", 39: "concentration"]
    return LayerStripChart(
      heading: ChartHeading(
        title: "Shared experts hold 28 of 67 neurons; the layers are mostly unknown",
        subtitle: "67 selected neurons in n = 40 layers; count per layer"),
      data: LayerStripChart.Data(
        layers: (0..<40).map { index in
          LayerStripChart.Layer(
            isFullAttention: index % 4 == 3,
            count: hasCounts && index != 7 ? index * 7 % 4 + (index == 12 ? 4 : 0) : nil,
            envelope: hasCounts ? PlottedEstimate(nil, lower: 0, upper: 3) : nil,
            note: notes[index] ?? "")
        }, measure: "Selected neurons", hasCounts: hasCounts,
        aggregates: [
          LayerStripChart.Aggregate(
            label: "in shared experts", count: 28, total: 67, expectedShare: 1.0 / 257),
          LayerStripChart.Aggregate(
            label: "routed, in linear-attention layers", count: 35, total: 39,
            expectedShare: 0.75),
        ]))
  }

  static let replication = ReplicationChart(
    heading: ChartHeading(
      title: "The dense-model effects do not appear here",
      subtitle: "Change in compliance, pp; 95% intervals where reported; n = 40 to 100"),
    data: ReplicationChart.Data(
      effect: "Change in compliance", unit: "pp",
      pairs: [
        ReplicationChart.Pair(
          name: "FalseQA A", original: PlottedEstimate(35), ours: estimate(8, -2.3, 18.2),
          verdict: .inconclusive),
        ReplicationChart.Pair(
          name: "FaithEval A", original: estimate(20, 5, 34),
          ours: estimate(-22.5, -40.8, -1.8), verdict: .refuted),
      ]))
}
