using System.Text.Json;
using System.Text.Json.Nodes;

namespace SpikingDetector.Core.Specs;

/// <summary><see cref="ModelSpec"/> to JSON text with a fixed order of fields.</summary>
internal static class ModelSpecWriter
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Indented = new(Plain) { WriteIndented = true };

    public static string Write(ModelSpec spec, bool indented)
    {
        var root = new JsonObject
        {
            ["format"] = ModelSpec.Format,
            ["name"] = spec.Name,
            ["task"] = SpecNames.Of(SpecNames.Tasks, spec.Task),
            ["backbone"] = Backbone(spec.Backbone),
            ["decoder"] = Decoder(spec.Decoder),
        };
        if (spec.Detector is { } detector)
        {
            root["detector"] = Detector(detector);
            root["categories"] = new JsonArray(
                [.. spec.Categories.Select(category => new JsonObject { ["id"] = category.Id, ["name"] = category.Name })]);
        }
        else
        {
            root["labels"] = new JsonArray([.. spec.Labels.Select(label => JsonValue.Create(label))]);
        }

        root["input"] = Input(spec.Input);
        return root.ToJsonString(indented ? Indented : Plain);
    }

    private static JsonObject Backbone(BackboneSpec backbone)
    {
        var fields = new JsonObject();
        if (backbone.Family == BackboneFamily.ResNet)
            fields["depth"] = backbone.Depth;
        else
            fields["family"] = SpecNames.Of(SpecNames.Families, backbone.Family);
        fields["base_channels"] = backbone.BaseChannels;
        if (backbone.Family == BackboneFamily.ResNet)
            fields["stem"] = SpecNames.Of(SpecNames.Stems, backbone.Stem);
        fields["block"] = SpecNames.Of(SpecNames.Blocks, backbone.Block);
        if (backbone.Block == BlockKind.SpikeGate)
        {
            fields["gate"] = SpecNames.Of(SpecNames.Gates, backbone.Gate);
            if (backbone.Gate == GateKind.BsgStar)
                fields["gate_threshold"] = backbone.GateThreshold;
        }

        if (backbone.Block != BlockKind.Ann)
            fields["neuron"] = Neuron(backbone.Neuron);
        fields["time_steps"] = backbone.TimeSteps;
        return fields;
    }

    private static JsonObject Neuron(NeuronSpec neuron)
    {
        var fields = new JsonObject
        {
            ["type"] = SpecNames.Of(SpecNames.Neurons, neuron.Kind),
            ["v_threshold"] = neuron.Threshold,
            ["v_reset"] = neuron.Reset,
        };
        if (neuron.Tau is { } tau)
            fields["tau"] = tau;
        return fields;
    }

    private static JsonObject Decoder(DecoderSpec decoder)
    {
        var fields = new JsonObject { ["type"] = SpecNames.Of(SpecNames.Decoders, decoder.Kind) };
        if (decoder.Kind == DecoderKind.Attention)
        {
            fields["channel_reduction"] = decoder.ChannelReduction;
            fields["temporal_reduction"] = decoder.TemporalReduction;
        }

        return fields;
    }

    private static JsonObject Detector(DetectorSpec detector) => new()
    {
        ["fpn_channels"] = detector.FpnChannels,
        ["head_convs"] = detector.HeadConvs,
        ["p6_source"] = SpecNames.Of(SpecNames.P6Sources, detector.P6Source),
        ["anchor_sizes"] = new JsonArray([.. detector.AnchorSizes.Select(size => JsonValue.Create(size))]),
        ["score_threshold"] = detector.ScoreThreshold,
        ["candidates_per_level"] = detector.CandidatesPerLevel,
        ["nms_threshold"] = detector.NmsThreshold,
        ["max_detections"] = detector.MaxDetections,
    };

    private static JsonObject Input(InputSpec input)
    {
        var fields = new JsonObject { ["height"] = input.Height, ["width"] = input.Width };
        switch (input)
        {
            case PictureInputSpec pictures:
                fields["mean"] = new JsonArray([.. pictures.Mean.Select(value => JsonValue.Create(value))]);
                fields["std"] = new JsonArray([.. pictures.Std.Select(value => JsonValue.Create(value))]);
                break;
            case EventInputSpec:
                fields["channels"] = input.Channels;
                break;
        }

        return fields;
    }
}
