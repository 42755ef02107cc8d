public import ArgumentParser
public import Classifier
import Foundation

extension InterceptRule: ExpressibleByArgument {}
extension ClassWeight: ExpressibleByArgument {}
extension FeatureScale: ExpressibleByArgument {}
extension StoreValueType: ExpressibleByArgument {}
extension InstructionSet: ExpressibleByArgument {}
extension RowRule: ExpressibleByArgument {}
extension SelectionRule: ExpressibleByArgument {}
extension MatchedSets.Match: ExpressibleByArgument {}
extension LibSVMReader.IndexBase: ExpressibleByArgument {}

/// Where the matrix comes from: exactly one of a store, a LIBSVM file and an NPY file.
struct MatrixOptions: ParsableArguments {
  @Option(help: "A tile store.") var store: String?
  @Option(help: "A LIBSVM text file.") var libsvm: String?
  @Option(help: "A two-dimensional NPY array; needs --labels.") var npy: String?
  @Option(help: "Labels for --npy: one number a line.") var labels: String?
  @Option(
    help: "Value type for --libsvm and --npy: f64 is exact, f16 and f32 round to nearest even.")
  var dtype: StoreValueType = .f64
  @Option(help: "What LIBSVM indices count from: auto, 0 or 1.")
  var indexBase: LibSVMReader.IndexBase = .automatic
  @Option(help: "Number of columns of a LIBSVM file (default: the largest index).")
  var features: Int?

  func validate() throws {
    guard [store, libsvm, npy].compactMap({ $0 }).count == 1 else {
      throw ValidationError("give exactly one of --store, --libsvm and --npy")
    }
    guard (npy == nil) == (labels == nil) else {
      throw ValidationError("--npy and --labels belong together")
    }
    if let features, features < 1 { throw ValidationError("--features must be positive") }
  }

  func open() throws -> TileStore {
    if let store { return try TileStore(path: store) }
    if let npy { return try openArray(npy) }
    var reader = LibSVMReader()
    reader.indexBase = indexBase
    reader.columnCount = features
    let path = libsvm ?? ""
    return try TileStore.build(
      from: try reader.read(path: path), dtype: dtype, source: "a LIBSVM file")
  }
}

extension MatrixOptions {
  private func openArray(_ path: String) throws -> TileStore {
    let array = try NPYReader(path: path)
    let labelPath = labels ?? ""
    guard let data = FileManager.default.contents(atPath: labelPath) else {
      throw ClassifierError.fileSystem(
        path: labelPath, operation: "read", reason: "no such file")
    }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard lines.count == array.rowCount else {
      throw ClassifierError.malformed(
        file: labelPath, line: lines.count, column: 0,
        message: "\(lines.count) labels for \(array.rowCount) rows")
    }
    let rows = try lines.enumerated().map { index, line in
      guard let label = Double(line.filter { $0 != " " }), label.isFinite else {
        throw ClassifierError.malformed(
          file: labelPath, line: index + 1, column: 1, message: "not a finite number")
      }
      return StoreRow(item: String(index + 1), label: label)
    }
    return try array.store(rows: rows, dtype: dtype, path: nil)
  }
}

/// Messages for people go to standard error, documents to standard output.
func report(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}
