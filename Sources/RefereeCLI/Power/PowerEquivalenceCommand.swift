import ArgumentParser
import CanonicalJSON
import Statistics

/// `referee power equivalence`.
struct PowerEquivalenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "equivalence",
    abstract: "Two one-sided tests: could the study show that there is no effect?",
    discussion: """
      Give --rate for two independent arms, or --discordance (the share of pairs that disagree) for \
      the same questions in both. --level is that of each one-sided test. The power is exact, at a \
      true difference of 0.

      Example: referee power equivalence --rate 0.375 --margin 10
      """)

  @Option(help: ArgumentHelp("Rate in both independent arms.", valueName: "share"))
  var rate: Double?

  @Option(help: ArgumentHelp("Share of discordant pairs.", valueName: "share"))
  var discordance: Double?

  @Option(help: ArgumentHelp("Largest difference that counts as none.", valueName: "pp"))
  var margin: Double

  @Option(help: "Questions in each arm, or pairs.")
  var items: Int?

  @OptionGroup var options: PowerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (rate == nil) != (discordance == nil) else {
      throw ValidationError("give either --rate (independent arms) or --discordance (pairs)")
    }
    if let items, items < 1 { throw ValidationError("--items must be 1 or more") }
  }

  /// Beyond this the exact sum takes minutes and the normal formula is exact to three digits.
  private static let exactLimit = 3_000

  func run() throws {
    let size = margin / 100
    let unit = rate == nil ? "pairs" : "questions in each arm"
    var sheet = PowerSheet(
      design: rate == nil ? "equivalence, paired" : "equivalence, two arms",
      title: "Equivalence within ±\(margin) pp, \(rate == nil ? "pairs" : "independent arms")")
    sheet.input("rate", rate.map(JSONValue.number) ?? .null)
    sheet.input("discordance", discordance.map(JSONValue.number) ?? .null)
    sheet.input("marginPercentagePoints", .number(margin))
    sheet.input("level", .number(options.level))
    sheet.input("targetPower", .number(options.power))
    sheet.input("items", items.map { .integer(Int64($0)) } ?? .null)
    let needed =
      if let rate {
        try EquivalencePower.trialsNeeded(
          rate: rate, margin: size, level: options.level, power: options.power)
      } else {
        try EquivalencePower.pairsNeeded(
          discordance: discordance ?? 0, margin: size, level: options.level, power: options.power)
      }
    sheet.note("level \(options.level) for each of the two tests")
    sheet.set(
      "itemsNeeded", "needed for power \(options.power), normal", .defined(needed), unit: unit)
    sheet.set("exactItemsNeeded", "needed, exact", try exactNeeded(from: needed), unit: unit)
    let count = items ?? needed
    sheet.set("items", "evaluated at", .defined(count), unit: unit)
    sheet.set("exactPower", "power, exact", share: try measuredPower(count))
    try sheet.print(asJSON: global.json)
  }

  private func power(_ count: Int) throws -> Double {
    if let rate {
      return try EquivalencePower.unpaired(
        trials: count, rate: rate, margin: margin / 100, level: options.level)
    }
    return try PairedEquivalencePower.power(
      pairs: count, discordance: discordance ?? 0, margin: margin / 100, level: options.level)
  }

  private func measuredPower(_ count: Int) throws -> Measured<Double> {
    guard count <= Self.exactLimit else { return .undefined(Self.tooLarge(count)) }
    return .defined(try power(count))
  }

  /// The first size from the normal answer's nine tenths on with enough exact power. Exact power
  /// is saw-toothed, so that a larger study can have a little less.
  private func exactNeeded(from normal: Int) throws -> Measured<Int> {
    let start = max(1, normal * 9 / 10)
    guard normal <= Self.exactLimit / 2 else { return .undefined(Self.tooLarge(normal)) }
    for count in start..<(start + max(50, normal / 2)) where try power(count) >= options.power {
      return .defined(count)
    }
    return .undefined(
      UndefinedReason(.notConverged, "no size near \(normal) has exact power \(options.power)"))
  }

  private static func tooLarge(_ count: Int) -> UndefinedReason {
    UndefinedReason(.tooLarge, "\(count) items are too many to enumerate; use the normal formula")
  }
}
