namespace SpikingDetector.Inference;

/// <summary>One class of a classifier's answer.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Index">Its position in the model's list of labels, from 0.</param>
/// <param name="Probability">0…1; those of all classes sum to 1.</param>
public readonly record struct Prediction(string Label, int Index, float Probability);
