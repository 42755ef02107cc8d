import Charts
import Testing

@Suite struct LayoutTests {
  static let widths = [960.0, 640, 468, 320]

  @Test(arguments: Specimen.published + Specimen.hostile, widths)
  func `no text overlaps another or leaves the canvas`(_ specimen: Specimen, _ width: Double)
    throws
  {
    let drawing = try specimen.drawing(width)
    let texts = drawing.texts
    for (index, text) in texts.enumerated() {
      let box = text.box
      #expect(
        box.x >= -0.5 && box.maxX <= drawing.width + 0.5 && box.y >= -0.5
          && box.maxY <= drawing.height + 0.5, "\"\(text.text)\" leaves the canvas")
      for other in texts[(index + 1)...] where box.overlaps(other.box) {
        Issue.record("\"\(text.text)\" overlaps \"\(other.text)\"")
      }
    }
  }

  @Test(arguments: Specimen.published + Specimen.hostile, widths)
  func `marks and focus points stay on the canvas`(_ specimen: Specimen, _ width: Double) throws {
    let drawing = try specimen.drawing(width)
    for point in drawing.points {
      #expect(point.position.x >= 0 && point.position.x <= drawing.width, "\(point.label)")
      #expect(point.position.y >= 0 && point.position.y <= drawing.height, "\(point.label)")
    }
    for case .shape(let shape, _, _) in drawing.marks {
      for point in shape.corners {
        #expect(point.x >= -6 && point.x <= drawing.width + 6, "\(shape)")
        #expect(point.y >= -6 && point.y <= drawing.height + 6, "\(shape)")
      }
    }
  }

  @Test(arguments: Specimen.published + Specimen.hostile, widths)
  func `text is never smaller than ten pixels`(_ specimen: Specimen, _ width: Double) throws {
    for text in try specimen.drawing(width).texts {
      #expect(text.style.size >= TextStyle.minimumSize, "\"\(text.text)\"")
    }
  }

  @Test(arguments: Specimen.published)
  func `title and subtitle are drawn in full`(_ specimen: Specimen) throws {
    #expect(!specimen.heading.title.isEmpty && !specimen.heading.subtitle.isEmpty)
    let drawn = try specimen.drawing(960).texts
    let titles = drawn.filter { $0.style.size == 17 }.map(\.text).joined(separator: " ")
    #expect(titles == specimen.heading.title)
    let subtitles = drawn.filter { $0.style == .subtitle }.map(\.text).joined(separator: " ")
    #expect(subtitles == specimen.heading.subtitle)
  }

  @Test func `a title takes at most three lines`() throws {
    let chart = ReplicationChart(
      heading: ChartHeading(title: Samples.longName + Samples.longName, subtitle: "pp"),
      data: Samples.replication.data)
    let lines = try chart.drawing(width: 320).texts.filter { $0.style.size == 17 }
    #expect(lines.count == 3)
    #expect(lines.last?.text.hasSuffix("…") == true)
  }

  @Test func `the heading can be left to the page`() throws {
    let drawing = try Samples.forest.drawing(width: 960, includesHeading: false)
    #expect(!drawing.texts.contains { $0.style.size == 17 })
    #expect(drawing.title == Samples.forest.heading.title)
  }

  @Test(arguments: [0, 100, 299.9, -5, Double.nan, .infinity])
  func `a width that cannot be laid out is refused`(_ width: Double) {
    #expect(throws: ChartError.self) { try Samples.forest.drawing(width: width) }
  }

  @Test func `a missing cell is a cross and a gap, not a zero`() throws {
    let chart = Samples.doseResponse([
      DoseResponseChart.Benchmark(
        name: "FalseQA", panels: [Samples.panel("A", of: 100, [12, nil, 20, 15])])
    ])
    let drawing = try chart.drawing(width: 960)
    #expect(drawing.points.contains { $0.label.contains("dose 1: not measured") })
    #expect(!drawing.texts.contains { $0.text == "0.0" })
    // Only the run of doses 2 and 3 is long enough for a line of the series.
    let lines = drawing.marks.filter { mark in
      if case .shape(.polyline(let points, false), nil, let stroke?) = mark {
        return points.count == 2 && stroke.width == 2 && stroke.ink == .accent
      }
      return false
    }
    #expect(lines.count == 1)
  }
}

extension Mark.Shape {
  var corners: [Point] {
    switch self {
    case .polyline(let points, _): points
    case .rectangle(let box): [Point(box.x, box.y), Point(box.maxX, box.maxY)]
    case .circle(let center, let radius):
      [Point(center.x - radius, center.y - radius), Point(center.x + radius, center.y + radius)]
    }
  }
}
