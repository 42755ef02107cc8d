import CGSL

/// The one place that prepares the GNU Scientific Library.
///
/// GSL's default handler aborts the process on a domain error, so it is switched off before the
/// first call; results that GSL could not compute then arrive as NaN and are dealt with here.
enum GSL {
  static let isQuiet: Bool = {
    gsl_set_error_handler_off()
    return true
  }()

  /// Upper tail of the chi-squared distribution.
  static func chiSquaredUpperTail(_ x: Double, _ degreesOfFreedom: Double) -> Double {
    isQuiet ? gsl_cdf_chisq_Q(x, degreesOfFreedom) : .nan
  }

  /// Lower tail of the chi-squared distribution.
  static func chiSquaredLowerTail(_ x: Double, _ degreesOfFreedom: Double) -> Double {
    isQuiet ? gsl_cdf_chisq_P(x, degreesOfFreedom) : .nan
  }

  static func normalLowerTail(_ z: Double) -> Double { isQuiet ? gsl_cdf_ugaussian_P(z) : .nan }

  static func normalUpperTail(_ z: Double) -> Double { isQuiet ? gsl_cdf_ugaussian_Q(z) : .nan }

  static func normalQuantile(_ p: Double) -> Double { isQuiet ? gsl_cdf_ugaussian_Pinv(p) : .nan }

  static func normalUpperQuantile(_ q: Double) -> Double {
    isQuiet ? gsl_cdf_ugaussian_Qinv(q) : .nan
  }
}
