using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using SpikingDetector.Core;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Service.Commands;

namespace SpikingDetector.Service.Health;

/// <summary><c>health [URL] [--timeout S]</c>: the health check of images that have neither a shell nor curl.</summary>
internal static class HealthCommand
{
    public const string Name = "health";

    /// <summary>The service that is asked unless another is named.</summary>
    public const string DefaultUrl = "http://localhost:8080";

    /// <summary>How long it may take to answer, unless said otherwise.</summary>
    public const double DefaultTimeoutSeconds = 5;

    public static Command Create()
    {
        var url = new Argument<string>("url")
        {
            Description = $"The service; {DefaultUrl} unless given.",
            DefaultValueFactory = _ => DefaultUrl,
        };
        Option<double> timeout = Options.Number<double>(
            "--timeout", $"Seconds to wait for the answer; {DefaultTimeoutSeconds} unless given.", most: 3600);
        timeout.DefaultValueFactory = _ => DefaultTimeoutSeconds;
        var command = new Command(Name, "Ask a service whether it is ready. Exit code 0 where it is, else 1.") { url, timeout };
        command.AddExample("dotnet run --project service -- health", "As a container's health check");
        command.SetAction(async (parsed, cancellation) =>
        {
            Uri address = Address(parsed.GetRequiredValue(url));
            string? reason = await NotReadyReasonAsync(address, TimeSpan.FromSeconds(parsed.GetValue(timeout)), cancellation);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(reason ?? "ready");
            return reason is null ? ExitCode.Success : ExitCode.CheckFailed;
        });
        return command;
    }

    private static Uri Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? new Uri(address, HealthEndpoints.ReadyPath)
            : throw new InvalidInputException($"'{url}' is no address of a service; expected one such as {DefaultUrl}.");

    private static async Task<string?> NotReadyReasonAsync(Uri address, TimeSpan timeout, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = timeout };
        try
        {
            using HttpResponseMessage response = await client.GetAsync(address, cancellation);
            return response.StatusCode == HttpStatusCode.OK
                ? null
                : Detail(await response.Content.ReadAsStringAsync(cancellation)) ?? $"{address} answered {(int)response.StatusCode}.";
        }
        catch (HttpRequestException exception)
        {
            return $"{address} does not answer: {exception.Message}";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"{address} does not answer within {timeout.TotalSeconds} s.";
        }
    }

    private static string? Detail(string problem)
    {
        try
        {
            return (JsonNode.Parse(problem) as JsonObject)?["detail"]?.GetValue<string>();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
