import Charts
import Foundation
import Testing

@Suite struct PaletteTests {
  static let palettes = ["light", "dark", "contrast"]

  private func palette(_ name: String) -> Palette {
    name == "dark" ? .dark : name == "contrast" ? .contrast : .light
  }

  private func linear(_ colour: Palette.Colour) -> [Double] {
    [colour.red, colour.green, colour.blue].map {
      $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4)
    }
  }

  /// WCAG 2.2 contrast ratio.
  private func contrast(_ a: Palette.Colour, _ b: Palette.Colour) -> Double {
    let luminance = [a, b].map { colour in
      zip([0.2126, 0.7152, 0.0722], linear(colour)).map(*).reduce(0, +)
    }
    return (max(luminance[0], luminance[1]) + 0.05) / (min(luminance[0], luminance[1]) + 0.05)
  }

  @Test(arguments: palettes, TextInk.allCases.filter { $0 != .surface })
  func `text has a contrast of at least 4.5`(_ name: String, _ text: TextInk) throws {
    let palette = palette(name)
    let ink = try #require(Ink(rawValue: text.rawValue))
    #expect(contrast(palette[ink], palette[.surface]) >= 4.5)
  }

  @Test(arguments: palettes, [Ink.s1, .s2, .s3, .s4, .context, .accent, .refuted])
  func `marks that carry values have a contrast of at least 3`(_ name: String, _ ink: Ink) {
    let palette = palette(name)
    #expect(contrast(palette[ink], palette[.surface]) >= 3)
  }

  /// Simulated dichromacy, linear RGB. Source: Machado, Oliveira and Fernandes (2009), IEEE TVCG
  /// 15(6), table of severity 1.0, doi:10.1109/TVCG.2009.113.
  static let vision: [(name: String, matrix: [Double])] = [
    ("normal", [1, 0, 0, 0, 1, 0, 0, 0, 1]),
    (
      "protan",
      [
        0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116,
        1.051998,
      ]
    ),
    (
      "deutan",
      [
        0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940,
        0.968881,
      ]
    ),
    (
      "tritan",
      [
        1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367,
        0.303900,
      ]
    ),
  ]

  /// OKLab of linear RGB. Source: Ottosson (2020), bottosson.github.io/posts/oklab.
  private func okLab(_ rgb: [Double]) -> [Double] {
    let l = cbrt(0.4122214708 * rgb[0] + 0.5363325363 * rgb[1] + 0.0514459929 * rgb[2])
    let m = cbrt(0.2119034982 * rgb[0] + 0.6806995451 * rgb[1] + 0.1073969566 * rgb[2])
    let s = cbrt(0.0883024619 * rgb[0] + 0.2817188376 * rgb[1] + 0.6299787005 * rgb[2])
    return [
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    ]
  }

  private func seen(_ colour: Palette.Colour, _ matrix: [Double]) -> [Double] {
    let rgb = linear(colour)
    let simulated = (0..<3).map { row in
      let value = (0..<3).map { matrix[row * 3 + $0] * rgb[$0] }.reduce(0, +)
      return min(1, max(0, value))
    }
    return okLab(simulated)
  }

  /// 100 × the OKLab distance, for which 2 is just noticeable.
  private func distance(_ a: Ink, _ b: Ink, _ palette: Palette, _ matrix: [Double]) -> Double {
    zip(seen(palette[a], matrix), seen(palette[b], matrix))
      .map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot() * 100
  }

  @Test(arguments: palettes, ["normal", "protan", "deutan", "tritan"])
  func `series stay apart without full colour vision`(_ name: String, _ kind: String) throws {
    let matrix = try #require(Self.vision.first { $0.name == kind }).matrix
    let palette = palette(name)
    let series: [Ink] = [.s1, .s2, .s3, .s4]
    for (index, first) in series.enumerated() {
      for second in series[(index + 1)...] {
        let apart = distance(first, second, palette, matrix)
        #expect(apart >= 12, "\(first) and \(second): \(apart)")
      }
    }
    #expect(distance(.accent, .refuted, palette, matrix) >= 12)
    #expect(distance(.accent, .context, palette, matrix) >= 12)
  }

  @Test func `series differ by marker too, for print in grey`() throws {
    let chart = Samples.doseResponse([
      .init(
        name: "b",
        panels: [
          .init(
            name: "p",
            series: (0..<4).map { index in
              .init(
                name: "s\(index)",
                cells: (0..<3).map {
                  .init(dose: Double($0), estimate: .init(Double(10 * index + 5)))
                })
            })
        ])
    ])
    let lines = try chart.drawing(width: 960).marks.compactMap { mark -> [Double]? in
      guard case .shape(.polyline(let points, false), nil, let stroke?) = mark,
        points.count == 3, stroke.width == 2
      else { return nil }
      return stroke.dash
    }
    #expect(lines.count == 4 && Set(lines).count == 4)
  }

  @Test func `the style sheet defines every ink in every mode`() {
    for ink in Ink.allCases {
      let count = Theme.css.components(separatedBy: "--\(ink.rawValue):").count - 1
      #expect(count == 4)
      #expect(Theme.css.contains(".f-\(ink.rawValue){fill:var(--\(ink.rawValue))}"))
    }
    #expect(!Theme.css.contains("</") && !Theme.css.contains("url("))
  }
}
