import Statistics
import Study

/// A number that a claim quotes, with what the study's own tables give for it.
struct QuotedNumber: Sendable {
  /// One value that the number may stand for, in natural units (0.12 for 12 %).
  struct Candidate: Sendable {
    let value: Double
    /// Rounding of the numbers that it was computed from, in natural units.
    let slack: Double
    let source: SourceReference?

    init(_ value: Double, slack: Double = 0, source: SourceReference? = nil) {
      self.value = value
      self.slack = slack
      self.source = source
    }

    /// A number that a table prints. The quoted one must be it, or it rounded; where the table is the
    /// coarser of the two, within its half unit.
    init?(_ printed: PrintedNumber?, quoted: PrintedNumber?, source: SourceReference) {
      guard let printed, let value = printed.roughProportion else { return nil }
      self.init(
        value, slack: max(0, QuotedNumber.slack(printed) - QuotedNumber.slack(quoted)),
        source: source)
    }
  }

  let name: String
  let printed: PrintedNumber
  let candidates: [Candidate]

  /// Some candidate prints as the quoted number.
  var agrees: Bool {
    candidates.contains { printed.agrees(with: $0.value, slack: $0.slack) }
  }

  /// The candidate nearest to the quoted number.
  var nearest: Candidate? {
    guard let quoted = printed.roughProportion else { return candidates.first }
    return candidates.min { abs($0.value - quoted) < abs($1.value - quoted) }
  }
}

extension QuotedNumber {
  /// Every number that the claim quotes and that the tables can give. Numbers that no table bears
  /// on, and those that a rule of their own judges (ends of ranges, factors, margins), are left out.
  static func all(of subject: ClaimSubject, in context: StudyContext) -> [QuotedNumber] {
    let candidates: [(name: String, values: [Candidate])] =
      switch subject.claim.predicate {
      case .restates: [("value", restated(subject.claim, context.study))]
      case .shareOf: share(subject, whole: "denominator", part: "numerator")
      case .diluted: [("share", quotient(subject.claim, "count", over: "total"))]
      case .beatsMajority: [("difference", subject.detection.compactMap(gain))]
      case .effect: [("difference", changes(subject.claim, context.study))]
      case .concentratedIn: counted(subject)
      case .instrumentIsValid:
        [("share", subject.validations.compactMap { validated($0, subject.claim) })]
      case .filterCertifies:
        [("responses", [context.study.sampling?.responsesPerItem].compactMap { $0 }.map(count))]
      case .priorShiftExplains: priors(subject, context.study)
      case .liesWithin:
        [
          (
            "value",
            RangeStatementRule.values(of: subject, context).compactMap { value in
              value.printed == nil
                ? Candidate(value.number, source: value.source)
                : Candidate(
                  value.printed, quoted: subject.claim.values["value"], source: value.source)
            }
          )
        ]
      case .specificToSet:
        [("count", [context.study.classifier?.finalPositive].compactMap { $0 }.map(count))]
      case .withinNoise: [("half-width", halfWidths(subject, context))]
      default: []
      }
    return candidates.compactMap { name, values in
      guard let printed = subject.claim.values[name], printed.value != nil, !values.isEmpty else {
        return nil
      }
      return QuotedNumber(name: name, printed: printed, candidates: values)
    }
  }

  private static func count(_ value: Int) -> Candidate { Candidate(Double(value)) }

  /// Half a unit of the last printed digit, in natural units.
  fileprivate static func slack(_ printed: PrintedNumber?) -> Double {
    printed.map { $0.halfUnit / $0.unit.perProportion } ?? 0
  }

  private static func restated(_ claim: Claim, _ study: PublishedStudy) -> [Candidate] {
    study.printedNumbers(of: claim).compactMap {
      Candidate($0.number, quoted: claim.values["value"], source: $0.source)
    }
  }

  private static func quotient(_ claim: Claim, _ part: String, over whole: String) -> [Candidate] {
    guard let top = claim.values[part]?.value, let bottom = claim.values[whole]?.value, bottom != 0
    else { return [] }
    return [Candidate(top / bottom)]
  }

  /// The quotient, and the part where the claim names rows that count it.
  private static func share(
    _ subject: ClaimSubject, whole: String, part: String
  ) -> [(name: String, values: [Candidate])] {
    [
      ("share", quotient(subject.claim, part, over: whole)),
      (part, subject.neurons.map { Candidate(Double($0.count), source: $0.source) }),
    ]
  }

  /// Accuracy minus majority accuracy.
  private static func gain(_ row: DetectionRow) -> Candidate? {
    let majority = row.majorityAccuracy ?? row.positiveRate
    guard let accuracy = row.accuracy?.proportion, let other = majority?.proportion else {
      return nil
    }
    let share = row.majorityAccuracy == nil ? max(other, 1 - other) : other
    return Candidate(
      accuracy - share, slack: slack(row.accuracy) + slack(majority), source: row.source)
  }

  /// The change between two doses, without its sign where the text prints none: "a swing of 15 pp".
  private static func changes(_ claim: Claim, _ study: PublishedStudy) -> [Candidate] {
    let cells = study.cells(of: claim).filter { $0.printed.proportion != nil }
    guard let from = claim.values["from-dose"]?.value, let to = claim.values["to-dose"]?.value
    else {
      return []
    }
    let isSigned = claim.values["difference"].map { ($0.value ?? 0) < 0 } ?? false
    return cells.filter { $0.dose == from }.flatMap { first in
      cells.filter {
        $0.dose == to && $0.version == first.version && $0.benchmark == first.benchmark
          && $0.configuration == first.configuration
      }.compactMap { second -> Candidate? in
        guard let low = first.printed.proportion, let high = second.printed.proportion else {
          return nil
        }
        return Candidate(
          isSigned ? high - low : abs(high - low),
          slack: slack(first.printed) + slack(second.printed), source: second.source)
      }
    }
  }

  private static func counted(
    _ subject: ClaimSubject
  ) -> [(name: String, values: [Candidate])] {
    let tests = subject.tests
    return [
      ("successes", tests.map { Candidate(Double($0.successes), source: $0.source) }),
      ("trials", tests.map { Candidate(Double($0.trials), source: $0.source) }),
      (
        "share",
        tests.filter { $0.trials > 0 }.map {
          Candidate(Double($0.successes) / Double($0.trials), source: $0.source)
        }
      ),
      (
        "p",
        tests.compactMap {
          Candidate($0.printedP, quoted: subject.claim.values["p"], source: $0.source)
        }
      ),
    ]
  }

  private static func validated(_ row: ValidationRow, _ claim: Claim) -> Candidate? {
    if row.printed?.value != nil {
      return Candidate(row.printed, quoted: claim.values["share"], source: row.source)
    }
    guard let successes = row.successes, let trials = row.trials, trials > 0 else { return nil }
    return Candidate(Double(successes) / Double(trials), source: row.source)
  }

  private static func priors(
    _ subject: ClaimSubject, _ study: PublishedStudy
  ) -> [(name: String, values: [Candidate])] {
    var training: [Candidate] = []
    if let right = study.sampling?.alwaysRight, let wrong = study.sampling?.alwaysWrong,
      right + wrong > 0
    {
      training.append(Candidate(Double(wrong) / Double(right + wrong)))
      if let split = GridSplit(study) { training.append(Candidate(split.positiveShare)) }
    }
    let test = subject.detection.compactMap {
      Candidate($0.positiveRate, quoted: subject.claim.values["test-prior"], source: $0.source)
    }
    return [("training-prior", training), ("test-prior", test)]
  }

  /// Half-widths of the intervals of every cell and of the pooled rate, by the usual formulas; a
  /// quoted "±15 pp" may be any of them or lie between.
  private static func halfWidths(_ subject: ClaimSubject, _ context: StudyContext) -> [Candidate] {
    let quoted = subject.claim.values["half-width"]?.roughProportion
    let points = subject.rows.flatMap(\.points)
    let level = context.settings.confidenceLevel
    let z = NormalDistribution.upperQuantile((1 - level) / 2)
    let widths = points.flatMap { point -> [Double] in
      guard let share = try? Proportion(successes: point.successes, trials: point.total) else {
        return []
      }
      let wald = z * (point.rate * (1 - point.rate) / Double(point.total)).squareRoot()
      return [wald, share.wilsonInterval(confidenceLevel: level).width / 2]
    }
    guard let low = widths.min(), let high = widths.max(), let source = points.first?.cell.source
    else { return [] }
    let value = quoted.map { min(max($0, low), high) } ?? low
    return [Candidate(value, source: source)]
  }
}
