using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Tensors;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Neurons;

/// <summary>
/// How a block joins its branch's spikes H with its shortcut X: Y = H·(ValueH + ValueHX·X) + ValueX·X. All gates of
/// this form have derivatives that are linear in H and X: dY/dH = SlopeH0 + SlopeHH·H + SlopeHX·X and
/// dY/dX = SlopeX0 + SlopeXH·H.
/// </summary>
internal sealed record Join(
    float ValueH, float ValueX, float ValueHX, float SlopeH0, float SlopeHH, float SlopeHX, float SlopeX0, float SlopeXH)
{
    /// <summary>The join of a block kind, or null where the block has none of this form (Spiking, ANN, BSG*).</summary>
    public static Join? Of(BackboneSpec backbone, GateGradient gateGradient) => backbone.Block switch
    {
        BlockKind.SpikeGate when backbone.Gate == GateKind.Bsg => SpikeGate(gateGradient),
        BlockKind.SewAdd => new(1, 1, 0, 1, 0, 0, 1, 0),
        BlockKind.SewAnd => new(0, 0, 1, 0, 0, 1, 0, 1),
        BlockKind.SewIand => new(0, 1, -1, 0, 0, -1, 1, -1),
        _ => null,
    };

    /// <summary>Y of spikes H and shortcut X in tensor operations.</summary>
    public Tensor Apply(Tensor spikes, Tensor shortcut)
    {
        Tensor factor = (shortcut * Scalars.Of(ValueHX)).Plus(Scalars.Of(ValueH));
        return (spikes * factor).Plus(shortcut * Scalars.Of(ValueX));
    }

    private static Join SpikeGate(GateGradient gradient) => gradient switch
    {
        GateGradient.Literal => new(1, 1, -1, 0, 2, -1, 1, -1),
        GateGradient.Detached => new(1, 1, -1, 0, 1, 0, 1, -1),
        _ => new(1, 1, -1, 1, 0, -1, 1, -1),
    };
}
