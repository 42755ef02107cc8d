import ArgumentParser
import Glibc

/// The root command. Each subcommand is one file; errors become text and an exit code in
/// `ExitStatus+Mapping.swift` and nowhere else.
@main
struct Referee: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "referee",
    abstract: "Checks hallucination-neuron studies: tables in, findings and reports out.",
    discussion: ExitStatus.table,
    version: ToolVersion.text,
    subcommands: [
      AuditCommand.self, RenderCommand.self, ImportCommand.self, StoreCommand.self,
      VerifyCommand.self, BundleCommand.self, StudyCommand.self, RunCommand.self,
      ComputeCommand.self, PowerCommand.self, ValidateCommand.self, ModelCommand.self,
      Classify.self,
      DoctorCommand.self,
    ])

  static func main() {
    endIdleThreads()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      exitProcess(for: error)
    }
  }
}

/// Ends the threads that OpenBLAS starts when it is loaded; a later parallel call would start them
/// again. Waiting for work they spin for tens of milliseconds, on the processors of the command.
/// A build of OpenBLAS without threads has no such function.
private func endIdleThreads() {
  guard let symbol = dlsym(nil, "blas_thread_shutdown_") else { return }
  typealias Shutdown = @convention(c) () -> Int32
  _ = unsafeBitCast(symbol, to: Shutdown.self)()
}

/// Name and version, in one place.
enum ToolVersion {
  static let number = "0.1.0"
  static let text = "referee \(number)"
}
