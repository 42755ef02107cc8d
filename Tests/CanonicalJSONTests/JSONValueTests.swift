import CanonicalJSON
import Testing

@Suite struct JSONValueTests {
  /// RFC 8785, section 3.2.2 and appendix B (numbers), and the sorting example of 3.2.3.
  @Test func `the example of RFC 8785`() throws {
    let text = #"""
      {"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
       "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}
      """#
    let expected =
      #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
      + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    #expect(try JSONValue(parsing: text).canonicalText() == expected)
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (5e-324, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
    (9007199254740992, "9007199254740992"), (295147905179352830000, "295147905179352830000"),
    (1e21, "1e+21"), (1e20, "100000000000000000000"), (1e-6, "0.000001"), (1e-7, "1e-7"),
    (0.1, "0.1"), (-2.5, "-2.5"), (333333333.33333325, "333333333.33333325"), (123.0, "123"),
  ])
  func `numbers as ECMAScript writes them`(_ value: Double, _ expected: String) {
    #expect(JSONValue.canonicalNumber(value) == expected)
  }

  @Test(arguments: [
    ("{\"a\":1,\"a\":2}", "1:8: the key \"a\" stands twice in this object"),
    ("[1,\n 2,]", "2:4: a value cannot start with this character"),
    ("01", "1:2: text after the end of the document"),
    ("\"\\ud800\"", "1:8: a high surrogate without its low surrogate"),
    ("1e999", "1:1: the number 1e999 is out of range"),
    ("", "1:1: the document ends where a value should be"),
    ("[\"a\tb\"]", "1:4: a control character in a string must be escaped"),
    ("nul", "1:1: expected null"),
  ])
  func `errors name the place`(_ text: String, _ message: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    do { _ = try JSONValue(parsing: text) } catch { #expect(error.description == message) }
  }

  @Test func `nesting is bounded`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
  }

  @Test func `keys sort by UTF-16 code units`() throws {
    let value = try JSONValue(parsing: "{\"\u{FB33}\":1,\"\u{1F600}\":2,\"a\":3}")
    #expect(try value.canonicalText() == "{\"a\":3,\"\u{1F600}\":2,\"\u{FB33}\":1}")
  }

  @Test func `NaN is refused with its path`() {
    let value: JSONValue = ["rows": [1, .number(.nan)]]
    #expect(throws: JSONEncodingError.notFinite(path: "$.rows[1]")) { try value.canonicalText() }
  }
}
