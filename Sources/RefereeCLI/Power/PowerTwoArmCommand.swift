import ArgumentParser
import CanonicalJSON
import Statistics

/// `referee power two-arm`.
struct PowerTwoArmCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "two-arm",
    abstract: "Two independent arms: exact power of the pooled z and Fisher tests.",
    discussion: "Example: referee power two-arm --baseline 0.375 --effect 20 --items 100")

  @Option(help: ArgumentHelp("Rate in the first arm.", valueName: "share"))
  var baseline: Double

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Smallest difference of interest, + or \u{2212}.", valueName: "pp"))
  var effect: Double

  @Option(help: "Questions in each arm.")
  var items: Int?

  @OptionGroup var options: PowerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    let second = baseline + effect / 100
    guard baseline >= 0, baseline <= 1, second >= 0, second <= 1 else {
      throw ValidationError("--baseline and --baseline plus --effect must lie in 0...1")
    }
    guard effect != 0 else { throw ValidationError("--effect is 0: there is nothing to find") }
    if let items, items < 1 { throw ValidationError("--items must be 1 or more") }
  }

  func run() throws {
    let second = baseline + effect / 100
    var sheet = PowerSheet(
      design: "two-arm", title: "Two independent arms: \(baseline) against \(second)")
    sheet.input("baseline", .number(baseline))
    sheet.input("effectPercentagePoints", .number(effect))
    sheet.input("level", .number(options.level))
    sheet.input("targetPower", .number(options.power))
    sheet.input("items", items.map { .integer(Int64($0)) } ?? .null)
    let needed = try needed(second)
    sheet.set(
      "itemsNeeded", "needed for power \(options.power), normal", needed,
      unit: "questions in each arm")
    if let count = items ?? needed.value {
      sheet.set("items", "evaluated at", .defined(count), unit: "questions in each arm")
      sheet.set(
        "normalPower", "power, normal",
        share: try TwoProportionPower(
          trialsPerArm: count, first: baseline, second: second, alpha: options.level
        ).normal)
      for (key, label, test) in [
        ("pooledZ", "pooled z", TwoArmRejection.Test.pooledZ), ("fisher", "Fisher", .fisher),
      ] {
        guard count <= TwoArmRejection.armLimit else {
          sheet.set(
            key + "Power", "power, \(label), exact",
            share: .undefined(
              UndefinedReason(
                .tooLarge, "exact sums end at \(TwoArmRejection.armLimit) in each arm")))
          continue
        }
        let rejection = try TwoArmRejection(test: test, trialsPerArm: count, alpha: options.level)
        sheet.set(
          key + "Power", "power, \(label), exact",
          share: .defined(rejection.power(baseline, second)))
        sheet.set(
          key + "MinimalDetectablePercentagePoints", "minimal detectable difference, \(label)",
          difference: rejection.minimalDetectableDifference(
            base: baseline, power: options.power, isDownward: effect < 0))
      }
    }
    try sheet.print(asJSON: global.json)
  }

  /// Arm size by the normal approximation, whose power rises with the size.
  private func needed(_ second: Double) throws -> Measured<Int> {
    func reached(_ count: Int) -> Bool {
      let power = try? TwoProportionPower(
        trialsPerArm: count, first: baseline, second: second, alpha: options.level)
      return (power?.normal.value ?? 1) >= options.power
    }
    var high = 2
    while !reached(high) {
      high *= 2
      guard high < 1 << 40 else {
        return .undefined(UndefinedReason(.tooLarge, "more than 1e12 questions would be needed"))
      }
    }
    var low = high / 2
    while low < high {
      let middle = (low + high) / 2
      if reached(middle) { high = middle } else { low = middle + 1 }
    }
    return .defined(high)
  }
}
