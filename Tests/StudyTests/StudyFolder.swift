import Foundation
import Study
import StudyFixtures

/// A throw-away study folder. Removed when the last reference goes.
final class StudyFolder {
  let path: String

  /// A folder with the given files.
  init(_ files: [String: String]) throws {
    path = NSTemporaryDirectory() + "referee-study-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(name, Array(text.utf8)) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  /// What the reader says, one line a problem.
  var problems: [String] { PublishedStudy.check(folder: path).problems.map(\.description) }

  var study: PublishedStudy? { PublishedStudy.check(folder: path).study }

  /// Every file of the format, small and right. Mutation tests start from it.
  static let complete: [String: String] = [
    "study.yaml": """
    kind: published
    schema_version: 1
    study:
      id: small
      title: Small
      citation: Somebody, somewhere
      language: en
    versions:
      - {id: V1, label: First}
      - {id: V2, label: Second, supersedes: V1}
    model:
      name: Model
      layers: 40
      full_attention_layers: [3, 7]
      routed_experts: 256
      active_experts: 8
    design:
      alphas: [0, 1, 2]
      no_op_alpha: 1
      preregistered: false
      benchmarks:
        - {id: Quiz, endpoint: compliance}
      configurations:
        - {id: A, label: First code, implementation: loop, weight_format: int4}
        - {id: B, label: Second code, implementation: hook, weight_format: int4}
    auditor:
      level: 0.05
      reviewer_notes:
        - {id: note, note: Look it up., claims: [noise]}
    limits: None known.
    """,
    "cells.csv": """
    version,benchmark,configuration,alpha,printed,n
    V1,Quiz,A,0,12.0%,100
    V1,Quiz,A,1,27.0%,100
    V2,Quiz,B,2,~0%,
    """,
    "detection.csv": """
    dataset,role,n,accuracy,auroc
    Trivia,in-domain,500,65.4%,0.860
    """,
    "grid.csv": """
    c,accuracy,auroc,nonzero,positive
    0.1,74.3%,0.881,9,1
    """,
    "neurons.csv": """
    set,kind,layer,attention,count
    positive,routed,,,39
    positive,routed,12,,5
    """,
    "summaries.csv": """
    id,model,own,benchmark,statistic,printed
    own,Model,true,Quiz,range,7pp
    """,
    "tests.csv": """
    id,successes,trials,null_share,printed_p,unit,family
    linear,35,39,0.75,0.040,neuron,routed; shared
    """,
    "validations.csv": """
    id,instrument,quantity,successes,trials,printed,blinded
    spans,extractor,verbatim,97,100,97%,false
    """,
    "arithmetic.csv": """
    id,expression,printed,relation
    total,40*(256*512+512),"5,263,360",equals
    """,
    "liveness.csv": """
    from_alpha,to_alpha,max_logit_difference
    0,1,1.84
    """,
    "claims.yaml": """
    claims:
      - id: noise
        quote: these swings are noise
        place: Section 1
        version: V1
        predicate: within-noise
        subject: {benchmarks: [Quiz], configurations: [A]}
        references: [cells/V1/Quiz/A/*]
      - id: gain
        quote: beats it by 2 points
        place: Section 2
        predicate: beats-majority
        subject: {datasets: [Trivia]}
        references: [detection/Trivia]
        values: {difference: 2pp}
      - id: control
        quote: they cannot control it
        place: Section 3
        predicate: controls-endpoint
        terms: {endpoint: hallucination, direction: does-not-control}
    """,
  ]

  /// The complete study with one replacement in one file; the text replaced must be there.
  static func mutated(_ file: String, _ old: String, _ new: String) throws -> StudyFolder {
    var files = complete
    guard let text = files[file], let range = text.range(of: old) else {
      throw MissingText(file: file, text: old)
    }
    files[file] = text.replacingCharacters(in: range, with: new)
    return try StudyFolder(files)
  }

  struct MissingText: Error {
    let file: String
    let text: String
  }
}
