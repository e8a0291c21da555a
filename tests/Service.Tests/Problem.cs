using System.Text.Json.Nodes;

namespace SpikingDetector.Service.Tests;

/// <summary>What every error of the service has to be.</summary>
internal static class Problem
{
    /// <summary>Checks the error and gives its detail.</summary>
    public static async Task<string> AssertAsync(HttpResponseMessage response, int status, string type)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"expected {status}, found {(int)response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.MediaType());
        JsonNode problem = JsonNode.Parse(body)!;
        Assert.Equal($"urn:spiking-detector:problem:{type}", (string?)problem["type"]);
        Assert.Equal(status, (int?)problem["status"]);
        Assert.False(string.IsNullOrWhiteSpace((string?)problem["title"]));
        AssertNoTrace(body);
        return (string)problem["detail"]!;
    }

    public static void AssertNoTrace(string body)
    {
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
    }
}
