using System.Text;
using System.Text.Json.Nodes;

namespace SpikingDetector.Service.Tests;

/// <summary>The forms in which a picture can be sent.</summary>
internal static class Requests
{
    public static HttpContent Form(byte[] file, string field = "image") => new MultipartFormDataContent
    {
        { new ByteArrayContent(file), field, "picture.jpg" },
    };

    public static HttpContent Raw(byte[] body, string contentType = "image/jpeg")
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }

    public static HttpContent Raw(string body, string contentType) => Raw(Encoding.Latin1.GetBytes(body), contentType);

    public static HttpContent Json(byte[] file) =>
        Raw(new JsonObject { ["image"] = Convert.ToBase64String(file) }.ToJsonString(), "application/json");

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {body}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonNode.Parse(body)!;
    }

    public static Task<HttpResponseMessage> PostAcceptingAsync(this HttpClient client, string address, HttpContent content, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return client.SendAsync(request);
    }

    /// <summary>Sends the body in chunks, without saying how long it is.</summary>
    public static Task<HttpResponseMessage> PostChunkedAsync(this HttpClient client, string address, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        return client.SendAsync(request);
    }

    public static string? MediaType(this HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType;
}
