import Statistics
import Study

/// R14: which variant of the test gives the printed p-value?
public struct PVariantRule: AuditRule {
  public static let id = RuleID.pVariant
  public static let question = "Which variant of the test gives the printed p-value?"
  public static let needs = "A reported test of a share with its counts and p-value."
  public static let method =
    "Every usual variant of the test of one share (exact by minimum likelihood, doubled, Blaker, "
    + "mid-p, one-sided; score, continuity-corrected, likelihood ratio, Wald), compared at the "
    + "printed precision."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let tests = context.study.tests
    guard !tests.isEmpty else {
      return [.notRun(Self.id, .notReported, "the study reports no test of a share")]
    }
    return tests.map { finding($0, context) }
  }

  private struct Variant {
    let name: String
    let isTwoSided: Bool
    let pValue: Double
  }

  private static func variants(of test: ReportedTest) -> [Variant] {
    guard let binomial = test.binomial else { return [] }
    return BinomialTestVariant.allCases.compactMap { variant in
      variant.pValue(binomial).value.map {
        Variant(
          name: variant.rawValue, isTwoSided: variant != .oneSided && variant != .oneSidedMidP,
          pValue: $0)
      }
    }
  }

  private func finding(_ test: ReportedTest, _ context: StudyContext) -> Finding {
    let sources = [test.source]
    let variants = Self.variants(of: test)
    guard test.printedP.value != nil, !variants.isEmpty else {
      return .notRun(
        Self.id, subject: test.id, .notReported, "no p-value is printed for \(test.id)",
        sources: sources)
    }
    let matching = variants.filter { test.printedP.agrees(with: $0.pValue) }
    let twoSided = variants.filter(\.isTwoSided).map(\.pValue)
    let level = context.settings.level
    var evidence: [String: Evidence] = [
      "test": .text(test.id, "test", sources: sources),
      "printed": .text(test.printedP.text, "p-value as printed", sources: sources),
      "successes": .count(test.successes, "\(test.unit)s inside", sources: sources),
      "trials": .count(test.trials, "\(test.unit)s", sources: sources),
      "matching": .list(
        matching.isEmpty ? ["none"] : matching.map(\.name), "variants that print the same",
        sources: sources),
      "smallest": .number(
        twoSided.min() ?? .nan, .significant(2), "smallest two-sided variant", sources: sources),
      "largest": .number(
        twoSided.max() ?? .nan, .significant(2), "largest two-sided variant", sources: sources),
      "level": .number(level, .significant(1), "test level"),
    ]
    if let observed = try? Proportion(successes: test.successes, trials: test.trials) {
      evidence["share"] = .estimate(
        Double(test.successes) / Double(test.trials),
        observed.clopperPearsonInterval(confidenceLevel: context.settings.confidenceLevel),
        .percent, "observed share", sources: sources)
    }
    var parts: [String] = []
    for (index, variant) in variants.enumerated() {
      evidence["name-\(index + 1)"] = .text(variant.name, "variant")
      evidence["p-\(index + 1)"] = .number(
        variant.pValue, .significant(3), variant.name, method: variant.name, sources: sources)
      parts.append("{name-\(index + 1)} {p-\(index + 1)}")
    }
    let list: Prose = Prose("All variants: \(parts.joined(separator: "; ")).")
    if matching.isEmpty {
      return Finding(
        rule: Self.id, subject: test.id, status: .fired(.major),
        title: "No variant of the test gives the printed p of {test}",
        sentence: """
          The text prints p = {printed} for {successes} of {trials}; no usual variant of the test \
          gives that.
          """ + list,
        remedy: "State the counts, the null share and the variant.", evidence: evidence)
    }
    // A one-sided variant that alone gives the printed p decides as much as a two-sided one.
    let deciding = twoSided + matching.map(\.pValue)
    let straddles = deciding.contains { $0 <= level } && deciding.contains { $0 > level }
    guard straddles else {
      return Finding(
        rule: Self.id, subject: test.id, status: .passed,
        title: "The p-value of {test} does not depend on the variant",
        sentence: "p = {printed} is reproduced by: {matching}.", evidence: evidence)
    }
    return Finding(
      rule: Self.id, subject: test.id, status: .fired(.info),
      title: "The variant decides on which side of the level {test} falls",
      sentence: """
        p = {printed} is reproduced by: {matching}. Two-sided variants of the same test range from \
        {smallest} to {largest}, on both sides of {level}.
        """ + list,
      remedy: "State which variant was used, and why.", evidence: evidence)
  }
}
