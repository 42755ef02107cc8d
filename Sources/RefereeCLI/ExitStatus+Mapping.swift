import ArgumentParser
import Audit
import CanonicalJSON
import Charts
import Classifier
import Compute
import Endpoints
import Foundation
import Importing
import Kernels
import Model
import Pipeline
import Probing
import RawStore
import Report
import Statistics
import Study
import Tokenizer

extension ExitStatus {
  /// The code of an error. The only place that knows it.
  init(_ error: any Error) {
    switch error {
    case let error as FileAccessError:
      switch error {
      case .missing: self = .noInput
      case .unreadable, .unwritable, .unremovable: self = .inputOutput
      }
    case is StudyFormatErrors, is InvalidStudy, is StatisticsError, is ComputeError, is JSONError:
      self = .invalidData
    case let error as ModelError:
      switch error {
      case .cannotRead, .notACheckpoint: self = .noInput
      case .cannotWrite: self = .inputOutput
      case .badRequest: self = .usage
      default: self = .invalidData
      }
    case is PromptFileError: self = .invalidData
    case let error as TokenizerError:
      switch error {
      case .corruptFile, .unsupported: self = .invalidData
      case .unencodable, .unknownToken, .chat: self = .usage
      }
    case let error as ProbingError:
      if case .cannotWrite = error { self = .inputOutput } else { self = .invalidData }
    case let error as PipelineError:
      switch error {
      case .missingInput: self = .noInput
      case .badLine, .badFile, .damagedStage, .notPossible: self = .invalidData
      case .cannotWrite: self = .inputOutput
      case .interrupted: self = .interrupted
      case .busy: self = .tryAgain
      case .badShard: self = .usage
      }
    case let error as EndpointError:
      switch error.kind {
      case .interrupted: self = .interrupted
      case .badAddress, .missingKey: self = .usage
      default: self = error.isTransient ? .tryAgain : .invalidData
      }
    case let error as ClassifierError:
      switch error {
      case .fileSystem: self = .inputOutput
      case .invalidArgument, .instructionSet: self = .usage
      default: self = .invalidData
      }
    case is KernelError: self = .usage
    case let error as StoreError:
      switch error {
      case .missing, .noStudy: self = .noInput
      case .busy: self = .tryAgain
      case .inputOutput: self = .inputOutput
      case .unknownStudy, .severalStudies: self = .usage
      case .notAStore, .newerSchema, .damaged, .invalidRow, .tooSparse, .tooMany:
        self = .invalidData
      }
    case let error as UnitFileError:
      switch error {
      case .missing: self = .noInput
      case .busy: self = .tryAgain
      case .inputOutput: self = .inputOutput
      case .incomplete: self = .incomplete
      case .notAUnitFile, .damaged, .otherRun, .wrongShard, .conflict: self = .invalidData
      }
    case let error as ImportError:
      switch error {
      case .missing: self = .noInput
      case .unreadable: self = .inputOutput
      case .changed: self = .tryAgain
      case .tooLarge, .tooManyFiles, .malformed: self = .invalidData
      }
    case is ImportRefused, is UnverifiableReport: self = .invalidData
    case is GateFailure: self = .gateFailed
    default: self = .internalError
    }
  }
}

/// The gate of `--fail-on` failed: the output is complete, the exit code says so.
struct GateFailure: Error, CustomStringConvertible {
  let reasons: [String]

  var description: String { "the gate failed: " + reasons.joined(separator: "; ") }
}

/// Prints an error and ends the process with its code.
func exitProcess(for error: any Error) -> Never {
  // Help, version and usage are ArgumentParser's own; anything it does not know is ours.
  if error is CleanExit || error is ValidationError || error is ExitCode
    || Referee.exitCode(for: error) == .validationFailure
    || Referee.exitCode(for: error) == .success
  {
    Referee.exit(withError: error)
  }
  FileHandle.standardError.write(Data("referee: \(error)\n".utf8))
  exit(ExitStatus(error).rawValue)
}
