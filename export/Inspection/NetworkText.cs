using System.Globalization;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Inspection;

/// <summary>A network in one line.</summary>
internal static class NetworkText
{
    /// <summary>
    /// For example <c>detection of 3 categories, SG ResNet10 with 32 base channels, IF neurons, T = 4, attention decoder,
    /// 320×320 pictures</c>.
    /// </summary>
    public static string Of(ModelSpec spec)
    {
        BackboneSpec backbone = spec.Backbone;
        string task = spec.Task == ModelTask.Detection ? $"detection of {spec.ClassCount} categories" : $"classification into {spec.ClassCount} classes";
        string network = backbone.Family == BackboneFamily.SevenB
            ? "7B-Net"
            : string.Create(CultureInfo.InvariantCulture, $"ResNet{backbone.Depth}");
        List<string> words = [task, $"{Block(backbone)} {network} with {backbone.BaseChannels} base channels"];
        if (backbone.Block != BlockKind.Ann)
            words.AddRange($"{Neuron(backbone.Neuron.Kind)} neurons", $"T = {backbone.TimeSteps}", $"{Decoder(spec.Decoder.Kind)} decoder");
        words.Add($"{spec.Input.Width}×{spec.Input.Height} {(spec.Input is EventInputSpec ? "events" : "pictures")}");
        return string.Join(", ", words);
    }

    private static string Block(BackboneSpec backbone) => backbone.Block switch
    {
        BlockKind.SpikeGate => backbone.Gate == GateKind.BsgStar ? "SG (BSG*)" : "SG",
        BlockKind.Spiking => "Spiking",
        BlockKind.SewAdd => "SEW ADD",
        BlockKind.SewAnd => "SEW AND",
        BlockKind.SewIand => "SEW IAND",
        BlockKind.Ann => "ordinary",
        BlockKind other => throw new ArgumentOutOfRangeException(nameof(backbone), other, "unknown kind of block"),
    };

    private static string Neuron(NeuronKind kind) => kind switch
    {
        NeuronKind.IntegrateAndFire => "IF",
        NeuronKind.Leaky => "LIF",
        NeuronKind.ParametricLeaky => "PLIF",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind of neuron"),
    };

    private static string Decoder(DecoderKind kind) => kind == DecoderKind.Attention ? "attention" : "rate";
}
