public import Charts

/// A chart with everything that stands around it.
public struct ReportFigure: Sendable {
  /// Anchor, prefix of the SVG ids, and name of the CSV file.
  public let id: String
  public let chart: any Chart
  /// The conclusion, and what is measured.
  public let title: RichText
  public let subtitle: RichText
  /// n, interval method, resamples, seed.
  public let caption: RichText
  /// Which rows it was drawn from.
  public let source: String
  public let howToRead: String
  /// The same numbers as a table.
  public let table: ReportTable

  public init(
    id: String, chart: any Chart, title: RichText, subtitle: RichText, caption: RichText,
    source: String, howToRead: String, table: ReportTable
  ) {
    self.id = id
    self.chart = chart
    self.title = title
    self.subtitle = subtitle
    self.caption = caption
    self.source = source
    self.howToRead = howToRead
    self.table = table
  }
}
