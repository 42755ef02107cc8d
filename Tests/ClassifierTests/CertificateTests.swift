import CanonicalJSON
package import Classifier
import Testing

@Suite struct CertificateTests {
  private func document(
    _ problem: SmallProblem, _ rule: InterceptRule, _ scale: FeatureScale
  ) throws -> (FitDocument, TileStore) {
    let store = try problem.store()
    var options = SolverOptions()
    options.intercept = rule
    options.scale = scale
    let solver = try PathSolver(store: store, labels: problem.y, options: options)
    let fits = try solver.solve(
      [0.1, 1, 5].map {
        LogisticProblem(name: "\($0)", cost: $0, rowWeights: problem.y.map { _ in 1 })
      })
    let document = FitDocument(
      store: store, options: options, classWeight: .none, rowRule: "labels", labels: problem.y,
      fits: fits)
    return (
      try FitDocument(try JSONValue(parsing: document.json.canonicalText()), name: "t"), store
    )
  }

  @Test(arguments: [InterceptRule.free, .penalised], FeatureScale.allCases)
  func `an untouched certificate is accepted`(_ rule: InterceptRule, _ scale: FeatureScale) throws {
    let problem = SmallProblem.random(rows: 80, columns: 150, density: 0.4, seed: 4)
    let (document, store) = try document(problem, rule, scale)
    for check in try document.verify(against: store, name: "t", threads: 2) {
      #expect(check.refusals == [])
    }
  }

  @Test(arguments: ["weights", "rawWeights", "intercept", "objective", "dual", "drop", "labels"])
  func `a tampered certificate is refused`(_ member: String) throws {
    let problem = SmallProblem.random(rows: 80, columns: 150, density: 0.4, seed: 4)
    var (document, store) = try document(problem, .free, .none)
    guard case .object(var fit) = document.fits[2] else { return }
    switch member {
    case "weights", "rawWeights":
      var weights = fit[member]?.arrayValue ?? []
      weights[0] = .number((weights[0].doubleValue ?? 0) * (1 + 1e-12))
      fit[member] = .array(weights)
    case "drop":
      fit["weights"] = .array(Array((fit["weights"]?.arrayValue ?? []).dropLast()))
      fit["support"] = .array(Array((fit["support"]?.arrayValue ?? []).dropLast()))
      fit["nonzeros"] = .integer(Int64(fit["support"]?.arrayValue?.count ?? 0))
    case "labels": document.labels[3] *= -1
    default: fit[member] = .number((fit[member]?.doubleValue ?? 0) * (1 + 1e-5) + 1e-4)
    }
    document.fits[2] = .object(fit)
    let checks = try document.verify(against: store, name: "t", threads: 1)
    #expect(!checks[2].isAccepted)
  }

  /// A forger who also recomputes the seal still has to forge an optimum.
  @Test(arguments: [1e-3, -1e-3])
  func `a resealed forgery is refused by its gap`(_ change: Double) throws {
    let problem = SmallProblem.random(rows: 80, columns: 150, density: 0.4, seed: 4)
    var (document, store) = try document(problem, .free, .none)
    guard case .object(var fit) = document.fits[1] else { return }
    var weights = fit["weights"]?.arrayValue ?? []
    weights[0] = .number((weights[0].doubleValue ?? 0) * (1 + change))
    fit["weights"] = .array(weights)
    document.fits[1] = .object(fit)
    document.reseal()
    let check = try document.verify(against: store, name: "t", threads: 1)[1]
    #expect(!check.isAccepted)
    #expect(check.gap > 1e-9)
  }
}
