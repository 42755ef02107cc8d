public import Study

/// The rates of one benchmark in one configuration over the doses, as counts.
public struct DoseRow: Hashable, Sendable, Identifiable {
  /// One dose. Doses of the design without a usable rate are absent here; see ``missingDoses``.
  public struct Point: Hashable, Sendable {
    public let dose: Double
    /// Count of the outcome, consistent with the printed rate and `total`.
    public let successes: Int
    public let total: Int
    public let cell: Cell

    public init(dose: Double, successes: Int, total: Int, cell: Cell) {
      self.dose = dose
      self.successes = successes
      self.total = total
      self.cell = cell
    }

    public var rate: Double { Double(successes) / Double(total) }
  }

  /// Where n comes from. Only `stated` is the text's word; the others are declared assumptions and
  /// every verdict that rests on them says so.
  public enum CountBasis: Hashable, Sendable {
    case stated
    /// Stated at other doses of the row, and feasible for the rest.
    case otherDoses
    /// Taken from another configuration of the same benchmark, and feasible for this row.
    case sameAs(configuration: String)
    /// The smallest n that fits every printed rate of the benchmark.
    case smallestFeasible
    /// No n up to the search limit fits; doses without a stated n have no points.
    case none
  }

  /// `FalseQA/A`.
  public let id: String
  public let benchmark: String
  public let configuration: String
  /// The newest edition that reports the row.
  public let version: String
  /// Whether a newer edition of the study no longer reports it.
  public let isDropped: Bool
  public let points: [Point]
  public let basis: CountBasis
  /// Every n up to 200 that fits all printed rates without a stated n (all rates, when n is stated
  /// for each); when there is none, the smallest n that does.
  public let feasibleTotals: [Int]
  /// Doses with a usable printed rate, whether or not its count is known.
  public let printedDoses: [Double]
  /// Doses of the design without a usable rate (missing or imprecise).
  public let missingDoses: [Double]

  public init(
    benchmark: String, configuration: String, version: String, isDropped: Bool, points: [Point],
    basis: CountBasis, feasibleTotals: [Int], printedDoses: [Double], missingDoses: [Double]
  ) {
    id = "\(benchmark)/\(configuration)"
    self.benchmark = benchmark
    self.configuration = configuration
    self.version = version
    self.isDropped = isDropped
    self.points = points
    self.basis = basis
    self.feasibleTotals = feasibleTotals
    self.printedDoses = printedDoses
    self.missingDoses = missingDoses
  }
}
