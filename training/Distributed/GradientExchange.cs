using SpikingDetector.Core.Architecture;
using SpikingDetector.Training.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Distributed;

/// <summary>
/// Averages gradients over the processes of a group, stage by stage while the backward pass goes on, and the running
/// statistics of batch normalisation, so that all processes hold the same network after each step.
/// </summary>
internal sealed class GradientExchange
{
    private readonly ProcessGroup _group;
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _statistics;

    /// <summary>Where the parameters of each stage begin.</summary>
    private readonly int[] _starts;

    private readonly List<Bucket> _sent = [];
    private readonly Dictionary<int, float[]> _buffers = [];
    private int _end;

    public GradientExchange(Weights weights, ProcessGroup group)
    {
        _group = group;
        (string Name, Parameter Parameter)[] named = [.. weights.Parameters];
        _parameters = [.. named.Select(pair => pair.Parameter)];
        _statistics = [.. weights.Statistics];
        _starts = [.. weights.Network.Stages.Select(stage => Array.FindIndex(named, pair => pair.Name == $"{First(stage)}.weight"))];
    }

    /// <summary>To be called after the forward pass: sends what that has changed.</summary>
    public void Begin()
    {
        _end = _parameters.Length;
        Send(-1, _statistics, _statistics);
    }

    /// <summary>To be called in the backward pass once the gradient of a stage's input is known: all behind it is complete.</summary>
    public void OnStage(int stage) => SendFrom(_starts[stage]);

    /// <summary>To be called after the backward pass: sends the rest and waits until all gradients are averages.</summary>
    public void Finish()
    {
        SendFrom(0);
        foreach (Bucket bucket in _sent)
            Receive(bucket);
        _sent.Clear();
    }

    private static string First(StageLayout stage) => (stage.Entry ?? stage.Blocks[0].Branch[0]).Convolution.Name;

    private void SendFrom(int start)
    {
        Parameter[] parameters = _parameters[start.._end];
        _end = start;
        Tensor[] gradients = [.. parameters.Select(parameter => parameter.grad
            ?? throw new InvalidOperationException("A gradient is not there when its stage is sent to the other processes."))];
        Send(start, gradients, gradients);
    }

    private void Send(int key, Tensor[] sources, Tensor[] targets)
    {
        if (sources.Length == 0)
            return;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor flat = cat([.. sources.Select(source => source.detach().reshape(-1))], 0).cpu();
        if (!_buffers.TryGetValue(key, out float[]? buffer))
            _buffers.Add(key, buffer = new float[flat.numel()]);
        flat.data<float>().CopyTo(buffer);
        _sent.Add(new Bucket(targets, buffer, _group.SumAsync(buffer)));
    }

    private void Receive(Bucket bucket)
    {
        bucket.Summed.GetAwaiter().GetResult();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor flat = tensor(bucket.Values).div_(tensor((float)_group.Size));
        long offset = 0;
        foreach (Tensor target in bucket.Targets)
        {
            long count = target.numel();
            target.detach().copy_(flat.narrow(0, offset, count).reshape(target.shape));
            offset += count;
        }
    }

    private sealed record Bucket(Tensor[] Targets, float[] Values, Task Summed);
}
