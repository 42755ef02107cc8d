import Charts

extension Specimen {
  /// Data that nobody wants to draw: nothing, one point, all zero, all equal, long names, many rows.
  static let hostile: [Specimen] = empty + extreme + crowded

  private static let heading = ChartHeading(title: "A title", subtitle: "Share, %, n = 1")

  static let empty: [Specimen] = [
    Specimen("empty dose response", Samples.doseResponse([])),
    Specimen("empty forest", ForestChart(heading: heading, data: .init(facets: []))),
    Specimen("empty detection", DetectionChart(heading: heading, data: .init(rows: []))),
    Specimen(
      "empty anchor",
      AnchorChart(heading: heading, data: .init(measure: "Share", noOp: "0", benchmarks: []))),
    Specimen(
      "empty coverage",
      CoverageChart(heading: heading, data: .init(columnTitle: "α", columns: [], groups: []))),
    Specimen(
      "empty grid path",
      GridPathChart(heading: heading, data: .init(steps: [], majority: nil, chosen: nil))),
    Specimen("empty routing", RoutingChart(heading: heading, data: .init(layers: []))),
    Specimen("empty multiplicity", MultiplicityChart(heading: heading, data: .init(tests: []))),
    Specimen(
      "empty power",
      PowerChart(heading: heading, data: .init(effect: "Effect", unit: "pp", curves: []))),
    Specimen(
      "empty layers",
      LayerStripChart(
        heading: heading,
        data: .init(layers: [], measure: "Neurons", hasCounts: true, aggregates: []))),
    Specimen(
      "empty replication",
      ReplicationChart(heading: heading, data: .init(effect: "Effect", unit: "pp", pairs: []))),
    Specimen("empty ROC", ROCChart(heading: heading, data: .init(curves: []))),
    Specimen("empty flow", FlowChart(heading: heading, data: .init(unit: "rows", stages: []))),
    Specimen(
      "empty agreement",
      AgreementChart(
        heading: heading,
        data: .init(
          rowRater: "a", columnRater: "b", categories: [], counts: [], coefficients: []))),
    Specimen(
      "empty specification",
      SpecificationChart(
        heading: heading, data: .init(effect: "e", unit: "pp", choices: [], specifications: []))),
    Specimen("empty reliability", ReliabilityChart(heading: heading, data: .init(panels: []))),
  ]

  private static let extreme: [Specimen] = [
    Specimen(
      "all zero",
      Samples.doseResponse([
        .init(name: "Zero", panels: [Samples.panel("A", of: 40, [0, 0, 0, 0])])
      ])),
    Specimen(
      "all one hundred",
      Samples.doseResponse([
        .init(name: "Full", panels: [Samples.panel("A", of: 40, [40, 40, 40, 40])])
      ])),
    Specimen(
      "one point",
      Samples.doseResponse([.init(name: "One", panels: [Samples.panel("A", of: 1, [1])])])),
    Specimen(
      "nothing measured",
      Samples.doseResponse([
        .init(name: "None", panels: [Samples.panel("A", of: 40, [nil, nil, nil, nil])])
      ])),
    Specimen(
      "not a number",
      ForestChart(
        heading: heading,
        data: .init(facets: [
          .init(
            title: "Effect", unit: "pp",
            rows: [
              .init(
                label: "nan", estimate: .init(.nan, lower: -.infinity, upper: .infinity),
                pValue: .nan, verdict: .notTestable),
              .init(label: "open", estimate: .init(1, lower: -.infinity, upper: 4)),
              .init(label: "crossed", estimate: .init(1, lower: 3, upper: 2)),
            ])
        ]))),
    Specimen(
      "one test", MultiplicityChart(heading: heading, data: .init(tests: [.init(name: "t", p: 0)]))
    ),
    Specimen(
      "one expert",
      RoutingChart(
        heading: heading,
        data: .init(layers: [.init(index: 0, answer: [0], other: [0], distance: 0)]))),
    Specimen(
      "one step",
      GridPathChart(
        heading: heading,
        data: .init(
          steps: [.init(c: 1, accuracy: .init(1), auroc: .init(nil), nonzero: 0, positive: nil)],
          majority: 1, chosen: 1))),
    Specimen(
      "power never reached",
      PowerChart(
        heading: heading,
        data: .init(
          effect: "Effect", unit: "pp",
          curves: [
            .init(name: "flat", isRealised: true, points: [.init(effect: 0, power: .init(0.05))])
          ], rules: [.init(name: "margin", effect: -1e9), .init(name: "m", effect: 0)]))),
    Specimen(
      "one layer",
      LayerStripChart(
        heading: heading,
        data: .init(
          layers: [.init(isFullAttention: true, count: 0)], measure: "Neurons", hasCounts: true,
          aggregates: [.init(label: "none", count: 0, total: 0)]))),
    Specimen(
      "same effect",
      ReplicationChart(
        heading: heading,
        data: .init(
          effect: "Effect", unit: "pp",
          pairs: [
            .init(name: "a", original: .init(0), ours: .init(0)),
            .init(name: "b", original: .init(0), ours: .init(0)),
          ]))),
  ]

  private static let crowded: [Specimen] = [
    Specimen(
      "nine configurations with long names",
      Samples.doseResponse([
        .init(
          name: Samples.longName,
          panels: (0..<9).map {
            Samples.panel(
              "\($0) " + Samples.longName, of: 40, [20 + $0, 21, 22, nil], note: Samples.longName)
          })
      ])),
    Specimen(
      "five series in a panel",
      Samples.doseResponse([
        .init(
          name: "Many",
          panels: [
            .init(
              name: "A",
              series: (0..<5).map { index in
                .init(
                  name: "series \(index) " + Samples.longName,
                  cells: (0..<12).map {
                    .init(dose: Double($0) / 4, estimate: Samples.rate(10 + index, of: 40))
                  })
              },
              controls: (0..<10).map { index in
                .init(
                  name: "control \(index)",
                  cells: (0..<4).map {
                    .init(dose: Double($0), estimate: .init(Double(20 + index + $0)))
                  })
              })
          ])
      ])),
    Specimen(
      "long forest",
      ForestChart(
        heading: heading,
        data: .init(facets: [
          .init(
            title: Samples.longName, unit: "pp",
            rows: (0..<30).map {
              Samples.row("\($0) " + Samples.longName, -1e5, -3e5, 1e5, p: 0.5, .exploratory)
            })
        ]))),
    Specimen(
      "long detection",
      DetectionChart(
        heading: heading,
        data: .init(
          rows: (0..<9).map {
            .init(
              name: "\($0) " + Samples.longName, detail: Samples.longName,
              auroc: Samples.estimate(1, 1, 1), accuracy: Samples.rate(40, of: 40), majority: 100,
              randomAUROC: 0, randomAccuracy: 0)
          }))),
    Specimen(
      "crowded anchor",
      AnchorChart(
        heading: heading,
        data: .init(
          measure: "Share", noOp: "α = 1",
          benchmarks: [
            .init(
              name: Samples.longName, note: Samples.longName,
              rows: (0..<9).map { row in
                .init(
                  configuration: "\(row) " + Samples.longName, weightFormat: Samples.longName,
                  rate: Samples.rate(row, of: 9),
                  changes: (0..<4).map {
                    .init(dose: "α = \($0)", estimate: Samples.estimate(0, -1, 1))
                  })
              })
          ]))),
    Specimen(
      "wide coverage",
      CoverageChart(
        heading: heading,
        data: .init(
          columnTitle: Samples.longName, columns: (0..<24).map { "\($0) long" },
          groups: [
            .init(
              name: Samples.longName,
              rows: (0..<9).map { _ in
                .init(
                  name: Samples.longName,
                  cells: (0..<20).map {
                    .init(CoverageChart.State.allCases[$0 % 4], "123456/234567")
                  })
              })
          ]))),
    Specimen(
      "many tests",
      MultiplicityChart(
        heading: heading,
        data: .init(
          tests: (1...60).map { .init(name: "\($0) " + Samples.longName, p: Double($0) * 1e-9) }))
    ),
    Specimen(
      "many layers",
      LayerStripChart(
        heading: heading,
        data: .init(
          layers: (0..<128).map { .init(isFullAttention: $0 % 2 == 0, note: "note \($0)") },
          measure: "Neurons", hasCounts: false,
          aggregates: [.init(label: Samples.longName, count: 3, total: 2, expectedShare: 2)]))),
    Specimen(
      "many curves",
      PowerChart(
        heading: heading,
        data: .init(
          effect: Samples.longName, unit: "pp",
          curves: (1...12).map {
            Samples.curve("\($0) " + Samples.longName, half: Double($0), isRealised: $0 == 1)
          },
          rules: (0..<4).map { .init(name: Samples.longName, effect: 10 + Double($0) / 10) }))),
    Specimen(
      "many pairs",
      ReplicationChart(
        heading: heading,
        data: .init(
          effect: "Effect", unit: "pp",
          pairs: (0..<40).map {
            .init(
              name: "\($0) " + Samples.longName, original: Samples.estimate(1, 0, 2),
              ours: Samples.estimate(1, 0, 2))
          }))),
    Specimen(
      "many ROC curves",
      ROCChart(
        heading: heading,
        data: .init(
          curves: (0..<7).map { index in
            .init(
              name: "\(index) " + Samples.longName, auroc: .init(1),
              vertices: [0, 0, 1].map {
                .init(falsePositiveRate: $0, truePositiveRate: .init(1), label: Samples.longName)
              },
              operatingPoint: .init(falsePositiveRate: 0, truePositiveRate: .init(1)))
          }))),
    Specimen(
      "long flow",
      FlowChart(
        heading: heading,
        data: .init(
          unit: Samples.longName,
          stages: (0..<6).map { _ in
            .init(
              name: Samples.longName, count: nil,
              losses: (0..<4).map { _ in .init(reason: Samples.longName, count: -1) })
          }))),
    Specimen(
      "many categories",
      AgreementChart(
        heading: heading,
        data: .init(
          rowRater: Samples.longName, columnRater: Samples.longName,
          categories: (0..<14).map { "\($0) " + Samples.longName },
          counts: [[1], [1_000_000_000, -5, 3], []],
          coefficients: [.init(name: Samples.longName, estimate: Samples.estimate(-1, -1, 1))]))),
    Specimen(
      "many specifications",
      SpecificationChart(
        heading: heading,
        data: .init(
          effect: Samples.longName, unit: "pp",
          choices: (0..<5).map { _ in
            .init(name: Samples.longName, options: [Samples.longName, "b"])
          },
          specifications: (0..<300).map {
            .init(estimate: .init(Double($0 % 7)), options: [$0 % 3, 9, -1])
          }))),
    Specimen(
      "many panels",
      ReliabilityChart(
        heading: heading,
        data: .init(
          panels: (0..<3).map { _ in
            .init(
              name: Samples.longName, note: Samples.longName,
              points: [
                .init(forecast: 2, observed: .init(0)), .init(forecast: 0, observed: .init(0)),
              ],
              negatives: [0, 3], positives: [1])
          }))),
  ]
}
