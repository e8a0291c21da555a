namespace SpikingDetector.Training.Parity;

/// <summary>What a graph gave for one input.</summary>
/// <param name="Outputs">Its float outputs by name.</param>
/// <param name="Labels">A detector's labels, else empty.</param>
/// <param name="Spikes">Of each neuron layer the spikes [T, C, h, w]; those of the stem behind its max-pool.</param>
internal sealed record OnnxActivity(
    IReadOnlyDictionary<string, float[]> Outputs, long[] Labels, IReadOnlyDictionary<string, float[]> Spikes);
