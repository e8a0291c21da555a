namespace SpikingDetector.Training.Tests.Runs;

/// <summary>Recipes of networks that train in seconds on <see cref="Data.TinyData"/>.</summary>
internal static class TinyRecipes
{
    public const string Classifier = """
        {
          "model": {
            "name": "tiny", "task": "classification",
            "backbone": {
              "depth": 10, "base_channels": 8, "stem": "cifar", "block": "sg", "gate": "bsg",
              "neuron": { "type": "if" }, "time_steps": 2
            },
            "decoder": { "type": "rate" },
            "input": { "height": 32, "width": 32, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] }
          },
          "epochs": 2, "batch_size": 2, "seed": 3,
          "optimizer": { "type": "sgd", "learning_rate": 0.01, "weight_decay": 0.001 },
          "schedule": { "type": "cosine", "warmup_iterations": 3 },
          "augmentation": { "horizontal_flip": 0.5, "colour_jitter": { "brightness": 0.2 } }
        }
        """;

    public const string Detector = """
        {
          "model": {
            "name": "tiny", "task": "detection",
            "backbone": {
              "depth": 10, "base_channels": 8, "stem": "imagenet", "block": "sg", "gate": "bsg",
              "neuron": { "type": "if" }, "time_steps": 2
            },
            "decoder": { "type": "rate" },
            "detector": { "fpn_channels": 16, "head_convs": 1, "anchor_sizes": [16, 32, 64, 128, 256] },
            "input": { "height": 64, "width": 64, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] }
          },
          "epochs": 2, "batch_size": 4, "seed": 3,
          "optimizer": { "type": "adamw", "learning_rate": 0.001 },
          "schedule": { "type": "constant" }
        }
        """;
}
