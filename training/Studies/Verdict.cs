namespace SpikingDetector.Training.Studies;

/// <summary>What a comparison says of the paper's order of two networks.</summary>
internal enum Verdict
{
    /// <summary>The same network is ahead as in the paper.</summary>
    Holds,

    /// <summary>The other network is ahead.</summary>
    Reversed,

    /// <summary>The difference may be chance.</summary>
    NotToldApart,

    /// <summary>There is a difference, of which the paper says nothing.</summary>
    NotInPaper,

    /// <summary>There is a difference, where the paper finds the two about equal.</summary>
    EqualInPaper,

    /// <summary>With one seed a difference cannot be told from chance.</summary>
    SeedsMissing,
}
