import ArgumentParser
import CanonicalJSON
import Notation
import Statistics

/// `referee power dose`.
struct PowerDoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dose",
    abstract: "A dose experiment on the same questions (paired).",
    discussion: """
      The large-sample formula, confirmed by simulation of the studentised permutation test and the \
      robust t. Without --items the needed number is found first and then simulated.

      Example: referee power dose --baseline 0.375 --effect 10 --correlation 0.6
      """)

  enum Model: String, ExpressibleByArgument, CaseIterable { case exchangeable, autoregressive }

  @Option(help: "Questions, each asked at every dose.")
  var items: Int?

  @Option(help: ArgumentHelp("Rate at the lowest dose.", valueName: "share"))
  var baseline: Double

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Smallest change of interest over all doses, + or \u{2212}.", valueName: "pp"))
  var effect: Double

  @Option(help: ArgumentHelp("Doses, separated by commas.", valueName: "dose,…"))
  var doses = NumberList([0, 1, 2, 3])

  @Option(
    help: ArgumentHelp(
      "Correlation of the latent normal scores of one question between doses.", valueName: "share"))
  var correlation: Double

  @Option(name: .customLong("correlation-model"), help: "How it depends on the distance of doses.")
  var model = Model.exchangeable

  @Option(help: "Simulated experiments; 0 for the formula alone.")
  var simulations = 1_000

  @Option(help: "Permutations of each simulated test.")
  var permutations = 999

  @Option(help: "Seed of the simulation.")
  var seed: UInt64 = 20_260_101

  @OptionGroup var options: PowerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard simulations >= 0, permutations > 0 else {
      throw ValidationError("--simulations must not be negative, --permutations at least 1")
    }
    if let items, items < 2 { throw ValidationError("--items must be 2 or more") }
  }

  func run() throws {
    let latent: LatentCorrelation =
      model == .exchangeable ? .exchangeable(correlation) : .autoregressive(correlation)
    let design = try PairedDoseDesign(
      baseline: baseline, effect: effect / 100, doses: doses.values, correlation: latent)
    var sheet = PowerSheet(
      design: "dose",
      title: "Paired dose design: "
        + design.rates.map { NumberText.percent($0) }.joined(separator: ", ")
        + " at doses \(doses.defaultValueDescription)")
    sheet.input("baseline", .number(baseline))
    sheet.input("effectPercentagePoints", .number(effect))
    sheet.input("doses", .array(doses.values.map(JSONValue.number)))
    sheet.input("correlation", .number(correlation))
    sheet.input("correlationModel", .string(model.rawValue))
    sheet.input("level", .number(options.level))
    sheet.input("targetPower", .number(options.power))
    sheet.input("items", items.map { .integer(Int64($0)) } ?? .null)
    sheet.note(
      "latent \(model.rawValue) correlation \(correlation), two-sided level \(options.level)")
    let needed = design.itemsNeeded(power: options.power, level: options.level)
    sheet.set(
      "itemsNeeded", "needed for power \(options.power), formula", needed, unit: "questions")
    if let count = items ?? needed.value {
      try report(design, count, latent, &sheet)
    }
    try sheet.print(asJSON: global.json)
  }

  private func report(
    _ design: PairedDoseDesign, _ count: Int, _ latent: LatentCorrelation,
    _ sheet: inout PowerSheet
  ) throws {
    sheet.set("items", "evaluated at", .defined(count), unit: "questions")
    sheet.set(
      "formulaPower", "power, formula", share: design.power(items: count, level: options.level))
    if simulations > 0 {
      global.detail("simulating \(simulations) experiments")
      sheet.input("simulations", .integer(Int64(simulations)))
      sheet.input("permutations", .integer(Int64(permutations)))
      sheet.input("seed", .string(String(seed)))
      let label = "power, studentised permutation, simulated"
      do {
        let simulation = try design.simulated(
          items: count, level: options.level, runCount: simulations,
          permutationCount: permutations, seed: seed)
        sheet.set("permutationPower", label, simulated: simulation.permutation)
        sheet.set("robustTPower", "power, robust t, simulated", simulated: simulation.robustT)
      } catch StatisticsError.tooLarge(let what, let found, let limit) {
        // The formula is exact enough where this many questions are needed.
        sheet.set(
          "permutationPower", label,
          share: .undefined(
            UndefinedReason(
              .tooLarge, "\(what) would be \(found), above \(limit); lower --simulations")))
      }
    }
    let smallest = PairedDoseDesign.minimalDetectableEffect(
      baseline: baseline, doses: doses.values, correlation: latent, items: count,
      power: options.power, level: options.level, isDownward: effect < 0)
    sheet.set(
      "minimalDetectableEffectPercentagePoints",
      "minimal detectable effect \(effect < 0 ? "downward" : "upward"), formula",
      difference: smallest)
  }
}

/// Numbers separated by commas.
struct NumberList: ExpressibleByArgument {
  let values: [Double]

  init(_ values: [Double]) { self.values = values }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let values = parts.compactMap { Double($0) }
    guard values.count == parts.count, values.allSatisfy(\.isFinite) else { return nil }
    self.values = values
  }

  var defaultValueDescription: String {
    values.map { Int(exactly: $0).map(String.init) ?? "\($0)" }.joined(separator: ",")
  }
}
