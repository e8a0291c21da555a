using SpikingDetector.Proto;

namespace SpikingDetector.Export.Graph;

/// <summary>A pass that takes away what no output depends on, such as the membrane after the last step.</summary>
internal static class UnreadParts
{
    /// <summary>
    /// Removes nodes none of whose outputs is read, then the constants that nothing reads. Inputs stay: callers rely on them.
    /// </summary>
    /// <param name="graph">Its nodes come after those that they read, as ONNX asks.</param>
    public static void Remove(GraphProto graph)
    {
        var read = graph.Output.Select(output => output.Name).ToHashSet();
        for (int i = graph.Node.Count - 1; i >= 0; i--)
        {
            if (graph.Node[i].Output.Any(read.Contains))
                read.UnionWith(graph.Node[i].Input);
            else
                graph.Node.RemoveAt(i);
        }

        TensorProto[] constants = [.. graph.Initializer.Where(tensor => read.Contains(tensor.Name))];
        graph.Initializer.Clear();
        graph.Initializer.AddRange(constants);
    }
}
