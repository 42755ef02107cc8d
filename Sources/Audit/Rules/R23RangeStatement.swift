import Statistics
import Study

/// R23: do quoted ranges and ratios cover the values they refer to?
public struct RangeStatementRule: AuditRule {
  public static let id = RuleID.rangeStatement
  public static let question = "Do quoted ranges and ratios cover the values they refer to?"
  public static let needs =
    "A claim with the ends of a range or a factor, and the rows it refers to."
  public static let method =
    "Smallest and largest value over every row that the claim refers to, at the printed precision; "
    + "ratios of the quoted ends and of the rows' own ranges; differences of AUROCs by their "
    + "Hanley–McNeil errors (1982), heterogeneity Q and I² on the logit scale."

  /// This near to an end, as a share of the range, a value is "at the end".
  static let edgeShare = 0.05

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let findings =
      context.subjects(of: .rangeIs).map { range($0, context) }
      + context.subjects(of: .liesWithin).map { within($0, context) }
      + context.subjects(of: .smallerByFactor).map { factor($0, context) }
    return findings.isEmpty
      ? [.notRun(Self.id, .notApplicable, "no claim quotes a range or a factor")] : findings
  }

  // MARK: - Values

  /// A value that a claim refers to, in natural units.
  struct Value {
    let name: String
    let number: Double
    let printed: PrintedNumber?
    let source: SourceReference

    /// `nil` for a place printed without a value.
    init?(_ name: String, _ printed: PrintedNumber?, _ source: SourceReference) {
      guard let printed, let number = printed.roughProportion else { return nil }
      self.name = name
      self.number = number
      self.printed = printed
      self.source = source
    }

    init(_ name: String, _ number: Double, _ source: SourceReference) {
      self.name = name
      self.number = number
      printed = nil
      self.source = source
    }

    /// Half a unit of its last printed digit, in natural units.
    var slack: Double { printed.map { $0.halfUnit / $0.unit.perProportion } ?? 0 }
  }

  /// The printed values of every row that the claim refers to. A count of neurons stands for itself,
  /// or for its share of all neurons where the quoted ends are shares.
  static func values(of subject: ClaimSubject, _ context: StudyContext) -> [Value] {
    let claim = subject.claim
    let metric = claim.terms["metric"]
    let study = context.study
    let cells = study.cells(of: claim).compactMap { Value($0.id, $0.printed, $0.source) }
    let detection = subject.detection.compactMap {
      Value($0.dataset, $0.printed(metric: metric), $0.source)
    }
    let grid = subject.grid.compactMap {
      Value(PrintedNumber.text(of: $0.inversePenalty), $0.printed(metric: metric), $0.source)
    }
    let summaries = subject.summaries.compactMap {
      Value("\($0.model) \($0.benchmark)", $0.printed, $0.source)
    }
    let others =
      subject.arithmetic.compactMap { Value($0.id, $0.printed, $0.source) }
      + subject.tests.compactMap { Value($0.id, $0.printedP, $0.source) }
      + subject.validations.compactMap { Value($0.id, $0.printed, $0.source) }
    let isShare = claim.values["lower"].map { $0.unit != .none } ?? false
    let whole = study.model?.neuronCount
    let neurons = subject.neurons.compactMap { row -> Value? in
      guard isShare else { return Value(row.id, Double(row.count), row.source) }
      return whole.map { Value(row.id, Double(row.count) / Double($0), row.source) }
    }
    return cells + detection + grid + summaries + others + neurons
  }

  /// The quoted ends, in natural units.
  struct Quoted {
    let lower: Double
    let upper: Double
    let style: NumberStyle
    private let low: PrintedNumber
    private let high: PrintedNumber

    init?(_ claim: Claim) {
      guard let low = claim.values["lower"], let high = claim.values["upper"],
        let lower = low.roughProportion, let upper = high.roughProportion, lower <= upper
      else { return nil }
      self.lower = lower
      self.upper = upper
      self.low = low
      self.high = high
      style =
        switch low.unit {
        case .percent: .percent
        case .percentagePoints: .percentagePoints
        case .perMille: .significant(3)
        case .none: .decimal(max(low.decimals, high.decimals))
        }
    }

    func isLower(_ value: Value) -> Bool { Self.isEnd(low, value) }
    func isUpper(_ value: Value) -> Bool { Self.isEnd(high, value) }

    /// The value prints as the end; where the value is the coarser of the two, within its half unit.
    private static func isEnd(_ end: PrintedNumber, _ value: Value) -> Bool {
      let own = end.halfUnit / end.unit.perProportion
      return end.agrees(with: value.number, slack: max(0, value.slack - own))
    }

    func covers(_ value: Value) -> Bool {
      lower <= value.number && value.number <= upper || isLower(value) || isUpper(value)
    }
  }

  /// Per-mille numbers are shown in that unit, others in natural units.
  static func evidence(
    _ value: Value, _ claim: Claim, _ style: NumberStyle, _ label: String
  ) -> Evidence {
    if let printed = value.printed { return .text(printed.text, label, sources: [value.source]) }
    if style == .decimal(0) { return .number(value.number, .count, label, sources: [value.source]) }
    let isPerMille = claim.values["lower"]?.unit == .perMille
    return .number(
      isPerMille ? value.number * 1000 : value.number, style, label, sources: [value.source])
  }

  // MARK: - The values span lower … upper

  private func range(_ subject: ClaimSubject, _ context: StudyContext) -> Finding {
    let claim = subject.claim
    let values = Self.values(of: subject, context)
    guard let quoted = Quoted(claim),
      let smallest = values.min(by: { $0.number < $1.number }),
      let largest = values.max(by: { $0.number < $1.number })
    else {
      return .notRun(
        Self.id, subject: claim.id, .notReported, "the claim has no range or no values to compare",
        assessments: [subject.assessed(.notTestable)], sources: [claim.source])
    }
    let omitted = omitted(subject, quoted)
    let reachesEnds = quoted.isLower(smallest) && quoted.isUpper(largest)
    var evidence = ends(of: claim)
    evidence["smallest"] = Self.evidence(smallest, claim, quoted.style, "smallest value")
    evidence["largest"] = Self.evidence(largest, claim, quoted.style, "largest value")
    evidence["smallest-name"] = .text(smallest.name, "row of the smallest value")
    evidence["largest-name"] = .text(largest.name, "row of the largest value")
    evidence["values"] = .count(values.count, "values", sources: values.map(\.source))
    guard !reachesEnds || !omitted.isEmpty else {
      return Finding(
        rule: Self.id, subject: claim.id, status: .passed, title: "The quoted range is the range",
        sentence: """
          The {values} values run from {smallest} ({smallest-name}) to {largest} ({largest-name}), as \
          quoted.
          """,
        evidence: evidence, assessments: [subject.assessed(.supported)])
    }
    let outside = values.filter { !quoted.covers($0) }
    var sentence: Prose
    if reachesEnds {
      evidence["omitted"] = .list(
        omitted.map(\.name), "rows left out", sources: omitted.map(\.source))
      evidence["omitted-values"] = .list(
        omitted.map { $0.printed?.text ?? "" }, "their values", sources: omitted.map(\.source))
      sentence = """
        “{quote}” leaves out {omitted} ({omitted-values}), which is not in-domain either and lies \
        outside {lower} to {upper}.
        """
    } else {
      evidence["outside"] = .list(
        outside.isEmpty ? ["none"] : outside.map(\.name), "rows outside the quoted range",
        sources: outside.map(\.source))
      sentence = """
        “{quote}”: the values run from {smallest} ({smallest-name}) to {largest} ({largest-name}), not \
        from {lower} to {upper}; outside lie {outside}.
        """
    }
    let spread = aurocSpread(subject, context, &evidence)
    return Finding(
      rule: Self.id, subject: claim.id, status: .fired(.minor),
      title: "The quoted range does not cover its values", sentence: sentence + spread,
      remedy: "Quote the range over all rows of the table.", evidence: evidence,
      assessments: [subject.assessed(.refuted)])
  }

  private func ends(of claim: Claim) -> [String: Evidence] {
    [
      "quote": .text(claim.quote, "claim", sources: [claim.source]),
      "lower": .text(
        claim.values["lower"]?.text ?? "", "quoted lower end", sources: [claim.source]),
      "upper": .text(
        claim.values["upper"]?.text ?? "", "quoted upper end", sources: [claim.source]),
    ]
  }

  /// Detection sets other than the in-domain one that the claim does not refer to, although it
  /// refers only to such sets, and whose value lies outside the quoted range.
  private func omitted(_ subject: ClaimSubject, _ quoted: Quoted) -> [Value] {
    guard !subject.detection.isEmpty,
      subject.detection.allSatisfy({ $0.role != "in-domain" })
    else { return [] }
    return subject.allDetection.filter {
      $0.role != "in-domain" && !subject.detection.contains($0)
    }.compactMap { row in
      Value(row.dataset, row.printed(metric: subject.claim.terms["metric"]), row.source)
    }
    .filter { !quoted.covers($0) }
  }

  /// How far the AUROCs of all sets differ, beyond their errors.
  private func aurocSpread(
    _ subject: ClaimSubject, _ context: StudyContext, _ evidence: inout [String: Evidence]
  ) -> Prose {
    guard subject.claim.terms["metric"] == "auroc" else { return "" }
    let sets = subject.allDetection.compactMap { row -> (DetectionRow, Double, Double)? in
      guard let counts = DetectionCounts(row), let auroc = counts.auroc,
        let error = counts.aurocSummary?.standardError.value
      else { return nil }
      return (row, auroc, error)
    }
    guard sets.count > 1, let low = sets.min(by: { $0.1 < $1.1 }),
      let high = sets.max(by: { $0.1 < $1.1 }),
      let difference = EstimateDifference(high.1, high.2, low.1, low.2),
      sets.allSatisfy({ $0.1 > 0 && $0.1 < 1 }),
      let pool = try? MetaAnalysis(
        estimates: sets.map { LogOdds.of($0.1) },
        variances: sets.map { LogOdds.variance(of: $0.1, standardError: $0.2) })
    else { return "" }
    let sources = sets.map(\.0.source)
    evidence["low-set"] = .text(low.0.dataset, "set with the lowest AUROC", sources: [low.0.source])
    evidence["high-set"] = .text(
      high.0.dataset, "set with the highest AUROC", sources: [high.0.source])
    evidence["auroc-difference"] = .number(
      difference.difference, .decimal(3), "difference of the AUROCs", sources: sources)
    evidence["auroc-z"] = .number(
      difference.z, .decimal(1), "its z", method: "Hanley–McNeil", sources: sources)
    evidence["q"] = .number(
      pool.heterogeneity, .decimal(1), "heterogeneity Q of the AUROCs",
      method: "inverse variance, logit scale", sources: sources)
    evidence["i-squared"] = .number(
      pool.iSquaredPercent / 100, .percent, "share of the variation that is heterogeneity, I²",
      method: "inverse variance, logit scale", sources: sources)
    evidence["sets"] = .count(sets.count, "sets", sources: sources)
    return """
      {high-set} and {low-set} differ by {auroc-difference} (z = {auroc-z}); over all {sets} sets Q = \
      {q}, I² = {i-squared}: the ranking is not equally good in all sets.
      """
  }

  // MARK: - The values lie within lower … upper

  private func within(_ subject: ClaimSubject, _ context: StudyContext) -> Finding {
    let claim = subject.claim
    let values = Self.values(of: subject, context)
    guard let quoted = Quoted(claim), let first = values.first else {
      return .notRun(
        Self.id, subject: claim.id, .notReported, "the claim has no range or no values to compare",
        assessments: [subject.assessed(.notTestable)], sources: [claim.source])
    }
    let outside = values.filter { !quoted.covers($0) }
    var evidence = ends(of: claim)
    evidence["values"] = .count(values.count, "values", sources: values.map(\.source))
    guard outside.isEmpty else {
      evidence["outside-count"] = .count(
        outside.count, "values outside the range", sources: outside.map(\.source))
      evidence["outside"] = .list(
        outside.map { "\($0.name) \($0.printed?.text ?? quoted.style.text($0.number))" },
        "values outside the range", sources: outside.map(\.source))
      let gains = randomGains(subject, context, &evidence)
      return Finding(
        rule: Self.id, subject: claim.id, status: .fired(.minor),
        title: "{outside-count} of {values} values lie outside the quoted range",
        sentence: """
          “{quote}”: of {values} values {outside-count} lie outside {lower} to {upper}: {outside}.
          """ + gains,
        remedy: "Restrict the statement to the rows that it holds for.", evidence: evidence,
        assessments: [subject.assessed(.refuted)])
    }
    let width = quoted.upper - quoted.lower
    let position = width > 0 ? (first.number - quoted.lower) / width : 0.5
    let isAtEnd =
      values.count == 1 && min(position, 1 - position) < Self.edgeShare && width > 0
    evidence["value"] = Self.evidence(first, claim, quoted.style, "value")
    evidence["position"] = .number(
      min(1, max(0, position)), .percent, "position in the range, from its lower end",
      sources: [first.source])
    return Finding(
      rule: Self.id, subject: claim.id, status: isAtEnd ? .fired(.info) : .passed,
      title: isAtEnd ? "Inside the range, but at its end" : "The values lie in the quoted range",
      sentence: isAtEnd
        ? """
        “{quote}”: {value} lies inside {lower} to {upper}, but only {position} of the way from its \
        lower end.
        """
        : "All {values} values lie inside {lower} to {upper}.",
      evidence: evidence, assessments: [subject.assessed(.supported)])
  }

  /// Accuracy above the random baseline, set by set.
  private func randomGains(
    _ subject: ClaimSubject, _ context: StudyContext, _ evidence: inout [String: Evidence]
  ) -> Prose {
    guard subject.claim.terms["metric"] == "accuracy" else { return "" }
    var parts: [String] = []
    for (index, row) in subject.detection.enumerated() {
      guard let accuracy = row.accuracy?.proportion, let random = row.randomAccuracy?.proportion
      else { continue }
      evidence["gain-name-\(index + 1)"] = .text(row.dataset, "set", sources: [row.source])
      evidence["gain-\(index + 1)"] = .number(
        accuracy - random, .percentagePoints, "accuracy above the random set, \(row.dataset)",
        sources: [row.source])
      parts.append("{gain-name-\(index + 1)} {gain-\(index + 1)}")
    }
    return parts.isEmpty
      ? "" : Prose("Accuracy above the random set: \(parts.joined(separator: ", ")).")
  }
}
