public import ArgumentParser
public import Pipeline

// Stages as command-line values, spelled as their raw values.

extension Stage: ExpressibleByArgument {}
