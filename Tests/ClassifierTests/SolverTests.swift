import CanonicalJSON
package import Classifier
import Foundation
import Testing

@Suite struct SolverTests {
  /// One binary column, two groups of rows, penalised weight, free intercept: the column separates
  /// n₁ rows with x = 1 from n₀ rows with x = 0. At the optimum the residual of each group is known:
  /// Σ r over x = 1 is 1 (or w = 0), and Σ r over x = 0 is −1.
  @Test(arguments: [0.5, 1, 4])
  func `one binary column has a closed form`(_ cost: Double) throws {
    // x = 1: 6 positive, 2 negative; x = 0: 2 positive, 6 negative.
    let problem = SmallProblem(
      x: (0..<16).map { [$0 < 8 ? 1 : 0] },
      y: (0..<16).map { $0 < 6 || (8..<10).contains($0) ? 1 : -1 })
    let fit = try problem.fit([cost])[0]
    // C (6 − 8 p₁) = 1 → p₁ = (6 − 1/C) / 8, and by symmetry p₀ = 1 − p₁.
    let p1 = (6 - 1 / cost) / 8
    let weight = 2 * log(p1 / (1 - p1))
    #expect(fit.isConverged)
    if weight > 0 {
      #expect(abs(fit.weights[0].weight - weight) < 1e-10)
      #expect(abs(fit.intercept + weight / 2) < 1e-10)
    } else {
      #expect(fit.weights.isEmpty)
    }
  }

  @Test func `below the first entry the model is the base rate`() throws {
    let problem = SmallProblem.random(rows: 50, columns: 20, density: 0.5, seed: 5)
    let fit = try problem.fit([1e-4])[0]
    let positives = Double(problem.y.filter { $0 > 0 }.count)
    #expect(fit.weights.isEmpty)
    #expect(abs(fit.intercept - log(positives / (50 - positives))) < 1e-12)
    #expect(fit.uncertifiedCount == 0)
  }

  @Test func `reference solutions of liblinear and skglm`() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "References/references.json")
    let cases = try JSONValue(parsing: try Data(contentsOf: path))["cases"]?.arrayValue ?? []
    var problems: [String: SmallProblem] = [:]
    for entry in cases where entry["x"] != nil {
      problems[entry["matrix"]?.stringValue ?? ""] = SmallProblem(
        x: (entry["x"]?.arrayValue ?? []).map { ($0.arrayValue ?? []).compactMap(\.doubleValue) },
        y: (entry["y"]?.arrayValue ?? []).compactMap(\.doubleValue))
    }
    var compared = 0
    for entry in cases where entry["x"] == nil {
      let problem = try #require(problems[entry["matrix"]?.stringValue ?? ""])
      let expected = entry["fits"]?.arrayValue ?? []
      let fits = try problem.fit(
        expected.compactMap { $0["C"]?.doubleValue },
        intercept: try #require(InterceptRule(rawValue: entry["intercept"]?.stringValue ?? "")),
        scale: try #require(FeatureScale(rawValue: entry["scale"]?.stringValue ?? "")),
        classWeight: try #require(ClassWeight(rawValue: entry["classWeight"]?.stringValue ?? "")))
      for (fit, reference) in zip(fits, expected) {
        let objective = try #require(reference["objective"]?.doubleValue)
        #expect(abs(fit.objective - objective) <= 1e-9 * objective, "\(entry)")
        #expect(
          fit.weights.map(\.column) == reference["support"]?.arrayValue?.compactMap(\.intValue))
        #expect(fit.isConverged)
        compared += 1
      }
    }
    #expect(compared == 81)
  }

  @Test(arguments: [InterceptRule.free, .penalised], [1, 64, 512])
  func `threads and instruction sets do not change a bit`(
    _ rule: InterceptRule, _ groupWidth: Int
  ) throws {
    let problem = SmallProblem.random(rows: 70, columns: 300, density: 0.4, seed: 8)
    let plain = try problem.fit(
      [0.1, 1], intercept: rule, groupWidth: groupWidth, threads: 1, isa: .serial)
    for isa in InstructionSet.allCases where isa.isAvailable {
      for threads in [1, 2, 3] {
        let other = try problem.fit(
          [0.1, 1], intercept: rule, groupWidth: groupWidth, threads: threads, isa: isa)
        for (left, right) in zip(plain, other) {
          #expect(left.weights == right.weights)
          #expect(left.intercept == right.intercept)
          #expect(left.dual == right.dual)
        }
      }
    }
  }

  /// The checker visits every column, so a bound that wrongly skipped a tile would show here.
  @Test(arguments: FeatureScale.allCases, [false, true])
  func `no skipped tile hides a violating column`(_ scale: FeatureScale, _ isSigned: Bool) throws {
    for (seed, width) in [(41, 64), (42, 200), (43, 512)] {
      let problem = SmallProblem.random(
        rows: 90, columns: 5_000, density: 0.25, isSigned: isSigned, seed: UInt64(seed))
      let store = try problem.store(.f32, groupWidth: width)
      var options = SolverOptions()
      options.scale = scale
      let solver = try PathSolver(store: store, labels: problem.y, options: options)
      let fits = try solver.solve(
        [0.05, 0.2, 1, 20].map {
          LogisticProblem(name: "\($0)", cost: $0, rowWeights: problem.y.map { _ in 1 })
        })
      let checks = try CertificateVerifier(
        store: store, labels: problem.y, intercept: .free, scale: scale, gapTolerance: 1e-9,
        violationTolerance: 1e-7
      ).verify(
        fits.map { fit in
          ClaimedFit(
            cost: fit.problem.cost, rowWeights: fit.problem.rowWeights, intercept: fit.intercept,
            weights: fit.weights.map { ($0.column, $0.weight) }, objective: fit.objective,
            dual: fit.dual, gap: fit.gap, maximumViolation: fit.maximumViolation)
        })
      for check in checks { #expect(check.refusals == []) }
      #expect(solver.statistics.tilesRead < 9 * solver.statistics.tilesTotal)
    }
  }

  @Test func `separable rows stay finite and certified`() throws {
    let problem = SmallProblem(x: [[1, 0], [2, 0], [0, 1], [0, 2]], y: [1, 1, -1, -1])
    for fit in try problem.fit([1, 1e3, 1e6]) {
      #expect(fit.isConverged)
      #expect(fit.gap <= 1e-9)
    }
  }

  @Test func `duplicate and constant columns end in a certified optimum`() throws {
    var problem = SmallProblem.random(rows: 40, columns: 6, density: 0.7, seed: 3)
    problem.x = problem.x.map { $0 + $0 + [1, 1] }
    let single = SmallProblem(x: problem.x.map { Array($0.prefix(6)) }, y: problem.y)
    for rule in [InterceptRule.free, .penalised] {
      for (left, right) in zip(
        try problem.fit([0.3, 3], intercept: rule), try single.fit([0.3, 3], intercept: rule))
      {
        #expect(left.isConverged)
        if rule == .free { #expect(abs(left.objective - right.objective) < 1e-8 * right.objective) }
      }
    }
  }

  @Test func `all-zero features give the base rate`() throws {
    let problem = SmallProblem(x: [[0, 0], [0, 0], [0, 0]], y: [1, -1, -1])
    let fit = try problem.fit([10])[0]
    #expect(fit.weights.isEmpty)
    #expect(abs(fit.intercept - log(0.5)) < 1e-12)
  }

  @Test func `one class is an error with a free intercept only`() throws {
    let problem = SmallProblem(x: [[1]], y: [1])
    #expect(throws: ClassifierError.oneClass(problem: "C = 1.0")) { try problem.fit([1.0]) }
    let fit = try problem.fit([10], intercept: .penalised)[0]
    #expect(fit.isConverged)
  }

  /// More columns than one pass lists as candidates must not keep a problem open.
  @Test func `a support larger than the candidate list closes`() throws {
    let count = 2_100
    let problem = SmallProblem(
      x: (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } },
      y: (0..<count).map { $0 % 2 == 0 ? 1 : -1 })
    let fit = try problem.fit([10])[0]
    #expect(fit.isConverged)
    #expect(fit.nonzeroCount == count)
  }

  @Test func `a fit that may not finish states the gap of its own point`() throws {
    let problem = SmallProblem.random(rows: 80, columns: 900, density: 0.4, seed: 17)
    let store = try problem.store()
    for limit in [1, 2] {
      var options = SolverOptions()
      options.maximumPasses = limit
      options.gapTolerance = 1e-14
      options.violationTolerance = 1e-15
      let fit = try PathSolver(store: store, labels: problem.y, options: options).solve([
        LogisticProblem(name: "C", cost: 1, rowWeights: problem.y.map { _ in 1 })
      ])[0]
      #expect(!fit.isConverged)
      let check = try CertificateVerifier(
        store: store, labels: problem.y, intercept: .free, scale: .none, gapTolerance: 1,
        violationTolerance: 1e9
      ).verify([
        ClaimedFit(
          cost: 1, rowWeights: fit.problem.rowWeights, intercept: fit.intercept,
          weights: fit.weights.map { ($0.column, $0.weight) }, objective: fit.objective,
          dual: fit.dual, gap: fit.gap, maximumViolation: fit.maximumViolation)
      ])[0]
      #expect(check.refusals == [])
      // The solver's dual comes from an upper bound of the largest product, so it may be smaller.
      #expect(fit.gap >= check.gap * (1 - 1e-9))
    }
  }

  @Test func `held-out rows do not matter`() throws {
    let problem = SmallProblem.random(rows: 60, columns: 30, density: 0.5, seed: 12)
    let half = SmallProblem(x: Array(problem.x.prefix(30)), y: Array(problem.y.prefix(30)))
    let solver = try PathSolver(
      store: try problem.store(), labels: problem.y, options: SolverOptions())
    let weighted = try solver.solve([
      LogisticProblem(
        name: "half", cost: 0.7, rowWeights: (0..<60).map { $0 < 30 ? 1 : 0 })
    ])[0]
    let alone = try half.fit([0.7])[0]
    #expect(abs(weighted.objective - alone.objective) < 1e-9 * alone.objective)
    #expect(weighted.weights.map(\.column) == alone.weights.map(\.column))
  }

  @Test(arguments: [StoreValueType.f16, .f32, .f64])
  func `the store's type only rounds the features`(_ dtype: StoreValueType) throws {
    var problem = SmallProblem.random(rows: 60, columns: 200, density: 0.5, seed: 21)
    // Multiples of 1/64 below 4 are exact in every type.
    problem.x = problem.x.map { $0.map { ($0 * 64).rounded() / 64 } }
    let exact = try problem.fit([0.5])[0]
    let stored = try problem.fit([0.5], dtype: dtype)[0]
    #expect(stored.weights == exact.weights)
  }
}
