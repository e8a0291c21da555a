using SpikingDetector.Core;
using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Energy;

namespace SpikingDetector.Inference;

/// <summary>Reads the rates that a file exported with <c>--activity</c> puts out, and makes energy of them.</summary>
internal sealed class ActivityReader
{
    private const double PicojoulesPerMicrojoule = 1e6;

    private readonly IReadOnlyList<string> _layers;
    private readonly long[] _neurons;
    private readonly EnergyModel? _energy;

    private ActivityReader(IReadOnlyList<string> layers, long[] neurons, EnergyModel? energy)
    {
        _layers = layers;
        _neurons = neurons;
        _energy = energy;
        Outputs = energy is null ? [GraphContract.FiringRates] : [GraphContract.FiringRates, GraphContract.InputRates];
    }

    /// <summary>The outputs that it reads.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The reader for a file, or null where the file puts out no rates.</summary>
    /// <exception cref="InvalidInputException">The layers that it names are not those of its network.</exception>
    public static ActivityReader? For(ModelMetadata metadata, string path)
    {
        if (metadata.ActivityLayers.Count == 0)
            return null;

        var network = NetworkLayout.Of(metadata.Spec);
        CheckNames(metadata.ActivityLayers, network.NeuronLayers, ModelMetadata.ActivityKey, path);
        Dictionary<string, long> neurons = NetworkCost.Of(network).Layers
            .Where(layer => layer.Neuron is not null)
            .ToDictionary(layer => layer.Neuron!, layer => (long)layer.Channels * layer.Height * layer.Width);
        return new ActivityReader(
            metadata.ActivityLayers, [.. metadata.ActivityLayers.Select(layer => neurons[layer])], ModelOfEnergy(metadata, network, path));
    }

    /// <summary>Reads the activity of one input.</summary>
    /// <param name="outputs">Of a run with <see cref="Outputs"/>.</param>
    /// <param name="row">The input's position in the run.</param>
    public SpikeActivity Read(ModelOutputs outputs, int row)
    {
        ReadOnlySpan<float> rates = outputs.Floats(GraphContract.FiringRates).Slice(row * _layers.Count, _layers.Count);
        var layers = new LayerActivity[rates.Length];
        (double spikes, double neurons) = (0, 0);
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = new LayerActivity(_layers[i], rates[i]);
            spikes += (double)rates[i] * _neurons[i];
            neurons += _neurons[i];
        }

        return new SpikeActivity((float)(spikes / neurons), _energy is null ? null : EstimateEnergy(_energy, outputs, row), layers);
    }

    private static float EstimateEnergy(EnergyModel energy, ModelOutputs outputs, int row)
    {
        int count = energy.SpikingLayers.Count;
        var rates = new double[count];
        ReadOnlySpan<float> measured = outputs.Floats(GraphContract.InputRates).Slice(row * count, count);
        for (int i = 0; i < count; i++)
            rates[i] = measured[i];
        return (float)(energy.Estimate(rates).WithShortcuts.Picojoules / PicojoulesPerMicrojoule);
    }

    private static EnergyModel? ModelOfEnergy(ModelMetadata metadata, NetworkLayout network, string path)
    {
        if (metadata.InputRateLayers.Count == 0)
            return null;

        var energy = new EnergyModel(network);
        CheckNames(metadata.InputRateLayers, energy.SpikingLayers, ModelMetadata.InputRatesKey, path);
        return energy;
    }

    private static void CheckNames(IReadOnlyList<string> found, IReadOnlyList<string> expected, string key, string path)
    {
        if (!found.SequenceEqual(expected))
        {
            throw new InvalidInputException(
                $"{path}, metadata '{key}': expected the layers {string.Join(", ", expected)}, found {string.Join(", ", found)}; "
                + "export the checkpoint again.");
        }
    }
}
