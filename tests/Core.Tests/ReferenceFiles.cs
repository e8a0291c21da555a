namespace SpikingDetector.Core.Tests;

/// <summary>Files made by other people's programs, beside the tests.</summary>
internal static class ReferenceFiles
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "reference");

    /// <summary>Names of the networks of <c>reference/models</c>.</summary>
    public static TheoryData<string> Models => new("sg10_cifar_asd", "sew10_iand", "retina10_asd");

    public static string Checkpoint(string model) => Path.Combine(Folder, "models", model, "checkpoint.safetensors");

    public static string Expected(string model) => Path.Combine(Folder, "models", model, "expected.safetensors");

    /// <summary>torchvision's anchors, matches and losses for a 128×256 input.</summary>
    public static string RetinaLoss => Path.Combine(Folder, "retina_loss.safetensors");
}
