using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>
/// Addresses, sizes and constants of one pass through a layer of neurons. The layout in memory does not matter as long as
/// all tensors share it, because neurons do not see each other; with a <see cref="ChannelNorm"/> it is channels-last.
/// </summary>
internal sealed unsafe class NeuronCall
{
    /// <summary>Neurons of a block: the number of blocks, and so the order of sums, does not depend on the threads.</summary>
    private const int BlockLength = 8192;

    /// <param name="dynamics">Constants of the layer.</param>
    /// <param name="join">How spikes and shortcut are joined, or null.</param>
    /// <param name="constantCurrent">Whether one current is that of all steps.</param>
    /// <param name="current">What becomes the current; lives as long as the call is used, as do all tensors of <paramref name="memory"/>.</param>
    /// <param name="shortcut">X of the join, or null.</param>
    /// <param name="gain">k of PLIF.</param>
    /// <param name="norm">What makes the current of <paramref name="current"/>.</param>
    /// <param name="memory">Where output and gradients are.</param>
    public NeuronCall(
        NeuronDynamics dynamics, Join? join, bool constantCurrent, Tensor current, Tensor? shortcut, Tensor? gain, ChannelNorm norm, NeuronMemory memory)
    {
        Dynamics = dynamics;
        Join = join;
        Norm = norm;
        ConstantCurrent = constantCurrent;
        Neurons = constantCurrent ? current.numel() : current.numel() / dynamics.TimeSteps;
        Leak = gain?.item<float>() ?? dynamics.Tau;
        Length = Math.Max(1, BlockLength / norm.Tables.Period) * norm.Tables.Period;
        Blocks = (int)((Neurons + Length - 1) / Length);
        memory.Current = Vectors.Memory.Of(current);
        memory.Shortcut = shortcut is null ? null : Vectors.Memory.Of(shortcut);
        memory.Step = Neurons;
        memory.CurrentStep = constantCurrent ? 0 : Neurons;
        Memory = memory;
    }

    public NeuronDynamics Dynamics { get; }

    public Join? Join { get; }

    public ChannelNorm Norm { get; }

    public bool ConstantCurrent { get; }

    /// <summary>Neurons of the layer for all pictures: elements of one step.</summary>
    public long Neurons { get; }

    /// <summary>τ of LIF, k of PLIF.</summary>
    public float Leak { get; }

    /// <summary>Neurons of a block, a multiple of the norm's period.</summary>
    public int Length { get; }

    public int Blocks { get; }

    public NeuronMemory Memory { get; }

    /// <summary>Runs a function over the blocks: index, first neuron, neuron after the last.</summary>
    public void Run(Action<int, long, long> block)
    {
        ProcessorTeam.Run(Blocks, index => block(index, (long)index * Length, Math.Min(Neurons, (index + 1L) * Length)));

        // The norm's tables are read by address.
        GC.KeepAlive(this);
    }
}
