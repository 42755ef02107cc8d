import ArgumentParser
import CanonicalJSON
import Notation
import Statistics

/// `referee power DESIGN`: power and sample size before a study.
struct PowerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "power",
    abstract: "Power, sample size and minimal detectable effect before a study.",
    discussion: """
      Enter the smallest effect of interest, never an observed one: power at the estimate is the \
      p-value in other words. Shares and rates are between 0 and 1, effects and margins in \
      percentage points.
      """,
    subcommands: [
      PowerDoseCommand.self, PowerDetectionCommand.self, PowerEquivalenceCommand.self,
      PowerTwoArmCommand.self,
    ])

  static let schema = "referee/power/v1"
}

/// Target power and level, the same for every design.
struct PowerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Power to reach, for the sample size.", valueName: "share"))
  var power = 0.8

  @Option(help: ArgumentHelp("Level of the two-sided test.", valueName: "share"))
  var level = 0.05

  func validate() throws {
    guard power > 0, power < 1 else { throw ValidationError("--power must lie between 0 and 1") }
    guard level > 0, level < 0.5 else {
      throw ValidationError("--level must lie between 0 and 0.5")
    }
    guard power > level else { throw ValidationError("--power must be above --level") }
  }
}

/// What a power calculation prints: the same entries as text and as JSON.
struct PowerSheet {
  private var inputs: [String: JSONValue] = [:]
  private var results: [String: JSONValue] = [:]
  private var reasons: [String: JSONValue] = [:]
  private var lines: [String] = []
  private let design: String

  init(design: String, title: String) {
    self.design = design
    lines = [title]
  }

  mutating func input(_ key: String, _ value: JSONValue) { inputs[key] = value }

  /// A line of text without a number of its own.
  mutating func note(_ text: String) { lines.append("  " + text) }

  mutating func set(_ key: String, _ label: String, _ count: Measured<Int>, unit: String) {
    set(key, label, count.map { (JSONValue.integer(Int64($0)), NumberText.count($0) + " " + unit) })
  }

  mutating func set(_ key: String, _ label: String, share: Measured<Double>) {
    set(key, label, share.map { (JSONValue.number($0), NumberText.decimal($0, digits: 3)) })
  }

  /// In JSON percentage points, as entered.
  mutating func set(_ key: String, _ label: String, difference: Measured<Double>) {
    set(
      key, label,
      difference.map { (JSONValue.number($0 * 100), NumberText.percentagePoints($0)) })
  }

  /// A simulated power with its Monte Carlo interval.
  mutating func set(_ key: String, _ label: String, simulated: SimulatedPower) {
    set(
      key, label,
      simulated.power.map { power in
        let interval = simulated.interval.value
        let bounds = interval.map { [JSONValue.number($0.lower), .number($0.upper)] } ?? []
        let text =
          interval.map { " " + NumberText.interval($0.lower, $0.upper, digits: 3) } ?? ""
        return (
          [
            "power": .number(power), "interval": .array(bounds),
            "rejections": .integer(Int64(simulated.rejections)),
            "runs": .integer(Int64(simulated.runCount)),
          ], NumberText.decimal(power, digits: 3) + text
        )
      })
  }

  private mutating func set(
    _ key: String, _ label: String, _ value: Measured<(JSONValue, String)>
  ) {
    switch value {
    case .defined(let (json, text)):
      results[key] = json
      lines.append("  \(label): \(text)")
    case .undefined(let reason):
      results[key] = .null
      reasons[key] = .string("\(reason.code.rawValue): \(reason.description)")
      lines.append("  \(label): undefined, \(reason.description)")
    }
  }

  func print(asJSON: Bool) throws {
    guard asJSON else {
      printOutput(lines.joined(separator: "\n") + "\n")
      return
    }
    var document: [String: JSONValue] = [
      "schema": .string(PowerCommand.schema), "design": .string(design),
      "inputs": .object(inputs), "results": .object(results),
    ]
    if !reasons.isEmpty { document["reasons"] = .object(reasons) }
    printOutput(try JSONValue.object(document).prettyText())
  }
}
