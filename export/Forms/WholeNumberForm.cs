using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Graph;
using SpikingDetector.Export.Layers;
using SpikingDetector.Proto;

namespace SpikingDetector.Export.Forms;

/// <summary>
/// Weights int8, spikes bytes, currents whole: [T·N, h, w, C], channels last and the steps in the batch, so that a convolution
/// is one product of gathered patches and a matrix (MatMulInteger), whose int32 sums are exact. Times the channel's scale,
/// plus the bias, they are the float currents of ordinary neurons. Spikes are booleans, SEW ADD's counts bytes.
/// </summary>
internal sealed class WholeNumberForm(GraphBuilder graph, Checkpoint checkpoint, FiringRates rates) : IBackboneForm
{
    private readonly BackboneSpec _backbone = checkpoint.Spec.Backbone;

    public Maps FireStem(Maps currents)
    {
        string path = checkpoint.Network.StemNeuron;
        Value[] spikes = NeuronLayer.Read(graph, checkpoint, path).EmitBooleans(currents.Values);
        rates.Note(path, () => FiringRates.OfSteps(graph, [.. spikes.Select(step => Cast(step, TensorProto.Types.DataType.Float))]));
        Maps maps = currents with { Values = spikes };
        if (checkpoint.Network.StemPool is { } pool)
        {
            using IDisposable scope = graph.Module(pool.Name);
            maps = maps.Through(pool, graph.PerStep(spikes, step => PoolChannelsFirst(pool, step)));
        }

        using IDisposable fold = graph.Module(path);
        Value folded = maps.Values.Length == 1 ? maps.Values[0] : graph.Op("Concat", maps.Values, Attributes.Int("axis", 0));
        return maps with { Values = [Transpose(folded, 0, 2, 3, 1)] };
    }

    public Maps Convolve(ConvolutionLayout layout, Maps spikes)
    {
        using IDisposable scope = graph.Module(layout.Name);
        QuantizedWeights weights = QuantizedWeights.Read(checkpoint, layout);
        Value matrix = graph.Initializer<sbyte>(
            $"{layout.Name}.weight", Patches.Arrange(weights.Weight, layout), layout.Kernel * layout.Kernel * layout.InChannels, layout.OutChannels);
        Value bytes = Cast(spikes.Values[0], TensorProto.Types.DataType.Uint8);
        Value sums = graph.Op("MatMulInteger", [Patches.Emit(graph, layout, spikes, bytes), matrix]);
        Value scale = graph.Initializer<float>($"{layout.Name}.scale", weights.Scale, weights.Scale.Length);
        Value bias = graph.Initializer<float>($"{layout.Name}.bias", weights.Bias, weights.Bias.Length);
        Value scaled = graph.Op("Mul", [Cast(sums, TensorProto.Types.DataType.Float), scale]);
        return spikes.Through(layout, graph.Op("Add", [scaled, bias]));
    }

    public Maps Fire(string path, Maps currents)
    {
        Value[] steps;
        using (graph.Module(path))
            steps = Unfold(currents.Values[0]);
        Value[] spikes = NeuronLayer.Read(graph, checkpoint, path).EmitBooleans(steps);
        rates.Note(path, () => FiringRates.OfSteps(graph, [.. spikes.Select(step => Cast(step, TensorProto.Types.DataType.Float))]));
        using IDisposable scope = graph.Module(path);
        return currents with { Values = [spikes.Length == 1 ? spikes[0] : graph.Op("Concat", spikes, Attributes.Int("axis", 0))] };
    }

    public Maps Join(BlockLayout block, Maps branch, Maps shortcut)
    {
        using IDisposable scope = graph.Module(block.Name);
        (Value h, Value x) = (branch.Values[0], shortcut.Values[0]);
        return branch with { Values = [Join(block, h, x)] };
    }

    public Maps Pool(PoolLayout pool, Maps spikes)
    {
        using IDisposable scope = graph.Module(pool.Name);
        Value pooled = PoolChannelsFirst(pool, Transpose(spikes.Values[0], 0, 3, 1, 2));
        return spikes.Through(pool, Transpose(pooled, 0, 2, 3, 1));
    }

    public Value[] ToDecoder(Maps spikes)
    {
        using IDisposable scope = graph.Module("to_decoder");
        return Unfold(Cast(Transpose(spikes.Values[0], 0, 3, 1, 2), TensorProto.Types.DataType.Float));
    }

    private Value Join(BlockLayout block, Value h, Value x)
    {
        switch (_backbone.Block)
        {
            case BlockKind.SpikeGate when block.Gate is { } gate:
                return LearnedSpikeGate.Read(graph, checkpoint, gate).EmitBooleans(h, x);
            case BlockKind.SpikeGate:
                return graph.Op("Or", [h, x]);
            case BlockKind.SewAnd:
                return graph.Op("And", [h, x]);
            case BlockKind.SewIand:
                return graph.Op("And", [x, graph.Op("Not", [h])]);
            case BlockKind.SewAdd:
                return graph.Op("Add", [Cast(h, TensorProto.Types.DataType.Uint8), Cast(x, TensorProto.Types.DataType.Uint8)]);
            case BlockKind.Spiking:
                // The identity shortcut is spikes, another one currents.
                return graph.Op("Add", [h, block.Shortcut is null ? Cast(x, TensorProto.Types.DataType.Float) : x]);
            default:
                throw new InvalidOperationException($"No whole numbers in blocks of kind {_backbone.Block}.");
        }
    }

    /// <summary>[T·N, …] to [N, …] of each step.</summary>
    private Value[] Unfold(Value folded)
    {
        int steps = _backbone.TimeSteps;
        return steps == 1 ? [folded] : graph.Op("Split", steps, [folded], Attributes.Int("axis", 0), Attributes.Int("num_outputs", steps));
    }

    /// <summary>Spikes [N, C, h, w] through a max-pool, which is slow on bytes.</summary>
    private Value PoolChannelsFirst(PoolLayout pool, Value spikes) => Cast(
        MaxPool.Emit(graph, pool, Cast(spikes, TensorProto.Types.DataType.Float)),
        _backbone.Block == BlockKind.SewAdd ? TensorProto.Types.DataType.Uint8 : TensorProto.Types.DataType.Bool);

    private Value Cast(Value value, TensorProto.Types.DataType type) => graph.Op("Cast", [value], Attributes.Int("to", (int)type));

    private Value Transpose(Value value, params long[] order) => graph.Op("Transpose", [value], Attributes.Ints("perm", order));
}
