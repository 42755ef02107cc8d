import Audit
import Charts
import RawStore
import RowAudit
import Statistics

extension RowReport {
  /// Target sets against random sets.
  var specificitySection: ReportSection {
    get throws {
      let envelopes = analyses(of: "specificity")
      guard !envelopes.isEmpty else {
        return absent(
          "specificity", "Target against random sets",
          "No random set of neurons was run beside a target set.")
      }
      let title = title(
        of: findings(.controlSpecificity),
        otherwise: RichText("Slopes of targets minus slopes of random sets"))
      let subtitle: RichText = """
        Slope of the target minus slope of one random set, on the same questions, in percentage \
        points per unit of dose, with 95% cluster-robust t intervals
        """
      let facets = envelopes.map { analysis in
        ForestChart.Facet(
          title: analysis.evidence["arm"]?.text ?? analysis.id, unit: "pp", fractionDigits: 2,
          rows: places(analysis, "second").map { place in
            ForestChart.Row(
              label: "minus " + Self.last(analysis.evidence["second-\(place)"]?.text ?? ""),
              detail: "n = " + (analysis.evidence["common-\(place)"]?.text ?? "–"),
              estimate: plotted("difference-\(place)", analysis),
              pValue: analysis.evidence["p-\(place)"]?.number, verdict: .exploratory)
          })
      }
      let figure = figure(
        "figure-specificity",
        ForestChart(
          heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
          data: ForestChart.Data(facets: facets)),
        title: title, subtitle: subtitle,
        caption: "p: exact sign-flip of the questions' differences, unadjusted; Holm in the table.",
        howToRead: """
          Each line compares the target with one random set. A line right of 0 means that the \
          target's rate rises faster with the dose.
          """,
        table: ReportTable(
          id: "specificity-data", caption: "Differences of slopes, target minus random set",
          columns: [
            .init("Target"), .init("Random set"), .init("Questions", .right),
            .init("Difference, pp per unit [95%]", .right), .init("Sign-flip", .right),
            .init("Robust t", .right), .init("Holm", .right),
          ],
          rows: envelopes.flatMap { analysis in
            places(analysis, "second").map { place in
              [
                "arm", "second-\(place)", "common-\(place)", "difference-\(place)", "p-\(place)",
                "p-robust-\(place)", "holm-\(place)",
              ].map { cell($0, analysis) }
            }
          }, source: "rows"))
      return ReportSection(
        id: "specificity", title: "Target against random sets",
        lead: """
          That the target has a slope and a random set has none does not show that they differ; \
          their difference is tested.
          """, blocks: [.figure(figure), .list(envelopes.map(sentence))])
    }
  }

  /// 1, 2, … as long as the evidence goes.
  func places(_ analysis: HypothesisResult, _ key: String) -> [Int] {
    var place = 1
    while analysis.evidence["\(key)-\(place)"] != nil { place += 1 }
    return Array(1..<place)
  }

  private static func last(_ id: String) -> String {
    id.split(separator: "/").last.map(String.init) ?? id
  }

  /// Configurations against each other.
  var replicationSection: ReportSection {
    get throws {
      let replications = analyses(of: "replication")
      let pairs = analyses(of: "no-op-pair")
      guard !replications.isEmpty || !pairs.isEmpty else {
        return absent(
          "replication", "Configurations against each other",
          "The rows hold one configuration, so that nothing is replicated.")
      }
      var blocks: [ReportBlock] = []
      if !replications.isEmpty {
        blocks.append(.figure(replicationFigure(replications)))
        blocks.append(.list(replications.map(sentence)))
      } else {
        blocks.append(
          .paragraph(
            "One neuron set on one benchmark in two configurations is not among the rows."))
      }
      if !pairs.isEmpty {
        blocks.append(
          .table(
            ReportTable(
              id: "no-op-pairs", caption: "Answers where nothing is changed",
              columns: [
                .init("Arm"), .init("Arm"), .init("Weights"), .init("Questions", .right),
                .init("Other outcome", .right), .init("Difference [95% Tango]", .right),
                .init("Holm", .right),
              ],
              rows: pairs.map { analysis in
                ["first", "second", "weights", "common", "flips", "difference", "p-holm"].map {
                  cell($0, analysis)
                }
              }, source: "rows")))
      }
      let curves = analyses(of: "no-op-curve")
      if !curves.isEmpty { blocks.append(.list(curves.map(sentence))) }
      return ReportSection(
        id: "replication", title: "Configurations against each other, and the no-op anchor",
        lead: """
          Within a weight format answers at the no-op dose must be the same; between formats only \
          changes are compared, never levels.
          """, blocks: blocks)
    }
  }

  private func replicationFigure(_ replications: [HypothesisResult]) -> ReportFigure {
    let title = title(
      of: findings(.configurationInteraction),
      otherwise: "Slopes of the configurations, and their pooled slope")
    let subtitle: RichText =
      "Slope in percentage points per unit of dose, with 95% cluster-robust t intervals; pooled: REML with Hartung–Knapp"
    let facets = replications.map { analysis in
      ForestChart.Facet(
        title: [analysis.evidence["benchmark"]?.text, analysis.evidence["neuron-set"]?.text]
          .compactMap { $0 }.joined(separator: ", "),
        unit: "pp", fractionDigits: 2,
        rows: places(analysis, "arm").map { place in
          ForestChart.Row(
            label: analysis.evidence["arm-\(place)"]?.text ?? "",
            estimate: plotted("slope-\(place)", analysis), verdict: .exploratory)
        } + [
          ForestChart.Row(
            label: "pooled", detail: "not independent", estimate: plotted("pooled", analysis),
            pValue: analysis.evidence["p-q"]?.number, verdict: .exploratory)
        ])
    }
    return figure(
      "figure-replication",
      ForestChart(
        heading: ChartHeading(title: title.plainText, subtitle: subtitle.plainText),
        data: ForestChart.Data(facets: facets)),
      title: title, subtitle: subtitle,
      caption: "p of the pooled row: Cochran's Q. Pairs of configurations stand in the table.",
      howToRead: """
        Lines that overlap do not show that configurations agree, and lines that do not overlap are \
        not the test: the differences in the table are.
        """,
      table: ReportTable(
        id: "replication-data", caption: "Differences of slopes between configurations",
        columns: [
          .init("Arm"), .init("Arm"), .init("Difference, pp per unit [95%]", .right),
          .init("Sign-flip", .right), .init("Holm", .right), .init("Equivalence"),
        ],
        rows: replications.flatMap { analysis in
          places(analysis, "first-pair").map { place in
            [
              "first-pair-\(place)", "second-pair-\(place)", "difference-pair-\(place)",
              "p-pair-\(place)", "holm-pair-\(place)", "equivalence-pair-\(place)",
            ].map { cell($0, analysis) }
          }
        }, source: "rows"))
  }
}
