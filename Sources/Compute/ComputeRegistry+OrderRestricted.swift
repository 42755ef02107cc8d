import CanonicalJSON
import Randomness
import Statistics

extension ComputeRegistry {
  /// Inference under an order, and the generators' known answers.
  static let orderRestricted: [ComputeFunction] = [
    chiBarWeights, isotonic, pava, wolakPaired, rngKnownAnswers,
  ]

  private static let chiBarWeights = ComputeFunction(
    "chibar_weights", summary: "level probabilities and tails of chi-bar-square mixtures",
    inputs: [
      .required("k", "number of groups"),
      .optional("weights", "\"equal\" or the sample sizes", default: "equal"),
      .required("t", "statistic"),
    ],
    outputs: [
      "level_probs_exact", "level_probs", "crit05_T01", "crit01_T01", "crit05_T12", "p_T01",
      "p_T12",
    ],
    reference: "Barlow et al. (1972); Robertson, Wright & Dykstra (1988)"
  ) { arguments in
    let groups = try arguments.integer("k", in: 1...200)
    let t = try arguments.number("t")
    let isEqual = arguments["weights"]?.stringValue == "equal"
    let weights =
      isEqual ? [Double](repeating: 1, count: groups) : try arguments.numbers("weights")
    guard weights.count == groups else {
      throw ComputeError.outOfRange(
        field: "weights", expected: "\(groups) numbers", found: "\(weights.count)")
    }
    var output = ComputeOutput()
    switch try LevelProbabilities.mixture(weights: weights) {
    case .undefined(let reason):
      for key in ["level_probs", "crit05_T01", "crit01_T01", "crit05_T12", "p_T01", "p_T12"] {
        output.setUndefined(key, reason)
      }
    case .defined(let mixture):
      if isEqual, let fractions = LevelProbabilities.equalFractions(groups) {
        output.set("level_probs_exact", .array(fractions.map(JSONValue.string)))
      }
      output.set("level_probs", mixture.weights)
      output.set("crit05_T01", mixture.criticalValue(forOrder: 0.05))
      output.set("crit01_T01", mixture.criticalValue(forOrder: 0.01))
      output.set("crit05_T12", mixture.criticalValue(againstOrder: 0.05))
      output.set("p_T01", mixture.upperTail(forOrder: t))
      output.set("p_T12", mixture.upperTail(againstOrder: t))
    }
    return output
  }

  private static let isotonic = ComputeFunction(
    "isotonic", summary: "likelihood-ratio tests of an order on unpaired binomial margins",
    inputs: [.required("x", "successes"), .required("n", "trials")],
    outputs: [
      "fit_inc", "fit_dec", "T01_inc", "p01_inc", "T12_inc", "p12_inc", "T01_dec", "p01_dec",
      "T12_dec", "p12_dec", "level_probs",
    ],
    reference: "Robertson, Wright & Dykstra (1988); R isoreg"
  ) { arguments in
    var output = ComputeOutput()
    switch try IsotonicBinomialTest.test(
      successes: arguments.counts("x"), trials: arguments.counts("n"))
    {
    case .undefined(let reason):
      for key in [
        "fit_inc", "fit_dec", "T01_inc", "p01_inc", "T12_inc", "p12_inc", "T01_dec", "p01_dec",
        "T12_dec", "p12_dec", "level_probs",
      ] {
        output.setUndefined(key, reason)
      }
    case .defined(let result):
      for (suffix, direction) in [("inc", result.increasing), ("dec", result.decreasing)] {
        output.set("fit_\(suffix)", direction.fit)
        output.set("T01_\(suffix)", direction.forOrder)
        output.set("p01_\(suffix)", direction.pForOrder)
        output.set("T12_\(suffix)", direction.againstOrder)
        output.set("p12_\(suffix)", direction.pAgainstOrder)
      }
      output.set("level_probs", result.mixture.weights)
    }
    return output
  }

  private static let pava = ComputeFunction(
    "pava", summary: "weighted isotonic least squares, both directions",
    inputs: [.required("y", "values"), .required("w", "positive weights")],
    outputs: ["inc", "dec"],
    reference: "Barlow et al. (1972); scipy.optimize.isotonic_regression"
  ) { arguments in
    let values = try arguments.numbers("y")
    let weights = try arguments.numbers("w")
    var output = ComputeOutput()
    output.set("inc", try IsotonicRegression.fit(values, weights: weights))
    output.set(
      "dec", try IsotonicRegression.fit(values, weights: weights, direction: .decreasing))
    return output
  }

  private static let wolakPaired = ComputeFunction(
    "wolak_paired", summary: "tests of an order on doses answered by the same questions",
    inputs: [.required("matrix", "rows of questions, columns of doses")],
    outputs: [
      "p", "cov_diff", "weights", "T01_inc", "T12_inc", "p01_inc", "p12_inc", "T01_dec",
      "T12_dec", "p01_dec", "p12_dec",
    ],
    reference: "Kodde & Palm (1986); Wolak (1987); Silvapulle & Sen (2005)"
  ) { arguments in
    let rows = try arguments.matrix("matrix")
    var output = ComputeOutput()
    switch try PairedOrderTest.test(rows: rows) {
    case .undefined(let reason):
      if let doses = rows.first?.count, doses > 0 {
        output.set(
          "p",
          (0..<doses).map { dose in
            rows.reduce(0) { $0 + $1[dose] } / Double(rows.count)
          })
      } else {
        output.setUndefined("p", reason)
      }
      for key in [
        "cov_diff", "weights", "T01_inc", "T12_inc", "p01_inc", "p12_inc", "T01_dec", "T12_dec",
        "p01_dec", "p12_dec",
      ] {
        output.setUndefined(key, reason)
      }
    case .defined(let result):
      output.set("p", result.means)
      output.set("cov_diff", result.differenceCovariance)
      output.set("weights", result.mixture.weights)
      for (suffix, direction) in [("inc", result.increasing), ("dec", result.decreasing)] {
        output.set("T01_\(suffix)", direction.forOrder)
        output.set("T12_\(suffix)", direction.againstOrder)
        output.set("p01_\(suffix)", direction.pForOrder)
        output.set("p12_\(suffix)", direction.pAgainstOrder)
      }
    }
    return output
  }

  private static let rngKnownAnswers = ComputeFunction(
    "rng_known_answers", summary: "first outputs of MT19937 and SplitMix64",
    inputs: [.required("seed", "integer in 0...2^32 - 1")],
    outputs: ["mt19937_first5", "splitmix64_first5"],
    reference: "Matsumoto & Nishimura (1998); Steele, Lea & Flood (2014)"
  ) { arguments in
    let seed = try arguments.integer("seed", in: 0...Int(UInt32.max))
    var twister = MersenneTwister(seed: UInt32(seed))
    var mix = SplitMix64(seed: UInt64(seed))
    var output = ComputeOutput()
    output.set("mt19937_first5", (0..<5).map { _ in Int(twister.next()) })
    output.set("splitmix64_first5", .array((0..<5).map { _ in .string("\(mix.next())") }))
    return output
  }
}
