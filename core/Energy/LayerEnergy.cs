using SpikingDetector.Core.Architecture;

namespace SpikingDetector.Core.Energy;

/// <summary>What a layer takes for one input (Zhang et al. 2023, Eqs. 18 and 19).</summary>
/// <param name="Cost">Its size and the multiply-adds of one run.</param>
/// <param name="InputRate">
/// Mean of the spikes that enter it, over all its inputs' elements and steps: 0…1, above 1 where SEW ADD's counts enter; null
/// where it sees real numbers.
/// </param>
/// <param name="Count">
/// MACs are the multiply-adds of all runs; where spikes enter, ACs are as many times the rate. The ordinary network runs
/// once.
/// </param>
public sealed record LayerEnergy(LayerCost Cost, double? InputRate, OperationCount Count);
