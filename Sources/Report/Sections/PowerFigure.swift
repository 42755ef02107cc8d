import Audit
import Charts
import Statistics
import Study

extension PublishedStudyReport {
  /// A size that occurs in the study, and the rate that its rows have where nothing is changed.
  private struct Design {
    let total: Int
    let baseline: Double
  }

  private static let largestEffect = 0.6
  private static let step = 0.02

  /// What two arms of the sizes that occur can see, at the rates that occur. Never at the observed
  /// effect.
  var powerFigure: ReportFigure? {
    get throws {
      let designs = powerDesigns
      guard !designs.isEmpty else { return nil }
      let target = result.study.auditor.powerTarget
      let level = result.study.auditor.level
      let curves = try designs.map { design in
        (design, try TwoArmRejection(test: .pooledZ, trialsPerArm: design.total, alpha: level))
      }
      let smallest = try curves.map { design, test in
        (design, try Self.detectable(design, test, target))
      }
      let title = RichText(
        smallest.enumerated().flatMap { index, entry -> [RichText.Run] in
          let size = "power.\(entry.0.total)"
          return [
            .words(index == 0 ? "With n = " : "; with n = "),
            .sourced("\(entry.0.total)", source: "\(size).n"),
            .words(entry.1 == nil ? " no difference up to " : " a difference of "),
            .sourced(
              NumberStyle.percentagePoints.text(entry.1 ?? Self.largestEffect),
              source: "\(size).detectable"),
            .words(entry.1 == nil ? " is found reliably" : ""),
          ]
        } + [
          .words(" is found with "),
          .sourced(NumberStyle.percent.text(target), source: "settings.powerTarget"),
          .words(" power"),
        ])
      let subtitle = RichText([
        .words("Exact power of the two-sided pooled z-test between two independent arms, level "),
        .sourced(NumberStyle.decimal(2).text(level), source: "settings.level"),
        .words(", from the mean no-op rate of the rows of each size"),
      ])
      return ReportFigure(
        id: "figure-power",
        chart: PowerChart(
          heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
          data: PowerChart.Data(
            effect: "True difference", unit: "pp", curves: curves.map(Self.curve),
            rules: powerRules, target: target)),
        title: title, subtitle: subtitle,
        caption: "By enumeration of both arms; n that is not stated is inferred.",
        source: "cells.csv",
        howToRead: """
          Read along a vertical rule: how often would a study of each size see an effect of that \
          size? A curve that is low at the margin cannot show that the effect is absent.
          """,
        table: try powerTable(curves))
    }
  }

  private var powerDesigns: [Design] {
    let noOp = result.study.design.noOpDose
    let rows = result.rows.filter { !$0.points.isEmpty }
    let totals = Set(rows.compactMap { $0.points.first?.total })
      .filter { $0 > 1 && $0 <= TwoArmRejection.armLimit }.sorted().prefix(4)
    return totals.map { total in
      let rates = rows.filter { $0.points.first?.total == total }.compactMap { row in
        (row.points.first { $0.dose == noOp } ?? row.points.first)?.rate
      }
      return Design(
        total: total, baseline: rates.reduce(0, +) / Double(max(rates.count, 1)))
    }
  }

  /// Away from the nearer edge, so that the whole range of effects exists.
  private static func shifted(_ design: Design, by effect: Double) -> Double {
    design.baseline <= 0.5
      ? min(1, design.baseline + effect) : max(0, design.baseline - effect)
  }

  private static func curve(_ design: Design, _ test: TwoArmRejection) -> PowerChart.Curve {
    let effects = stride(from: 0.0, through: largestEffect + 1e-9, by: step).filter {
      design.baseline <= 0.5 ? design.baseline + $0 <= 1 : design.baseline - $0 >= 0
    }
    return PowerChart.Curve(
      name: "n = \(design.total)", isRealised: true,
      points: effects.map { effect in
        PowerChart.CurvePoint(
          effect: 100 * effect,
          power: PlottedEstimate(test.power(design.baseline, shifted(design, by: effect))))
      })
  }

  /// The smallest difference with the wanted power, to 0.1 pp; `nil` beyond the drawn range.
  private static func detectable(
    _ design: Design, _ test: TwoArmRejection, _ target: Double
  ) throws -> Double? {
    var low = 0.0
    var high = largestEffect
    guard test.power(design.baseline, shifted(design, by: high)) >= target else { return nil }
    for _ in 0..<20 {
      let middle = (low + high) / 2
      if test.power(design.baseline, shifted(design, by: middle)) >= target {
        high = middle
      } else {
        low = middle
      }
    }
    return high
  }

  private var powerRules: [PowerChart.Rule] {
    let margin =
      result.study.design.smallestEffectOfInterest ?? result.study.auditor.equivalenceMargin
    let others = result.study.summaries.filter { !$0.isOwn }.compactMap(\.printed.value)
    var rules = [PowerChart.Rule(name: "margin", effect: margin)]
    if let low = others.min(), let high = others.max(), low > margin {
      rules.append(PowerChart.Rule(name: "smallest elsewhere", effect: low))
      if high > low, high <= 100 * Self.largestEffect {
        rules.append(PowerChart.Rule(name: "largest elsewhere", effect: high))
      }
    }
    return rules
  }

  private func powerTable(_ curves: [(Design, TwoArmRejection)]) throws -> ReportTable {
    let effects = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5]
    return ReportTable(
      id: "power-data", caption: "Power by true difference",
      columns: [.init("n per arm", .right), .init("No-op rate", .right)]
        + effects.map { .init(NumberStyle.percentagePoints.text($0), .right) },
      rows: curves.map { design, test in
        let source = "power.\(design.total)"
        return [
          .sourced("\(design.total)", "\(source).n"),
          .sourced(NumberStyle.percent.text(design.baseline), "\(source).baseline"),
        ]
          + effects.enumerated().map { index, effect in
            .sourced(
              NumberStyle.decimal(2).text(
                test.power(design.baseline, Self.shifted(design, by: effect))),
              "\(source).effect\(index)")
          }
      }, source: "cells.csv")
  }
}
