extension PublishedStudy {
  /// Reads a study folder (`study.yaml`, tables, `claims.yaml`).
  ///
  /// The content is untrusted text: it is kept as it is, within the format's limits, and must be
  /// escaped where it is shown.
  /// - Throws: ``StudyFormatErrors`` with every mistake of the folder, not only the first.
  public static func load(folder: String) throws(StudyFormatErrors) -> PublishedStudy {
    let check = check(folder: folder)
    guard let study = check.study else { throw StudyFormatErrors(problems: check.problems) }
    return study
  }

  /// Reads a study folder and returns what is wrong with it, warnings too.
  public static func check(folder: String) -> StudyCheck {
    var reader = PublishedStudyReader(folder: folder)
    return reader.read()
  }
}
