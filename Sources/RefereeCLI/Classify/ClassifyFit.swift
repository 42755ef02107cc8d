import ArgumentParser
import CanonicalJSON
import Classifier
import Foundation

struct ClassifyFit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Fit L1 logistic regressions and certify them.")

  @OptionGroup var matrix: MatrixOptions
  @Option(name: .customLong("C"), help: "Comma-separated values of C.")
  var costs = "0.001,0.005,0.01,0.05,0.1,0.5,1"
  @Option(help: "free: not penalised (default). penalised: as liblinear.")
  var intercept: InterceptRule = .free
  @Option(help: "none, or balanced: n / (2 n_k).") var classWeight: ClassWeight = .none
  @Option(help: "none, max-abs or z.") var scale: FeatureScale = .none
  @Option(help: "Relative duality gap to reach.") var gap = 1e-9
  @Option(help: "Largest violation of the optimality conditions to reach.") var kkt = 1e-7
  @Option(help: "Threads; the result does not depend on them.") var jobs = 2
  @Option(help: "serial, avx2 or avx512; the result does not depend on it.")
  var isa: InstructionSet?
  @Flag(help: "Print one JSON document.") var json = false
  @Flag(help: "No progress.") var quiet = false

  func run() throws {
    let store = try matrix.open()
    var options = SolverOptions()
    options.intercept = intercept
    options.scale = scale
    options.gapTolerance = gap
    options.violationTolerance = kkt
    options.threads = jobs
    if let isa { options.instructionSet = isa }
    let labels = try RowRule.labels.labels(of: store)
    let solver = try PathSolver(store: store, labels: labels.map { $0 == 0 ? 1 : $0 }, options: options)
    if !quiet {
      solver.onProgress = { progress in
        report(
          "pass \(progress.pass): \(progress.tilesRead) of \(progress.tilesTotal) tiles, "
            + "\(progress.workingColumns) working columns, \(progress.openProblems) of "
            + "\(progress.problems) problems open, largest gap \(progress.worstGap)")
      }
    }
    let weights = classWeight.rowWeights(
      labels: labels, sampleWeights: labels.map { $0 == 0 ? 0 : 1 })
    let problems = try costs.split(separator: ",").map { text in
      guard let cost = Double(text), cost > 0, cost.isFinite else {
        throw ValidationError("--C: \(text) is not a positive number")
      }
      return LogisticProblem(name: "C = \(text)", cost: cost, rowWeights: weights)
    }
    let fits = try solver.solve(problems)
    let document = FitDocument(
      store: store, options: options, classWeight: classWeight, rowRule: "labels",
      labels: labels, fits: fits)
    if json { print(try document.json.prettyText(), terminator: "") }
  }
}
