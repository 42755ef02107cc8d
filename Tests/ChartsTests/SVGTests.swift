import Charts
import Foundation
import FoundationXML
import TestSupport
import Testing

@Suite struct SVGTests {
  @Test(arguments: Specimen.published)
  func `the specification matches its snapshot`(_ specimen: Specimen) throws {
    try Snapshot.compare(specimen.json(), to: "\(specimen.name).json")
  }

  @Test(arguments: Specimen.published)
  func `the drawing matches its snapshot`(_ specimen: Specimen) throws {
    let svg = try specimen.drawing(960).svg(id: "figure")
    try Snapshot.compare(svg, to: "\(specimen.name).svg")
  }

  @Test func `the style sheet matches its snapshot`() throws {
    try Snapshot.compare(Theme.css, to: "theme.css")
  }

  @Test(arguments: Specimen.published + Specimen.hostile)
  func `a specification draws the same after a round trip through JSON`(_ specimen: Specimen)
    throws
  {
    let original = try specimen.drawing(960).svg(id: "f")
    #expect(try specimen.drawingOfDecoded(960).svg(id: "f") == original)
  }

  @Test func `renders at the same time give the same bytes`() async throws {
    let expected = try Specimen.published.map { try $0.drawing(468).svg(id: "f") }
    let expectedPNG = try Samples.forest.drawing(width: 320).png()
    try await withThrowingTaskGroup(of: (Int, String, [UInt8]).self) { group in
      for round in 0..<3 {
        for (index, specimen) in Specimen.published.enumerated() {
          group.addTask {
            let png = round == 0 ? try Samples.forest.drawing(width: 320).png() : []
            return (index, try specimen.drawing(468).svg(id: "f"), png)
          }
        }
      }
      for try await (index, svg, png) in group {
        #expect(svg == expected[index])
        #expect(png.isEmpty || png == expectedPNG)
      }
    }
  }

  // MARK: - What a strict content security policy and two figures on a page need

  @Test(arguments: Specimen.published + Specimen.hostile)
  func `the element stands alone and styles by classes only`(_ specimen: Specimen) throws {
    let svg = try specimen.drawing(640).svg(id: "fig-7")
    let reader = SVGReader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    let known = Set(Ink.allCases.flatMap { ["f-\($0.rawValue)", "k-\($0.rawValue)"] })
      .union(["chart", "point"])
    for (name, attributes) in reader.elements {
      #expect(attributes["style"] == nil)
      for (key, value) in attributes {
        #expect(!key.hasPrefix("on") && !key.hasPrefix("xlink"))
        #expect(!value.contains("url(") && !value.contains("NaN") && !value.contains("nan"))
      }
      for item in (attributes["class"] ?? "").split(separator: " ") {
        #expect(known.contains(String(item)), "class \(item)")
      }
      if let fill = attributes["fill"] { #expect(fill == "none") }
      #expect(attributes["stroke"] == nil)
      #expect(
        ["svg", "title", "desc", "defs", "path", "g", "use", "rect", "circle"].contains(name))
    }
    let ids = reader.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0 == "fig-7" || $0.hasPrefix("fig-7-") })
    for (_, attributes) in reader.elements {
      guard let target = attributes["href"] else { continue }
      #expect(target.hasPrefix("#") && ids.contains(String(target.dropFirst())))
    }
  }

  @Test(arguments: Specimen.published)
  func `a screen reader finds the conclusion, the summary and every point`(_ specimen: Specimen)
    throws
  {
    let drawing = try specimen.drawing(960)
    let reader = SVGReader()
    let parser = XMLParser(data: Data(try drawing.svg(id: "f").utf8))
    parser.delegate = reader
    #expect(parser.parse())
    let root = try #require(reader.elements.first)
    #expect(root.attributes["role"] == "img")
    #expect(root.attributes["aria-labelledby"] == "f-t f-d")
    #expect(reader.elements[1].name == "title" && reader.elements[2].name == "desc")
    #expect(reader.texts["title"]?.first == specimen.heading.title)
    #expect(reader.texts["desc"] == [specimen.summary])
    let points = reader.elements.filter { $0.attributes["class"] == "point" }
    #expect(points.count == drawing.points.count && !points.isEmpty)
    #expect(
      points.allSatisfy { $0.attributes["tabindex"] == "0" && $0.attributes["role"] == "img" })
    #expect(reader.texts["title"]?.dropFirst().map { $0 } == drawing.points.map(\.label))
  }

  @Test func `untrusted text is escaped`() throws {
    let chart = ReplicationChart(
      heading: ChartHeading(
        title: "</title><script>alert(1)</script> & \u{0} \"x\"", subtitle: "s"),
      data: Samples.replication.data)
    let svg = try chart.svg(id: "f")
    #expect(!svg.contains("<script"))
    #expect(
      svg.contains("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp;  &quot;x&quot;"))
    #expect(!svg.utf8.contains(0))
  }

  @Test(arguments: ["", "1a", "a b", "a\"", "a<", "é", String(repeating: "a", count: 201)])
  func `an identifier that would break the page is refused`(_ id: String) throws {
    let drawing = try Samples.replication.drawing(width: 320)
    #expect(throws: ChartError.invalidIdentifier(id)) { try drawing.svg(id: id) }
  }

  @Test func `a PNG has its signature and size`() throws {
    let drawing = try Samples.forest.drawing(width: 468)
    let png = try drawing.png(palette: .dark, scale: 2)
    #expect(png.prefix(8).elementsEqual([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    #expect(png[16..<20].reduce(0) { $0 * 256 + Int($1) } == 936)
  }
}

/// Elements with their attributes in document order, and the texts per element name.
private final class SVGReader: NSObject, XMLParserDelegate {
  var elements: [(name: String, attributes: [String: String])] = []
  var texts: [String: [String]] = [:]
  private var text = ""

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName qName: String?, attributes attributeDict: [String: String]
  ) {
    elements.append((elementName, attributeDict))
    text = ""
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
    qualifiedName qName: String?
  ) {
    texts[elementName, default: []].append(text)
    text = ""
  }
}
