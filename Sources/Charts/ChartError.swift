/// What can go wrong between plain data and a drawing.
public enum ChartError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A font compiled into the binary is missing or was refused by Fontconfig.
  case fontUnavailable(name: String)
  /// A Cairo call left the surface or context in an error state; the text is Cairo's.
  case cairo(status: String, step: String)
  /// A coordinate that is not a number reached the canvas: a programmer's error in a chart.
  case coordinateNotFinite(step: String)
  /// The chart cannot be laid out below this width in pixels.
  case tooNarrow(width: Double, minimum: Double)
  /// An identifier that cannot stand in `id` and `href` attributes.
  case invalidIdentifier(String)

  public var description: String {
    switch self {
    case .fontUnavailable(let name):
      "the embedded font \(name) could not be loaded; rebuild the tool"
    case .cairo(let status, let step):
      "drawing failed while \(step): \(status)"
    case .coordinateNotFinite(let step):
      "a coordinate is not a number while \(step); this is a defect of the chart, please report it"
    case .tooNarrow(let width, let minimum):
      "a chart of \(Int(width)) px cannot be laid out; use at least \(Int(minimum)) px"
    case .invalidIdentifier(let id):
      "the figure identifier \"\(id)\" must start with a letter and hold letters, digits, - and _"
    }
  }
}
