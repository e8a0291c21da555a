namespace SpikingDetector.Export;

/// <summary>
/// What makes the graph smaller or faster and leaves its answers as they are. Each can be left out, to see what it is worth
/// and to look for a fault in it.
/// </summary>
[Flags]
public enum GraphPasses
{
    None = 0,

    /// <summary>Batch normalisation becomes part of the convolution before it.</summary>
    FoldNormalisation = 1,

    /// <summary>The first convolution of a picture is computed once for all time steps.</summary>
    StemOnce = 2,

    /// <summary>The first neurons of a picture are computed in closed form (needs <see cref="StemOnce"/>).</summary>
    ClosedForm = 4,

    /// <summary>BSG's Y = G·H + (1 − G)·X is "H or X".</summary>
    OrGate = 8,

    /// <summary>Constants with the same content are stored once.</summary>
    ShareConstants = 16,

    /// <summary>Nodes and constants that no output depends on are taken away.</summary>
    RemoveUnread = 32,

    All = FoldNormalisation | StemOnce | ClosedForm | OrGate | ShareConstants | RemoveUnread,
}
