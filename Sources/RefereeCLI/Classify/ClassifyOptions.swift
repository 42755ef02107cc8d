public import ArgumentParser
public import Classifier
import Foundation

extension InterceptRule: ExpressibleByArgument {}
extension ClassWeight: ExpressibleByArgument {}
extension FeatureScale: ExpressibleByArgument {}
extension StoreValueType: ExpressibleByArgument {}
extension InstructionSet: ExpressibleByArgument {}
extension LibSVMReader.IndexBase: ExpressibleByArgument {}

/// Where the matrix comes from: exactly one of a store, a LIBSVM file and an NPY file.
struct MatrixOptions: ParsableArguments {
  @Option(help: "A tile store.") var store: String?
  @Option(help: "A LIBSVM text file.") var libsvm: String?
  @Option(help: "Value type for --libsvm: f64 is exact, f16 and f32 round to nearest even.")
  var dtype: StoreValueType = .f64
  @Option(help: "What LIBSVM indices count from: auto, 0 or 1.")
  var indexBase: LibSVMReader.IndexBase = .automatic
  @Option(help: "Number of columns of a LIBSVM file (default: the largest index).")
  var features: Int?

  func validate() throws {
    guard [store, libsvm].compactMap({ $0 }).count == 1 else {
      throw ValidationError("give exactly one of --store and --libsvm")
    }
    if let features, features < 1 { throw ValidationError("--features must be positive") }
  }

  func open() throws -> TileStore {
    if let store { return try TileStore(path: store) }
    var reader = LibSVMReader()
    reader.indexBase = indexBase
    reader.columnCount = features
    let path = libsvm ?? ""
    return try TileStore.build(
      from: try reader.read(path: path), dtype: dtype, source: "a LIBSVM file")
  }
}

/// Messages for people go to standard error, documents to standard output.
func report(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}
