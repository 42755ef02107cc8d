/// What can go wrong while a study runs.
public enum PipelineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file that the plan names is not there or cannot be read.
  case missingInput(path: String, reason: String)
  /// A line of a question or benchmark file is not usable.
  case badLine(path: String, line: Int, problem: String)
  case badFile(path: String, problem: String)
  /// A stage's folder belongs to something else or is damaged.
  case damagedStage(folder: String, problem: String)
  case cannotWrite(path: String, reason: String)
  /// The plan asks for something that its data or model do not have.
  case notPossible(stage: String, problem: String, remedy: String)
  /// Interrupted by the user; everything finished is kept.
  case interrupted(stage: String, done: Int, total: Int)
  /// Another run works in the same folder.
  case busy(folder: String)
  case badShard(String)

  public var description: String {
    switch self {
    case .missingInput(let path, let reason):
      "\(path) cannot be read: \(reason); correct the path in the plan"
    case .badLine(let path, let line, let problem): "\(path):\(line): \(problem)"
    case .badFile(let path, let problem): "\(path): \(problem)"
    case .damagedStage(let folder, let problem):
      "\(folder): \(problem); remove the folder and run again"
    case .cannotWrite(let path, let reason): "\(path) cannot be written: \(reason)"
    case .notPossible(let stage, let problem, let remedy): "\(stage): \(problem); \(remedy)"
    case .interrupted(let stage, let done, let total):
      "interrupted in \(stage) after \(done) of \(total); run the same command again to go on"
    case .busy(let folder):
      "another run works in \(folder); wait for it or choose another --out"
    case .badShard(let text): "\(text) is no shard; write i/n with 1 ≤ i ≤ n, for example 2/3"
    }
  }
}
