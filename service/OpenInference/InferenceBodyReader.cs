using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using SpikingDetector.Service.Edge;
using SpikingDetector.Service.Images;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.OpenInference;

/// <summary>Reads inference requests in JSON, and with the binary tensor data extension in JSON and bytes behind it.</summary>
internal sealed class InferenceBodyReader(
    IOptions<ImageOptions> images, IOptions<ServerOptions> server, IOptions<OpenInferenceOptions> options, TimeProvider time)
{
    /// <summary>Says how many bytes of the body are JSON; without it all of them.</summary>
    public const string JsonLengthHeader = "Inference-Header-Content-Length";

    private static readonly StreamPipeReaderOptions PipeOptions = new(bufferSize: 1 << 16, leaveOpen: true);

    /// <summary>The request, checked against the model; dispose of it.</summary>
    /// <exception cref="ProblemException">It is malformed, too large, or not for this model.</exception>
    /// <exception cref="BadHttpRequestException">The body is cut short or too slow.</exception>
    public async Task<InferenceRequest> ReadAsync(HttpRequest request, ServedModel model, CancellationToken cancellationToken)
    {
        long? jsonLength = CheckHeaders(request);
        var tensors = ModelTensors.Of(model);
        var rows = new InputRows(model, tensors.Input, options.Value.MaxRows);
        using var upload = new LimitedStream(
            request.BodyReader, images.Value.MaxBodyBytes, TimeSpan.FromSeconds(server.Value.BodyTimeoutSeconds), time);
        PipeReader body = PipeReader.Create(upload, PipeOptions);
        try
        {
            RequestJson json = await ReadJsonAsync(body, jsonLength, tensors.Input, rows, cancellationToken);
            (int rowCount, long binarySize) = Check(json, tensors.Input, jsonLength is not null);
            await ReadBytesAsync(body, binarySize, rows, cancellationToken);
            InputCheck.Elements(tensors.Input, rowCount, rows.Count);
            return new InferenceRequest(json.Id, rows, Outputs(json, tensors));
        }
        catch
        {
            rows.Dispose();
            throw;
        }
        finally
        {
            await body.CompleteAsync();
        }
    }

    private long? CheckHeaders(HttpRequest request)
    {
        // The server's limit gives way to the service's own, as for pictures.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        if (request.ContentLength > images.Value.MaxBodyBytes)
            throw LimitedStream.TooLarge(images.Value.MaxBodyBytes);

        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                ProblemType.UnsupportedBody, "The body has a content encoding, and none is taken: send it without compression.");
        }

        if (!request.Headers.TryGetValue(JsonLengthHeader, out var values))
            return null;
        if (!long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long length) || length == 0)
            throw InferenceProblem.Malformed($"the header {JsonLengthHeader} must be a whole number above 0, the bytes of JSON in the body");
        return length > request.ContentLength ? throw JsonTooShort(length) : length;
    }

    private static async Task<RequestJson> ReadJsonAsync(
        PipeReader body, long? length, ModelTensor input, InputRows rows, CancellationToken cancellationToken)
    {
        using var filter = new JsonRequestFilter(input, rows);
        long left = length ?? long.MaxValue;
        while (true)
        {
            ReadResult result = await body.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> text = result.Buffer.Slice(0, Math.Min(left, result.Buffer.Length));
            if (result.IsCompleted && length is not null && text.Length < left)
                throw JsonTooShort(length.Value);

            bool isFinal = result.IsCompleted || text.Length == left;
            long done = filter.Read(text, isFinal);
            left -= done;
            SequencePosition reached = isFinal ? text.End : text.GetPosition(done);
            body.AdvanceTo(reached, isFinal ? reached : result.Buffer.End);
            if (isFinal)
                return filter.Finish();
        }
    }

    private (int Rows, long BinarySize) Check(RequestJson json, ModelTensor expected, bool hasBytes)
    {
        if (json.Inputs is not [var only])
            throw InferenceProblem.Malformed($"it has {json.Inputs?.Length ?? 0} inputs; expected the one input '{expected.Name}' of the model");
        if (only is not { } input)
            throw InferenceProblem.Malformed($"its input is null; expected the input '{expected.Name}' of the model");

        int rows = InputCheck.Rows(expected, input.Name, input.Datatype, input.Shape, options.Value.MaxRows);
        long? binarySize = new JsonParameters(input.Parameters).Size("binary_data_size");
        if (binarySize is not null && input.Data is not null)
            throw InferenceProblem.Malformed($"the input '{input.Name}' has data as well as binary_data_size; send one of them");
        if (binarySize is null && input.Data is null)
            throw InferenceProblem.Malformed($"the input '{input.Name}' has no data, neither in the JSON nor, with binary_data_size, behind it");
        if (binarySize is not null && !hasBytes)
            throw InferenceProblem.Malformed($"the input '{input.Name}' lies behind the JSON, but the header {JsonLengthHeader} is missing");
        if (binarySize is { } size && size != (long)rows * expected.RowBytes)
        {
            throw InferenceProblem.Malformed(
                $"binary_data_size of the input '{input.Name}' is {size}; expected {(long)rows * expected.RowBytes} bytes for its shape");
        }

        return (rows, binarySize ?? 0);
    }

    private static async Task ReadBytesAsync(PipeReader body, long size, InputRows rows, CancellationToken cancellationToken)
    {
        long left = size;
        while (true)
        {
            ReadResult result = await body.ReadAsync(cancellationToken);
            if (result.Buffer.Length > left)
                throw InferenceProblem.Malformed($"the body goes on behind the JSON and the {size} bytes of its input");
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
                rows.AddRaw(part.Span);
            left -= result.Buffer.Length;
            body.AdvanceTo(result.Buffer.End);
            if (!result.IsCompleted)
                continue;
            if (left > 0)
                throw InferenceProblem.Malformed($"the body ends {left} bytes before the end of its input");
            return;
        }
    }

    private static IReadOnlyList<AnsweredOutput> Outputs(RequestJson json, ModelTensors tensors) => AnsweredOutput.Choose(
        tensors,
        [.. (json.Outputs ?? []).Select(output => (output?.Name, new JsonParameters(output?.Parameters).Flag("binary_data")))],
        new JsonParameters(json.Parameters).Flag("binary_data_output") ?? false);

    private static ProblemException JsonTooShort(long length) =>
        InferenceProblem.Malformed($"the body ends before the {length} bytes of JSON that the header {JsonLengthHeader} says");
}
