using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Networks;

/// <summary>
/// The named tensors of a network under the names of the checkpoint, float32; convolution weights are channels-last.
/// </summary>
internal sealed class Weights : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = [];

    static Weights()
    {
        LibTorchSettings.DisableNnpack();
        LibTorchSettings.KeepFreedMemory();
    }

    private Weights(NetworkLayout network, Device device, Func<TensorShape, Tensor> make)
    {
        Network = network;
        Device = device;
        using var noGrad = no_grad();
        foreach (TensorShape shape in TensorLayout.Of(network))
        {
            using Tensor made = make(shape);
            using Tensor placed = made.to(device);
            Tensor laidOut = ChannelsLast.Of(placed);
            _tensors.Add(shape.Name, shape.Learned ? new Parameter(laidOut) : laidOut);
        }

        foreach (Tensor tensor in _tensors.Values)
            tensor.DetachFromDisposeScope();
    }

    public NetworkLayout Network { get; }

    public Device Device { get; }

    /// <summary>What an optimiser changes, in the order of the checkpoint.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> Parameters =>
        _tensors.Where(pair => pair.Value is Parameter).Select(pair => (pair.Key, (Parameter)pair.Value));

    /// <summary>The running statistics of batch normalisation.</summary>
    public IEnumerable<Tensor> Statistics => _tensors.Values.Where(tensor => tensor is not Parameter);

    public Tensor this[string name] => _tensors[name];

    /// <summary>Fresh weights; the same seed gives the same.</summary>
    public static Weights Initialise(NetworkLayout network, Device device, int seed)
    {
        manual_seed(seed);
        return new Weights(network, device, new WeightInitialisation(network).Make);
    }

    /// <summary>The weights of a checkpoint.</summary>
    public static Weights Load(Checkpoint checkpoint, Device device) => new(
        checkpoint.Network,
        device,
        shape => tensor(checkpoint.Read(shape.Name), [.. shape.Shape]));

    /// <summary>The same network with weights of its own that begin with these values.</summary>
    public static Weights Copy(Weights weights) => new(weights.Network, weights.Device, shape =>
    {
        using Tensor values = weights[shape.Name].detach();
        return values.clone();
    });

    /// <summary>Overwrites these weights with those of a checkpoint of the same network.</summary>
    public void Assign(Checkpoint checkpoint)
    {
        foreach ((string name, Tensor tensor) in _tensors)
            Assign(tensor, checkpoint.Read(name));
    }

    /// <summary>Writes a checkpoint that holds these weights.</summary>
    public void Save(string path, IReadOnlyDictionary<string, string> metadata) =>
        Checkpoint.Write(path, Network.Spec, metadata, shape => Bytes(_tensors[shape.Name]));

    /// <summary>A tensor's float32 values, row-major in its shape whatever its layout.</summary>
    public static byte[] Bytes(Tensor tensor)
    {
        using var noGrad = no_grad();
        using Tensor onCpu = tensor.detach().cpu();
        using Tensor contiguous = onCpu.contiguous();
        return contiguous.bytes.ToArray();
    }

    /// <summary>Overwrites values in place with row-major float32 values.</summary>
    public static void Assign(Tensor target, ReadOnlySpan<float> values)
    {
        using var noGrad = no_grad();
        using Tensor source = torch.tensor(values.ToArray(), target.shape);
        target.copy_(source);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _tensors.Values)
            tensor.Dispose();
    }
}
