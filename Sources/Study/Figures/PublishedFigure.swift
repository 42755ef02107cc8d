/// A number as somebody published it, with the statistic that it is and the rows it came from.
public struct PublishedFigure: Hashable, Sendable, Identifiable {
  public let id: String
  public let statistic: FigureStatistic
  public let printed: PrintedNumber
  public let lower: PrintedNumber?
  public let upper: PrintedNumber?
  /// As the publication states it; `nil` when it does not.
  public let method: FigureMethod?
  public let rows: Rows
  public let source: SourceReference

  /// Which rows are meant. Keys that the statistic does not take are `nil`.
  public struct Rows: Hashable, Sendable {
    public var benchmark: String?
    public var configuration: String?
    public var neuronSet: String?
    public var endpoint: String?
    public var judge: String?
    /// The neuron set that is subtracted.
    public var against: String?
    public var dose: Double?
    public var from: Double?
    public var to: Double?
    public var set: String?
    public var detector: String?
    public var split: String?
    public var otherSplit: String?
    public var firstLayer: Int?
    public var lastLayer: Int?

    public init() {}
  }

  public init(
    id: String, statistic: FigureStatistic, printed: PrintedNumber, lower: PrintedNumber? = nil,
    upper: PrintedNumber? = nil, method: FigureMethod? = nil, rows: Rows, source: SourceReference
  ) {
    self.id = id
    self.statistic = statistic
    self.printed = printed
    self.lower = lower
    self.upper = upper
    self.method = method
    self.rows = rows
    self.source = source
  }
}

/// Published figures of one publication: `figures.yaml`.
public struct PublishedFigures: Hashable, Sendable {
  public let title: String
  public let citation: String
  public let figures: [PublishedFigure]
  public let file: StudyFile

  public init(title: String, citation: String, figures: [PublishedFigure], file: StudyFile) {
    self.title = title
    self.citation = citation
    self.figures = figures
    self.file = file
  }

  public static let fileName = "figures.yaml"

  /// Reads `figures.yaml` of a folder. Its text is untrusted and must be escaped where it is shown.
  ///
  /// - Throws: ``StudyFormatErrors`` with every mistake of the file.
  public static func load(folder: String) throws(StudyFormatErrors) -> PublishedFigures {
    var reader = PublishedFiguresReader()
    if let figures = reader.read(folder: folder) { return figures }
    throw StudyFormatErrors(problems: reader.log.problems.sorted())
  }
}
