namespace SpikingDetector.Service.Batching;

/// <summary>What a run said about one input.</summary>
/// <typeparam name="T">What was read from its outputs.</typeparam>
/// <param name="Value">What the network says.</param>
/// <param name="Waited">From the queue's end to the start of the run.</param>
/// <param name="Inference">The run, of the whole batch.</param>
internal readonly record struct RunResult<T>(T Value, TimeSpan Waited, TimeSpan Inference);
