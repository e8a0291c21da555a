using System.Text.RegularExpressions;

namespace SpikingDetector.Core.Specs;

/// <summary>JSON text to <see cref="ModelSpec"/>, field by field.</summary>
internal static partial class ModelSpecReader
{
    public static ModelSpec Read(string json, string source)
    {
        var fields = JsonFields.Parse(json, source);
        fields.Choice("format", SpecNames.Formats);
        ModelTask task = fields.Choice("task", SpecNames.Tasks);
        bool detects = task == ModelTask.Detection;
        BackboneSpec backbone = ReadBackbone(fields.Nested("backbone"));
        if (detects && backbone.Family == BackboneFamily.SevenB)
            throw fields.Error("task", "\"classification\" where backbone.family is \"7b\"");

        var spec = new ModelSpec
        {
            Name = ReadName(fields),
            Task = task,
            Backbone = backbone,
            Decoder = ReadDecoder(fields.Nested("decoder"), backbone, detects),
            Detector = detects ? ReadDetector(fields.Nested("detector")) : null,
            Categories = detects ? ReadCategories(fields) : [],
            Labels = detects ? [] : ReadLabels(fields),
            Input = InputSpecReader.Read(fields.Nested("input"), backbone.Family),
        };
        if (!detects && (fields.Has("detector") || fields.Has("categories")))
            throw fields.Error(fields.Has("detector") ? "detector" : "categories", "left out where task is \"classification\"");
        if (detects && fields.Has("labels"))
            throw fields.Error("labels", "left out where task is \"detection\", which has categories");
        fields.Finish();
        return spec;
    }

    private static string ReadName(JsonFields fields)
    {
        string name = fields.Text("name");
        return NamePattern().IsMatch(name)
            ? name
            : throw fields.Error("name", "1 to 100 letters, digits, dots, dashes or underscores, beginning with a letter or digit");
    }

    private static BackboneSpec ReadBackbone(JsonFields fields)
    {
        BackboneFamily family = fields.Choice("family", SpecNames.Families, BackboneFamily.ResNet);
        bool resnet = family == BackboneFamily.ResNet;
        var defaults = new BackboneSpec();
        int depth = resnet
            ? fields.Whole("depth", "10, 18, 34 or 50", value => value is 10 or 18 or 34 or 50)
            : LeftOut("depth", defaults.Depth);
        StemKind stem = resnet ? fields.Choice("stem", SpecNames.Stems) : LeftOut("stem", defaults.Stem);
        BlockKind block = fields.Choice("block", SpecNames.Blocks);
        int baseChannels = fields.Whole("base_channels", 1, 1024);
        GateKind gate = fields.Choice("gate", SpecNames.Gates, GateKind.Bsg);
        if (gate != GateKind.Bsg && block != BlockKind.SpikeGate)
            throw fields.Error("gate", "left out or \"bsg\" where block is not \"sg\": no other block has a gate");
        if (fields.Has("gate_threshold") && gate != GateKind.BsgStar)
            throw fields.Error("gate_threshold", "left out where gate is not \"bsg_star\"");
        float gateThreshold = fields.Number("gate_threshold", "a number", _ => true, 0.5f);

        int timeSteps = block == BlockKind.Ann ? fields.Whole("time_steps", 1, 1, 1) : fields.Whole("time_steps", 1, 64);
        NeuronSpec neuron = block == BlockKind.Ann && !fields.Has("neuron") ? new() : ReadNeuron(fields.Nested("neuron"));
        fields.Finish();
        return new BackboneSpec
        {
            Family = family,
            Depth = depth,
            BaseChannels = baseChannels,
            Stem = stem,
            Block = block,
            Gate = gate,
            GateThreshold = gateThreshold,
            Neuron = neuron,
            TimeSteps = timeSteps,
        };

        T LeftOut<T>(string name, T unused) => fields.Has(name)
            ? throw fields.Error(name, "left out where family is \"7b\", whose layers are fixed")
            : unused;
    }

    private static NeuronSpec ReadNeuron(JsonFields fields)
    {
        NeuronKind kind = fields.Choice("type", SpecNames.Neurons);
        float threshold = fields.Number("v_threshold", "a number above 0", value => value > 0, 1f);
        float? reset = fields.IsNull("v_reset")
            ? null
            : fields.Number("v_reset", "null (soft reset) or a number below v_threshold", value => value < threshold, 0f);
        float? tau = null;
        if (kind == NeuronKind.IntegrateAndFire)
        {
            if (fields.Has("tau"))
                throw fields.Error("tau", "left out where type is \"if\", which does not leak");
        }
        else
        {
            tau = kind == NeuronKind.Leaky
                ? fields.Number("tau", "a number of at least 1", value => value >= 1)
                : fields.Number("tau", "a number above 1", value => value > 1);
        }

        fields.Finish();
        return new NeuronSpec { Kind = kind, Threshold = threshold, Reset = reset, Tau = tau };
    }

    private static DecoderSpec ReadDecoder(JsonFields fields, BackboneSpec backbone, bool detects)
    {
        DecoderKind kind = fields.Choice("type", SpecNames.Decoders);
        if (kind == DecoderKind.Rate)
        {
            foreach (string field in (string[])["channel_reduction", "temporal_reduction"])
            {
                if (fields.Has(field))
                    throw fields.Error(field, "left out where type is \"rate\"");
            }

            fields.Finish();
            return new DecoderSpec { Kind = kind };
        }

        int channels = Architecture.NetworkLayout.SmallestDecodedChannels(backbone, detects);
        var spec = new DecoderSpec
        {
            Kind = kind,
            ChannelReduction = fields.Whole("channel_reduction", 1, channels, Math.Min(16, channels)),
            TemporalReduction = fields.Whole("temporal_reduction", 1, backbone.TimeSteps, 1),
        };
        fields.Finish();
        return spec;
    }

    private static DetectorSpec ReadDetector(JsonFields fields)
    {
        const string sizes = "5 whole numbers from 1 to 4096, one for each of P3 to P7";
        var defaults = new DetectorSpec();
        var spec = new DetectorSpec
        {
            FpnChannels = fields.Whole("fpn_channels", 1, 4096),
            HeadConvs = fields.Whole("head_convs", 0, 16),
            P6Source = fields.Choice("p6_source", SpecNames.P6Sources, defaults.P6Source),
            ScoreThreshold = fields.Number("score_threshold", "a number from 0 to 1", v => v is >= 0 and <= 1, defaults.ScoreThreshold),
            CandidatesPerLevel = fields.Whole("candidates_per_level", 1, 100_000, defaults.CandidatesPerLevel),
            NmsThreshold = fields.Number("nms_threshold", "a number from 0 to 1", v => v is >= 0 and <= 1, defaults.NmsThreshold),
            MaxDetections = fields.Whole("max_detections", 1, 10_000, defaults.MaxDetections),
            AnchorSizes = fields.Has("anchor_sizes")
                ? [.. fields.Numbers("anchor_sizes", 5, sizes, v => v is >= 1 and <= 4096 && v == MathF.Floor(v)).Select(v => (int)v)]
                : defaults.AnchorSizes,
        };
        fields.Finish();
        return spec;
    }

    private static List<Category> ReadCategories(JsonFields fields)
    {
        var categories = new List<Category>();
        foreach (JsonFields item in fields.NestedList("categories"))
        {
            categories.Add(new Category(item.Whole("id", 0, int.MaxValue), item.Text("name")));
            if (string.IsNullOrWhiteSpace(categories[^1].Name))
                throw item.Error("name", "a text that is not blank");
            item.Finish();
        }

        if (categories.Count == 0)
            throw fields.Error("categories", "a list of at least one category");
        if (categories.DistinctBy(category => category.Id).Count() != categories.Count)
            throw fields.Error("categories", "a list in which every id stands once");
        return categories;
    }

    private static IReadOnlyList<string> ReadLabels(JsonFields fields)
    {
        IReadOnlyList<string> labels = fields.Texts("labels");
        for (int i = 0; i < labels.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(labels[i]))
                throw fields.Error($"labels[{i}]", "a text that is not blank");
        }

        return labels.Count > 0 && labels.Distinct().Count() == labels.Count
            ? labels
            : throw fields.Error("labels", "a list of at least one label in which every label stands once");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex NamePattern();
}
