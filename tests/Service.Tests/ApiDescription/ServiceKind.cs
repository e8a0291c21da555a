namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>How the services differ that show every status there is.</summary>
public enum ServiceKind
{
    /// <summary>Without keys and limit; the model broken cannot be served.</summary>
    Open,

    /// <summary>Wants keys.</summary>
    Guarded,

    /// <summary>Has no models, and its client has asked too often already.</summary>
    Limited,

    /// <summary>Wants keys, and its folder of models is not there.</summary>
    Homeless,

    /// <summary>Gives requests less time than its batches wait.</summary>
    Hasty,
}
