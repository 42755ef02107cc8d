import Audit
import Randomness
import Statistics
import Study
import StudyFixtures
import Testing

/// The bundled study, renamed, changed and cut: findings change as they must, and nothing else does.
@Suite struct BundledMetamorphicTests {
  private struct Outcome: Hashable {
    let id: String
    let status: Finding.Status
    let assessments: [ClaimAssessment]
    let numbers: [String: Double]
  }

  private func bundled() throws -> StudyFixture { StudyFixture(copying: try Bundled.study.get()) }

  private func findings(_ fixture: StudyFixture) -> [Finding] {
    AuditEngine.audit(fixture.build()).findings
  }

  private func outcomes(
    _ findings: [Finding], _ restore: (String) -> String = { $0 }
  ) -> [Outcome] {
    findings.map {
      Outcome(
        id: restore($0.id), status: $0.status, assessments: $0.assessments,
        numbers: $0.evidence.compactMapValues(\.number))
    }
  }

  /// Status with its reason's words, which may hold names, reduced to its kind.
  private func anonymous(_ outcome: Outcome) -> Outcome {
    guard case .notRun(let reason) = outcome.status else { return outcome }
    return Outcome(
      id: outcome.id, status: .notRun(UndefinedReason(reason.code, "")),
      assessments: outcome.assessments, numbers: outcome.numbers)
  }

  @Test func `names of benchmarks, configurations and sets do not matter`() throws {
    let names = [
      "FalseQA": "Zeta quiz", "FaithEval": "a-Quiz", "Sycophancy": "Mid.quiz",
      "Jailbreak": "Quiz(4)", "TriviaQA": "q1+", "NQ-Open": "Q2", "BioASQ": "q_3",
      "NonExist": "0 none",
    ]
    let configurations = ["A": "zz", "B": "Config 9", "C": "0c"]
    let original = try bundled()
    let renamed = original.renaming(names, configurations: configurations)
    func restore(_ id: String) -> String {
      // Parts of an identifier, so that "A" inside a word stays as it is.
      id.split(separator: "/", omittingEmptySubsequences: false).map { part in
        let known =
          names.first { $0.value == part }?.key
          ?? configurations.first { $0.value == part }?.key
        return known ?? String(part)
      }.joined(separator: "/")
    }
    let before = outcomes(findings(original)).map(anonymous)
    let after = outcomes(findings(renamed), restore).map(anonymous)
    #expect(before.map(\.id) == after.map(\.id))
    for (old, new) in zip(before, after) where old != new {
      Issue.record("\(old.id) differs")
    }
  }

  /// Rules that rest on no cell must stay exactly as they were, and every rule that does not name
  /// the changed cell among its sources too.
  private func check(
    _ original: StudyFixture, _ changed: StudyFixture, touching sources: Set<SourceReference>,
    _ what: String
  ) {
    let before = findings(original)
    let after = findings(changed)
    var differing = 0
    for rule in RuleID.allCases {
      let old = before.filter { $0.rule == rule }
      let new = after.filter { $0.rule == rule }
      let isTouched = (old + new).contains { !sources.isDisjoint(with: $0.sources) }
      let isSame = outcomes(old) == outcomes(new)
      if !isSame { differing += 1 }
      #expect(isSame || isTouched, "\(what): \(rule.rawValue) changed without the cell")
    }
    #expect(differing > 0, "\(what): nothing changed")
  }

  @Test(arguments: 0..<6)
  func `a changed cell changes what rests on it`(_ index: Int) throws {
    var random = RandomStream(seed: 31, analysis: "metamorphic-cell", index: UInt64(index))
    let original = try bundled()
    let rows = StudyContext(study: original.build()).editionRows.filter { $0.points.count > 1 }
    let row = rows[random.integer(below: rows.count)]
    let point = row.points[random.integer(below: row.points.count)]
    let shift = 1 + random.integer(below: 5)
    let count = point.successes + shift <= point.total ? point.successes + shift : 0
    let printed = StudyFixture().doses([0])
      .rates("x", "x", n: point.total, [count], decimals: 1).cells[0].printed
    let changed = original.with { study in
      study.cells = study.cells.map { cell in
        guard cell.source == point.cell.source else { return cell }
        return Cell(
          version: cell.version, benchmark: cell.benchmark, configuration: cell.configuration,
          dose: cell.dose, printed: printed, statedCount: cell.statedCount, source: cell.source)
      }
    }
    check(original, changed, touching: [point.cell.source], "\(point.cell.id) to \(printed.text)")
  }

  @Test(arguments: ["FaithEval/B", "FalseQA/C", "Sycophancy/A"])
  func `a deleted row changes what rests on it`(_ id: String) throws {
    let original = try bundled()
    let gone = original.cells.filter { "\($0.benchmark)/\($0.configuration)" == id }
    let changed = original.with { study in study.cells.removeAll { gone.contains($0) } }
    check(original, changed, touching: Set(gone.map(\.source)), id)
    let finding = findings(changed).first { $0.id == "R04/\(id)" }
    #expect(finding?.severity == .major)
    #expect(finding?.titleText.contains("not reported") == true)
  }

  @Test func `the order of cells and claims does not matter`() throws {
    let original = try bundled()
    let reversed = original.with {
      $0.cells.reverse()
      $0.detection.reverse()
    }
    let before = Dictionary(uniqueKeysWithValues: findings(original).map { ($0.id, $0.status) })
    let after = Dictionary(uniqueKeysWithValues: findings(reversed).map { ($0.id, $0.status) })
    #expect(before == after)
  }

  @Test func `every evidence key is in kebab case and every place is filled`() throws {
    for finding in try Bundled.result.get().findings {
      for key in finding.evidence.keys {
        let isKebab = key.utf8.allSatisfy {
          (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
        #expect(isKebab, "\(finding.id): \(key)")
      }
      for prose in [finding.title, finding.sentence, finding.remedy] {
        for case .unresolved(let place) in prose.segments(finding.evidence) {
          Issue.record("\(finding.id) has no evidence \(place)")
        }
      }
    }
  }
}

extension StudyFixture {
  /// A fixture with everything that a study holds.
  fileprivate init(copying study: PublishedStudy) {
    self.init()
    id = study.id
    versions = study.versions
    model = study.model
    doses = study.design.doses
    noOpDose = study.design.noOpDose
    sameItemsAtEveryDose = study.design.sameItemsAtEveryDose
    isPreregistered = study.design.isPreregistered
    smallestEffectOfInterest = study.design.smallestEffectOfInterest
    endpointOfInterest = study.design.endpointOfInterest
    benchmarks = study.design.benchmarks
    configurations = study.design.configurations
    sampling = study.sampling
    classifier = study.classifier
    auditor = study.auditor
    (cells, detection, grid, neurons) = (study.cells, study.detection, study.grid, study.neurons)
    (summaries, tests, validations) = (study.summaries, study.tests, study.validations)
    (arithmetic, liveness, claims) = (study.arithmetic, study.liveness, study.claims)
  }

  fileprivate func renaming(
    _ names: [String: String], configurations others: [String: String]
  ) -> StudyFixture {
    func name(_ id: String) -> String { names[id] ?? id }
    func other(_ id: String) -> String { others[id] ?? id }
    return with { study in
      study.benchmarks = study.benchmarks.map {
        BenchmarkCard(id: name($0.id), endpoint: $0.endpoint, isPlanned: $0.isPlanned)
      }
      study.configurations = study.configurations.map {
        ConfigurationCard(
          id: other($0.id), label: $0.label, implementation: $0.implementation,
          weightFormat: $0.weightFormat, hardware: $0.hardware)
      }
      study.cells = study.cells.map {
        Cell(
          version: $0.version, benchmark: name($0.benchmark),
          configuration: other($0.configuration), dose: $0.dose, printed: $0.printed,
          statedCount: $0.statedCount, source: $0.source)
      }
      study.detection = study.detection.map {
        DetectionRow(
          dataset: name($0.dataset), role: $0.role, count: $0.count,
          positiveRate: $0.positiveRate, majorityAccuracy: $0.majorityAccuracy,
          accuracy: $0.accuracy, auroc: $0.auroc, randomAccuracy: $0.randomAccuracy,
          randomAUROC: $0.randomAUROC, source: $0.source)
      }
      study.summaries = study.summaries.map {
        SummaryRow(
          id: $0.id, model: $0.model, isOwn: $0.isOwn, benchmark: name($0.benchmark),
          statistic: $0.statistic, printed: $0.printed, source: $0.source)
      }
      study.claims = study.claims.map { claim in
        Claim(
          id: claim.id, quote: claim.quote, place: claim.place, version: claim.version,
          predicate: claim.predicate, benchmarks: claim.benchmarks.map(name),
          configurations: claim.configurations.map(other), datasets: claim.datasets.map(name),
          references: claim.references.map { reference in
            let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
            guard parts[0] == "cells" || parts[0] == "detection" else { return reference }
            return parts.enumerated().map { index, part in
              index == 3 ? other(String(part)) : index > 0 ? name(String(part)) : String(part)
            }.joined(separator: "/")
          }, values: claim.values,
          terms: claim.terms.mapValues { $0 }.merging(
            claim.terms["original"].map { ["original": other($0)] } ?? [:]
          ) { $1 },
          source: claim.source)
      }
    }
  }
}
