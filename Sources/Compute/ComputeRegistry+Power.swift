import CanonicalJSON
import Statistics

extension ComputeRegistry {
  private static let alpha = ComputeInput.optional("alpha", "level of the test", default: 0.05)

  /// Power before a study.
  static let power: [ComputeFunction] = [
    ComputeFunction(
      "power_binomial", summary: "Exact power of the two-sided binomial test",
      inputs: [
        .required("n", "count of trials"), .required("p0", "null probability"),
        .required("p1", "true probability"), alpha,
      ],
      outputs: ["size", "power", "reject_x"], reference: "Enumeration with scipy.stats.binomtest"
    ) { input in
      let result = try BinomialTestPower(
        trials: input.count("n"), null: input.number("p0"), alternative: input.number("p1"),
        alpha: input.number("alpha"))
      var output = ComputeOutput()
      output.set("size", result.size)
      output.set("power", result.power)
      if let counts = result.rejectedCounts() {
        output.set("reject_x", counts)
      } else {
        output.setUndefined(
          "reject_x", UndefinedReason(.tooLarge, "more than 200,000 counts reject"))
      }
      return output
    },
    ComputeFunction(
      "power_two_prop", summary: "Power to tell two proportions apart",
      inputs: [
        .required("n_per_arm", "count of trials in each arm"), .required("p1", "first rate"),
        .required("p2", "second rate"), alpha,
      ],
      outputs: [
        "power_normal", "power_normal_onetail", "power_arcsine", "power_fisher", "power_zpooled",
      ],
      reference: "R power.prop.test; pwr pwr.2p.test; exact enumeration"
    ) { input in
      let n = try input.count("n_per_arm")
      let (p1, p2) = (try input.number("p1"), try input.number("p2"))
      let level = try input.number("alpha")
      let result = try TwoProportionPower(
        trialsPerArm: n, first: p1, second: p2, alpha: level)
      var output = ComputeOutput()
      output.set("power_normal", result.normal)
      output.set("power_normal_onetail", result.normalOneTail)
      output.set("power_arcsine", result.arcsine)
      for (key, test) in [
        ("power_fisher", TwoArmRejection.Test.fisher), ("power_zpooled", .pooledZ),
      ] {
        do {
          output.set(
            key, try TwoArmRejection(test: test, trialsPerArm: n, alpha: level).power(p1, p2))
        } catch StatisticsError.tooLarge(let what, let found, let limit) {
          output.setUndefined(
            key, UndefinedReason(.tooLarge, "\(what) would be \(found), above \(limit)"))
        }
      }
      return output
    },
  ]
}
