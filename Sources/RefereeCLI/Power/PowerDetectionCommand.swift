import ArgumentParser
import CanonicalJSON
import Statistics

/// `referee power detection`.
struct PowerDetectionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detection",
    abstract: "AUROC of a detector: a test against a reference, or an interval of given width.",
    discussion: """
      Hanley and McNeil's variance, confirmed by simulation of DeLong's interval on binormal scores.

      Example: referee power detection --auroc 0.75 --reference 0.7 --positives 0.3
      """)

  @Option(help: ArgumentHelp("Smallest area of interest.", valueName: "area"))
  var auroc: Double

  @Option(help: ArgumentHelp("Area to be told apart from.", valueName: "area"))
  var reference = 0.5

  @Option(help: ArgumentHelp("Share of positive items.", valueName: "share"))
  var positives = 0.5

  @Option(help: "Items, positive and negative together.")
  var items: Int?

  @Option(
    name: .customLong("half-width"),
    help: ArgumentHelp("Wanted half-width of the interval.", valueName: "area"))
  var halfWidth: Double?

  @Option(help: "Simulated studies; 0 for the formula alone.")
  var simulations = 1_000

  @Option(help: "Seed of the simulation.")
  var seed: UInt64 = 20_260_101

  @OptionGroup var options: PowerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard auroc > 0, auroc < 1, reference > 0, reference < 1 else {
      throw ValidationError("--auroc and --reference must lie between 0 and 1")
    }
    guard auroc != reference || halfWidth != nil else {
      throw ValidationError("--auroc equals --reference: there is nothing to find")
    }
    if let items, items < 2 { throw ValidationError("--items must be 2 or more") }
    if let halfWidth, !(halfWidth > 0 && halfWidth < 1) {
      throw ValidationError("--half-width must lie between 0 and 1")
    }
    guard simulations >= 0 else { throw ValidationError("--simulations must not be negative") }
  }

  func run() throws {
    let design = try DetectionDesign(auroc: auroc, positiveShare: positives)
    var sheet = PowerSheet(
      design: "detection", title: "Detection: AUROC \(auroc) against \(reference)")
    sheet.input("auroc", .number(auroc))
    sheet.input("reference", .number(reference))
    sheet.input("positiveShare", .number(positives))
    sheet.input("level", .number(options.level))
    sheet.input("targetPower", .number(options.power))
    sheet.input("halfWidth", halfWidth.map(JSONValue.number) ?? .null)
    sheet.input("items", items.map { .integer(Int64($0)) } ?? .null)
    sheet.note("share of positives \(positives), two-sided level \(options.level)")
    var needed: Measured<Int>?
    if auroc != reference {
      let found = design.itemsNeeded(
        power: options.power, reference: reference, level: options.level)
      sheet.set("itemsNeeded", "needed for power \(options.power)", found, unit: "items")
      needed = found
    }
    if let halfWidth {
      let found = design.itemsNeeded(halfWidth: halfWidth, confidenceLevel: 1 - options.level)
      sheet.set(
        "itemsNeededForHalfWidth", "needed for a half-width of \(halfWidth)", found, unit: "items")
      needed = found
    }
    if let count = items ?? needed?.value {
      let (first, second) = design.split(items: count)
      sheet.set("items", "evaluated at", .defined(count), unit: "items")
      sheet.set("positives", "of them positive", .defined(first), unit: "items")
      sheet.set("negatives", "of them negative", .defined(second), unit: "items")
      sheet.set(
        "halfWidthAtItems", "half-width of the interval",
        share: design.halfWidth(items: count, confidenceLevel: 1 - options.level))
      if auroc != reference {
        sheet.set(
          "formulaPower", "power, formula",
          share: design.power(items: count, reference: reference, level: options.level))
      }
      if simulations > 0, auroc != reference, count <= 100_000 {
        sheet.input("simulations", .integer(Int64(simulations)))
        sheet.input("seed", .string(String(seed)))
        sheet.set(
          "simulatedPower", "power, DeLong interval, simulated",
          simulated: try design.simulated(
            items: count, reference: reference, level: options.level, runCount: simulations,
            seed: seed))
      }
    }
    try sheet.print(asJSON: global.json)
  }
}
