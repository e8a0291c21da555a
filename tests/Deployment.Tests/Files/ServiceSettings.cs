using SpikingDetector.Inference;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Tests;

namespace SpikingDetector.Deployment.Tests;

/// <summary>Settings of a container, held against the service's own idea of them.</summary>
internal static class ServiceSettings
{
    private const string Folder = $"{ModelOptions.Section}__{nameof(ModelOptions.Folder)}";
    private const string Device = $"{ModelOptions.Section}__{nameof(ModelOptions.Device)}";

    /// <summary>
    /// Starts the service with them, which refuses unknown keys of its sections and values out of range; a section that nobody
    /// knows it would pass over. The models are this machine's, and so is the device.
    /// </summary>
    public static Task<ChildService> StartAsync(Dictionary<string, string> settings, string models)
    {
        Assert.All(settings.Keys, key => Assert.Contains(key.Split("__")[0], ServiceDefaults.Sections));
        var here = new Dictionary<string, string>(settings) { [Folder] = models };
        if (here.TryGetValue(Device, out string? device))
        {
            Assert.True(Enum.TryParse(device, ignoreCase: true, out ExecutionDevice _), $"{device} is no device.");
            here[Device] = "cpu";
        }

        return ChildService.StartAsync(here);
    }
}
