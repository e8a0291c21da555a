namespace SpikingDetector.Core.Architecture;

/// <summary>A layer's size and cost for one picture.</summary>
/// <param name="Name">Module path.</param>
/// <param name="Part">Which part of the network it belongs to.</param>
/// <param name="Channels">Of its output.</param>
/// <param name="Height">Of its output, in positions.</param>
/// <param name="Width">Of its output, in positions.</param>
/// <param name="Parameters">What training learns, batch normalisation included, running statistics not.</param>
/// <param name="Macs">
/// Multiply-adds of one time step; of the stem in all, because it runs once. In a spiking layer they are additions
/// that happen where a spike arrives.
/// </param>
public sealed record LayerCost(
    string Name, NetworkPart Part, int Channels, int Height, int Width, long Parameters, long Macs);
