import Audit
import CanonicalJSON
import Notation
import Statistics
import Study

/// The values of the registration templates.
///
/// Texts of the authors are put on one line and lose what would end a Markdown table cell or start
/// HTML, so that a form shows what the plan says and nothing else.
struct RegistrationContext {
  let plan: StudyPlan
  let lock: StudyLock?
  let tool: String

  static let notStated = "not stated"

  var values: [String: Any] {
    let rows = HypothesisPower.of(plan)
    var values: [String: Any] = [
      "title": Self.line(plan.title), "tool": tool,
      "authors": plan.authors.isEmpty
        ? Self.notStated
        : plan.authors.map { author in
          Self.line(author.name) + (author.orcid.map { " (ORCID \(Self.line($0)))" } ?? "")
        }.joined(separator: "; "),
      "questions": plan.questions.map { ["id": Self.line($0.id), "text": Self.line($0.text)] },
      "hypotheses": plan.hypotheses.map { hypothesis($0, power: rows) },
      "families": plan.families.map {
        ["id": Self.line($0.id), "method": $0.method.rawValue]
      },
      "checks": plan.checks.map { check in
        var entry = ["id": Self.line(check.id), "kind": check.kind.rawValue]
        if let threshold = check.threshold { entry["threshold"] = Self.number(threshold) }
        return entry
      },
      "power": rows.map(Self.row), "originals": plan.replication.map(original),
      "deviations": plan.deviations.map {
        [
          "id": Self.line($0.id), "planned": Self.line($0.planned), "done": Self.line($0.done),
          "decided": $0.decided == .beforeData ? "before the data" : "after the data",
          "reason": Self.line($0.reason),
        ]
      },
      "priorKnowledge": Self.line(plan.registration.statement),
      "limits": Self.line(plan.limits),
      "blinding": "Outcomes are judged by a rule; the judge does not see dose or configuration.",
    ]
    values.merge(designValues) { _, new in new }
    values.merge(samplingValues) { _, new in new }
    if let lock {
      let isLeft = !PlanComparison(plan: plan, lock: lock).differences.isEmpty
      values["lock"] = [
        "time": lock.lockedAt.description + (isLeft ? " (the plan has changed since)" : ""),
        "hash": lock.sha256,
      ]
    }
    return values
  }

  // MARK: - Sections

  private var designValues: [String: Any] {
    let design = plan.design
    return [
      "checkpoint": Self.line(design.checkpoint.name ?? design.checkpoint.path),
      "doses": design.doses.map(Self.number).joined(separator: ", "),
      "noOp": Self.number(design.noOpDose),
      "configurations": design.configurations.map {
        [
          "id": Self.line($0.id), "implementation": $0.implementation.rawValue,
          "weights": $0.weightFormat.rawValue,
          "sets": $0.neuronSets.map(\.rawValue).joined(separator: ", "),
        ]
      },
      "benchmarks": design.benchmarks.map {
        [
          "id": Self.line($0.id), "file": Self.line($0.file),
          "endpoint": Self.line($0.endpoint), "items": Self.count($0.itemCount),
          "decoding": $0.decoding.rawValue,
        ]
      },
      "endpoints": design.benchmarks.isEmpty
        ? Self.notStated
        : design.benchmarks.map { "\(Self.line($0.endpoint)) on \(Self.line($0.id))" }
          .joined(separator: "; "),
      "seed": String(design.seed), "randomSets": NumberText.count(design.randomSetCount),
      "matching": design.matching.rawValue,
      "level": Self.number(plan.analysis.level),
      "confidence": NumberText.percent(plan.analysis.confidenceLevel, digits: 0),
      "permutations": NumberText.count(plan.analysis.permutationCount),
      "resamples": NumberText.count(plan.analysis.resampleCount),
      "classifier": classifierText,
    ]
  }

  private var classifierText: String {
    let classifier = plan.classifier
    return "Rows \(classifier.rows.rawValue), C in "
      + classifier.costs.map(Self.number).joined(separator: ", ")
      + ", \(classifier.foldCount) folds by item, chosen by \(classifier.selection.rawValue); "
      + "intercept \(classifier.intercept.rawValue), class weight "
      + "\(classifier.classWeight.rawValue), scale \(classifier.scale.rawValue), denominator "
      + "\(classifier.denominator.rawValue)."
  }

  private var samplingValues: [String: Any] {
    let sampling = plan.sampling
    let topK = sampling.topK.map { ", top-k \($0)" } ?? ""
    return [
      "sampling": "\(NumberText.count(sampling.responses)) responses to each question of "
        + "\(Self.line(sampling.questions)), temperature \(Self.number(sampling.temperature))"
        + "\(topK), top-p \(Self.number(sampling.topP)); kept are questions with "
        + "\(sampling.agreement) of \(sampling.responses) responses judged alike.",
      "sampleSize": sampleSize, "sampleRationale": Self.line(sampling.rationale),
      "stopping": Self.line(sampling.stopping), "exclusions": Self.line(sampling.exclusions),
      "missing": Self.line(sampling.missing),
    ]
  }

  private var sampleSize: String {
    var parts = ["Questions for the detector: \(Self.count(plan.sampling.itemCount))"]
    parts += plan.design.benchmarks.map { "\(Self.line($0.id)): \(Self.count($0.itemCount))" }
    parts += (plan.detection?.sets ?? []).map { "\(Self.line($0.id)): \(Self.count($0.itemCount))" }
    return parts.joined(separator: "; ") + "."
  }

  private func hypothesis(
    _ hypothesis: HypothesisPlan, power rows: [HypothesisPower]
  ) -> [String: Any] {
    let own = rows.filter { $0.hypothesis == hypothesis.id }
    let question = plan.questions.first { $0.id == hypothesis.question }
    var values: [String: Any] = [
      "id": Self.line(hypothesis.id), "question": Self.line(hypothesis.question),
      "questionText": Self.line(question?.text), "statement": Self.line(hypothesis.statement),
      "direction": hypothesis.direction.rawValue, "analysis": hypothesis.analysis.rawValue,
      "where": Self.place(hypothesis),
      "sesoi": Self.effect(hypothesis.smallestEffectOfInterest, hypothesis.unit),
      "family": Self.line(hypothesis.family),
      "supported": Self.line(hypothesis.interpretation.supported),
      "refuted": Self.line(hypothesis.interpretation.refuted),
      "inconclusive": Self.line(hypothesis.interpretation.inconclusive),
      "theory": Self.line(hypothesis.theory),
      "sampleCell": own.map { "\(Self.line($0.test)): \(Self.count($0.items)) items" }
        .joined(separator: "; "),
      "powerCell": own.map { "\(Self.line($0.test)): power \(Self.share($0.power))" }
        .joined(separator: "; ") + ".",
    ]
    if let margin = hypothesis.equivalenceMargin {
      values["margin"] = Self.effect(margin, hypothesis.unit)
    }
    if let rationale = hypothesis.rationale { values["rationale"] = Self.line(rationale) }
    return values
  }

  private func original(_ original: StudyPlan.OriginalResult) -> [String: Any] {
    let hypothesis = plan.hypothesis(original.hypothesis)
    let unit = hypothesis?.unit ?? .share
    var values: [String: Any] = [
      "hypothesis": Self.line(original.hypothesis),
      "statement": Self.line(hypothesis?.statement),
      "estimate": Self.effect(original.estimate, unit), "source": Self.line(original.source),
    ]
    if let lower = original.lower, let upper = original.upper {
      values["interval"] = "[\(Self.number(lower)), \(Self.number(upper))]"
    }
    if let n = original.sampleSize { values["n"] = NumberText.count(n) }
    return values
  }

  private static func row(_ row: HypothesisPower) -> [String: Any] {
    [
      "hypothesis": line(row.hypothesis), "test": line(row.test), "items": count(row.items),
      "level": NumberText.decimal(row.level, digits: 4), "power": share(row.power),
      "needed": row.itemsNeeded.value.map { NumberText.count($0) } ?? NumberText.absent,
      "assumption": line(row.assumption),
    ]
  }

  // MARK: - Words

  /// Where a hypothesis is tested.
  private static func place(_ hypothesis: HypothesisPlan) -> String {
    var parts: [String] = []
    if !hypothesis.benchmarks.isEmpty {
      parts.append("Benchmarks: \(hypothesis.benchmarks.map(line).joined(separator: ", "))")
    }
    if !hypothesis.configurations.isEmpty {
      parts.append("configurations: \(hypothesis.configurations.map(line).joined(separator: ", "))")
    }
    if !hypothesis.detectionSets.isEmpty {
      parts.append("Detection sets: \(hypothesis.detectionSets.map(line).joined(separator: ", "))")
    }
    if let other = hypothesis.comparedWith {
      parts.append("neurons: \(hypothesis.neuronSet.rawValue) against \(other.rawValue)")
    } else if !hypothesis.benchmarks.isEmpty {
      parts.append("neurons: \(hypothesis.neuronSet.rawValue)")
    }
    if let from = hypothesis.fromDose, let to = hypothesis.toDose {
      parts.append("doses \(number(from)) to \(number(to))")
    }
    if let layers = hypothesis.layers { parts.append("Layers: \(layers.rawValue)") }
    return parts.joined(separator: "; ") + "."
  }

  private static func effect(_ value: Double, _ unit: HypothesisPlan.Unit) -> String {
    switch unit {
    case .percentagePoints: "\(number(value)) percentage points"
    case .auroc: "\(number(value)) AUROC"
    case .share: number(value)
    }
  }

  private static func share(_ power: Measured<Double>) -> String {
    switch power {
    case .defined(let value): NumberText.decimal(value, digits: 2)
    case .undefined(let reason): "undefined (\(line(reason.description)))"
    }
  }

  private static func count(_ count: Int?) -> String {
    count.map { NumberText.count($0) } ?? notStated
  }

  /// As the authors wrote it, without rounding.
  private static func number(_ value: Double) -> String { JSONValue.canonicalNumber(value) }

  /// One line of Markdown that says no more than its words.
  static func line(_ text: String?) -> String {
    let words = (text ?? "").split(whereSeparator: { $0.isWhitespace || $0.isNewline })
    guard !words.isEmpty else { return notStated }
    var result = ""
    for character in words.joined(separator: " ") {
      switch character {
      case "|", "\\", "`", "*", "[", "]": result += "\\\(character)"
      case "<": result += "&lt;"
      case "&": result += "&amp;"
      default: result.append(character)
      }
    }
    return result
  }
}
