internal import Foundation

/// The arrays that accompany the rows of a store.
struct SideFiles {
  private let routing: NumpyRows?
  private let regions: NumpyRows
  private let hidden: NumpyRows?

  /// - Parameters:
  ///   - rows: of the finished store; - kept: rows of earlier runs.
  init(
    folder: String, rows: Int, keeping kept: Int, norms: DownProjectionNorms, hiddenSize: Int?
  ) throws {
    let (layers, experts) = (norms.layout.layerCount, norms.layout.expertCount)
    routing =
      experts == 0
      ? nil
      : try NumpyRows(
        path: folder + "/routing.npy", shape: [rows, layers, experts, 2], keeping: kept)
    regions = try NumpyRows(path: folder + "/regions.npy", shape: [rows, 2], keeping: kept)
    hidden = try hiddenSize.map {
      try NumpyRows(path: folder + "/hidden.npy", shape: [rows, layers + 1, $0], keeping: kept)
    }
  }

  func append(_ row: ExtractedRow) throws {
    try routing?.append(row.routing)
    try regions.append([Float(row.tokenCount), Float(row.undefinedCount)])
    try hidden?.append(row.hidden)
  }

  func finish() throws {
    try routing?.finish()
    try regions.finish()
    try hidden?.finish()
  }
}
