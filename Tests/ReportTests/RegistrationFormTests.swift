import Audit
import Foundation
import Report
import Statistics
import Study
import Testing

@Suite struct RegistrationFormTests {
  private static func plan(_ text: String) throws -> StudyPlan {
    let path = NSTemporaryDirectory() + "referee-form-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/study.yaml"))
    let check = StudyPlan.check(folder: path)
    #expect(check.problems == [])
    return try #require(check.plan, "\(check.problems)")
  }

  @Test(arguments: RegistrationForm.initForms)
  func `a new plan is valid, strong enough and fills its form`(_ form: RegistrationForm) throws {
    let plan = try Self.plan(RegistrationForm.newPlan(for: form))
    let power = HypothesisPower.of(plan)
    #expect(power.count == 2)
    #expect(power.allSatisfy { !$0.isWeak && $0.power.value != nil }, "\(power)")
    let text = try form.markdown(plan, lock: nil, tool: "referee test")
    #expect(text.hasPrefix("# Do H-neurons steer compliance in my model?"))
    #expect(text.contains("Not locked."))
    #expect(text.contains("Compliance rises with the dose."))
  }

  @Test(arguments: RegistrationForm.allCases)
  func `a locked plan shows hash, hypotheses, effects and interpretation`(
    _ form: RegistrationForm
  ) throws {
    let plan = try Self.plan(RegistrationForm.newPlan(for: .osf))
    let lock = try StudyLock(plan, at: UTCTime(seconds: 1_790_000_000), tool: "referee test")
    let text = try form.markdown(plan, lock: lock, tool: "referee test")
    #expect(text.contains(lock.sha256) && text.contains(lock.lockedAt.description))
    for hypothesis in plan.hypotheses {
      #expect(text.contains(hypothesis.statement) || form == .replicationRecipe)
      #expect(text.contains(hypothesis.id))
    }
    #expect(text.contains("10 percentage points"))
    // No tag is left, and none was empty: a missing key renders as nothing.
    #expect(!text.contains("{{") && !text.contains("}}"))
    #expect(!text.contains("****") && !text.contains("|  |"))
  }

  @Test func `a lock that the plan has left is said to be left`() throws {
    let text = try RegistrationForm.newPlan(for: .osf)
    let plan = try Self.plan(text)
    let changed = try Self.plan(
      text.replacingOccurrences(of: "alphas: [0, 0.5, 1,", with: "alphas: [0, 1,"))
    let lock = try StudyLock(plan, at: UTCTime(seconds: 1_790_000_000), tool: "referee test")
    let form = try RegistrationForm.osf.markdown(changed, lock: lock, tool: "referee test")
    #expect(form.contains("the plan has changed since"))
  }

  @Test func `authors' text cannot break a table or become HTML`() throws {
    let plan = try Self.plan(
      RegistrationForm.newPlan(for: .osf).replacingOccurrences(
        of: "statement: Compliance rises with the dose.",
        with: "statement: \"a | b <script>alert(1)</script>\\n# heading\""))
    for form in RegistrationForm.allCases {
      let text = try form.markdown(plan, lock: nil, tool: "referee test")
      #expect(!text.contains("<script>"))
      #expect(!text.contains("\n# heading"))
      #expect(!text.contains("a | b"))
    }
  }
}
