namespace SpikingDetector.Export.Benchmarks;

/// <summary>The time that all nodes of an operator take.</summary>
/// <param name="Type">The operator that ONNX Runtime ran, after its optimisations: such as <c>Conv</c> or <c>ReorderInput</c>.</param>
/// <param name="Calls">Nodes executed in a run.</param>
/// <param name="Milliseconds">In a run.</param>
/// <param name="Share">Of the run's time, 0…1.</param>
internal sealed record OperatorTime(string Type, double Calls, double Milliseconds, double Share);
