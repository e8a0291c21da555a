namespace SpikingDetector.Training.Studies;

/// <summary>What a finished training of a study gave.</summary>
/// <param name="Run">The training.</param>
/// <param name="Figure">After the last epoch, which nobody has chosen; null where the loss became no number.</param>
/// <param name="Curve">The figure by epoch, from 1.</param>
internal sealed record RunResult(StudyRun Run, double? Figure, IReadOnlyList<(int Epoch, double Value)> Curve);
