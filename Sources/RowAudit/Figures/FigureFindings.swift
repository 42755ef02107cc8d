import Audit
import Notation
import Statistics
import Study

/// R49: each published figure as a finding.
enum FigureFindings {
  static let description = RowRuleDescription(
    id: .publishedFigure, question: "Do published figures follow from their rows?",
    needs: "figures.yaml: printed numbers with the statistic and the rows of each.",
    method: "The statistic recomputed by the named method; when it does not give the printed "
      + "digits, every method of the declared list with the usual seeds and resample counts.")

  static func finding(_ result: FigureResult) -> Finding {
    let figure = result.figure
    var set = EvidenceSet()
    set.text("figure", figure.id, "figure")
    set.text("statistic", figure.statistic.rawValue, "statistic")
    set.text("printed", printed(figure), "as printed")
    set.text("verdict", result.verdict.rawValue, "verdict")
    let style = Self.style(figure.printed)
    set["recomputed"] = .measured(result.estimate, style, "recomputed from the rows")
    if let interval = result.interval {
      set["recomputed-interval"] = .text(
        interval.value.map { style.text($0) } ?? NumberText.absent, "recomputed interval")
    }
    set.text(
      "stated", figure.method?.description ?? "no interval or no method named", "named method")
    if let method = result.method { set.text("method", method, "method that gives the digits") }
    set["tried"] = .list(result.tried, "methods that do not give the digits")
    return Finding(
      rule: .publishedFigure, subject: figure.id, status: status(result),
      title: title(result), sentence: sentence(result),
      remedy: result.verdict == .otherMethod
        ? "Name the method that was used beside the figure." : "",
      evidence: set.items, sources: [figure.source])
  }

  /// "66.0% [62.9, 68.9]", with the digits of the publication.
  static func printed(_ figure: PublishedFigure) -> String {
    guard let lower = figure.lower, let upper = figure.upper else { return figure.printed.text }
    return "\(figure.printed.text) [\(lower.text), \(upper.text)]"
  }

  /// At most 12 digits are compared, so that no more are shown.
  static func style(_ printed: PrintedNumber) -> NumberStyle {
    switch printed.unit {
    case .percent where printed.decimals <= 1: .percent
    case .percentagePoints where printed.decimals <= 1: .percentagePoints
    case .percent, .percentagePoints: .scaled(100, digits: min(12, printed.decimals))
    case .perMille: .scaled(1_000, digits: min(12, printed.decimals))
    case .none where printed.decimals == 0: .count
    case .none: .decimal(min(12, printed.decimals))
    }
  }

  private static func status(_ result: FigureResult) -> Finding.Status {
    switch result.verdict {
    case .reproducedExactly, .withinRounding: .passed
    case .otherMethod: .fired(.minor)
    case .contradicted: .fired(.major)
    case .notReproducible:
      result.estimate.reason.map { .notRun($0) } ?? .fired(.minor)
    }
  }

  private static func title(_ result: FigureResult) -> Prose {
    switch result.verdict {
    case .reproducedExactly: "{figure}: {printed} is reproduced digit for digit"
    case .withinRounding: "{figure}: {printed} is reproduced within rounding"
    case .otherMethod: "{figure}: {printed} follows by another method: {method}"
    case .contradicted: "{figure}: printed {printed}, the rows give {recomputed}"
    case .notReproducible: "{figure}: {printed} cannot be reproduced"
    }
  }

  private static func sentence(_ result: FigureResult) -> Prose {
    let rows: Prose =
      result.interval == nil
      ? "{figure} ({statistic}): printed {printed}; the rows give {recomputed}: {verdict}."
      : "{figure} ({statistic}): printed {printed}; the rows give {recomputed} "
        + "{recomputed-interval}: {verdict}."
    if let reason = result.estimate.reason {
      return Prose(
        "{figure} ({statistic}): printed {printed}. Not recomputed: "
          + RowText.literal(reason.description) + ".")
    }
    return result.method == nil ? rows : rows + "Method: {method}."
  }
}
