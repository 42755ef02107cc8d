/// What was to be run, as far as the text says.
public struct StudyDesign: Hashable, Sendable {
  /// The declared grid of alpha, ascending.
  public let doses: [Double]
  /// The dose that changes nothing (alpha = 1 for a factor).
  public let noOpDose: Double?
  /// `nil` when the text does not say.
  public let sameItemsAtEveryDose: Bool?
  /// Whether the text names a registration.
  public let isPreregistered: Bool
  /// In percentage points, as the authors declared it.
  public let smallestEffectOfInterest: Double?
  /// What the study claims to be about, for example `hallucination`.
  public let endpointOfInterest: String?
  /// In the order of the study.
  public let benchmarks: [BenchmarkCard]
  /// In the order of the study.
  public let configurations: [ConfigurationCard]

  public init(
    doses: [Double],
    noOpDose: Double? = nil,
    sameItemsAtEveryDose: Bool? = nil,
    isPreregistered: Bool,
    smallestEffectOfInterest: Double? = nil,
    endpointOfInterest: String? = nil,
    benchmarks: [BenchmarkCard],
    configurations: [ConfigurationCard]
  ) {
    self.doses = doses
    self.noOpDose = noOpDose
    self.sameItemsAtEveryDose = sameItemsAtEveryDose
    self.isPreregistered = isPreregistered
    self.smallestEffectOfInterest = smallestEffectOfInterest
    self.endpointOfInterest = endpointOfInterest
    self.benchmarks = benchmarks
    self.configurations = configurations
  }
}
