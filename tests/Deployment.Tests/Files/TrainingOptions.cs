namespace SpikingDetector.Deployment.Tests;

/// <summary>Options of the trainer's command <c>train</c>. They are read from its source: the trainer itself would bring LibTorch here.</summary>
internal static class TrainingOptions
{
    private static readonly string Source = string.Concat(
        ((string[])["TrainCommand.cs", "DeviceOption.cs"]).Select(file => File.ReadAllText(Repository.PathOf("training", "Commands", file))));

    /// <summary>Fails where there is no such option.</summary>
    /// <param name="word">The option, with <c>=</c> and its value or without.</param>
    public static void AssertKnown(string word) => Assert.Contains($"(\"{word.Split('=')[0]}\"", Source, StringComparison.Ordinal);
}
