namespace SpikingDetector.Service.Requests;

/// <summary>A query parameter, for the endpoint's description.</summary>
/// <param name="Name">As it stands in the address.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="Description">What it does, its upper bound and its default.</param>
/// <param name="Minimum">Lowest value; null for text.</param>
/// <param name="Maximum">Highest value; null for text, or where it depends on the model.</param>
internal sealed record QueryParameter(
    string Name, QueryParameterKind Kind, string Description, int? Minimum = null, int? Maximum = null);
