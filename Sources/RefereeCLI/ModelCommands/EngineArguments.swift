public import ArgumentParser
public import Kernels
public import Model
public import Probing
public import Tokenizer

// Engine choices as command-line values, spelled as their raw values.

extension ActivationMode: ExpressibleByArgument {}

extension InstructionSet: ExpressibleByArgument {}

extension QuantisedLayout: ExpressibleByArgument {}

extension Intervention.Implementation: ExpressibleByArgument {}

extension ContributionVariant.Denominator: ExpressibleByArgument {}

extension ExtractionSample.OtherTokens: ExpressibleByArgument {}

extension ChatTemplate.Thinking: ExpressibleByArgument {}
