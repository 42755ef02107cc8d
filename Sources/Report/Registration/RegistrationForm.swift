import Mustache
public import Study

/// A plan as a registry's form, in Markdown.
public enum RegistrationForm: String, Hashable, Sendable, CaseIterable {
  case osf
  case aspredicted
  case pciRegisteredReport = "pci-rr"
  /// Brandt et al. (2014), doi:10.1016/j.jesp.2013.10.005.
  case replicationRecipe = "replication-recipe"

  /// The forms that ``newPlan(for:)`` knows.
  public static let initForms: [RegistrationForm] = [.osf, .aspredicted, .pciRegisteredReport]

  /// The filled form. What the plan does not say reads "not stated", so that it is seen.
  ///
  /// - Parameters:
  ///   - lock: shown with its hash and time, or the form says that nothing is locked.
  ///   - tool: name and version.
  /// - Throws: ``ReportError/missingTemplate(_:)`` or a template error.
  public func markdown(_ plan: StudyPlan, lock: StudyLock?, tool: String) throws -> String {
    let template = try MustacheTemplate(
      string: try HTMLRenderer.template("registration/\(rawValue).mustache"))
    return template.render(RegistrationContext(plan: plan, lock: lock, tool: tool).values)
  }

  /// A small, valid `study.yaml` to start from, with comments that follow the form.
  public static func newPlan(for form: RegistrationForm) throws -> String {
    let template = try MustacheTemplate(
      string: try HTMLRenderer.template("registration/study.yaml.mustache"))
    return template.render(
      [
        "osf": form == .osf, "aspredicted": form == .aspredicted,
        "pcirr": form == .pciRegisteredReport,
        "registry": form == .osf ? "OSF" : form == .aspredicted ? "AsPredicted" : "PCI RR",
      ] as [String: Any])
  }
}
