namespace SpikingDetector.Service.Models;

/// <summary>The model that gave an answer.</summary>
internal sealed record ModelReference(string Name, string Version)
{
    public static ModelReference To(ServedModel model) => new(model.Name, model.Version);
}
