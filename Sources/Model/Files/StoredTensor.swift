package import Kernels

/// A tensor of a checkpoint: its type, its shape and where its bytes are, already checked against
/// the file.
package struct StoredTensor: Sendable {
  /// What the bytes mean. `other` keeps what only some readers understand.
  package enum ElementType: Equatable, Sendable {
    case weights(WeightFormat)
    case int32
    case uint32
    case other(String)

    package var name: String {
      switch self {
      case .weights(let format): format.name
      case .int32: "I32"
      case .uint32: "U32"
      case .other(let name): name
      }
    }
  }

  package let name: String
  package let type: ElementType
  /// Slowest dimension first, as Hugging Face writes it; GGUF shapes are reversed on reading.
  package let shape: [Int]
  package let file: MappedFile
  package let range: Range<Int>

  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: file.bytes[range]) }

  package var elementCount: Int { shape.reduce(1, *) }

  /// What keeps the memory of several tensors alive: their file, or all of them.
  static func owner(of tensors: [StoredTensor]) -> any AnyObject & Sendable {
    let first = tensors[0].file
    return tensors.allSatisfy { $0.file === first } ? first : FileSet(files: tensors.map(\.file))
  }

  private final class FileSet: Sendable {
    let files: [MappedFile]
    init(files: [MappedFile]) { self.files = files }
  }

  /// The product of the dimensions, or `nil` for a negative dimension or an overflow.
  static func elementCount(of shape: [Int]) -> Int? {
    var count = 1
    for dimension in shape {
      guard dimension >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }

  /// A plain or block format viewed as a stack of `[rows, columns]` matrices; one for 2-D shapes.
  ///
  /// - Throws: ``ModelError/unsupportedFormat(tensor:format:)``, ``ModelError/badTensor(name:problem:)``.
  package func matrices(
    count: Int, rows: Int, columns: Int
  ) throws -> [WeightMatrix] {
    guard case .weights(let format) = type, let block = format.block else {
      throw ModelError.unsupportedFormat(tensor: name, format: type.name)
    }
    guard elementCount == count * rows * columns else {
      throw ModelError.wrongShape(tensor: name, expected: [count, rows, columns], found: shape)
    }
    guard columns % block.weights == 0 else {
      throw ModelError.badTensor(
        name: name,
        problem:
          "\(columns) columns are no multiple of the \(block.weights) of a \(format.name) block")
    }
    let matrixBytes = rows * (columns / block.weights) * block.bytes
    guard let base = bytes.baseAddress, bytes.count >= count * matrixBytes else {
      throw ModelError.badTensor(name: name, problem: "it holds fewer bytes than its shape needs")
    }
    return (0..<count).map {
      WeightMatrix(
        format: format, block: block, data: base + $0 * matrixBytes, rows: rows, columns: columns,
        owner: file)
    }
  }
}
