namespace SpikingDetector.Service.Shutdown;

/// <summary>Whether the service is about to end.</summary>
internal sealed class ShutdownState
{
    private volatile bool _ending;

    /// <summary>It still answers, but should get no new requests.</summary>
    public bool IsEnding => _ending;

    public void Begin() => _ending = true;
}
