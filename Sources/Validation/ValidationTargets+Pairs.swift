/// Targets for two conditions on the same items, and for order tests calibrated by permutation.
extension ValidationTargets {
  /// The order of the numbers of a row of ``pairs``.
  static let pairMethods = [
    "Tango", "Newcombe method 10, paired", "Bonett-Price", "Wald, paired",
    "Newcombe, pairing ignored", "percentile bootstrap", "BCa bootstrap",
  ]

  /// Samples behind the first five numbers, and behind the two bootstraps.
  static let pairRuns = 4_000
  static let pairBootstrapRuns = 600

  /// both, first only, second only|pairs|coverage of the difference, in thousandths.
  ///
  /// The source lists ten scenarios without their cell probabilities. They were recovered by exact
  /// enumeration: the discordant cells from Tango, Wald and Bonett–Price at three sample sizes, the
  /// concordant cell from the two Newcombe intervals. So these rows test the agreement of many
  /// numbers with few fitted ones; the intervals themselves are tested against fixtures.
  static let pairs = """
    0.4 0.05 0.05|40|960 986 986 954 1000 967 895
    0.4 0.1 0.1|40|953 959 959 919 996 952 925
    0.55 0.12 0.14|40|957 958 958 935 990 965 958
    0.5 0.18 0.06|40|952 958 958 944 994 950 947
    0.1 0 0.15|40|954 971 947 940 998 940 975
    0.05 0.02 0.02|40|992 999 999 992 1000 990 945
    0.05 0.1 0.02|40|967 980 977 909 993 883 910
    0.4 0.07 0.33|40|945 952 958 942 976 958 958
    0 0.01 0.01|40|999 1000 1000 999 1000 998 988
    0.15 0.24 0.28|40|952 952 952 942 948 955 960
    0.4 0.05 0.05|100|956 958 970 952 1000 953 932
    0.4 0.1 0.1|100|948 954 958 948 999 963 962
    0.55 0.12 0.14|100|950 952 960 949 989 958 955
    0.5 0.18 0.06|100|949 950 955 945 996 943 943
    0.1 0 0.15|100|937 963 942 937 998 973 970
    0.05 0.02 0.02|100|959 984 995 959 1000 963 910
    0.05 0.1 0.02|100|940 958 948 931 989 948 940
    0.4 0.07 0.33|100|950 949 952 945 975 965 965
    0 0.01 0.01|100|984 997 1000 984 997 985 937
    0.15 0.24 0.28|100|950 946 950 944 943 942 947
    0.4 0.05 0.05|300|954 958 961 954 1000 955 950
    0.4 0.1 0.1|300|950 950 952 948 999 952 947
    0.55 0.12 0.14|300|951 951 952 950 989 952 948
    0.5 0.18 0.06|300|954 954 955 953 996 962 955
    0.1 0 0.15|300|955 950 939 935 996 950 948
    0.05 0.02 0.02|300|963 970 975 963 999 957 948
    0.05 0.1 0.02|300|951 956 953 948 987 958 953
    0.4 0.07 0.33|300|945 945 947 944 976 940 938
    0 0.01 0.01|300|956 974 988 956 974 955 920
    0.15 0.24 0.28|300|951 951 951 951 945 958 957
    """

  /// Samples and permutations behind ``permutedOrder``.
  static let permutedOrderRuns = 400
  static let permutedOrderPermutations = 399

  static let permutedOrderMethods = [
    "T01 increasing, permuted", "T12 increasing, permuted", "T01 decreasing, permuted",
    "T12 decreasing, permuted",
  ]

  /// scenario|questions|rejections at .05.
  static let permutedOrder = """
    H0 exch.6 p=0.1|40|52 48 55 42
    H0 AR.8 p=0.1|40|55 30 45 32
    H0 exch.6 p=0.375|40|55 38 32 60
    H0 AR.8 p=0.375|40|45 50 60 35
    H0 anchor.8 p=0.375|40|62 45 52 48
    H0 exch.6 p=0.1|100|65 60 58 72
    H0 AR.8 p=0.1|100|70 40 65 48
    H0 exch.6 p=0.375|100|48 45 58 45
    H0 AR.8 p=0.375|100|65 40 70 42
    H0 anchor.8 p=0.375|100|75 35 52 50
    """
}
