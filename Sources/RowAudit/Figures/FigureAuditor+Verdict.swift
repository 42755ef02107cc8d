import Audit
import Statistics
import Study

extension FigureAuditor {
  /// How well computed numbers fit printed ones.
  private enum Fit: Int, Comparable {
    case apart, rounding, exact

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Both ways of rounding a half are exact; less than one unit of the last digit is truncation or
  /// rounding of inputs.
  private static func fit(_ printed: PrintedNumber, _ value: Double) -> Fit {
    if printed.agrees(with: value) { return .exact }
    guard let proportion = printed.proportion, let number = printed.value, number != 0 else {
      return abs(value) < 2 * printed.halfUnit / 100 ? .rounding : .apart
    }
    let unit = 2 * printed.halfUnit * abs(proportion / number)
    return abs(value - proportion) < unit * (1 - 1e-9) ? .rounding : .apart
  }

  private static func fit(_ figure: PublishedFigure, _ interval: Interval) -> Fit {
    [figure.lower.map { fit($0, interval.lower) }, figure.upper.map { fit($0, interval.upper) }]
      .compactMap { $0 }.min() ?? .exact
  }

  static func judge(
    _ figure: PublishedFigure, _ computation: FigureComputation
  ) -> FigureResult {
    guard let estimate = computation.estimate.value else {
      return FigureResult(
        figure: figure, verdict: .notReproducible, estimate: computation.estimate, interval: nil,
        method: nil, tried: [])
    }
    let pointFit =
      computation.isCount
      ? (figure.printed.value == estimate ? .exact : .apart) : fit(figure.printed, estimate)
    if pointFit == .apart {
      let variant = computation.variants.first { fit(figure.printed, $0.value) == .exact }
      return FigureResult(
        figure: figure, verdict: variant == nil ? .contradicted : .otherMethod,
        estimate: variant.map { .defined($0.value) } ?? computation.estimate, interval: nil,
        method: variant?.name,
        tried: computation.variants.map(\.name).filter { $0 != variant?.name }
      )
    }
    guard figure.lower != nil || figure.upper != nil else {
      return FigureResult(
        figure: figure,
        verdict: pointFit == .exact ? .reproducedExactly : .withinRounding,
        estimate: computation.estimate, interval: nil, method: nil, tried: [])
    }
    return judgeInterval(figure, computation, pointFit: pointFit)
  }

  private static func judgeInterval(
    _ figure: PublishedFigure, _ computation: FigureComputation, pointFit: Fit
  ) -> FigureResult {
    var tried: [String] = []
    var nearest: (Measured<Interval>, Fit)?
    func result(
      _ verdict: FigureVerdict, _ interval: Measured<Interval>?, _ method: FigureMethod?
    ) -> FigureResult {
      FigureResult(
        figure: figure, verdict: verdict, estimate: computation.estimate, interval: interval,
        method: method?.description, tried: tried)
    }
    if let stated = figure.method {
      let interval = computation.interval(stated)
      if let ends = interval.value {
        let both = min(pointFit, fit(figure, ends))
        if both != .apart {
          return result(both == .exact ? .reproducedExactly : .withinRounding, interval, stated)
        }
      }
      nearest = (interval, .apart)
      tried.append(stated.description)
    }
    for method in candidates(figure, computation) {
      let interval = computation.interval(method)
      guard let ends = interval.value else { continue }
      if min(pointFit, fit(figure, ends)) == .exact {
        return result(
          figure.method == nil ? .reproducedExactly : .otherMethod, interval, method)
      }
      tried.append(method.description)
      if nearest == nil { nearest = (interval, .apart) }
    }
    return result(.notReproducible, nearest?.0, nil)
  }

  /// Every declared method with every declared setting, the stated one left out.
  private static func candidates(
    _ figure: PublishedFigure, _ computation: FigureComputation
  ) -> [FigureMethod] {
    let level = figure.method?.confidenceLevel ?? 0.95
    let seeds = ([figure.method?.seed].compactMap { $0 } + Self.seeds).uniqued
    let counts =
      ([figure.method?.resampleCount].compactMap { $0 } + resampleCounts).uniqued
    // Formulas first: they are cheap and have no settings to search through.
    let formulas = computation.methods.filter { !$0.isBootstrap }
      .map { FigureMethod(name: $0, confidenceLevel: level) }
    let resampled = computation.methods.filter(\.isBootstrap).flatMap { name in
      FigureMethod.ItemOrder.allCases.flatMap { order in
        seeds.flatMap { seed in
          counts.map {
            FigureMethod(
              name: name, confidenceLevel: level, seed: seed, resampleCount: $0, order: order)
          }
        }
      }
    }
    let hasOrder = [.auroc, .accuracy, .precision, .recall, .f1].contains(figure.statistic)
    return (formulas + resampled).filter {
      $0 != figure.method && (hasOrder || $0.order == .sorted)
    }
  }
}

extension Array where Element: Hashable {
  /// Without repetitions, in order of first appearance.
  fileprivate var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
