import CanonicalJSON
import Statistics

extension ComputeRegistry {
  static let seedInput = ComputeInput.optional("seed", "64-bit integer", default: 20_260_101)

  static func permutationInput(_ count: Int) -> ComputeInput {
    .optional("permutations", "count in 1...100,000", default: .integer(Int64(count)))
  }

  /// Bound on the cells that are permuted: the product of the input and the permutations.
  static let permutedCellLimit = 400_000_000

  /// The number of permutations, refused where they would take more than about half a minute.
  static func permutations(_ input: ComputeArguments, cells: Int) throws(ComputeError) -> Int {
    let count = try input.integer("permutations", in: 1...100_000)
    guard cells <= permutedCellLimit / count else {
      throw .statistics(
        .tooLarge(
          what: "permutations × cells", found: count.multipliedReportingOverflow(by: cells).0,
          limit: permutedCellLimit))
    }
    return count
  }

  static let matrixInputs: [ComputeInput] = [
    .required("matrix", "rows of 0 and 1: question x dose; null where unscored"),
    .required("scores", "distinct doses, one per column"),
  ]

  /// Rows of outcomes, `nil` for null.
  static func outcomes(_ value: JSONValue, _ field: String) throws(ComputeError) -> [[Bool?]] {
    var rows: [[Bool?]] = []
    for (index, row) in try ComputeArguments.elements(value, field).enumerated() {
      let path = "\(field)[\(index)]"
      var outcomes: [Bool?] = []
      for (column, cell) in try ComputeArguments.elements(row, path).enumerated() {
        if cell.isNull {
          outcomes.append(nil)
        } else if let flag = cell.boolValue {
          outcomes.append(flag)
        } else {
          outcomes.append(
            try ComputeArguments.integer(cell, "\(path)[\(column)]", in: 0...1) == 1)
        }
      }
      rows.append(outcomes)
    }
    return rows
  }

  static func doseRows(_ input: ComputeArguments) throws -> DoseResponseRows {
    try DoseResponseRows(
      doses: input.numbers("scores"), outcomes: outcomes(input["matrix"] ?? .null, "matrix"))
  }

  static func json(_ measured: Measured<Double>) -> JSONValue {
    measured.value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
  }

  static func json(_ interval: Measured<Interval>) -> JSONValue {
    interval.value.map { [.number($0.lower), .number($0.upper)] } ?? .null
  }

  static func json(_ contrasts: [DoseContrast]) -> JSONValue {
    .array(
      contrasts.map { contrast in
        [
          "from": .number(contrast.from), "to": .number(contrast.to),
          "difference": json(contrast.difference),
          "interval": [.number(contrast.interval.lower), .number(contrast.interval.upper)],
          "p": json(contrast.pValue), "p_holm": json(contrast.adjustedPValue),
        ]
      })
  }

  private static let shapeInputs: [ComputeInput] = [
    .optional("alpha", "level in (0, 0.5)", default: 0.05),
    .optional("margin", "equivalence margin, a probability"),
    .optional("no_op", "the dose at which nothing is changed", default: 1),
  ]

  private static let shapeOutputs = [
    "verdict", "paired", "questions", "incomplete", "rates", "p_trend", "slope", "slope_ci",
    "p_against_increasing", "p_against_decreasing", "calibration", "steps", "contrasts",
    "minimal_detectable_slope",
  ]

  private static func settings(
    _ input: ComputeArguments, permutations: Int, seed: UInt64
  ) throws -> DoseResponseShape.Settings {
    let level = try input.level("alpha")
    return DoseResponseShape.Settings(
      level: level, margin: input.has("margin") ? try input.probability("margin") : nil,
      noOpDose: try input.number("no_op"), permutationCount: permutations, seed: seed,
      analysis: "compute/shape")
  }

  private static func output(_ shape: DoseResponseShape) -> ComputeOutput {
    var output = ComputeOutput()
    output.set("verdict", shape.verdict.rawValue)
    output.set("paired", shape.isPaired)
    output.set("questions", shape.questionCount)
    output.set("incomplete", shape.incompleteCount)
    output.set("rates", shape.rates)
    output.set("p_trend", shape.trendPValue)
    output.set("slope", shape.slope)
    output.set("slope_ci", shape.slopeInterval)
    output.set("p_against_increasing", shape.pAgainstIncreasing)
    output.set("p_against_decreasing", shape.pAgainstDecreasing)
    output.set("calibration", shape.shapeCalibration.rawValue)
    output.set("steps", json(shape.adjacentSteps))
    output.set("contrasts", json(shape.contrasts))
    output.set(
      "minimal_detectable_slope",
      shape.minimalDetectableSlope
        ?? .undefined(UndefinedReason(.notApplicable, "only inconclusive verdicts carry it")))
    return output
  }

  /// Trends, shapes and contrasts over doses that the same questions answered.
  static let doseResponse: [ComputeFunction] = [
    ComputeFunction(
      "studentised_permutation", summary: "Primary trend test over doses on the same questions",
      inputs: matrixInputs + [permutationInput(9_999), seedInput],
      outputs: ["statistic", "p", "permutations", "slope", "slope_se", "slope_ci", "informative"],
      reference: "Chung & Romano (2013); Konietschke & Pauly (2014)"
    ) { input in
      let rows = try doseRows(input)
      let count = try permutations(input, cells: rows.questionCount)
      let test = try WithinQuestionPermutation.test(
        rows, permutationCount: count, seed: input.seed("seed"), analysis: "compute/trend")
      let trend = DoseTrend(rows)
      var output = ComputeOutput()
      output.set("statistic", test.statistic)
      output.set("p", test.pValue)
      output.set("permutations", test.permutationCount)
      output.set("slope", trend.slope)
      output.set("slope_se", trend.standardError)
      output.set("slope_ci", trend.interval(confidenceLevel: 0.95))
      output.set("informative", trend.informativeCount)
      return output
    },
    ComputeFunction(
      "wolak_permutation", summary: "Order tests on paired doses, calibrated by permutation",
      inputs: [
        .required("matrix", "rows of questions, columns of doses"), permutationInput(1_999),
        seedInput,
      ],
      outputs: ["p01_inc", "p12_inc", "p01_dec", "p12_dec", "permutations"],
      reference: "Wolak (1987), permuted within questions; for n < 100 or fewer than 10 events"
    ) { input in
      let rows = try input.matrix("matrix")
      let count = try permutations(input, cells: 8 * rows.count * (rows.first?.count ?? 0))
      let result = try PairedOrderTest.permutationPValues(
        rows: rows, permutationCount: count, seed: input.seed("seed"), analysis: "compute/wolak")
      var output = ComputeOutput()
      output.set("p01_inc", result.map(\.forIncreasing))
      output.set("p12_inc", result.map(\.againstIncreasing))
      output.set("p01_dec", result.map(\.forDecreasing))
      output.set("p12_dec", result.map(\.againstDecreasing))
      output.set("permutations", result.map { Double($0.permutationCount) })
      return output
    },
    ComputeFunction(
      "dose_shape", summary: "Verdict on the shape of a dose curve on the same questions",
      inputs: matrixInputs + shapeInputs + [permutationInput(9_999), seedInput],
      outputs: shapeOutputs, reference: "The verdict table of docs/statistics.md"
    ) { input in
      let rows = try doseRows(input)
      let count = try permutations(input, cells: 8 * rows.questionCount * rows.doses.count)
      return output(
        try DoseResponseShape.of(
          rows, settings: settings(input, permutations: count, seed: input.seed("seed"))))
    },
    ComputeFunction(
      "dose_shape_margins", summary: "Verdict on the shape from margins alone, unpaired",
      inputs: [
        .required("x", "counts of successes, one per dose"),
        .required("n", "counts of trials, one per dose"),
        .required("scores", "distinct doses, one per arm"),
      ] + shapeInputs,
      outputs: shapeOutputs, reference: "The verdict table of docs/statistics.md, unpaired methods"
    ) { input in
      output(
        try DoseResponseShape.ofMargins(
          doses: input.numbers("scores"), successes: input.counts("x"),
          trials: input.counts("n"), settings: settings(input, permutations: 1, seed: 0)))
    },
    ComputeFunction(
      "dose_homogeneity", summary: "Hotelling's test that all doses have one rate, paired",
      inputs: [.required("matrix", "rows of questions, columns of doses")],
      outputs: ["T2", "F", "df1", "df2", "p"], reference: "Hotelling (1931); scipy.stats.f"
    ) { input in
      let test = try DoseHomogeneityTest.test(rows: input.matrix("matrix"))
      var output = ComputeOutput()
      output.set("T2", test.map(\.tSquared))
      output.set("F", test.map(\.statistic))
      output.set("df1", test.map { Double($0.numeratorDegreesOfFreedom) })
      output.set("df2", test.map { Double($0.denominatorDegreesOfFreedom) })
      output.set("p", test.map(\.pValue))
      return output
    },
    ComputeFunction(
      "cochran_q", summary: "Cochran's Q of several conditions on the same items",
      inputs: [.required("matrix", "rows of 0 and 1: item x condition")],
      outputs: ["Q", "df", "p", "discordant"],
      reference: "Cochran (1950); statsmodels cochrans_q"
    ) { input in
      let test = try CochranQTest(booleans(input))
      var output = ComputeOutput()
      output.set("Q", test.statistic)
      output.set("df", test.degreesOfFreedom)
      output.set("p", test.pValue)
      output.set("discordant", test.discordantItems)
      return output
    },
    ComputeFunction(
      "gee_trend", summary: "Log odds per dose with a cluster sandwich (GEE, independence)",
      inputs: [
        .required("matrix", "rows of 0 and 1: question x dose"),
        .required("scores", "doses, one per column"),
        .optional(
          "correction", "\"none\", \"clusters\" or \"Mancl-DeRouen\"", default: "clusters"),
        .confidenceLevel,
      ],
      outputs: ["intercept", "slope", "se", "z", "p", "ci"],
      reference: "Liang & Zeger (1986); Mancl & DeRouen (2001); statsmodels GEE"
    ) { input in
      let name = try input.string("correction")
      guard let correction = ClusteredLogisticTrend.Correction(rawValue: name) else {
        throw ComputeError.outOfRange(
          field: "correction", expected: "\"none\", \"clusters\" or \"Mancl-DeRouen\"",
          found: "\"\(name.prefix(40))\"")
      }
      let level = try input.level("conf")
      let fit = try ClusteredLogisticTrend.fit(
        QuestionMatrix(booleans(input), scores: input.numbers("scores")), correction: correction)
      var output = ComputeOutput()
      output.set("intercept", fit.map(\.intercept))
      output.set("slope", fit.map(\.slope))
      output.set("se", fit.map(\.standardError))
      output.set("z", fit.map(\.z))
      output.set("p", fit.map(\.pValue))
      output.set("ci", fit.map { $0.interval(confidenceLevel: level) })
      return output
    },
  ]

  static func booleans(_ input: ComputeArguments) throws(ComputeError) -> [[Bool]] {
    var rows: [[Bool]] = []
    for (index, row) in try outcomes(input["matrix"] ?? .null, "matrix").enumerated() {
      if let column = row.firstIndex(where: { $0 == nil }) {
        throw .outOfRange(field: "matrix[\(index)][\(column)]", expected: "0 or 1", found: "null")
      }
      rows.append(row.compactMap(\.self))
    }
    return rows
  }
}
