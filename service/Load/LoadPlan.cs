namespace SpikingDetector.Service.Load;

/// <summary>A load.</summary>
internal sealed record LoadPlan
{
    /// <summary>Where the requests go.</summary>
    public required Uri Address { get; init; }

    /// <summary>What they carry, in turns; at least one.</summary>
    public required IReadOnlyList<LoadBody> Bodies { get; init; }

    /// <summary>Headers of each request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Closed loop: how many clients send their next request once the last was answered.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Open loop: requests a second; null for a closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>Open loop: how the starts are spread.</summary>
    public Arrivals Arrivals { get; init; }

    /// <summary>
    /// Open loop: requests that are due while so many are under way wait until one of them has ended; their time runs all the same.
    /// </summary>
    public int MostUnderWay { get; init; } = 2048;

    /// <summary>No request starts after this time; those under way are waited for.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.MaxValue;

    /// <summary>Most requests.</summary>
    public int Requests { get; init; } = int.MaxValue;

    /// <summary>Time of the same load before, which is not counted.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>A request that has no whole answer by then is given up and counts as failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
