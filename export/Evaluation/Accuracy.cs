namespace SpikingDetector.Export.Evaluation;

/// <summary>How often a classifier is right.</summary>
/// <param name="Top1">Share of pictures or recordings whose class has the highest probability, 0…1.</param>
/// <param name="Top5">Share of pictures or recordings whose class is among the five most probable, 0…1.</param>
/// <param name="Count">How many were classified.</param>
internal sealed record Accuracy(double Top1, double Top5, int Count);
