import ArgumentParser
import CanonicalJSON
import Classifier
import Foundation

struct ClassifyFit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Fit L1 logistic regressions and certify them.",
    discussion: """
      Minimises C · Σ s_i log(1 + exp(−y_i z_i)) + ‖w‖₁, plus |b| with --intercept penalised. \
      Exit status 3 when a fit did not reach its tolerances; the gap reached is printed.
      """)

  @OptionGroup var matrix: MatrixOptions
  @Option(name: .customLong("C"), help: "Comma-separated values of C.")
  var costs = "0.001,0.005,0.01,0.05,0.1,0.5,1"
  @Option(help: "free: not penalised (default). penalised: as liblinear.")
  var intercept: InterceptRule = .free
  @Option(help: "none, or balanced: n / (2 n_k).") var classWeight: ClassWeight = .none
  @Option(help: "none, max-abs or z.") var scale: FeatureScale = .none
  @Option(help: "labels, 3-vs-1 or 1-vs-1 (default: labels, or 3-vs-1 where rows have regions).")
  var rows: RowRule?
  @Option(help: "A file with one weight a row.") var sampleWeights: String?
  @Option(help: "Folds by item for the choice of C; 0 fits without a choice.") var folds = 0
  @Flag(help: "Hold out one of the folds only: one split by item, and the refit on all rows.")
  var singleSplit = false
  @Option(help: "How often the grid of C may grow while the best C lies at its edge.")
  var extensions = 6
  @Option(help: "log-loss, auroc, accuracy or one-standard-error.")
  var select: SelectionRule = .logLoss
  @Option(help: "Half-samples of the items for the stability of the chosen support.")
  var resamples = 0
  @Option(help: "Matched random neuron sets for the chosen support.") var matchedSets = 0
  @Option(help: "none, layer or expert.") var match: MatchedSets.Match = .layer
  @Option(help: "Seed of folds, half-samples and random sets.") var seed: UInt64 = 42
  @Option(help: "Relative duality gap to reach.") var gap = 1e-9
  @Option(help: "Largest violation of the optimality conditions to reach.") var kkt = 1e-7
  @Option(help: "Threads; the result does not depend on them.") var jobs = 2
  @Option(help: "serial, avx2 or avx512; the result does not depend on it.")
  var isa: InstructionSet?
  @Flag(help: "Print one JSON document.") var json = false
  @Flag(help: "No progress.") var quiet = false

  func validate() throws {
    guard folds == 0 || folds >= 2 else { throw ValidationError("--folds must be 0 or at least 2") }
    guard resamples == 0 || folds > 0 else { throw ValidationError("--resamples needs --folds") }
    guard matchedSets == 0 || folds > 0 else {
      throw ValidationError("--matched-sets needs --folds")
    }
    guard !singleSplit || folds > 0 else { throw ValidationError("--single-split needs --folds") }
    guard extensions >= 0 else { throw ValidationError("--extensions must not be negative") }
    guard jobs > 0, gap > 0, kkt > 0 else {
      throw ValidationError("--jobs, --gap and --kkt must be positive")
    }
  }

  func run() throws {
    let start = ContinuousClock.now
    let grid = try costs.split(separator: ",").map { text in
      guard let cost = Double(text), cost > 0, cost.isFinite else {
        throw ValidationError("--C: \(text) is not a positive number")
      }
      return cost
    }
    let store = try matrix.open()
    let rule = rows ?? (store.rows.allSatisfy { $0.region != nil } ? .threeVersusOne : .labels)
    let labels = try rule.labels(of: store)
    let solver = try solver(store, labels)
    var document: FitDocument
    var fits: [CertifiedFit]
    var members: [String: JSONValue] = [:]
    if folds > 0 {
      var study = try DetectorStudy(
        solver: solver, labels: labels, classWeight: classWeight, folds: folds, rule: select,
        seed: seed)
      study.isSingleSplit = singleSplit
      study.maximumExtensions = extensions
      if sampleWeights != nil { study.sampleWeights = try baseWeights(labels) }
      let result = try study.run(costs: grid)
      fits = result.grid.fits
      members = try study.json(
        result, resamples: resamples, matchedSets: matchedSets, match: match)
    } else {
      let weights = classWeight.rowWeights(labels: labels, sampleWeights: try baseWeights(labels))
      fits = try solver.solve(
        grid.map { LogisticProblem(name: "C = \($0)", cost: $0, rowWeights: weights) })
    }
    if !quiet {
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      report("opened and fitted in \((seconds * 1000).rounded() / 1000) s")
    }
    document = FitDocument(
      store: store, options: solver.options, classWeight: classWeight, rowRule: rule.rawValue,
      labels: labels, fits: fits)
    if sampleWeights != nil { document.sampleWeights = try baseWeights(labels) }
    try write(document, fits: fits, members: members, solver: solver)
    if !fits.allSatisfy(\.isConverged) {
      report("a fit did not reach its tolerances; see its gap and maxKKT")
      throw ExitCode(3)
    }
  }

  private func solver(_ store: TileStore, _ labels: [Double]) throws -> PathSolver {
    var options = SolverOptions()
    options.intercept = intercept
    options.scale = scale
    options.gapTolerance = gap
    options.violationTolerance = kkt
    options.threads = jobs
    if let isa { options.instructionSet = isa }
    // Rows that are left out have weight 0; their label does not matter.
    let solver = try PathSolver(
      store: store, labels: labels.map { $0 == 0 ? 1 : $0 }, options: options)
    if !quiet {
      solver.onProgress = { progress in
        report(
          "pass \(progress.pass): \(progress.tilesRead) of \(progress.tilesTotal) tiles, "
            + "\(progress.workingColumns) working columns, \(progress.openProblems) of "
            + "\(progress.problems) problems open, largest gap \(progress.worstGap)")
      }
    }
    return solver
  }

  private func baseWeights(_ labels: [Double]) throws -> [Double] {
    guard let sampleWeights else { return labels.map { $0 == 0 ? 0 : 1 } }
    guard let data = FileManager.default.contents(atPath: sampleWeights) else {
      throw ClassifierError.fileSystem(
        path: sampleWeights, operation: "read", reason: "no such file")
    }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    let values = lines.map { Double($0.filter { $0 != " " && $0 != "\r" }) }
    guard values.count == labels.count else {
      throw ClassifierError.malformed(
        file: sampleWeights, line: values.count, column: 0,
        message: "\(values.count) weights for \(labels.count) rows")
    }
    return try zip(values, labels).enumerated().map { index, pair in
      guard let weight = pair.0, weight >= 0, weight.isFinite else {
        throw ClassifierError.malformed(
          file: sampleWeights, line: index + 1, column: 1,
          message: "not a finite number of at least 0")
      }
      return pair.1 == 0 ? 0 : weight
    }
  }

  private func write(
    _ document: FitDocument, fits: [CertifiedFit], members: [String: JSONValue],
    solver: PathSolver
  ) throws {
    guard json else {
      for fit in fits {
        print(
          "C = \(fit.problem.cost): \(fit.nonzeroCount) nonzero, objective \(fit.objective), "
            + "gap \(fit.gap), largest violation \(fit.maximumViolation)")
      }
      return
    }
    var object = document.json.objectValue ?? [:]
    object.merge(members) { $1 }
    let statistics = solver.statistics
    object["solver"] = [
      "passes": .integer(Int64(statistics.passes)),
      "tilesRead": .integer(Int64(statistics.tilesRead)),
      "tiles": .integer(Int64(statistics.tilesTotal)),
      "tilesReadByPass": .array(statistics.tilesReadByPass.map { .integer(Int64($0)) }),
      "bytesRead": .integer(Int64(statistics.bytesRead)),
      "storeBytes": .integer(Int64(solver.store.valueBytes)),
      "workingColumns": .integer(Int64(statistics.workingColumns)),
    ]
    print(try JSONValue.object(object).prettyText(), terminator: "")
  }
}
