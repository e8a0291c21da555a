namespace SpikingDetector.Service.Requests;

/// <summary>What the value of a query parameter is.</summary>
internal enum QueryParameterKind
{
    Text,
    Number,
    WholeNumber,
    Flag,
}
