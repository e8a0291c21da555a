using Microsoft.ML.OnnxRuntime;

namespace SpikingDetector.Inference;

/// <summary>A session and the device that it came to run on.</summary>
/// <param name="Session">The session, owned by whoever asked for it.</param>
/// <param name="Device">CPU or CUDA.</param>
/// <param name="Warning">Why it is the CPU although CUDA was welcome; else null.</param>
internal sealed record OpenedSession(InferenceSession Session, ExecutionDevice Device, string? Warning);
