internal import CanonicalJSON
internal import Foundation
public import Provenance

/// A file of items, read whole, with its digest.
public struct QuestionFile: Sendable {
  public let path: String
  public let sha256: SHA256Hex
  /// In the order of the file; ids are unique.
  public let questions: [Question]

  static let maximumBytes = 1 << 30

  /// Reads a file in one of the known formats.
  ///
  /// - Parameters:
  ///   - path: where the file is.
  ///   - format: how it is written.
  /// - Throws: ``PipelineError`` with the line of the first mistake.
  public init(path: String, format: QuestionFormat = .referee) throws(PipelineError) {
    let bytes = try Self.read(path)
    self.path = path
    sha256 = SHA256Hex(of: bytes)
    questions = try format.read(bytes, path: path)
    var seen: Set<String> = []
    for (index, question) in questions.enumerated() where !seen.insert(question.id).inserted {
      throw .badFile(
        path: path, problem: "item \(index + 1) repeats the id \(question.id.prefix(80))")
    }
    guard !questions.isEmpty else { throw .badFile(path: path, problem: "it holds no item") }
  }

  private static func read(_ path: String) throws(PipelineError) -> [UInt8] {
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      let data = try handle.read(upToCount: maximumBytes + 1) ?? Data()
      guard data.count <= maximumBytes else {
        throw PipelineError.badFile(path: path, problem: "it is larger than 1 GiB")
      }
      return Array(data)
    } catch let error as PipelineError {
      throw error
    } catch {
      throw .missingInput(path: path, reason: error.localizedDescription)
    }
  }

  /// The first items, in the order of the file.
  public func prefix(_ count: Int?) -> [Question] {
    count.map { Array(questions.prefix($0)) } ?? questions
  }
}
