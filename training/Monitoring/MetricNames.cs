using System.Text.Json;
using System.Text.Json.Nodes;

namespace SpikingDetector.Training.Monitoring;

/// <summary>
/// The fields of a line of <c>metrics.jsonl</c>. A line with <see cref="Iteration"/> tells of the iterations since the line
/// before, one without of a whole epoch and, where there was one, of its evaluation, whose figures stand under their own names.
/// </summary>
internal static class MetricNames
{
    /// <summary>From 1.</summary>
    public const string Epoch = "epoch";

    /// <summary>From 1 in each epoch; missing in the line of a whole epoch.</summary>
    public const string Iteration = "iteration";

    /// <summary>Iterations since the training began.</summary>
    public const string Step = "step";

    /// <summary>When the line was written, UTC.</summary>
    public const string Time = "time";

    /// <summary>Seconds of training since it began, without evaluations.</summary>
    public const string Seconds = "seconds";

    public const string LearningRate = "learning_rate";

    /// <summary>Pictures or recordings a second of training.</summary>
    public const string SamplesPerSecond = "samples_per_second";

    /// <summary>The share of the training time that was spent waiting for data, 0…1.</summary>
    public const string DataWait = "data_wait";

    public const string LossPrefix = "loss_";

    /// <summary>Mean over the iterations of the 2-norm of the gradients of a block's weights.</summary>
    public const string FirstGradientNorm = "gradient_norm_first_block";

    public const string LastGradientNorm = "gradient_norm_last_block";

    /// <summary>An object: mean spikes per neuron and step of each neuron layer at the line's iteration.</summary>
    public const string FiringRates = "firing_rates";

    /// <summary>A list of sentences; missing where there is nothing to warn of.</summary>
    public const string Warnings = "warnings";

    private const string GradientPrefix = "gradient_norm_";

    private static readonly string[] NoScalars = [Epoch, Iteration, Step, Seconds];

    /// <summary>
    /// The numbers of a line under tags of two parts: <c>loss/…</c>, <c>validation/…</c>, <c>gradient_norm/…</c>,
    /// <c>firing_rate/LAYER</c>, <c>rate/…</c> (learning rate, samples a second, data wait).
    /// </summary>
    public static IEnumerable<(string Tag, double Value)> Scalars(JsonObject line)
    {
        foreach ((string name, JsonNode? value) in line)
        {
            if (name == FiringRates)
            {
                foreach ((string layer, JsonNode? rate) in value!.AsObject())
                    yield return ($"firing_rate/{layer}", rate!.GetValue<double>());
            }
            else if (value?.GetValueKind() == JsonValueKind.Number && !NoScalars.Contains(name))
            {
                yield return (Tag(name), value.GetValue<double>());
            }
        }
    }

    private static string Tag(string name)
    {
        if (name.StartsWith(LossPrefix, StringComparison.Ordinal))
            return $"loss/{name[LossPrefix.Length..]}";
        if (name.StartsWith(GradientPrefix, StringComparison.Ordinal))
            return $"gradient_norm/{name[GradientPrefix.Length..]}";
        return name is LearningRate or SamplesPerSecond or DataWait ? $"rate/{name}" : $"validation/{name}";
    }
}
