/// A whole report as data. HTML and PDF are two renderings of the same sections.
public struct ReportDocument: Sendable {
  public let title: String
  public let subtitle: String
  /// BCP 47.
  public let language: String
  /// The date that the report is about (a lock or newest row), never the clock; `nil` = undated.
  public let date: String?
  /// Name and value pairs under the title: tool version, content hashes.
  public let headerFacts: [(name: String, value: RichText)]
  public let sections: [ReportSection]

  public init(
    title: String, subtitle: String, language: String, date: String?,
    headerFacts: [(name: String, value: RichText)], sections: [ReportSection]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.language = language
    self.date = date
    self.headerFacts = headerFacts
    self.sections = sections
  }

  /// Every table of every section, in order; each is also a CSV file.
  public var tables: [ReportTable] { sections.flatMap { $0.blocks.flatMap(\.tables) } }

  /// Every figure, in order.
  public var figures: [ReportFigure] { sections.flatMap { $0.blocks.flatMap(\.figures) } }
}

/// One section: `id` is its anchor.
public struct ReportSection: Sendable {
  public let id: String
  public let title: String
  /// One line under the title: what the section is for.
  public let lead: RichText
  public let blocks: [ReportBlock]

  public init(id: String, title: String, lead: RichText, blocks: [ReportBlock]) {
    self.id = id
    self.title = title
    self.lead = lead
    self.blocks = blocks
  }
}

/// What a section is made of.
public indirect enum ReportBlock: Sendable {
  case heading(String, id: String)
  case paragraph(RichText)
  case list([RichText])
  /// The summary box of the first screen.
  case keyPoints([KeyPoint])
  case table(ReportTable)
  case figure(ReportFigure)
  case finding(FindingCard)
  /// Collapsed on screen, open in print and in the PDF.
  case details(summary: String, [ReportBlock])

  var tables: [ReportTable] {
    switch self {
    case .table(let table): [table]
    case .figure(let figure): [figure.table]
    case .details(_, let blocks): blocks.flatMap(\.tables)
    default: []
    }
  }

  var figures: [ReportFigure] {
    switch self {
    case .figure(let figure): [figure]
    case .details(_, let blocks): blocks.flatMap(\.figures)
    default: []
    }
  }
}

/// One line of the story: a mark, a sentence, where to read more.
public struct KeyPoint: Sendable {
  public let mark: ClaimMark
  public let text: RichText
  public let target: String

  public init(mark: ClaimMark, text: RichText, target: String) {
    self.mark = mark
    self.text = text
    self.target = target
  }
}

/// A finding as a card: severity, title, sentence, remedy, evidence table.
public struct FindingCard: Sendable {
  public let id: String
  public let anchor: String
  public let rule: String
  public let severity: String
  public let title: RichText
  public let sentence: RichText
  public let remedy: RichText
  /// The words of the claims that it is about, with verdicts.
  public let claims: [(quote: String, place: String, mark: ClaimMark)]
  public let evidence: ReportTable

  public init(
    id: String, anchor: String, rule: String, severity: String, title: RichText,
    sentence: RichText, remedy: RichText,
    claims: [(quote: String, place: String, mark: ClaimMark)], evidence: ReportTable
  ) {
    self.id = id
    self.anchor = anchor
    self.rule = rule
    self.severity = severity
    self.title = title
    self.sentence = sentence
    self.remedy = remedy
    self.claims = claims
    self.evidence = evidence
  }
}
