import Statistics

extension PValueAdjustment {
  /// Adjusted p-values of a family that the audit computed itself, so that every p lies in 0...1.
  func adjust(_ pValues: [Double]) -> [Double] {
    (try? adjusted(pValues)) ?? pValues.map { _ in 1 }
  }

  /// For people.
  var name: String {
    switch self {
    case .bonferroni: "Bonferroni"
    case .holm: "Holm"
    case .hochberg: "Hochberg"
    case .benjaminiHochberg: "Benjamini–Hochberg"
    case .benjaminiYekutieli: "Benjamini–Yekutieli"
    }
  }
}
