import Audit
import Statistics

/// Analyses at the dose that changes nothing.
enum NoOpResults {
  static func id(_ check: NoOpCurveCheck) -> String { "no-op-curve/" + check.curve }
  static func id(_ pair: NoOpPair) -> String { "no-op-pair/" + pair.first + " and " + pair.second }

  static func evidence(_ check: NoOpCurveCheck) -> [String: Evidence] {
    var set = EvidenceSet()
    set.text("arm", check.curve, "arm")
    set.text("dose", RowText.dose(check.dose), "no-op dose")
    set.number("rate", check.rate, .percent, "rate at the no-op dose")
    for (index, deviation) in check.deviations.enumerated() {
      let place = "\(index + 1)"
      let doses = deviation.doses.map(RowText.dose).joined(separator: " and ")
      set.text("line-" + place, doses, "doses of the line")
      set.estimate(
        "deviation-" + place, deviation.difference, deviation.interval, .percentagePoints,
        "rate at the no-op dose minus the line through doses \(doses)")
      set.p(
        "p-deviation-" + place, deviation.pValue, "off the line through doses \(doses)",
        method: "t over questions")
    }
    set.p(
      "p", check.pValue, "off every line, on one side",
      method: "largest p of the lines (intersection–union)")
    set.p("p-holm", check.adjustedPValue, "over the arms", method: "Holm")
    return set.items
  }

  static func sentence(_ check: NoOpCurveCheck) -> Prose {
    let lines = check.deviations.indices.map {
      "{deviation-\($0 + 1)} from the line through {line-\($0 + 1)}"
    }
    return Prose(
      "{arm}: {rate} at dose {dose}, " + lines.joined(separator: ", ")
        + "; off all lines {p}, Holm {p-holm}.")
  }

  static func result(_ check: NoOpCurveCheck, inputsHash: String) -> HypothesisResult {
    HypothesisResult(
      id: id(check), statement: "The no-op dose lies on the curve of its neighbours",
      registration: .exploratory, evidence: evidence(check), sentence: sentence(check),
      inputsHash: inputsHash)
  }

  static func evidence(_ pair: NoOpPair) -> [String: Evidence] {
    var set = EvidenceSet()
    set.text("first", pair.first, "arm")
    set.text("second", pair.second, "arm")
    set.text("weights", pair.weights.rawValue, "weights of the two arms")
    set.count("common", pair.commonCount, "questions with a row in both at the no-op dose")
    set.count("flips", pair.flipCount, "questions with another outcome")
    set.estimate(
      "difference", pair.difference, pair.interval, .percentagePoints,
      "rate at the no-op dose, first minus second, same questions")
    set.p("p", pair.pValue, "difference of rates", method: "McNemar mid-p")
    set.p("p-holm", pair.adjustedPValue, "over the pairs", method: "Holm")
    return set.items
  }

  static func sentence(_ pair: NoOpPair) -> Prose {
    let flips =
      "{first} and {second} ({weights}): {flips} of {common} questions have another outcome at the "
      + "no-op dose; difference {difference}"
    return Prose(flips + (pair.pValue.value == nil ? "." : ", {p}, Holm {p-holm}."))
  }

  static func result(_ pair: NoOpPair, inputsHash: String) -> HypothesisResult {
    HypothesisResult(
      id: id(pair), statement: "Arms answer alike where nothing is changed",
      registration: .exploratory, evidence: evidence(pair), sentence: sentence(pair),
      inputsHash: inputsHash)
  }

  static func result(_ curve: UnscoredCurve, inputsHash: String) -> HypothesisResult {
    HypothesisResult(
      id: "unscored/" + curve.curve,
      statement: "The share of unscored answers changes with the dose",
      registration: .exploratory, evidence: evidence(curve), sentence: sentence(curve),
      inputsHash: inputsHash)
  }

  static func sentence(_ curve: UnscoredCurve) -> Prose {
    Prose(
      "{arm}: {unscored} of {total} answers are unscored"
        + (curve.pValue.value == nil
          ? "." : "; slope {slope} pp per unit of dose, {p}, Holm {p-holm}."))
  }

  static func evidence(_ curve: UnscoredCurve) -> [String: Evidence] {
    var set = EvidenceSet()
    set.text("arm", curve.curve, "arm")
    set.count("unscored", curve.unscoredCount, "unscored answers")
    set.count("total", curve.totalCount, "answers")
    set.number(
      "slope", curve.slope.map { $0 * 100 }, .signed(2),
      "slope of the unscored share, pp per unit of dose")
    set.p("p", curve.pValue, "trend of the unscored share", method: "within-question permutation")
    set.p("p-holm", curve.adjustedPValue, "over the arms", method: "Holm")
    return set.items
  }
}
