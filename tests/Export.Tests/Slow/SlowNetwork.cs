using SpikingDetector.Core.Specs;

namespace SpikingDetector.Export.Tests.Slow;

/// <summary>
/// A whole network for one picture or event recording, from its spec and its tensors by their names in the
/// checkpoint; no code of the project but the spec.
/// </summary>
public sealed class SlowNetwork(ModelSpec spec, Func<string, float[]> tensors)
{
    private readonly bool _detects = spec.Task == ModelTask.Detection;
    private readonly BackboneSpec _backbone = spec.Backbone;

    private string Body => _detects ? "backbone.body." : "";

    /// <summary>Mean spikes per neuron and step, in the order of execution.</summary>
    public List<(string Layer, double Rate)> FiringRates { get; } = [];

    /// <summary>What each neuron layer put out at every step.</summary>
    public Dictionary<string, FeatureMap[]> Spikes { get; } = [];

    /// <summary>
    /// The convolutions with batch normalisation by their names: multiply-adds of one run, and at every run the mean of what
    /// enters.
    /// </summary>
    public Dictionary<string, (long Macs, List<double> Inputs)> Convolutions { get; } = [];

    /// <summary>RGB bytes [H, W, 3] to the logits of a classifier.</summary>
    public float[] Classify(byte[] pixels) => Classify(RunBackbone(pixels)[3]);

    /// <summary>Event counts [T, 2, H, W] to the logits of 7B-Net.</summary>
    public float[] Classify(float[] counts)
    {
        int narrow = _backbone.BaseChannels;
        FeatureMap[] steps = Activate("sn1", PerStep(Frames(counts), map => Normalised("conv1", "bn1", map, narrow, 1, 1)));
        for (int layer = 1; layer <= 7; layer++)
        {
            if (layer == 5)
                steps = Activate("sn2", PerStep(steps, map => Normalised("conv2", "bn2", map, 2 * narrow, 1, 1)));
            steps = RunBlock($"layer{layer}.0", steps, layer < 5 ? narrow : 2 * narrow, 1);
            steps = PerStep(steps, SlowLayers.MaxPoolOfTwo);
        }

        return Classify(steps);
    }

    /// <summary>RGB bytes [H, W, 3] to a detector's class logits and box deltas, levels P3…P7, a row an anchor.</summary>
    public (float[] Logits, float[] Deltas) RunHeads(byte[] pixels)
    {
        List<FeatureMap[]> stages = RunBackbone(pixels);
        FeatureMap[] decoded = [.. Enumerable.Range(0, 3).Select(i => Decode($"backbone.decoders.{i}", stages[i + 1]))];
        FeatureMap[] levels = BuildPyramid(decoded);
        return (RunHead("classification_head", "cls_logits", levels), RunHead("regression_head", "bbox_reg", levels));
    }

    private float[] Classify(FeatureMap[] lastStage)
    {
        FeatureMap features = Decode("decoder", lastStage);
        float[] pooled = SlowLayers.PerChannel(features, Enumerable.Average);
        return [.. SlowLayers.Multiply(tensors("fc.weight"), pooled).Zip(tensors("fc.bias"), (a, b) => a + b)];
    }

    private FeatureMap[] BuildPyramid(FeatureMap[] decoded)
    {
        const string fpn = "backbone.fpn.";
        int width = spec.Detector!.FpnChannels;
        var levels = new FeatureMap[5];
        FeatureMap? above = null;
        for (int i = 2; i >= 0; i--)
        {
            FeatureMap inner = Biased($"{fpn}inner_blocks.{i}.0", decoded[i], width, 1, 1);
            if (above is not null)
                inner = inner.Combine(SlowLayers.Enlarge(above), (a, b) => a + b);
            levels[i] = Biased($"{fpn}layer_blocks.{i}.0", inner, width, 3, 1);
            above = inner;
        }

        FeatureMap source = spec.Detector.P6Source == P6Source.C5 ? decoded[2] : levels[2];
        levels[3] = Biased($"{fpn}extra_blocks.p6", source, width, 3, 2);
        levels[4] = Biased($"{fpn}extra_blocks.p7", levels[3].Apply(Rectify), width, 3, 2);
        return levels;
    }

    private float[] RunHead(string head, string last, FeatureMap[] levels)
    {
        const int anchors = 9;
        int values = head == "regression_head" ? 4 : spec.Categories.Count;
        var rows = new List<float>();
        foreach (FeatureMap level in levels)
        {
            FeatureMap features = level;
            for (int i = 0; i < spec.Detector!.HeadConvs; i++)
                features = Biased($"head.{head}.conv.{i}.0", features, features.Channels, 3, 1).Apply(Rectify);
            features = Biased($"head.{head}.{last}", features, anchors * values, 3, 1);
            for (int y = 0; y < features.Height; y++)
            {
                for (int x = 0; x < features.Width; x++)
                {
                    for (int channel = 0; channel < features.Channels; channel++)
                        rows.Add(features[channel, y, x]);
                }
            }
        }

        return [.. rows];
    }

    private List<FeatureMap[]> RunBackbone(byte[] pixels)
    {
        bool imagenet = _backbone.Stem == StemKind.ImageNet;
        FeatureMap current = Normalised("conv1", "bn1", Picture(pixels), _backbone.BaseChannels, imagenet ? 7 : 3, imagenet ? 2 : 1);
        FeatureMap[] steps = Activate("sn1", [.. Enumerable.Repeat(current, _backbone.TimeSteps)]);
        if (imagenet)
            steps = [.. steps.Select(SlowLayers.MaxPool)];
        int[] blocks = _backbone.Depth switch { 10 => [1, 1, 1, 1], 18 => [2, 2, 2, 2], _ => [3, 4, 6, 3] };
        var stages = new List<FeatureMap[]>();
        for (int stage = 1; stage <= 4; stage++)
        {
            for (int k = 0; k < blocks[stage - 1]; k++)
                steps = RunBlock($"layer{stage}.{k}", steps, _backbone.BaseChannels << (stage - 1), stage > 1 && k == 0 ? 2 : 1);
            stages.Add(steps);
        }

        return stages;
    }

    private FeatureMap[] RunBlock(string block, FeatureMap[] input, int width, int stride)
    {
        bool bottleneck = _backbone is { Family: BackboneFamily.ResNet, Depth: 50 };
        int outChannels = bottleneck ? 4 * width : width;
        bool joinsFirst = _backbone.Block is BlockKind.Spiking or BlockKind.Ann;
        FeatureMap[] shortcut = input;
        if (stride != 1 || input[0].Channels != outChannels)
        {
            shortcut = PerStep(input, map => Normalised($"{block}.downsample.0", $"{block}.downsample.1", map, outChannels, 1, stride));
            if (!joinsFirst)
                shortcut = Activate($"{block}.downsample.2", shortcut);
        }

        FeatureMap[] branch = Activate($"{block}.sn1", Conv(1, input, bottleneck ? 1 : 3, bottleneck ? 1 : stride, width));
        if (bottleneck)
            branch = Activate($"{block}.sn2", Conv(2, branch, 3, stride, width));
        int last = bottleneck ? 3 : 2;
        branch = Conv(last, branch, bottleneck ? 1 : 3, 1, outChannels);
        return joinsFirst
            ? Activate($"{block}.sn{last}", Join(branch))
            : Join(Activate($"{block}.sn{last}", branch));

        FeatureMap[] Conv(int number, FeatureMap[] maps, int kernel, int step, int channels) =>
            PerStep(maps, map => Normalised($"{block}.conv{number}", $"{block}.bn{number}", map, channels, kernel, step));

        FeatureMap[] Join(FeatureMap[] maps) => [.. maps.Zip(shortcut, (h, x) => JoinStep(block, h, x))];
    }

    private FeatureMap JoinStep(string block, FeatureMap branch, FeatureMap shortcut)
    {
        if (_backbone.Block == BlockKind.SpikeGate && _backbone.Gate == GateKind.BsgStar)
        {
            float[] weight = tensors($"{Body}{block}.gate.weight");
            float[] bias = tensors($"{Body}{block}.gate.bias");
            var joined = new FeatureMap(branch.Channels, branch.Height, branch.Width);
            for (int i = 0; i < joined.Data.Length; i++)
            {
                int c = i / (joined.Height * joined.Width);
                float gate = weight[c] * branch.Data[i] + bias[c] - _backbone.GateThreshold >= 0 ? 1 : 0;
                joined.Data[i] = gate * branch.Data[i] + (1 - gate) * shortcut.Data[i];
            }

            return joined;
        }

        return branch.Combine(shortcut, _backbone.Block switch
        {
            BlockKind.SpikeGate => (h, x) => h * h + (1 - h) * x,
            BlockKind.SewAnd => (h, x) => h * x,
            BlockKind.SewIand => (h, x) => x * (1 - h),
            _ => (h, x) => h + x,
        });
    }

    private FeatureMap[] Activate(string layer, FeatureMap[] currents)
    {
        if (_backbone.Block == BlockKind.Ann)
            return PerStep(currents, map => map.Apply(Rectify));
        float w = _backbone.Neuron.Kind == NeuronKind.ParametricLeaky ? tensors($"{Body}{layer}.w").Single() : 0;
        SlowNeuron[] neurons = [.. currents[0].Data.Select(_ => new SlowNeuron(_backbone.Neuron, w))];
        FeatureMap[] spikes = PerStep(currents, map =>
        {
            int next = 0;
            return map.Apply(current => neurons[next++].Step(current));
        });
        Spikes.Add(Body + layer, spikes);
        FiringRates.Add((Body + layer, spikes.Average(step => step.Data.Average(spike => (double)spike))));
        return spikes;
    }

    private FeatureMap Decode(string path, FeatureMap[] steps) => spec.Decoder.Kind == DecoderKind.Rate
        ? SlowLayers.Mean(steps)
        : SlowDecoder.Attend(steps, name => tensors($"{path}.{name}"));

    private FeatureMap Normalised(string conv, string norm, FeatureMap input, int channels, int kernel, int stride)
    {
        FeatureMap output = SlowLayers.Convolve(input, tensors($"{Body}{conv}.weight"), null, channels, kernel, stride);
        if (!Convolutions.ContainsKey(Body + conv))
            Convolutions.Add(Body + conv, ((long)output.Data.Length * input.Channels * kernel * kernel, []));
        Convolutions[Body + conv].Inputs.Add(input.Data.Average(value => (double)value));
        return SlowLayers.BatchNorm(
            output,
            tensors($"{Body}{norm}.weight"),
            tensors($"{Body}{norm}.bias"),
            tensors($"{Body}{norm}.running_mean"),
            tensors($"{Body}{norm}.running_var"));
    }

    private FeatureMap Biased(string path, FeatureMap input, int channels, int kernel, int stride) =>
        SlowLayers.Convolve(input, tensors($"{path}.weight"), tensors($"{path}.bias"), channels, kernel, stride);

    private FeatureMap[] Frames(float[] counts)
    {
        int length = 2 * spec.Input.Height * spec.Input.Width;
        return [.. Enumerable.Range(0, _backbone.TimeSteps).Select(t =>
        {
            var frame = new FeatureMap(2, spec.Input.Height, spec.Input.Width);
            counts.AsSpan(t * length, length).CopyTo(frame.Data);
            return frame;
        })];
    }

    private FeatureMap Picture(byte[] pixels)
    {
        var input = (PictureInputSpec)spec.Input;
        var map = new FeatureMap(3, input.Height, input.Width);
        for (int i = 0; i < pixels.Length; i++)
            map[i % 3, i / 3 / map.Width, i / 3 % map.Width] = (pixels[i] / 255f - input.Mean[i % 3]) / input.Std[i % 3];
        return map;
    }

    private static float Rectify(float value) => Math.Max(value, 0);

    private static FeatureMap[] PerStep(FeatureMap[] steps, Func<FeatureMap, FeatureMap> function) => [.. steps.Select(function)];
}
