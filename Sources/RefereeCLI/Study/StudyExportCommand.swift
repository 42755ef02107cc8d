import ArgumentParser
import Report
import Study

/// `referee study export PATH --to osf`.
struct StudyExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a plan as a registry's form, in Markdown.")

  @Argument(help: "The plan's folder.", completion: .directory)
  var path: String

  @Option(
    help: "The form: osf, aspredicted, pci-rr or replication-recipe.",
    completion: .list(RegistrationForm.allCases.map(\.rawValue)),
    transform: { try RegistrationForm(argument: $0, among: RegistrationForm.allCases) })
  var to: RegistrationForm

  @Option(help: "The file to write; standard output without it.", completion: .file())
  var out: String?

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let plan = try StudyCommand.plan(in: path)
    let lock = try StudyLock.read(folder: path)
    let text = try to.markdown(plan, lock: lock, tool: ToolVersion.text)
    guard let out else {
      printOutput(text)
      return
    }
    try FileAccess.write(Array(text.utf8), to: out)
    printOutput("\(out)\n")
  }
}
