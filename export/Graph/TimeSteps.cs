namespace SpikingDetector.Export.Graph;

/// <summary>Names for the nodes of unrolled time steps.</summary>
internal static class TimeSteps
{
    /// <summary>Opens the part <c>t0</c>, <c>t1</c>, … of the current module until the result is disposed.</summary>
    public static IDisposable Step(this GraphBuilder graph, int step) => graph.Part($"t{step}");

    /// <summary>Adds the same nodes for every step, or once where all steps are one value.</summary>
    public static Value[] PerStep(this GraphBuilder graph, IReadOnlyList<Value> steps, Func<Value, Value> emit)
    {
        var results = new Value[steps.Count];
        for (int t = 0; t < results.Length; t++)
        {
            using IDisposable scope = graph.Step(t);
            results[t] = emit(steps[t]);
        }

        return results;
    }

    /// <summary>The mean over the steps.</summary>
    public static Value MeanOverSteps(this GraphBuilder graph, IReadOnlyList<Value> steps) =>
        steps.Count == 1 ? steps[0] : graph.Op("Div", [graph.SumOverSteps(steps), graph.Scalar((float)steps.Count)]);

    /// <summary>The sum over the steps.</summary>
    public static Value SumOverSteps(this GraphBuilder graph, IReadOnlyList<Value> steps) =>
        steps.Count == 1 ? steps[0] : graph.Op("Sum", [.. steps]);
}
