namespace SpikingDetector.Service.Tests.Soak;

/// <summary>What a request of the soak is for.</summary>
internal enum SoakKind
{
    /// <summary>Has to be answered as it is alone.</summary>
    Good,

    /// <summary>The same, though its body takes its time.</summary>
    Slow,

    /// <summary>Has to be refused with a status of its own, or answered; never with a failure of the service.</summary>
    Hostile,

    /// <summary>Its client leaves at some moment.</summary>
    Abandoned,
}
