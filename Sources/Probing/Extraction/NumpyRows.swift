internal import Foundation

/// An f32 `.npy` file that grows row by row and can be cut back to a number of rows.
///
/// The header states the final shape from the start; the file is whole after the last row.
final class NumpyRows {
  private let path: String
  private let handle: FileHandle
  private let rowValues: Int

  /// - Parameters:
  ///   - shape: of the finished file, rows first.
  ///   - kept: rows to keep; later ones, and torn ones, are cut off.
  init(path: String, shape: [Int], keeping kept: Int) throws {
    self.path = path
    rowValues = shape.dropFirst().reduce(1, *)
    let header = NumpyFile.header(shape: shape)
    let length = header.count + kept * rowValues * MemoryLayout<Float>.stride
    do {
      let manager = FileManager.default
      if kept == 0 || !manager.fileExists(atPath: path) {
        guard kept == 0 else {
          throw ProbingError.otherExtraction(path: path, what: "the file is missing")
        }
        guard manager.createFile(atPath: path, contents: Data(header)) else {
          throw ProbingError.cannotWrite(path: path, reason: "the file cannot be made")
        }
      }
      handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      guard try handle.read(upToCount: header.count) == Data(header) else {
        throw ProbingError.otherExtraction(path: path, what: "the file has another shape")
      }
      guard try handle.seekToEnd() >= UInt64(length) else {
        throw ProbingError.otherExtraction(path: path, what: "the file lacks rows")
      }
      try handle.truncate(atOffset: UInt64(length))
    } catch let error as ProbingError {
      throw error
    } catch {
      throw ProbingError.cannotWrite(path: path, reason: error.localizedDescription)
    }
  }

  func append(_ values: [Float]) throws {
    guard values.count == rowValues else {
      throw ProbingError.otherExtraction(path: path, what: "a row does not fill its shape")
    }
    do {
      try handle.write(contentsOf: values.withUnsafeBytes { Data($0) })
      try handle.synchronize()
    } catch {
      throw ProbingError.cannotWrite(path: path, reason: error.localizedDescription)
    }
  }

  func finish() throws {
    do { try handle.close() } catch {
      throw ProbingError.cannotWrite(path: path, reason: error.localizedDescription)
    }
  }
}
