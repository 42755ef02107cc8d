/// What is wrong with a checkpoint or a request, where, and what to do about it.
public enum ModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The operating system refused a file.
  case cannotRead(path: String, reason: String)
  /// A file breaks its own format. `offset` counts bytes from its start.
  case corruptFile(path: String, offset: Int, problem: String)
  /// Nothing at the path looks like a checkpoint.
  case notACheckpoint(path: String)
  /// The configuration lacks a key or holds an impossible value.
  case badConfiguration(key: String, problem: String)
  case unsupportedArchitecture(name: String, supported: [String])
  case unsupportedFormat(tensor: String, format: String)
  case missingTensor(name: String)
  case wrongShape(tensor: String, expected: [Int], found: [Int])
  case badTensor(name: String, problem: String)
  case badRequest(problem: String)
  case cannotWrite(path: String, reason: String)

  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      "cannot read \(path): \(reason)"
    case .corruptFile(let path, let offset, let problem):
      "\(path), byte \(offset): \(problem); the file is damaged or incomplete, fetch it again"
    case .notACheckpoint(let path):
      "\(path) is no checkpoint; give a .gguf file or a folder with config.json and safetensors"
    case .badConfiguration(let key, let problem):
      "configuration key \(key): \(problem); correct it or fetch the checkpoint again"
    case .unsupportedArchitecture(let name, let supported):
      "the architecture \"\(name)\" is not supported; supported are "
        + supported.joined(separator: ", ")
    case .unsupportedFormat(let tensor, let format):
      "\(tensor) is stored as \(format), which is not supported; convert the checkpoint"
    case .missingTensor(let name):
      "the checkpoint has no tensor \(name); fetch the missing file or check the configuration"
    case .wrongShape(let tensor, let expected, let found):
      "\(tensor) has the shape \(found), the configuration asks for \(expected)"
    case .badTensor(let name, let problem):
      "\(name): \(problem); the file is damaged or of another convention"
    case .badRequest(let problem):
      problem
    case .cannotWrite(let path, let reason):
      "cannot write \(path): \(reason)"
    }
  }
}
