import ArgumentParser

/// `referee model …`: the built-in engine, one subcommand a question.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Run a checkpoint: logits, text, contributions of every neuron, interventions.",
    discussion: """
      MODEL is a .gguf file (or one part of a split one) or a folder with config.json and \
      safetensors (plain, GPTQ int4, MLX 4/8 bit). Architectures: Qwen3.5-MoE, Llama, Mistral, \
      SmolLM2, Qwen2, Qwen3. Results have the same bits for any batch, thread count and \
      instruction set.
      """,
    subcommands: [
      ModelInfoCommand.self, ModelTokenizeCommand.self, ModelLogitsCommand.self,
      ModelGenerateCommand.self,
      ModelContributionsCommand.self, ModelExtractCommand.self, ModelCompareCommand.self,
      ModelQuantiseCommand.self,
    ])
}
