import Charts
import Testing

@Suite struct TextTests {
  @Test func `tabular figures have one width`() throws {
    let shaper = try TextShaper()
    let widths = (0...9).map { shaper.size(of: String(repeating: "\($0)", count: 8), .label).width }
    #expect(Set(widths).count == 1)
  }

  @Test func `widths grow in proportion to the size`() throws {
    let shaper = try TextShaper()
    let small = shaper.size(of: "Compliance at α = 1", TextStyle(size: 10)).width
    let large = shaper.size(of: "Compliance at α = 1", TextStyle(size: 20)).width
    #expect(abs(large - 2 * small) < 0.05)
  }

  @Test(arguments: [40.0, 90, 300])
  func `lines stay within the width and lose no word`(_ width: Double) throws {
    let shaper = try TextShaper()
    let text =
      "one two-and-a-half three Rindfleischetikettierungsüberwachungsaufgabe p\u{A0}=\u{A0}0.03"
    let layout = TextLayout(text, style: .label, width: width, shaper: shaper)
    for line in layout.lines { #expect(shaper.size(of: line, .label).width <= width) }
    let joined = layout.lines.joined().filter { $0 != " " }
    #expect(joined == text.filter { $0 != " " })
  }

  @Test func `a cut line ends with an ellipsis and fits`() throws {
    let shaper = try TextShaper()
    let cut = TextLayout.ellipsised(Samples.longName, style: .label, width: 100, shaper: shaper)
    #expect(cut.hasSuffix("…"))
    #expect(shaper.size(of: cut, .label).width <= 100)
    #expect(TextLayout.ellipsised("short", style: .label, width: 100, shaper: shaper) == "short")
    #expect(TextLayout("", style: .label, width: 100, shaper: shaper).lines.isEmpty)
  }

  @Test func `line breaks in labels become blanks`() throws {
    let shaper = try TextShaper()
    #expect(
      shaper.size(of: "a\nb\u{2028}c\u{0}d", .label) == shaper.size(of: "a b c d", .label))
  }
}
