import Glibc

/// Elementary functions as members, so that only this file names the C library.
extension Double {
  var logarithm: Double { log(self) }
  var logarithmOfOnePlus: Double { log1p(self) }
  var exponential: Double { exp(self) }
  var cosine: Double { cos(self) }
  var complementaryError: Double { erfc(self) }
}
