import Notation
import Statistics
import Study

/// R03: is the majority accuracy the share of the class that it is said to describe?
///
/// A classifier without features predicts the larger class, so its accuracy is the share of that
/// class among the evaluated *rows*. The rule compares the printed majority accuracy with the shares
/// of the sampled items, then tries every construction of training rows from those items: answer
/// rows and other-token rows of both classes, with the wrong answers as positives. It names the
/// constructions that print as the text prints, and asks which held-out sizes could give all
/// accuracies of the grid (GRIM).
///
/// A held-out split has its own class shares. The rule fires only where the printed share is neither
/// the share of the items to the printed digits nor a plausible draw from it (exact binomial
/// p below ``implausible``).
public struct BaselineDefinitionRule: AuditRule {
  public static let id = RuleID.baselineDefinition
  public static let question =
    "Is the majority accuracy the largest class share of the data it is said to describe?"
  public static let needs = "Counts of both classes and a majority accuracy (claim or grid)."
  public static let method =
    "Class shares of all row constructions; exact binomial test; GRIM over held-out sizes."

  /// One in a thousand: a split that odd is not chance.
  static let implausible = 0.001
  /// Assumed when the text states no held-out share: the usual split.
  static let usualHeldOutShare = 0.2

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let study = context.study
    let claims = context.claims(.majorityIs)
    guard let right = study.sampling?.alwaysRight, let wrong = study.sampling?.alwaysWrong,
      right > 0, wrong > 0
    else {
      return [
        .notRun(
          Self.id,
          reason: UndefinedReason(
            .notReported, "the numbers of right and wrong items are unstated"),
          title: "Class counts are unstated")
      ]
    }
    let items = Items(right: right, wrong: wrong)
    var findings = claims.compactMap { claim -> Finding? in
      guard let printed = claim.values["share"], printed.proportion != nil else { return nil }
      return check(
        printed, subject: claim.id, named: items.share(ofClass: claim.terms["class"]),
        source: claim.source, claims: [claim], items: items, context: context)
    }
    if findings.isEmpty,
      let row = study.grid.first(where: { $0.nonzero == 0 && $0.accuracy?.exactValue != nil }),
      let printed = row.accuracy, printed.proportion != nil
    {
      // Where the study says that it evaluates rows, the rows have the classes to compare with.
      let isByRow = study.classifier?.evaluationUnit == "row"
      let ofRows = items.constructions.map(\.share).first { printed.agrees(with: $0) }
      findings = [
        check(
          printed, subject: "grid",
          named: (isByRow ? ofRows : nil) ?? max(items.rightShare, 1 - items.rightShare),
          source: row.source, claims: [], items: items, context: context)
      ]
    }
    guard findings.isEmpty else { return findings }
    return [
      .notRun(
        Self.id, reason: UndefinedReason(.notReported, "the text prints no majority accuracy"),
        title: "No majority accuracy")
    ]
  }

  /// The sampled items and the rows that can be made of them.
  private struct Items {
    let right: Int
    let wrong: Int

    var total: Int { right + wrong }
    var rightShare: Double { Double(right) / Double(total) }

    func share(ofClass name: String?) -> Double {
      switch name {
      case "always-right": rightShare
      case "always-wrong": 1 - rightShare
      default: max(rightShare, 1 - rightShare)
      }
    }

    /// Wrong answers against every selection of the other three kinds of row.
    var constructions: [Construction] {
      let kinds =
        [("right answers", right), ("other tokens of right", right)]
        + [("other tokens of wrong", wrong)]
      return (1..<8).map { selection in
        let chosen = kinds.indices.filter { selection & (1 << $0) != 0 }
        return Construction(
          name: "wrong answers against " + chosen.map { kinds[$0].0 }.joined(separator: ", "),
          positives: wrong, negatives: chosen.reduce(0) { $0 + kinds[$1].1 },
          isFull: chosen.count == kinds.count)
      }
    }
  }

  private struct Construction {
    let name: String
    let positives: Int
    let negatives: Int
    /// The 3-vs-1 construction of the original public code.
    let isFull: Bool

    var total: Int { positives + negatives }
    var majority: Int { max(positives, negatives) }
    var share: Double { Double(majority) / Double(total) }
    var title: String { isFull ? "3-vs-1 (\(name))" : name }
  }

  private func check(
    _ printed: PrintedNumber, subject: String, named: Double, source: SourceReference,
    claims: [Claim], items: Items, context: StudyContext
  ) -> Finding {
    let heldOut = context.study.classifier?.heldOutShare
    let share = heldOut ?? Self.usualHeldOutShare
    let p = drawProbability(printed, named: named, items: items, heldOutShare: share)
    let isPlausible = printed.agrees(with: named) || p >= Self.implausible
    let matches = items.constructions.filter { printed.agrees(with: $0.share) }
    var evidence: [String: Evidence] = [
      "printed": .text(printed.text, "printed majority accuracy", sources: [source]),
      "right": .count(items.right, "items always right"),
      "wrong": .count(items.wrong, "items always wrong"),
      "items": .count(items.total, "items"),
      "share": .number(named, .percent, "share of the named class among the items"),
      "p-draw": .number(
        p, .pStatement, "a held-out split of the items with this share",
        method: "exact binomial, two-sided"),
      "held-out": .number(share, .percent, "held-out share"),
      "held-out-owner": .text(
        heldOut == nil ? "assumed, as the text states none" : "as stated", "held-out share"),
    ]
    if let match = matches.last {
      evidence["construction"] = .text(match.title, "row construction that gives the share")
      evidence["construction-majority"] = .count(match.majority, "rows of the larger class")
      evidence["construction-total"] = .count(match.total, "rows")
      evidence["construction-share"] = .number(
        match.share, .percent, "share of the larger class among the rows")
    }
    evidence.merge(
      splits(items: items, match: matches.last, share: share, context: context)
    ) { $1 }
    var sentence: Prose =
      "The text prints {printed} as the majority accuracy; of {items} items {right} are right and "
      + "{wrong} wrong, so the named class has {share}."
    if isPlausible {
      sentence = sentence + "The printed value is that share, or a plausible held-out draw of it."
    } else if matches.isEmpty {
      sentence = sentence + "No construction of rows from these items gives the printed value."
    } else {
      sentence =
        sentence
        + "It is {construction-majority} of {construction-total} rows ({construction-share}), the "
        + "row construction {construction}."
    }
    if !isPlausible, evidence["attained-rows"] != nil {
      sentence =
        sentence
        + "With {held-out} held out ({held-out-owner}), {attained-items} of {grid-values} "
        + "accuracies of the grid are counts over {held-out-items} items, and {attained-rows} over "
        + "{held-out-rows} rows."
    }
    return Finding(
      rule: Self.id, subject: subject, status: isPlausible ? .passed : .fired(.critical),
      title: isPlausible
        ? "The majority accuracy is a class share"
        : matches.isEmpty
          ? "{printed} is not the share of the named class, {share}"
          : "{printed} is {construction-majority} of {construction-total} rows, a row construction; "
            + "the named class has {share}",
      sentence: sentence,
      remedy: isPlausible
        ? "" : "State the evaluated unit and print its counts per class and split.",
      evidence: evidence,
      assessments: claims.map {
        ClaimAssessment(claim: $0.id, verdict: isPlausible ? .supported : .refuted)
      }, sources: [source])
  }

  private func drawProbability(
    _ printed: PrintedNumber, named: Double, items: Items, heldOutShare: Double
  ) -> Double {
    let total = max(1, Int((heldOutShare * Double(items.total)).rounded()))
    guard let value = printed.proportion,
      let observed = try? Proportion(
        successes: min(total, max(0, Int((value * Double(total)).rounded()))), trials: total),
      let test = try? BinomialTest(observed, nullValue: named)
    else { return 1 }
    return test.pValueMinimumLikelihood
  }

  /// Which held-out sizes can give every distinct accuracy of the grid.
  private func splits(
    items: Items, match: Construction?, share: Double, context: StudyContext
  ) -> [String: Evidence] {
    var seen: Set<PrintedNumber> = []
    let rows = context.study.grid.filter { row in
      row.accuracy.map { $0.exactValue != nil && seen.insert($0).inserted } ?? false
    }
    let accuracies = rows.compactMap(\.accuracy)
    guard let match, !accuracies.isEmpty else { return [:] }
    let itemSizes = sizes(of: items.total, share: share)
    let rowSizes = sizes(of: match.total, share: share)
    func attained(_ size: Int) -> Int {
      accuracies.filter { $0.count(over: size) != nil }.count
    }
    let bestRows = rowSizes.max { (attained($0), $1) < (attained($1), $0) } ?? 0
    var evidence: [String: Evidence] = [
      "grid-values": .count(
        accuracies.count, "distinct accuracies of the grid", sources: rows.map(\.source)),
      "held-out-items": .list(itemSizes.map(NumberText.count), "held-out items"),
      "held-out-rows": .list([NumberText.count(bestRows)], "held-out rows"),
      "attained-items": .count(
        itemSizes.map(attained).max() ?? 0, "accuracies that are counts over the held-out items",
        sources: rows.map(\.source)),
      "attained-rows": .count(
        attained(bestRows), "accuracies that are counts over the held-out rows",
        sources: rows.map(\.source)),
      "counts-rows": .list(
        accuracies.compactMap { $0.count(over: bestRows) }.map(NumberText.count),
        "accuracies as counts over the held-out rows", sources: rows.map(\.source)),
    ]
    for (index, size) in itemSizes.enumerated() {
      evidence["held-out-items-\(index + 1)"] = .count(size, "held-out items")
      evidence["attained-items-\(index + 1)"] = .count(
        attained(size), "accuracies that are counts over the held-out items")
    }
    return evidence
  }

  /// The whole numbers on both sides of share · total.
  private func sizes(of total: Int, share: Double) -> [Int] {
    let exact = share * Double(total)
    let below = max(1, Int(exact.rounded(.down)))
    let above = max(1, Int(exact.rounded(.up)))
    return below == above ? [below] : [below, above]
  }
}
