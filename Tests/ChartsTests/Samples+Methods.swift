import Charts

/// Charts of methods that a study of one's own reports; small invented numbers.
extension Samples {
  static let roc = ROCChart(
    heading: ChartHeading(
      title: "Ranking is good on one data set and mediocre on the other",
      subtitle: "True against false positive rate, %; 95% bands; n = 500 and 200"),
    data: .init(curves: [
      .init(
        name: "TriviaQA", auroc: estimate(0.860, 0.823, 0.897),
        vertices: [(0, 0), (0.1, 0.55), (0.2, 0.75), (0.4, 0.9), (0.7, 0.97), (1, 1)].map {
          .init(
            falsePositiveRate: $0.0,
            truePositiveRate: estimate($0.1, max(0, $0.1 - 0.06), min(1, $0.1 + 0.05)))
        },
        operatingPoint: .init(
          falsePositiveRate: 0.4, truePositiveRate: estimate(0.9, 0.84, 0.95),
          label: "score at least 0.5")),
      .init(
        name: "NonExist", auroc: estimate(0.768, 0.679, 0.857),
        vertices: [(0, 0), (0.1, 0.35), (0.3, 0.65), (0.6, 0.88), (1, 1)].map {
          .init(falsePositiveRate: $0.0, truePositiveRate: PlottedEstimate($0.1))
        }),
    ]))

  static let flow = FlowChart(
    heading: ChartHeading(
      title: "One sample in nine left before the analysis",
      subtitle: "Samples from plan to analysis, n = 1,000"),
    data: .init(
      unit: "samples",
      stages: [
        .init(name: "Planned", count: 1000, losses: [.init(reason: "not started", count: 40)]),
        .init(
          name: "Run", count: 960,
          losses: [
            .init(reason: "endpoint failed", count: 12),
            .init(reason: "answer could not be parsed", count: 58),
          ]),
        .init(name: "Judged", count: 890, losses: [.init(reason: "judge undecided", count: nil)]),
        .init(name: "Analysed", count: 888),
      ]))

  static let agreement = AgreementChart(
    heading: ChartHeading(
      title: "The judge agrees with people on 94 of 100 answers",
      subtitle: "Counts and row shares, %; 95% intervals; n = 100"),
    data: .init(
      rowRater: "Judge", columnRater: "human", categories: ["complies", "refuses"],
      counts: [[45, 5], [1, 49]],
      coefficients: [
        .init(name: "Cohen's κ", estimate: estimate(0.88, 0.79, 0.97)),
        .init(name: "Gwet's AC1", estimate: estimate(0.88, 0.79, 0.98)),
      ]))

  static let specification = SpecificationChart(
    heading: ChartHeading(
      title: "Only the registered specification of eight excludes no effect",
      subtitle: "Slope in pp per unit of α; 95% intervals; 8 specifications of n = 100"),
    data: .init(
      effect: "Slope", unit: "pp",
      choices: [
        .init(name: "Interval", options: ["cluster bootstrap", "Wilson"]),
        .init(name: "Doses", options: ["all", "without α = 3"]),
        .init(name: "Failed parses", options: ["excluded", "counted as refusals"]),
      ],
      specifications: (0..<8).map { index in
        let value = Double(index * 5 % 8) - 4.5
        return .init(
          estimate: estimate(value, value - 4, value + 4),
          options: [index & 1, index >> 1 & 1, index >> 2], isRegistered: index == 0)
      }))

  static let reliability = ReliabilityChart(
    heading: ChartHeading(
      title: "Forecasts are far too high before recalibration and honest after it",
      subtitle: "Observed share against forecast probability, 0 to 1; n = 500"),
    data: .init(panels: [
      .init(
        name: "Before", note: "Brier 0.310 = MCB 0.120 − DSC 0.040 + UNC 0.230",
        points: (1...5).map {
          let forecast = Double($0) / 5 - 0.1
          return .init(
            forecast: forecast,
            observed: estimate(forecast * forecast, forecast - 0.08, min(1, forecast + 0.08)))
        }, negatives: [4, 8, 16, 40, 90], positives: [0, 2, 6, 20, 60]),
      .init(
        name: "After, on another fold", note: "Brier 0.195 = MCB 0.005 − DSC 0.040 + UNC 0.230",
        points: (1...5).map {
          let forecast = Double($0) / 5 - 0.1
          return .init(
            forecast: forecast,
            observed: estimate(forecast + 0.01, forecast - 0.08, min(1, forecast + 0.08)))
        }, negatives: [80, 50, 20, 6, 2], positives: [10, 20, 30, 22, 6]),
    ]))
}
