using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Import;

/// <summary>
/// Under which names, wrappers left out, other programs keep the tensors of a network. Built from the network's layout, so
/// that it holds whatever the layout says. Every name stands for one tensor.
/// </summary>
/// <remarks>
/// Read from the programs' sources: torchvision (ResNet; RetinaNet before and after 0.13), SpikingJelly
/// (<c>clock_driven</c> and <c>activation_based</c>), and the code of Fang et al. 2021 (ImageNet and DVS-CIFAR10 networks).
/// </remarks>
internal sealed class NameTable
{
    private const string Body = "backbone.body.";

    private static readonly string[] WeightAndBias = ["weight", "bias"];
    private static readonly string[] NormTensors = ["weight", "bias", "running_mean", "running_var"];
    private static readonly string[] NeuronTensors = ["w"];

    /// <summary>What SpikingJelly's neurons remember between steps; some versions and forks save it.</summary>
    private static readonly HashSet<string> NeuronState = ["v", "v_seq", "spike", "spike_seq"];

    private readonly HashSet<string> _known;
    private readonly Dictionary<string, string> _targets = [];
    private readonly HashSet<string> _norms = [];
    private readonly HashSet<string> _neurons = [];

    public NameTable(NetworkLayout network)
    {
        _known = [.. TensorLayout.Of(network).Select(tensor => tensor.Name)];
        foreach (string name in _known)
            AddTensor(name, name);
        AddUnit(network.Stem, network.StemNeuron, [network.Stem.Name]);
        foreach (StageLayout stage in network.Stages)
        {
            if (stage.Entry is { } entry)
                AddUnit(entry.Convolution, entry.Neuron, [entry.Convolution.Name]);
            foreach (BlockLayout block in stage.Blocks)
                AddBlock(block);
        }

        if (network.Spec.Backbone.Family == BackboneFamily.SevenB)
            AddSequential(network);
        if (network.Detector is { } detector)
            AddDetector(detector);
        else
            AddModule("fc", ["fc.0", "linear"], WeightAndBias);
    }

    /// <summary>The checkpoint's tensor that the source keeps under this name, or null.</summary>
    public string? Target(string name) => _targets.GetValueOrDefault(name);

    /// <summary>Why a tensor of this name is not needed, or null where it may be.</summary>
    public string? ReasonToDrop(string name)
    {
        (string module, string leaf) = Split(name);
        if (leaf == "num_batches_tracked" && _norms.Contains(module))
            return "a counter of batch normalisation that no layer reads";
        if (NeuronState.Contains(leaf) && _neurons.Contains(module))
            return "state of a neuron, which begins anew with every input";
        return null;
    }

    private static (string Module, string Leaf) Split(string name)
    {
        int dot = name.LastIndexOf('.');
        return dot < 0 ? ("", name) : (name[..dot], name[(dot + 1)..]);
    }

    private void AddBlock(BlockLayout block)
    {
        foreach (UnitLayout part in block.Branch)
            AddUnit(part.Convolution, part.Neuron, [part.Convolution.Name]);
        if (block.Shortcut is not { } shortcut)
            return;
        AddUnit(shortcut, block.ShortcutNeuron, [$"{block.Name}.downsample", $"{block.Name}.shortcut"]);
        if (block.ShortcutNeuron is { } neuron)
            AddNeuron(neuron, [$"{block.Name}.downsample_sn"]);
    }

    /// <summary>
    /// 7B-Net as its authors build it: stem, blocks, pools and the widening convolution numbered through in one Sequential
    /// <c>conv</c>, a block's units in another, and the classifier <c>out</c>.
    /// </summary>
    private void AddSequential(NetworkLayout network)
    {
        int place = 0;
        AddUnit(network.Stem, network.StemNeuron, [$"conv.{place++}"]);
        foreach (StageLayout stage in network.Stages)
        {
            if (stage.Entry is { } entry)
                AddUnit(entry.Convolution, entry.Neuron, [$"conv.{place++}"]);
            foreach (BlockLayout block in stage.Blocks)
            {
                string module = $"conv.{place++}";
                for (int i = 0; i < block.Branch.Count; i++)
                    AddUnit(block.Branch[i].Convolution, block.Branch[i].Neuron, [$"{module}.conv.{i}"]);

                // Where the neuron follows the addition, it stands beside the branch.
                AddNeuron(block.Branch[^1].Neuron, [$"{module}.sn"]);
            }

            if (stage.Pool is not null)
                place++;
        }

        AddModule("fc", ["out", "out.0"], WeightAndBias);
    }

    /// <summary>
    /// Convolution, batch normalisation and neuron, each under its own name, alone in a container (<c>.0</c>), or together:
    /// in one container (0, 1, 2), in one with an inner one of convolution and normalisation (0.0, 0.1, 1), or with a
    /// container for each (0.0, 1.0, 2).
    /// </summary>
    private void AddUnit(ConvolutionLayout convolution, string? neuron, IReadOnlyList<string> containers)
    {
        string norm = convolution.BatchNorm!;
        AddModule(convolution.Name, [$"{convolution.Name}.0", .. In("0", "0.0")], WeightAndBias);
        string[] norms = [norm, $"{norm}.0", .. In("1", "0.1", "1.0")];
        AddModule(norm, norms, NormTensors);
        _norms.UnionWith(norms.SelectMany(WithAndWithoutBody));
        if (neuron is not null)
            AddNeuron(neuron, [.. In("2", "1")]);

        IEnumerable<string> In(params string[] places) =>
            containers.SelectMany(container => places.Select(place => $"{container}.{place}"));
    }

    private void AddNeuron(string neuron, IReadOnlyList<string> names)
    {
        string[] all = [.. ((string[])[neuron, .. names]).SelectMany(name => (string[])[name, $"{name}.0"])];
        AddModule(neuron, all, NeuronTensors);
        _neurons.UnionWith(all.SelectMany(WithAndWithoutBody));
    }

    private void AddDetector(DetectorLayout detector)
    {
        // torchvision before 0.13: the pyramid's convolutions without a container, the heads' in one with the ReLUs between.
        foreach (ConvolutionLayout layer in (ConvolutionLayout[])[.. detector.Inner, .. detector.Outer])
            AddModule(layer.Name, [Split(layer.Name).Module], WeightAndBias);
        foreach (IReadOnlyList<ConvolutionLayout> head in (IReadOnlyList<ConvolutionLayout>[])[detector.Classification, detector.Regression])
        {
            for (int i = 0; i < head.Count - 1; i++)
            {
                string numbered = Split(head[i].Name).Module;
                AddModule(head[i].Name, [$"{Split(numbered).Module}.{2 * i}"], WeightAndBias);
            }
        }
    }

    private void AddModule(string target, IReadOnlyList<string> names, string[] leaves)
    {
        foreach (string leaf in leaves)
        {
            if (!_known.Contains($"{target}.{leaf}"))
                continue;
            foreach (string name in names)
                AddTensor($"{name}.{leaf}", $"{target}.{leaf}");
        }
    }

    private void AddTensor(string name, string target)
    {
        foreach (string form in WithAndWithoutBody(name))
        {
            if (!_targets.TryAdd(form, target) && _targets[form] != target)
                throw new InvalidOperationException($"'{form}' stands for both '{_targets[form]}' and '{target}'");
        }
    }

    /// <summary>A detector's backbone may come from a classifier, where it has no prefix.</summary>
    private static IEnumerable<string> WithAndWithoutBody(string name) =>
        name.StartsWith(Body, StringComparison.Ordinal) ? [name, name[Body.Length..]] : [name];
}
