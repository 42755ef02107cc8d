import CanonicalJSON
import Statistics

extension ComputeRegistry {
  private static let level = ComputeInput.optional("alpha", "two-sided level", default: 0.05)

  private static func correlation(_ input: ComputeArguments) throws -> LatentCorrelation {
    let value = try input.number("correlation")
    switch try input.string("structure") {
    case "exchangeable": return .exchangeable(value)
    case "autoregressive": return .autoregressive(value)
    case let other:
      throw ComputeError.outOfRange(
        field: "structure", expected: "\"exchangeable\" or \"autoregressive\"",
        found: "\"\(other.prefix(40))\"")
    }
  }

  private static func integerOrReason(_ measured: Measured<Int>) -> Measured<Double> {
    measured.map(Double.init)
  }

  /// Power and sample size before a study, and looks during it.
  static let designs: [ComputeFunction] = [
    ComputeFunction(
      "power_paired_trend", summary: "Power and items for a trend over doses on the same questions",
      inputs: [
        .required("scores", "doses, ascending"), .required("rates", "true rate at each dose"),
        .required("n", "count of questions"),
        .optional("structure", "\"exchangeable\" or \"autoregressive\"", default: "exchangeable"),
        .optional("correlation", "latent correlation between doses", default: 0.6),
        .optional("power", "wanted power", default: 0.8), level,
      ],
      outputs: ["power", "items_needed", "trend_mean", "trend_variance"],
      reference: "statistics.md B8: n = (z_{a/2} + z_b)^2 Var t / (E t)^2, latent normal"
    ) { input in
      let design = try PairedDoseDesign(
        doses: input.numbers("scores"), rates: input.numbers("rates"),
        correlation: correlation(input))
      let alpha = try input.level("alpha")
      var output = ComputeOutput()
      output.set(
        "power",
        design.power(items: try input.integer("n", in: 0...100_000_000), level: alpha))
      output.set(
        "items_needed",
        integerOrReason(design.itemsNeeded(power: try input.level("power"), level: alpha)))
      output.set("trend_mean", design.trendMean)
      output.set("trend_variance", design.trendVariance)
      return output
    },
    ComputeFunction(
      "power_trend", summary: "Power of the Cochran-Armitage test, independent arms",
      inputs: [
        .required("scores", "doses"), .required("rates", "true rate at each dose"),
        .required("n_per_arm", "count of trials in each arm"), level,
      ],
      outputs: ["power_normal", "power_exact"],
      reference: "Nam (1987); exact enumeration of the arms where it is small enough"
    ) { input in
      let design = try TrendPower(
        scores: input.numbers("scores"), trialsPerArm: input.count("n_per_arm"),
        alpha: input.level("alpha"))
      let rates = try input.numbers("rates")
      var output = ComputeOutput()
      output.set("power_normal", design.power(rates: rates))
      output.set("power_exact", design.exactPower(rates: rates))
      return output
    },
    ComputeFunction(
      "power_detection", summary: "Power and width of an AUROC",
      inputs: [
        .required("auc", "true AUROC"), .required("n", "count of items"),
        .optional("positive_share", "share of positives", default: 0.5),
        .optional("reference", "AUROC under the null", default: 0.5),
        .optional("power", "wanted power", default: 0.8), level,
      ],
      outputs: ["positives", "negatives", "half_width", "power", "items_needed"],
      reference: "Hanley & McNeil (1982); Obuchowski (1997)"
    ) { input in
      let design = try DetectionDesign(
        auroc: input.number("auc"), positiveShare: input.number("positive_share"))
      let items = try input.integer("n", in: 0...DetectionDesign.itemLimit)
      let alpha = try input.level("alpha")
      let reference = try input.level("reference")
      var output = ComputeOutput()
      let split = design.split(items: items)
      output.set("positives", split.positives)
      output.set("negatives", split.negatives)
      output.set(
        "half_width", design.halfWidth(items: items, confidenceLevel: confidence(leaving: alpha)))
      output.set("power", design.power(items: items, reference: reference, level: alpha))
      output.set(
        "items_needed",
        integerOrReason(
          design.itemsNeeded(
            power: try input.level("power"), reference: reference, level: alpha)))
      return output
    },
    ComputeFunction(
      "power_equivalence", summary: "Power and size of an equivalence test of two rates",
      inputs: [
        .required("kind", "\"unpaired\" or \"paired\""),
        .optional("rate", "true rate of both arms, when unpaired"),
        .optional("discordance", "share of discordant pairs, when paired"),
        .required("n", "count of trials in each arm, or of pairs"),
        .required("margin", "largest difference that counts as none"),
        .optional("alpha", "level of each one-sided test", default: 0.05),
      ],
      outputs: ["power"], reference: "Schuirmann (1987), exact enumeration"
    ) { input in
      let (margin, alpha) = (try input.number("margin"), try input.level("alpha"))
      let power: Double
      switch try input.string("kind") {
      case "unpaired":
        power = try EquivalencePower.unpaired(
          trials: input.integer("n", in: 1...2_000), rate: input.number("rate"), margin: margin,
          level: alpha)
      case "paired":
        power = try PairedEquivalencePower.power(
          pairs: input.integer("n", in: 1...2_000), discordance: input.number("discordance"),
          margin: margin, level: alpha)
      case let other:
        throw ComputeError.outOfRange(
          field: "kind", expected: "\"unpaired\" or \"paired\"", found: "\"\(other.prefix(40))\"")
      }
      var output = ComputeOutput()
      output.set("power", power)
      return output
    },
    ComputeFunction(
      "group_sequential", summary: "O'Brien-Fleming-type boundaries by Lan-DeMets spending",
      inputs: [
        .required("fractions", "information at each look, ascending in (0, 1]"), level,
      ],
      outputs: ["boundaries", "nominal_levels", "spent"],
      reference: "Lan & DeMets (1983); ldbounds"
    ) { input in
      let design = try GroupSequentialDesign(
        fractions: input.numbers("fractions"), level: input.level("alpha"))
      var output = ComputeOutput()
      output.set("boundaries", design.boundaries)
      output.set("nominal_levels", design.nominalLevels)
      output.set("spent", design.spent)
      return output
    },
    ComputeFunction(
      "anytime_paired", summary: "Anytime-valid test of discordant pairs in order of arrival",
      inputs: [
        .required("gains", "0 or 1 for each discordant pair, 1 where the first arm alone succeeds"),
        .optional("prior", "g of the Beta(g, g) prior", default: 0.5),
      ],
      outputs: ["log_e", "e_values", "p"], reference: "Robbins (1970); Ville's inequality"
    ) { input in
      let prior = try input.number("prior")
      guard prior > 0, prior <= 1e6 else {
        throw ComputeError.outOfRange(
          field: "prior", expected: "in (0, 1000000]", found: "\(prior)")
      }
      let test = AnytimePairedTest(gains: try input.labels("gains"), prior: prior)
      var output = ComputeOutput()
      output.set("log_e", test.logEValue)
      output.set("e_values", test.logEValues)
      output.set("p", test.pValue)
      return output
    },
    ComputeFunction(
      "betting_sequence", summary: "Confidence sequence for a mean, valid at every look",
      inputs: [.required("x", "values in 0...1, in order of arrival"), .confidenceLevel],
      outputs: ["lower", "upper", "n"], reference: "Waudby-Smith & Ramdas (2024), hedged capital"
    ) { input in
      let sequence = try BettingConfidenceSequence(
        values: input.numbers("x"), confidenceLevel: input.level("conf"))
      var output = ComputeOutput()
      output.set("lower", sequence.lower)
      output.set("upper", sequence.upper)
      output.set("n", sequence.count)
      return output
    },
  ]
}
