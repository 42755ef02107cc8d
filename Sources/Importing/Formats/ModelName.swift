internal import Foundation

/// A model's name with the steering that its suffix declares: `org/model@alpha=2.0`.
struct ModelName: Hashable {
  let configuration: String
  /// `nil` without a suffix: no intervention.
  let dose: Double?

  init(_ name: String) {
    guard let mark = name.range(of: "@alpha=", options: .backwards),
      let dose = Double(name[mark.upperBound...]), dose.isFinite
    else {
      configuration = name.isEmpty ? "default" : name
      self.dose = nil
      return
    }
    configuration = String(name[..<mark.lowerBound])
    self.dose = dose
  }

  /// `h-neurons` where there is a dose, else `none`.
  var neuronSet: String { dose == nil ? "none" : "h-neurons" }
}
