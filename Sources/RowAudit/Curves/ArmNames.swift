import RawStore

/// Short, unique names of the arms of a table: `faitheval/a/h-neurons`, with endpoint and judge
/// only where they are needed to tell two arms apart.
struct ArmNames {
  private let names: [Arm: String]

  init(_ arms: [Arm]) {
    var groups: [String: [Arm]] = [:]
    for arm in arms { groups[Self.base(arm), default: []].append(arm) }
    var names: [Arm: String] = [:]
    for (base, members) in groups {
      let hasEndpoints = Set(members.map(\.endpoint)).count > 1
      let hasJudges = Set(members.map(\.judge)).count > 1
      let hasKinds = Set(members.map(\.isControl)).count > 1
      for arm in members {
        var name = base
        if hasEndpoints { name += "/" + arm.endpoint }
        if hasJudges { name += "/" + (arm.judge.isEmpty ? "unnamed judge" : arm.judge) }
        if hasKinds { name += arm.isControl ? "/control" : "/target" }
        names[arm] = name
      }
    }
    self.names = names
  }

  subscript(arm: Arm) -> String { names[arm] ?? Self.base(arm) }

  private static func base(_ arm: Arm) -> String {
    [arm.benchmark, arm.configuration, arm.neuronSet].joined(separator: "/")
  }
}
