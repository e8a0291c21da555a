namespace SpikingDetector.Service.Models;

/// <summary>How far a model has come.</summary>
internal enum ModelStatus
{
    /// <summary>Being opened and warmed up.</summary>
    Loading,

    /// <summary>Answers requests.</summary>
    Ready,

    /// <summary>Its file cannot be served.</summary>
    Refused,
}
