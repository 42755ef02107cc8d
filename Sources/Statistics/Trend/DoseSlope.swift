/// The change of the log odds per unit of dose in one configuration, from margins.
///
/// Oracle: section A5 of the audit of the published study (FaithEval A: −0.341, SE 0.157).
public struct DoseSlope: Hashable, Sendable {
  public let intercept: Double
  public let slope: Double
  public let standardError: Double

  /// Undefined for separated outcomes or one distinct dose.
  public static func logistic(_ arms: [DoseArm]) throws(StatisticsError) -> Measured<DoseSlope> {
    let fit = try GroupedLogisticRegression.fit(
      design: arms.map { [1, $0.score] }, groups: arms.map(\.outcomes))
    return fit.map {
      DoseSlope(
        intercept: $0.coefficients[0], slope: $0.coefficients[1],
        standardError: $0.standardErrors[1])
    }
  }
}

/// Whether configurations differ in level or in slope, by likelihood ratio on margins.
///
/// "Works in A, not in B" is a claim about the interaction, not about two separate tests (Gelman &
/// Stern 2006).
public struct ConfigurationDoseTest: Hashable, Sendable {
  public let statistic: Double
  public let degreesOfFreedom: Int
  public let pValue: Double

  /// Configuration × dose: parallel against separate slopes.
  public static func interaction(
    _ configurations: [[DoseArm]]
  ) throws(StatisticsError) -> Measured<ConfigurationDoseTest> {
    try compare(configurations, small: .parallel, large: .separate)
  }

  /// Level of the configurations at a common slope.
  public static func mainEffect(
    _ configurations: [[DoseArm]]
  ) throws(StatisticsError) -> Measured<ConfigurationDoseTest> {
    try compare(configurations, small: .common, large: .parallel)
  }

  private enum Model {
    case common, parallel, separate
  }

  private static func compare(
    _ configurations: [[DoseArm]], small: Model, large: Model
  ) throws(StatisticsError) -> Measured<ConfigurationDoseTest> {
    let used = configurations.filter { $0.contains { $0.outcomes.trials > 0 } }
    guard used.count > 1 else {
      return .undefined(UndefinedReason(.tooFew, "fewer than two configurations have trials"))
    }
    guard let reduced = try deviance(used, small), let full = try deviance(used, large) else {
      return .undefined(
        UndefinedReason(.notConverged, "the outcomes of a configuration have no finite fit"))
    }
    let statistic = max(0, reduced - full)
    let df = used.count - 1
    return .defined(
      ConfigurationDoseTest(
        statistic: statistic, degreesOfFreedom: df,
        pValue: ChiSquaredDistribution.upperTail(statistic, degreesOfFreedom: Double(df))))
  }

  /// The deviance of a model. Separate slopes are one fit for each configuration, whose deviance
  /// has a limit even where a slope runs to infinity (two doses, none of n at one of them).
  private static func deviance(
    _ configurations: [[DoseArm]], _ model: Model
  ) throws(StatisticsError) -> Double? {
    if model == .separate {
      var sum = 0.0
      for arms in configurations {
        if let fit = try GroupedLogisticRegression.fit(
          design: arms.map { [1, $0.score] }, groups: arms.map(\.outcomes)
        ).value {
          sum += fit.deviance
        } else if Set(arms.map(\.score)).count > 2 {
          return nil
        }
        // With one or two doses the line is saturated: deviance 0.
      }
      return sum
    }
    var (design, groups) = ([[Double]](), [Proportion]())
    for (index, arms) in configurations.enumerated() {
      for arm in arms {
        let levels = configurations.indices.map { $0 == index ? 1.0 : 0 }
        design.append((model == .common ? [1] : levels) + [arm.score])
        groups.append(arm.outcomes)
      }
    }
    return try GroupedLogisticRegression.fit(design: design, groups: groups).value?.deviance
  }
}
