public import Charts

/// A chart with everything that stands around it.
public struct ReportFigure: Sendable {
  /// Anchor, prefix of the SVG ids, and name of the CSV file.
  public let id: String
  public let chart: any Chart
  /// n, interval method, resamples, seed.
  public let caption: RichText
  /// Which rows it was drawn from.
  public let source: String
  public let howToRead: String
  /// The same numbers as a table.
  public let table: ReportTable

  public init(
    id: String, chart: any Chart, caption: RichText, source: String, howToRead: String,
    table: ReportTable
  ) {
    self.id = id
    self.chart = chart
    self.caption = caption
    self.source = source
    self.howToRead = howToRead
    self.table = table
  }
}
