public import Study

/// Builds a small published study for tests, in a few lines:
/// ```
/// let study = StudyFixture()
///   .benchmark("Quiz").configuration("A", weights: "int4")
///   .rates("Quiz", "A", n: 100, [12, 27, 20, 15])
///   .claim(.withinNoise, references: ["cells/V1/Quiz/A/*"])
///   .build()
/// ```
/// Starts with one version `V1`, doses 0, 1, 2, 3, no-op dose 1 and nothing else. Names that are
/// used without being declared are declared on the way. Nothing is checked: a rule must also
/// survive a study that the loader would refuse.
public struct StudyFixture: Sendable {
  public var id = "fixture"
  public var versions = [StudyVersion(id: "V1", label: "First edition")]
  public var model: ModelArchitecture?
  public var doses: [Double] = [0, 1, 2, 3]
  public var noOpDose: Double? = 1
  public var sameItemsAtEveryDose: Bool?
  public var isPreregistered = false
  public var smallestEffectOfInterest: Double?
  public var endpointOfInterest: String?
  public var benchmarks: [BenchmarkCard] = []
  public var configurations: [ConfigurationCard] = []
  public var sampling: SamplingCard?
  public var classifier: ClassifierCard?
  public var auditor = AuditorChoices()
  public var cells: [Cell] = []
  public var detection: [DetectionRow] = []
  public var grid: [GridRow] = []
  public var neurons: [NeuronCount] = []
  public var summaries: [SummaryRow] = []
  public var tests: [ReportedTest] = []
  public var validations: [ValidationRow] = []
  public var arithmetic: [ArithmeticRow] = []
  public var liveness: [LivenessRow] = []
  public var claims: [Claim] = []

  public init() {}

  public func build() -> PublishedStudy {
    PublishedStudy(
      id: id, title: "A study for tests", citation: "Nobody, nowhere", language: "en",
      versions: versions, model: model,
      design: StudyDesign(
        doses: doses, noOpDose: noOpDose, sameItemsAtEveryDose: sameItemsAtEveryDose,
        isPreregistered: isPreregistered, smallestEffectOfInterest: smallestEffectOfInterest,
        endpointOfInterest: endpointOfInterest, benchmarks: benchmarks,
        configurations: configurations),
      sampling: sampling, classifier: classifier, auditor: auditor, limits: "Made up.",
      cells: cells, detection: detection, grid: grid, neurons: neurons, summaries: summaries,
      tests: tests, validations: validations, arithmetic: arithmetic, liveness: liveness,
      claims: claims)
  }

  /// Changes any stored property: `.with { $0.noOpDose = nil }`.
  public func with(_ change: (inout StudyFixture) -> Void) -> StudyFixture {
    var copy = self
    change(&copy)
    return copy
  }

  func source(_ file: String, _ count: Int, _ key: String) -> SourceReference {
    SourceReference(file: file, line: count + 2, key: key)
  }

  /// The text as a printed number. Misspelt numbers in a test are the programmer's error.
  static func number(_ text: String) -> PrintedNumber {
    guard let number = PrintedNumber(text) else { preconditionFailure("\(text) is no number") }
    return number
  }
}
