import ArgumentParser
import Audit
import CanonicalJSON
import Notation
import Statistics
import Study

/// `referee study check PATH`: a published study or a plan, told apart by its `kind:`.
struct StudyCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Report every mistake in a study folder with its file, line and remedy.",
    discussion: """
      For a plan also: the power of every registered test at its smallest effect of interest, and \
      what differs from the lock, if there is one. A plan that differs from its lock without a \
      declared deviation fails the gate (exit code 1).
      """)

  @Argument(help: "The study folder.", completion: .directory)
  var path: String

  @OptionGroup var global: GlobalOptions

  func run() throws {
    try FileAccess.requireFolder(path)
    if (try? StudyKind.sniff(folder: path)) == .plan {
      try checkPlan()
    } else {
      try checkPublished()
    }
  }

  private func checkPublished() throws {
    let check = PublishedStudy.check(folder: path)
    if global.json {
      try printJSON(valid: check.study != nil, problems: check.problems)
    } else {
      for problem in check.problems { printOutput("\(problem)\n") }
      if let study = check.study {
        printOutput(
          """
          \(study.id): \(study.cells.count) cells, \(study.detection.count) detection rows, \
          \(study.grid.count) grid rows, \(study.claims.count) claims; \
          \(check.problems.count) warnings

          """)
      }
    }
    if check.study == nil { throw invalid(check.problems) }
  }

  private func checkPlan() throws {
    let check = StudyPlan.check(folder: path)
    guard let plan = check.plan else {
      if global.json {
        try printJSON(valid: false, problems: check.problems)
      } else {
        for problem in check.problems { printOutput("\(problem)\n") }
      }
      throw invalid(check.problems)
    }
    let lock = try StudyLock.read(folder: path)
    let comparison = PlanComparison(
      plan: plan, lock: lock, inputs: lock == nil ? [] : plan.hashedInputs(folder: path))
    let power = HypothesisPower.of(plan)
    if global.json {
      try printJSON(
        valid: true, problems: check.problems,
        more: ["power": .array(power.map(Self.json)), "lock": Self.json(comparison)])
    } else {
      for problem in check.problems { printOutput("\(problem)\n") }
      printOutput(Self.text(plan, power: power, comparison: comparison))
    }
    let undeclared = comparison.undeclaredDifferences
    if !undeclared.isEmpty {
      throw GateFailure(reasons: [
        "\(undeclared.count) undeclared differences from the lock; declare them under deviations"
      ])
    }
  }

  private func invalid(_ problems: [StudyProblem]) -> InvalidStudy {
    InvalidStudy(path: path, count: problems.count { $0.severity == .error })
  }

  private func printJSON(
    valid: Bool, problems: [StudyProblem], more: [String: JSONValue] = [:]
  ) throws {
    var document: [String: JSONValue] = [
      "schema": "referee/study-check/v1", "valid": .bool(valid),
      "problems": .array(problems.map(StudyCommand.json)),
    ]
    document.merge(more) { old, _ in old }
    printOutput(try JSONValue.object(document).prettyText())
  }

  // MARK: - A plan in words

  private static func text(
    _ plan: StudyPlan, power: [HypothesisPower], comparison: PlanComparison
  ) -> String {
    var lines = [
      "\(plan.id): \(plan.hypotheses.count) hypotheses, \(power.count) tests, "
        + "\(plan.design.configurations.count) configurations, "
        + "\(plan.design.benchmarks.count) benchmarks, \(plan.design.doses.count) doses"
    ]
    for row in power {
      let items = row.items.map { "n = " + NumberText.count($0) } ?? "n not stated"
      let value: String
      switch row.power {
      case .defined(let power):
        let needed = row.itemsNeeded.value.map {
          ", 0.80 needs " + NumberText.count($0)
        }
        value =
          "power \(NumberText.decimal(power, digits: 2))" + (row.isWeak ? " (weak)" : "")
          + (needed ?? "")
      case .undefined(let reason): value = "power undefined: \(reason.description)"
      }
      lines.append(
        "  \(row.hypothesis) \(row.test): \(items), level "
          + "\(NumberText.decimal(row.level, digits: 4)), \(value); assumed: \(row.assumption)")
    }
    guard let lock = comparison.lock else {
      lines.append("not locked: every analysis would be exploratory (referee study lock)")
      return lines.joined(separator: "\n") + "\n"
    }
    lines.append("locked \(lock.lockedAt), SHA-256 \(lock.sha256)")
    lines += comparison.differences.map { "  differs: \($0)" }
    for hypothesis in plan.hypotheses {
      let status = comparison.status(of: hypothesis.id)
      if status != .registered { lines.append("  \(hypothesis.id): \(status.word)") }
    }
    for id in comparison.omittedHypotheses {
      lines.append("  \(id): registered and no longer in the plan; it counts in its family")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func json(_ row: HypothesisPower) -> JSONValue {
    var members: [String: JSONValue] = [
      "hypothesis": .string(row.hypothesis), "test": .string(row.test),
      "items": row.items.map { .integer(Int64($0)) } ?? .null, "level": .number(row.level),
      "family_size": .integer(Int64(row.familySize)),
      "power": row.power.value.map(JSONValue.number) ?? .null,
      "items_needed": row.itemsNeeded.value.map { .integer(Int64($0)) } ?? .null,
      "assumption": .string(row.assumption),
    ]
    if let reason = row.power.reason { members["reason"] = .string(reason.description) }
    return .object(members)
  }

  private static func json(_ comparison: PlanComparison) -> JSONValue {
    guard let lock = comparison.lock else { return .null }
    return [
      "sha256": .string(lock.sha256), "locked_at": .string(lock.lockedAt.description),
      "differences": .array(
        comparison.differences.map {
          [
            "path": .string($0.path), "kind": .string($0.kind.rawValue),
            "registered": $0.registered ?? .null, "current": $0.current ?? .null,
          ]
        }),
      "status": .object(
        Dictionary(
          uniqueKeysWithValues: comparison.plan.hypotheses.map {
            ($0.id, .string(comparison.status(of: $0.id).word))
          })),
      "omitted": .array(comparison.omittedHypotheses.map(JSONValue.string)),
    ]
  }
}
