using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Neurons;

namespace SpikingDetector.Training.Tests.Gradients;

/// <summary>The networks of a spec, layer by layer in the plainest way, in training mode.</summary>
/// <param name="spec">What network.</param>
/// <param name="training">How gradients pass spikes and gates.</param>
/// <param name="weights">Learned tensors by name, row-major.</param>
/// <param name="statistics">Running statistics by name.</param>
/// <param name="kinks">Hears of every threshold.</param>
internal sealed class SlowNetwork(
    ModelSpec spec, NeuronTraining training, Func<string, Scalar[]> weights, Func<string, double[]> statistics, Kinks kinks)
{
    private readonly BackboneSpec _backbone = spec.Backbone;
    private readonly SlowLayers _layers = new(kinks);
    private readonly SlowNeuron _neuron = new(spec.Backbone.Neuron, training, kinks);
    private readonly SlowDecoder _decoder = new(weights, kinks);

    private string Body => spec.Task == ModelTask.Detection ? "backbone.body." : "";

    /// <summary>Whether batch normalisation uses the batch's statistics.</summary>
    public bool Training { get; init; } = true;

    /// <summary>Logits of pixels [N, H, W, 3].</summary>
    public Scalar[] Classify(byte[] pixels, int count)
    {
        Map decoded = Decode("decoder", Stages(Picture(pixels, count))[^1]);
        return [.. Enumerable.Range(0, count).SelectMany(n => Logits(decoded, n))];
    }

    /// <summary>Class logits and box deltas of pixels [N, H, W, 3].</summary>
    public (Scalar[] Logits, Scalar[] Deltas) Detect(byte[] pixels, int count)
    {
        Map[] stages = Stages(Picture(pixels, count));
        Map[] decoded = [.. Enumerable.Range(0, 3).Select(i => Decode($"backbone.decoders.{i}", stages[i + 1]))];
        Map[] levels = Pyramid(decoded);
        return (Head("classification_head", "cls_logits", levels), Head("regression_head", "bbox_reg", levels));
    }

    /// <summary>The four stages' outputs of normalised pictures [N, 3, H, W], of which every step sees the same.</summary>
    public Map[] Stages(Map picture)
    {
        bool imagenet = _backbone.Stem == StemKind.ImageNet;
        Map current = Convolve("conv1", "bn1", picture, imagenet ? 7 : 3, imagenet ? 2 : 1);
        Map maps = Activate("sn1", Repeat(current));
        if (imagenet)
            maps = _layers.MaxPool(maps, 3, 2, 1);
        int[] blocks = _backbone.Depth switch { 10 => [1, 1, 1, 1], 18 => [2, 2, 2, 2], _ => [3, 4, 6, 3] };
        var stages = new List<Map>();
        for (int stage = 1; stage <= 4; stage++)
        {
            for (int k = 0; k < blocks[stage - 1]; k++)
                maps = Block($"layer{stage}.{k}", maps, stage > 1 && k == 0 ? 2 : 1);
            stages.Add(maps);
        }

        return [.. stages];
    }

    /// <summary>The seven stages' outputs of 7B-Net (Fang et al. 2021), events [T·N, 2, H, W].</summary>
    public Map[] StagesOfSevenB(Map events)
    {
        Map maps = Activate("sn1", Convolve("conv1", "bn1", events, 1, 1));
        var stages = new List<Map>();
        for (int stage = 1; stage <= 7; stage++)
        {
            if (stage == 5)
                maps = Activate("sn2", Convolve("conv2", "bn2", maps, 1, 1));
            maps = _layers.MaxPool(Block($"layer{stage}.0", maps, 1), 2, 2, 0);
            stages.Add(maps);
        }

        return [.. stages];
    }

    /// <summary>A residual block, [T·N, C, H, W].</summary>
    public Map Block(string name, Map input, int stride)
    {
        bool bottleneck = _backbone.Depth == 50;
        bool firesAfterAddition = _backbone.Block is BlockKind.Spiking or BlockKind.Ann;
        Map shortcut = input;
        if (weights($"{Body}{name}.downsample.0.weight").Length > 0)
        {
            shortcut = Convolve($"{name}.downsample.0", $"{name}.downsample.1", input, 1, stride);
            if (!firesAfterAddition)
                shortcut = Activate($"{name}.downsample.2", shortcut);
        }

        Map branch = Activate($"{name}.sn1", Part(1, input, bottleneck ? 1 : 3, bottleneck ? 1 : stride));
        if (bottleneck)
            branch = Activate($"{name}.sn2", Part(2, branch, 3, stride));
        int last = bottleneck ? 3 : 2;
        Map lastCurrent = Part(last, branch, bottleneck ? 1 : 3, 1);
        return firesAfterAddition
            ? Activate($"{name}.sn{last}", lastCurrent.With(shortcut, (h, x) => h + x))
            : Join(name, Activate($"{name}.sn{last}", lastCurrent), shortcut);

        Map Part(int number, Map maps, int kernel, int step) => Convolve($"{name}.conv{number}", $"{name}.bn{number}", maps, kernel, step);
    }

    public Map Decode(string name, Map spikes) => spec.Decoder.Kind == DecoderKind.Rate
        ? SlowDecoder.Rate(spikes, _backbone.TimeSteps)
        : _decoder.Attend(name, spikes, _backbone.TimeSteps);

    /// <summary>P3…P7 of the decoded stages 2, 3, 4 (Lin et al. 2017).</summary>
    public Map[] Pyramid(Map[] stages)
    {
        Map[] inner = [.. stages.Select((stage, i) => Biased($"backbone.fpn.inner_blocks.{i}.0", stage, 1, 1))];
        for (int i = 1; i >= 0; i--)
        {
            Map coarse = SlowLayers.Enlarge(inner[i + 1], inner[i].Height, inner[i].Width);
            inner[i] = inner[i].With(coarse, (fine, above) => fine + above);
        }

        Map[] levels = [.. inner.Select((map, i) => Biased($"backbone.fpn.layer_blocks.{i}.0", map, 3, 1))];
        Map source = spec.Detector!.P6Source == P6Source.C5 ? stages[2] : levels[2];
        Map sixth = Biased("backbone.fpn.extra_blocks.p6", source, 3, 2);
        return [.. levels, sixth, Biased("backbone.fpn.extra_blocks.p7", _layers.Rectify(sixth), 3, 2)];
    }

    /// <summary>A head's outputs: of each picture all levels, their rows, positions and channels.</summary>
    public Scalar[] Head(string head, string last, Map[] levels)
    {
        Map[] outputs =
        [
            .. levels.Select(level =>
            {
                for (int i = 0; i < spec.Detector!.HeadConvs; i++)
                    level = _layers.Rectify(Biased($"head.{head}.conv.{i}.0", level, 3, 1));
                return Biased($"head.{head}.{last}", level, 3, 1);
            }),
        ];
        return
        [
            .. from n in Enumerable.Range(0, levels[0].Count)
               from map in outputs
               from y in Enumerable.Range(0, map.Height)
               from x in Enumerable.Range(0, map.Width)
               from value in map.Column(n, y, x)
               select value,
        ];
    }

    /// <summary>A convolution and its batch normalisation.</summary>
    public Map Convolve(string convolution, string norm, Map input, int kernel, int stride) => SlowLayers.Normalise(
        SlowLayers.Convolve(input, weights($"{Body}{convolution}.weight"), null, kernel, stride),
        weights($"{Body}{norm}.weight"),
        weights($"{Body}{norm}.bias"),
        statistics($"{Body}{norm}.running_mean"),
        statistics($"{Body}{norm}.running_var"),
        Training);

    /// <summary>A convolution with bias.</summary>
    public Map Biased(string name, Map input, int kernel, int stride) =>
        SlowLayers.Convolve(input, weights($"{name}.weight"), weights($"{name}.bias"), kernel, stride);

    /// <summary>Spikes, or in an ANN ReLU.</summary>
    public Map Activate(string name, Map current) => _backbone.Block == BlockKind.Ann
        ? _layers.Rectify(current)
        : _neuron.Fire(current, _backbone.TimeSteps, weights($"{Body}{name}.w").SingleOrDefault());

    private Map Join(string block, Map branch, Map shortcut)
    {
        if (_backbone.Block == BlockKind.SpikeGate && _backbone.Gate == GateKind.BsgStar)
        {
            Scalar[] weight = weights($"{Body}{block}.gate.weight");
            Scalar[] bias = weights($"{Body}{block}.gate.bias");
            return Map.Of(branch.Count, branch.Channels, branch.Height, branch.Width, (n, c, y, x) =>
            {
                Scalar gate = _neuron.Step(weight[c] * branch[n, c, y, x] + bias[c] - _backbone.GateThreshold);
                return gate * branch[n, c, y, x] + (1 - gate) * shortcut[n, c, y, x];
            });
        }

        return branch.With(shortcut, _backbone.Block switch
        {
            BlockKind.SewAdd => (h, x) => h + x,
            BlockKind.SewAnd => (h, x) => h * x,
            BlockKind.SewIand => (h, x) => (1 - h) * x,
            _ => (h, x) => training.GateGradient switch
            {
                GateGradient.Literal => h * h + (1 - h) * x,
                GateGradient.Detached => h.Detached * h + (1 - h.Detached) * x,
                _ => h + x - h * x,
            },
        });
    }

    private Scalar[] Logits(Map decoded, int n) => SlowLayers.Linear(
        weights("fc.weight"),
        [.. Enumerable.Range(0, decoded.Channels).Select(c => Scalar.Mean(decoded.Plane(n, c)))],
        weights("fc.bias"));

    private Map Repeat(Map picture) => Map.Of(
        picture.Count * _backbone.TimeSteps,
        picture.Channels,
        picture.Height,
        picture.Width,
        (n, c, y, x) => picture[n % picture.Count, c, y, x]);

    private Map Picture(byte[] pixels, int count)
    {
        var input = (PictureInputSpec)spec.Input;
        return Map.Of(count, 3, input.Height, input.Width, (n, c, y, x) =>
            (pixels[((n * input.Height + y) * input.Width + x) * 3 + c] / 255.0 - input.Mean[c]) / input.Std[c]);
    }
}
