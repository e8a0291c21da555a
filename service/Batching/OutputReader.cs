using SpikingDetector.Inference;

namespace SpikingDetector.Service.Batching;

/// <summary>Reads what a run says about one input; on the worker's thread, so it must not wait for anything.</summary>
/// <param name="outputs">The outputs of the run, gone when this returns.</param>
/// <param name="row">The input's position in the run.</param>
internal delegate T OutputReader<out T>(ModelOutputs outputs, int row);
