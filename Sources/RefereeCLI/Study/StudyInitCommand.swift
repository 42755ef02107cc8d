import ArgumentParser
import Report
import Study

/// `referee study init FOLDER --template osf`.
struct StudyInitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a small, valid plan to start from.",
    discussion: "The comments follow the questions of the form; the format is the same for all.")

  @Argument(help: "The folder of the new study; made if missing.", completion: .directory)
  var path: String

  @Option(
    help: "The form that the comments follow: osf, aspredicted or pci-rr.",
    completion: .list(RegistrationForm.initForms.map(\.rawValue)),
    transform: { try RegistrationForm(argument: $0, among: RegistrationForm.initForms) })
  var template = RegistrationForm.osf

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let file = path + "/study.yaml"
    guard !FileAccess.exists(file) else {
      throw FileAccessError.unwritable(path: file, reason: "it exists already")
    }
    try FileAccess.write(Array(try RegistrationForm.newPlan(for: template).utf8), to: file)
    printOutput("\(file)\n")
  }
}

extension RegistrationForm {
  /// The form that an argument names.
  init(argument: String, among forms: [RegistrationForm]) throws {
    guard let form = RegistrationForm(rawValue: argument), forms.contains(form) else {
      throw ValidationError("the form must be \(forms.map(\.rawValue).joined(separator: ", "))")
    }
    self = form
  }
}
