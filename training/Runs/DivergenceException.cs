namespace SpikingDetector.Training.Runs;

/// <summary>A training whose loss or gradient is no number any more; the message is a sentence for the person who trains.</summary>
internal sealed class DivergenceException(string message) : Exception(message);
