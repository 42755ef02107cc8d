/// A chart: plain data in, a drawing out. It knows nothing of studies.
public protocol Chart: Codable, Sendable {
  associatedtype Data: Codable, Sendable

  var heading: ChartHeading { get }
  var data: Data { get }

  /// Ranges, extremes and n in words; becomes `<desc>` and the alternative text in the PDF.
  var summary: String { get }

  /// The numbers that are drawn, as text: the accessible master and the CSV download.
  var table: ChartTable { get }

  /// Width in pixels at which the chart looks best; square charts ask for less.
  static var naturalWidth: Double { get }

  /// Draws below what is on the canvas already and grows it.
  func draw(on canvas: inout Canvas)
}

/// What a chart says and what it measures.
public struct ChartHeading: Codable, Hashable, Sendable {
  /// The finding's conclusion.
  public var title: String
  /// Measure, unit, n and interval method.
  public var subtitle: String

  public init(title: String, subtitle: String) {
    self.title = title
    self.subtitle = subtitle
  }
}

extension Chart {
  public static var naturalWidth: Double { 960 }
  /// For telephones; a page shows it instead of the wide one below 640 px.
  public static var narrowWidth: Double { 320 }

  /// - Parameters:
  ///   - width: In pixels, the natural width without; the chart reflows, its height follows from
  ///     the content.
  ///   - includesHeading: `false` when the page already shows title and subtitle as text.
  /// - Throws: ``ChartError``.
  public func drawing(width: Double? = nil, includesHeading: Bool = true) throws(ChartError)
    -> Drawing
  {
    let width = width ?? Self.naturalWidth
    guard width.isFinite, width >= Canvas.minimumWidth else {
      throw .tooNarrow(width: width.isFinite ? width : 0, minimum: Canvas.minimumWidth)
    }
    var canvas = Canvas(width: width, shaper: try TextShaper())
    if includesHeading {
      canvas.height = canvas.paragraph(
        heading.title, x: 0, top: 2, width: width, .title, maximumLines: 3)
      canvas.height = canvas.paragraph(
        heading.subtitle, x: 0, top: canvas.height + 3, width: width, .subtitle, maximumLines: 4)
      canvas.height += 10
    }
    draw(on: &canvas)
    let drawing = canvas.finish(title: heading.title, summary: summary)
    guard drawing.isFinite else { throw .coordinateNotFinite(step: "drawing \(Self.self)") }
    return drawing
  }

  /// - Throws: ``ChartError``.
  public func svg(id: String, width: Double? = nil, includesHeading: Bool = true)
    throws(ChartError) -> String
  {
    try drawing(width: width, includesHeading: includesHeading).svg(id: id)
  }
}

extension Drawing {
  /// Whether every coordinate is a number.
  var isFinite: Bool {
    guard width.isFinite, height.isFinite else { return false }
    return marks.allSatisfy { mark in
      switch mark {
      case .text(let text): text.box.isFinite && text.origin.isFinite
      case .shape(.polyline(let points, _), _, _): points.allSatisfy(\.isFinite)
      case .shape(.rectangle(let box), _, _): box.isFinite
      case .shape(.circle(let center, let radius), _, _): center.isFinite && radius.isFinite
      }
    } && points.allSatisfy(\.position.isFinite)
  }
}

extension Point {
  var isFinite: Bool { x.isFinite && y.isFinite }
}

extension Box {
  var isFinite: Bool { x.isFinite && y.isFinite && width.isFinite && height.isFinite }
}
