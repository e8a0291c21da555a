namespace SpikingDetector.Training.Recipes;

internal enum OptimizerKind
{
    Sgd,
    AdamW,
}
