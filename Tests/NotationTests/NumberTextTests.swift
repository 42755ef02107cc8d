import Notation
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.285, 2, "0.29"), (-0.285, 2, "−0.29"), (0.0005, 3, "0.001"), (9.995, 2, "10.00"),
    (-0.0004, 3, "0.000"), (0, 1, "0.0"), (12345.6, 1, "12\u{202F}345.6"), (1e-12, 3, "0.000"),
    (999.96, 1, "1000.0"),
    (1e21, 0, "1\u{202F}000\u{202F}000\u{202F}000\u{202F}000\u{202F}000\u{202F}000\u{202F}000"),
    (0.05, 0, "0"), (0.5, 0, "1"), (99.95, 1, "100.0"),
  ])
  func `fixed decimals round half away from zero`(
    _ value: Double, _ digits: Int, _ text: String
  ) {
    #expect(NumberText.decimal(value, digits: digits) == text)
  }

  @Test func `percent, points and p`() {
    #expect(NumberText.percent(0.275) == "27.5%")
    #expect(NumberText.percent(0.0005) == "0.1%")
    #expect(NumberText.percentagePoints(-0.225) == "−22.5\u{202F}pp")
    #expect(NumberText.percentagePoints(0) == "0.0\u{202F}pp")
    #expect(NumberText.pStatement(0.0278) == "p\u{00A0}=\u{00A0}0.028")
    #expect(NumberText.pStatement(1.7e-49) == "p\u{00A0}<\u{00A0}0.001")
    #expect(NumberText.pValue(1) == "1.000")
    #expect(NumberText.count(5_263_360) == "5\u{202F}263\u{202F}360")
    #expect(NumberText.count(1864) == "1864")
  }

  @Test func `significant digits`() {
    #expect(NumberText.significant(1.7e-49, digits: 2) == "1.7×10⁻⁴⁹")
    #expect(NumberText.significant(0.012_73, digits: 3) == "0.0127")
    #expect(NumberText.significant(107.2, digits: 3) == "107")
  }

  @Test(arguments: [(21.7, 0), (2.17, 1), (0.217, 2), (0.0394, 3), (150, 0)])
  func `two digits of the width decide`(_ width: Double, _ digits: Int) {
    #expect(NumberText.fractionDigits(forWidth: width) == digits)
  }

  @Test func `nothing that is not a number`() {
    #expect(NumberText.decimal(.nan, digits: 1) == "–")
    #expect(NumberText.decimal(-.infinity, digits: 1) == "−∞")
  }
}
