namespace SpikingDetector.Service.Models;

/// <summary>The answer of <c>/models</c>.</summary>
/// <param name="Models">All models of the folder, by name.</param>
/// <param name="Message">What is missing where no model can be served; else left out.</param>
internal sealed record ModelList(IReadOnlyList<ModelDescription> Models, string? Message);
