/// The fit stage of a study: ledger, splits, grid, choice, refit and the selected neurons.
public struct DetectorStudy {
  public let solver: PathSolver
  public let splits: ItemSplits
  /// `[row]`, ±1 or 0.
  public let labels: [Double]
  public let classWeight: ClassWeight
  public let rule: SelectionRule
  public let seed: UInt64
  /// `[row]`, before class weights; `nil` means 1 for every row.
  public var sampleWeights: [Double]?
  /// Hold out the first fold only: one split and the refit.
  public var isSingleSplit = false
  /// The grid grows at most this often.
  public var maximumExtensions = 6

  public struct Result: Sendable {
    public var grid: GridResult
    public var ledger: [RowLedger]
    public var chosen: CertifiedFit
    public var neurons: [SelectedNeuron]
  }

  public init(
    solver: PathSolver, labels: [Double], classWeight: ClassWeight, folds: Int,
    rule: SelectionRule, seed: UInt64
  ) throws(ClassifierError) {
    self.solver = solver
    self.labels = labels
    self.classWeight = classWeight
    self.rule = rule
    self.seed = seed
    splits = try ItemSplits(rows: solver.store.rows, labels: labels, count: folds, seed: seed)
  }

  public func run(costs: [Double]) throws -> Result {
    let rows = solver.store.rows
    var ledger = [
      RowLedger(
        split: "all", rows: rows, labels: labels,
        isIncluded: [Bool](repeating: true, count: rows.count))
    ]
    for fold in 0..<(isSingleSplit ? 1 : splits.count) {
      ledger.append(
        RowLedger(
          split: "fold \(fold + 1)", rows: rows, labels: labels,
          isIncluded: splits.fold.map { $0 == fold }))
    }
    var search = GridSearch(
      solver: solver, splits: splits, labels: labels, classWeight: classWeight, rule: rule)
    search.sampleWeights = sampleWeights
    search.isSingleSplit = isSingleSplit
    search.maximumExtensions = maximumExtensions
    let grid = try search.run(costs: costs)
    guard let chosen = grid.fits.first(where: { $0.problem.cost == grid.chosen }) else {
      throw ClassifierError.invalidArgument(name: "C", message: "no fit for the chosen C")
    }
    return Result(
      grid: grid, ledger: ledger, chosen: chosen,
      neurons: chosen.selectedNeurons(in: solver.store))
  }
}
