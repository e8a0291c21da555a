using SpikingDetector.Core.Images;
using SpikingDetector.Core.Tests.Events;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>Requests that bring about every status and every type of answer of every operation.</summary>
internal static class DescribedCalls
{
    public const string UserKey = "user-key-of-the-description";
    public const string OperatorKey = "operator-key-of-the-description";

    private static readonly byte[] Small = PictureEncoder.EncodeJpeg(new Picture(40, 30));
    private static readonly byte[] Large = PictureEncoder.EncodePng(new Picture(1000, 900));
    private static readonly byte[] Cut = Small[..(Small.Length / 2)];
    private static readonly byte[] Recording = TestEvents.Aedat(Enumerable.Range(0, 100).Select(i => (i, 127 - i, 0)));
    private static readonly byte[] LongRecording = TestEvents.Aedat(Enumerable.Range(0, 20_001).Select(i => (5, 5, 0)));
    private static readonly Picture[] Tensor = ReferenceModels.Pictures(ReferenceModels.Classifier)[..1];

    public static IReadOnlyList<DescribedCall> All { get; } =
    [
        .. Plain("Live", "/health/live"),
        .. Plain("Ready", "/health/ready"),
        .. Plain("ServerLive", "/v2/health/live"),
        .. Plain("ServerReady", "/v2/health/ready"),
        new("Ready", ServiceKind.Limited, HttpMethod.Get, "/health/ready", 503),
        new("ServerReady", ServiceKind.Limited, HttpMethod.Get, "/v2/health/ready", 503),
        .. Plain("Metrics", "/metrics"),
        new("Metrics", ServiceKind.Open, HttpMethod.Get, "/metrics", 200, Accept: "application/openmetrics-text; version=1.0.0"),
        new("Metrics", ServiceKind.Guarded, HttpMethod.Get, "/metrics", 401),
        .. Plain("ServerMetadata", "/v2"),
        .. Guarded("ServerMetadata", HttpMethod.Get, "/v2"),
        .. Plain("ListModels", "/models"),
        .. Guarded("ListModels", HttpMethod.Get, "/models"),
        new("ListModels", ServiceKind.Guarded, HttpMethod.Get, "/models", 200, Key: UserKey),
        .. Plain("GetModel", "/models/things"),
        .. Plain("GetModel", "/models/kinds"),
        .. Plain("GetModel", "/models/moves"),
        .. Plain("GetModel", "/models/broken"),
        new("GetModel", ServiceKind.Open, HttpMethod.Get, "/models/nothing", 404),
        .. Guarded("GetModel", HttpMethod.Get, "/models/things"),
        new("ReloadModels", ServiceKind.Open, HttpMethod.Post, "/models/reload", 403),
        new("ReloadModels", ServiceKind.Guarded, HttpMethod.Post, "/models/reload", 200, Key: OperatorKey),
        new("ReloadModels", ServiceKind.Guarded, HttpMethod.Post, "/models/reload", 403, Key: UserKey),
        new("ReloadModels", ServiceKind.Homeless, HttpMethod.Post, "/models/reload", 503, Key: OperatorKey),
        new("ReloadModels", ServiceKind.Guarded, HttpMethod.Post, "/models/reload", 401, Key: "wrong"),
        .. Guarded("ReloadModels", HttpMethod.Post, "/models/reload"),
        .. Model("", "/v2/models/kinds", "/v2/models/broken", "/v2/models/nothing"),
        .. Model("Version", "/v2/models/kinds/versions/1", "/v2/models/broken/versions/1", "/v2/models/kinds/versions/7"),
        .. List(HttpMethod.Get),
        .. List(HttpMethod.Post),
        .. DeepStack("DeepStackDetect", "/v1/vision/detection"),
        new("DeepStackDetect", ServiceKind.Open, HttpMethod.Post, "/v1/vision/detection?model=broken", 503, Form(Small)),
        new("DeepStackDetect", ServiceKind.Open, HttpMethod.Post, "/v1/vision/detection?model=nothing", 404, Form(Small)),
        .. DeepStack("DeepStackCustom", "/v1/vision/custom/things"),
        new("DeepStackCustom", ServiceKind.Open, HttpMethod.Post, "/v1/vision/custom/broken", 503, Form(Small)),
        new("DeepStackCustom", ServiceKind.Open, HttpMethod.Post, "/v1/vision/custom/nothing", 404, Form(Small)),
        new("DeepStackCustom", ServiceKind.Open, HttpMethod.Post, "/v1/vision/custom/kinds", 400, Form(Small)),
        .. Pictures("Detect", "/detect", "things"),
        new("Detect", ServiceKind.Open, HttpMethod.Post, "/detect", 200, Form(Small), "image/png"),
        new("Detect", ServiceKind.Open, HttpMethod.Post, "/detect", 200, Form(Small), "image/jpeg"),
        .. Pictures("Classify", "/classify", "kinds"),
        new("Classify", ServiceKind.Open, HttpMethod.Post, "/classify?model=moves", 200, Raw(Recording, "application/octet-stream")),
        new("Classify", ServiceKind.Open, HttpMethod.Post, "/classify?model=moves", 413, Raw(LongRecording, "application/octet-stream")),
        new("Classify", ServiceKind.Open, HttpMethod.Post, "/classify?model=moves", 422, Raw(Recording[..^3], "application/octet-stream")),
    ];

    public static Func<HttpContent> Form(params byte[][] files) => () =>
    {
        var form = new MultipartFormDataContent();
        foreach (byte[] file in files)
            form.Add(new ByteArrayContent(file), "image", "picture.jpg");
        return form;
    };

    private static IEnumerable<DescribedCall> Plain(string operation, string address) =>
        [new(operation, ServiceKind.Open, HttpMethod.Get, address, 200)];

    /// <summary>What any address can be answered with because of keys and the limit.</summary>
    private static IEnumerable<DescribedCall> Guarded(string operation, HttpMethod method, string address, Func<HttpContent>? content = null) =>
    [
        new(operation, ServiceKind.Guarded, method, address, 401, content),
        new(operation, ServiceKind.Limited, method, address, 429, content),
    ];

    private static IEnumerable<DescribedCall> List(HttpMethod method)
    {
        string operation = $"DeepStackList{method.Method}";
        return
        [
            new(operation, ServiceKind.Open, method, "/v1/vision/custom/list", 200),
            .. Guarded(operation, method, "/v1/vision/custom/list"),
        ];
    }

    private static IEnumerable<DescribedCall> Model(string nameEnd, string served, string broken, string unknown)
    {
        foreach ((string operation, string end) in new[] { ($"ModelMetadata{nameEnd}", ""), ($"ModelReady{nameEnd}", "/ready") })
        {
            yield return new(operation, ServiceKind.Open, HttpMethod.Get, served + end, 200);
            yield return new(operation, ServiceKind.Open, HttpMethod.Get, broken + end, 503);
            yield return new(operation, ServiceKind.Open, HttpMethod.Get, unknown + end, 404);
            foreach (DescribedCall call in Guarded(operation, HttpMethod.Get, served + end))
                yield return call;
        }

        string infer = $"ModelInfer{nameEnd}", address = $"{served}/infer";
        Func<HttpContent> tensor = Json(TensorRequests.ImageJson(Tensor));
        foreach (DescribedCall call in Guarded(infer, HttpMethod.Post, address, tensor))
            yield return call;
        DescribedCall[] calls =
        [
            new(infer, ServiceKind.Open, HttpMethod.Post, address, 200, tensor),
            new(infer, ServiceKind.Open, HttpMethod.Post, address, 200, Json(TensorRequests.ImageJson(Tensor, ", \"id\": \"42\""))),
            new(infer, ServiceKind.Open, HttpMethod.Post, address, 200, () => TensorRequests.Binary(
                TensorRequests.BinaryImageJson(Tensor, ", \"parameters\": {\"binary_data_output\": true}"), TensorRequests.Bytes(Tensor))),
            new(infer, ServiceKind.Open, HttpMethod.Post, address, 400, Json("{}")),
            new(infer, ServiceKind.Open, HttpMethod.Post, $"{broken}/infer", 503, tensor),
            new(infer, ServiceKind.Open, HttpMethod.Post, $"{unknown}/infer", 404, tensor),
            new(infer, ServiceKind.Open, HttpMethod.Post, address, 408, () => new SlowContent("{", "application/json")),
            new(infer, ServiceKind.Open, HttpMethod.Post, address, 413, Json(
                "{\"inputs\": [{\"name\": \"image\", \"shape\": [17, 32, 32, 3], \"datatype\": \"UINT8\", \"data\": []}]}")),
            new(infer, ServiceKind.Open, HttpMethod.Post, address, 413, Raw(new byte[300_001], "application/json")),
            new(infer, ServiceKind.Open, HttpMethod.Post, address, 415, () => Encoded(tensor())),
            new(infer, ServiceKind.Hasty, HttpMethod.Post, address, 504, tensor),
        ];
        foreach (DescribedCall call in calls)
            yield return call;
    }

    private static IEnumerable<DescribedCall> DeepStack(string operation, string address) =>
    [
        new(operation, ServiceKind.Open, HttpMethod.Post, address, 200, Form(Small)),
        new(operation, ServiceKind.Guarded, HttpMethod.Post, address, 200, Form(Small), Key: UserKey),
        .. Guarded(operation, HttpMethod.Post, address, Form(Small)),
        .. Refused(operation, address),
    ];

    private static IEnumerable<DescribedCall> Pictures(string operation, string path, string model)
    {
        string address = $"{path}?model={model}";
        return
        [
            new(operation, ServiceKind.Open, HttpMethod.Post, address, 200, Form(Small)),
            new(operation, ServiceKind.Open, HttpMethod.Post, address, 200, () => Requests.Json(Small)),
            new(operation, ServiceKind.Open, HttpMethod.Post, address, 200, Raw(Small, "image/jpeg")),
            new(operation, ServiceKind.Open, HttpMethod.Post, address, 200, Form(Small, Cut, Large)),
            new(operation, ServiceKind.Open, HttpMethod.Post, address, 200, Form(Small, Cut), "application/x-ndjson"),
            new(operation, ServiceKind.Open, HttpMethod.Post, address, 200, Raw([1, 2, 3], "image/jpeg"), "application/x-ndjson"),
            new(operation, ServiceKind.Open, HttpMethod.Post, $"{path}?model=lively-{model}&activity=true", 200, Form(Small)),
            new(operation, ServiceKind.Open, HttpMethod.Post, $"{path}?model=lively-{model}&activity=true", 200, Form(Small, Cut)),
            new(operation, ServiceKind.Open, HttpMethod.Post, address, 406, Form(Small), "text/html"),
            new(operation, ServiceKind.Open, HttpMethod.Post, $"{path}?model=broken", 503, Form(Small)),
            new(operation, ServiceKind.Open, HttpMethod.Post, $"{path}?model=nothing", 404, Form(Small)),
            new(operation, ServiceKind.Open, HttpMethod.Post, $"{path}?model={(model == "kinds" ? "things" : "kinds")}", 400, Form(Small)),
            .. Guarded(operation, HttpMethod.Post, address, Form(Small)),
            .. Refused(operation, address),
        ];
    }

    /// <summary>What every operation with pictures says of those that it does not take.</summary>
    private static IEnumerable<DescribedCall> Refused(string operation, string address) =>
    [
        new(operation, ServiceKind.Open, HttpMethod.Post, address, 400, Form()),
        new(operation, ServiceKind.Open, HttpMethod.Post, address, 408, () => new SlowContent(
            "--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n", "multipart/form-data; boundary=x")),
        new(operation, ServiceKind.Open, HttpMethod.Post, address, 413, Form(Large)),
        new(operation, ServiceKind.Open, HttpMethod.Post, address, 413, Form(new byte[300_001])),
        new(operation, ServiceKind.Open, HttpMethod.Post, address, 415, Form([1, 2, 3, 4])),
        new(operation, ServiceKind.Open, HttpMethod.Post, address, 415, Raw(Small, "text/plain")),
        new(operation, ServiceKind.Open, HttpMethod.Post, address, 422, Form(Cut)),
        new(operation, ServiceKind.Hasty, HttpMethod.Post, address, 504, Form(Small)),
    ];

    private static Func<HttpContent> Raw(byte[] body, string type) => () => Requests.Raw(body, type);

    private static Func<HttpContent> Json(string json) => () => TensorRequests.Json(json);

    private static HttpContent Encoded(HttpContent content)
    {
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }
}
