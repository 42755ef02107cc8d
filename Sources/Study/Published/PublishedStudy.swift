/// A published study as data: what its tables and sentences say, and nothing that they do not.
public struct PublishedStudy: Hashable, Sendable {
  public let id: String
  public let title: String
  /// Author, title, place, as one line.
  public let citation: String
  /// BCP 47, for example `en`.
  public let language: String
  /// Oldest first.
  public let versions: [StudyVersion]
  public let model: ModelArchitecture?
  public let design: StudyDesign
  public let sampling: SamplingCard?
  public let classifier: ClassifierCard?
  public let auditor: AuditorChoices
  /// What the data cannot show, written by whoever prepared them.
  public let limits: String
  /// In file order.
  public let cells: [Cell]
  public let detection: [DetectionRow]
  /// Ascending C.
  public let grid: [GridRow]
  public let neurons: [NeuronCount]
  public let summaries: [SummaryRow]
  public let tests: [ReportedTest]
  public let validations: [ValidationRow]
  public let arithmetic: [ArithmeticRow]
  public let liveness: [LivenessRow]
  public let claims: [Claim]
  /// Every file read, with its hash.
  public let files: [StudyFile]

  public init(
    id: String,
    title: String,
    citation: String,
    language: String,
    versions: [StudyVersion],
    model: ModelArchitecture? = nil,
    design: StudyDesign,
    sampling: SamplingCard? = nil,
    classifier: ClassifierCard? = nil,
    auditor: AuditorChoices,
    limits: String,
    cells: [Cell],
    detection: [DetectionRow] = [],
    grid: [GridRow] = [],
    neurons: [NeuronCount] = [],
    summaries: [SummaryRow] = [],
    tests: [ReportedTest] = [],
    validations: [ValidationRow] = [],
    arithmetic: [ArithmeticRow] = [],
    liveness: [LivenessRow] = [],
    claims: [Claim] = [],
    files: [StudyFile] = []
  ) {
    self.id = id
    self.title = title
    self.citation = citation
    self.language = language
    self.versions = versions
    self.model = model
    self.design = design
    self.sampling = sampling
    self.classifier = classifier
    self.auditor = auditor
    self.limits = limits
    self.cells = cells
    self.detection = detection
    self.grid = grid
    self.neurons = neurons
    self.summaries = summaries
    self.tests = tests
    self.validations = validations
    self.arithmetic = arithmetic
    self.liveness = liveness
    self.claims = claims
    self.files = files
  }
}
