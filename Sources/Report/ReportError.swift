/// Why a report cannot be made.
public enum ReportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file of `templates/` is not in the binary: a mistake of the build.
  case missingTemplate(String)
  /// Two sections, figures or tables share an anchor.
  case duplicateAnchor(String)
  /// The PDF library refused a step.
  case pdf(step: String, reason: String)

  public var description: String {
    switch self {
    case .missingTemplate(let name):
      "the template \(name) is not compiled in; rebuild from a clean checkout"
    case .duplicateAnchor(let id):
      "two parts of the report have the anchor \(id); rename one of their subjects"
    case .pdf(let step, let reason):
      "the PDF could not be written (\(step)): \(reason)"
    }
  }
}
