namespace SpikingDetector.Service.Load;

/// <summary>When the requests of an open loop start.</summary>
internal enum Arrivals
{
    /// <summary>At equal distances.</summary>
    Fixed,

    /// <summary>At random, as those of many clients that do not know of each other.</summary>
    Poisson,
}
