namespace SpikingDetector.Service.OpenInference;

/// <summary>An output of the model that is to be answered.</summary>
/// <param name="Tensor">The output.</param>
/// <param name="Binary">Whether in bytes behind the JSON; else as numbers in it. Without meaning over gRPC.</param>
internal sealed record AnsweredOutput(ModelTensor Tensor, bool Binary)
{
    /// <summary>The outputs that a request asks for; all of them where it names none.</summary>
    /// <param name="model">What the model has.</param>
    /// <param name="requested">What the request names, and whether in bytes where it says so.</param>
    /// <param name="binary">Whether in bytes where it does not.</param>
    /// <exception cref="Problems.ProblemException">There is no such output, or it is named twice.</exception>
    public static IReadOnlyList<AnsweredOutput> Choose(
        ModelTensors model, IReadOnlyCollection<(string? Name, bool? Binary)> requested, bool binary)
    {
        if (requested.Count == 0)
            return [.. model.Outputs.Select(tensor => new AnsweredOutput(tensor, binary))];

        var chosen = new List<AnsweredOutput>(model.Outputs.Count);
        foreach ((string? name, bool? inBytes) in requested)
        {
            ModelTensor tensor = model.Outputs.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw InferenceProblem.Malformed(
                    $"a requested output is none of the model's, which are {string.Join(", ", model.Outputs.Select(candidate => candidate.Name))}");
            if (chosen.Any(other => other.Tensor == tensor))
                throw InferenceProblem.Malformed($"the output '{tensor.Name}' is requested twice");
            chosen.Add(new AnsweredOutput(tensor, inBytes ?? binary));
        }

        return chosen;
    }
}
