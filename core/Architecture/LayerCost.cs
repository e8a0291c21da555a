namespace SpikingDetector.Core.Architecture;

/// <summary>A layer's size and cost for one input: a picture, or the frames of an event recording.</summary>
/// <param name="Name">Module path.</param>
/// <param name="Part">Which part of the network it belongs to.</param>
/// <param name="Channels">Of its output.</param>
/// <param name="Height">Of its output, in positions.</param>
/// <param name="Width">Of its output, in positions.</param>
/// <param name="Parameters">What training learns, batch normalisation included, running statistics not.</param>
/// <param name="Macs">
/// Multiply-adds of one run. In a layer behind spikes they are additions that happen where a spike arrives.
/// </param>
/// <param name="Runs">
/// How often it runs for one input: T times where it has an input of its own at every time step, which the stem of an
/// event network has; once behind the decoder, and in the stem of pictures, which are the same at every step.
/// </param>
/// <param name="Neuron">
/// Module path of the neurons behind it, one for each element of its output; of an ordinary network its ReLU. Null where there
/// are none.
/// </param>
public sealed record LayerCost(
    string Name, NetworkPart Part, int Channels, int Height, int Width, long Parameters, long Macs, int Runs, string? Neuron = null);
