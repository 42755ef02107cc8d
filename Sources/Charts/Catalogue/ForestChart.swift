import Notation

/// Effects with intervals, one row per hypothesis, one axis per unit.
///
/// The thick line is the interval at the nominal level, the thin one is adjusted for multiplicity.
/// The shaded region holds the effects that the plan calls too small to matter.
public struct ForestChart: Chart {
  public struct Data: Codable, Hashable, Sendable {
    public var facets: [Facet]
    /// "95%", for the column title.
    public var intervalLabel: String

    public init(facets: [Facet], intervalLabel: String = "95%") {
      self.facets = facets
      self.intervalLabel = intervalLabel
    }
  }

  /// The rows of one unit.
  public struct Facet: Codable, Hashable, Sendable {
    /// "Change in compliance, α = 3 against α = 0".
    public var title: String
    /// "pp", "AUROC", "log odds per α".
    public var unit: String
    /// The value of no effect.
    public var null: Double
    /// The smallest effect of interest as a region around `null`.
    public var marginLower: Double?
    public var marginUpper: Double?
    public var fractionDigits: Int
    /// Differences get a "+".
    public var isSigned: Bool
    public var rows: [Row]

    public init(
      title: String, unit: String, null: Double = 0, marginLower: Double? = nil,
      marginUpper: Double? = nil, fractionDigits: Int = 1, isSigned: Bool = true, rows: [Row]
    ) {
      self.title = title
      self.unit = unit
      self.null = null
      self.marginLower = marginLower
      self.marginUpper = marginUpper
      self.fractionDigits = fractionDigits
      self.isSigned = isSigned
      self.rows = rows
    }
  }

  public struct Row: Codable, Hashable, Sendable {
    public var label: String
    /// "n = 40 per arm", or why there is no estimate.
    public var detail: String
    public var estimate: PlottedEstimate
    /// The interval adjusted for multiplicity, thin.
    public var adjusted: PlottedEstimate?
    public var pValue: Double?
    public var verdict: VerdictMark?
    /// An original study's value, grey, under ours.
    public var isReference: Bool

    public init(
      label: String, detail: String = "", estimate: PlottedEstimate,
      adjusted: PlottedEstimate? = nil, pValue: Double? = nil, verdict: VerdictMark? = nil,
      isReference: Bool = false
    ) {
      self.label = label
      self.detail = detail
      self.estimate = estimate
      self.adjusted = adjusted
      self.pValue = pValue.flatMap { $0.isFinite ? $0 : nil }
      self.verdict = verdict
      self.isReference = isReference
    }
  }

  public let heading: ChartHeading
  public let data: Data

  public init(heading: ChartHeading, data: Data) {
    self.heading = heading
    self.data = data
  }

  /// Rows whose verdict cannot follow from the interval that is drawn: "equivalent" with an
  /// estimate outside of the margin, "supported" with no effect inside the interval.
  /// A report refuses to print such a chart.
  public var contradictions: [String] {
    data.facets.flatMap { facet in
      facet.rows.compactMap { row -> String? in
        guard let verdict = row.verdict, let value = row.estimate.value else { return nil }
        switch verdict {
        case .equivalent:
          guard let lower = facet.marginLower, let upper = facet.marginUpper else {
            return "\(row.label): equivalent without a margin"
          }
          return lower < value && value < upper
            ? nil : "\(row.label): equivalent, but the estimate lies outside of the margin"
        case .supported:
          return row.estimate.interval?.contains(facet.null) == true
            ? "\(row.label): supported, but the interval holds no effect" : nil
        case .refuted, .inconclusive, .notTestable, .exploratory:
          return nil
        }
      }
    }
  }

  public var summary: String {
    var parts: [String] = []
    for facet in data.facets {
      let rows = facet.rows.map { row in
        "\(row.label): \(text(row.estimate, facet, withUnit: true))"
          + (row.pValue.map { ", " + NumberText.pStatement($0) } ?? "")
          + (row.verdict.map { ", " + $0.word } ?? "")
      }
      parts.append("\(facet.title). " + rows.joined(separator: "; ") + ".")
    }
    return parts.isEmpty ? "No estimate." : parts.joined(separator: " ")
  }

  public var table: ChartTable {
    ChartTable(
      header: [
        "Effect", "Row", "Detail", "Estimate", "Unit", "\(data.intervalLabel) interval",
        "Adjusted interval", "p", "Verdict",
      ],
      rows: data.facets.flatMap { facet in
        facet.rows.map { row in
          [
            facet.title, row.label, row.detail,
            text(PlottedEstimate(row.estimate.value), facet, withUnit: false), facet.unit,
            row.estimate.intervalText(digits: facet.fractionDigits),
            row.adjusted?.intervalText(digits: facet.fractionDigits) ?? "",
            row.pValue.map(NumberText.pValue) ?? "", row.verdict?.word ?? "",
          ]
        }
      })
  }

  func text(_ estimate: PlottedEstimate, _ facet: Facet, withUnit: Bool) -> String {
    estimate.text(
      digits: facet.fractionDigits, unit: withUnit ? facet.unit : "", isSigned: facet.isSigned)
  }
}
