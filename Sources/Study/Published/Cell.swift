/// One published rate: version × benchmark × configuration × dose.
public struct Cell: Hashable, Sendable {
  public let version: String
  public let benchmark: String
  public let configuration: String
  /// alpha.
  public let dose: Double
  /// The rate exactly as printed.
  public let printed: PrintedNumber
  /// n as stated for this cell; `nil` = unstated (never guessed here).
  public let statedCount: Int?
  public let source: SourceReference

  public init(
    version: String,
    benchmark: String,
    configuration: String,
    dose: Double,
    printed: PrintedNumber,
    statedCount: Int? = nil,
    source: SourceReference
  ) {
    self.version = version
    self.benchmark = benchmark
    self.configuration = configuration
    self.dose = dose
    self.printed = printed
    self.statedCount = statedCount
    self.source = source
  }
}

extension Cell {
  /// `V2/FalseQA/A/1`, stable across runs and used in every reference.
  public var id: String {
    "\(version)/\(benchmark)/\(configuration)/\(PrintedNumber.text(of: dose))"
  }
}
