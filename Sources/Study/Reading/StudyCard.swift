/// What `study.yaml` holds.
struct StudyCard {
  let id: String
  let title: String
  let citation: String
  let language: String
  let versions: [StudyVersion]
  let model: ModelArchitecture?
  let design: StudyDesign
  let sampling: SamplingCard?
  let classifier: ClassifierCard?
  let auditor: AuditorChoices
  let limits: String
}
