using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using SpikingDetector.Service.Grpc.Messages;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.OpenInference;

namespace SpikingDetector.Service.Grpc;

/// <summary>Inference requests and answers as messages.</summary>
internal static class InferenceMessages
{
    /// <summary>The request, checked against the model; dispose of it.</summary>
    /// <exception cref="Problems.ProblemException">It is malformed or not for this model.</exception>
    public static InferenceRequest Read(ModelInferRequest message, ServedModel model, int maxRows)
    {
        var tensors = ModelTensors.Of(model);
        if (message.Inputs is not [ModelInferRequest.Types.InferInputTensor input])
            throw InferenceProblem.Malformed($"it has {message.Inputs.Count} inputs; expected the one input '{tensors.Input.Name}' of the model");

        CheckParameters(input.Parameters);
        int rowCount = InputCheck.Rows(tensors.Input, input.Name, input.Datatype, input.Shape, maxRows);
        IReadOnlyList<AnsweredOutput> outputs = AnsweredOutput.Choose(tensors, [.. message.Outputs.Select(Requested)], binary: IsRaw(message));
        var rows = new InputRows(model, tensors.Input, maxRows);
        try
        {
            if (IsRaw(message))
                AddRaw(rows, message, tensors.Input, rowCount);
            else
                AddContents(rows, input.Contents, tensors.Input, rowCount);
            return new InferenceRequest(message.Id.Length > 0 ? message.Id : null, rows, outputs);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>The answer, in bytes or in lists of numbers as the request asks by its own form.</summary>
    public static ModelInferResponse Write(InferenceResult result)
    {
        var message = new ModelInferResponse { ModelName = result.ModelName, ModelVersion = result.ModelVersion, Id = result.Id ?? "" };
        for (int i = 0; i < result.Outputs.Count; i++)
        {
            ModelTensor tensor = result.Outputs[i].Tensor;
            var output = new ModelInferResponse.Types.InferOutputTensor { Name = tensor.Name, Datatype = tensor.Datatype.Name };
            output.Shape.AddRange(tensor.Shape(result.Rows.Count));
            message.Outputs.Add(output);
            if (result.Outputs[i].Binary)
                message.RawOutputContents.Add(UnsafeByteOperations.UnsafeWrap(Join(result, i)));
            else
                output.Contents = Contents(tensor, result, i);
        }

        return message;
    }

    private static bool IsRaw(ModelInferRequest message) => message.RawInputContents.Count > 0;

    private static (string? Name, bool? Binary) Requested(ModelInferRequest.Types.InferRequestedOutputTensor output)
    {
        CheckParameters(output.Parameters);
        return (output.Name, null);
    }

    private static void CheckParameters(MapField<string, InferParameter> parameters)
    {
        if (JsonParameters.Unsupported.FirstOrDefault(parameters.ContainsKey) is { } name)
            throw InferenceProblem.UnsupportedParameter(name);
    }

    private static void AddRaw(InputRows rows, ModelInferRequest message, ModelTensor tensor, int rowCount)
    {
        if (message.RawInputContents is not [ByteString bytes])
            throw InferenceProblem.Malformed($"it has {message.RawInputContents.Count} raw_input_contents for its one input");
        if (message.Inputs[0].Contents is not null)
            throw InferenceProblem.Malformed($"the input '{tensor.Name}' has contents as well as raw_input_contents; send one of them");
        if (bytes.Length != (long)rowCount * tensor.RowBytes)
        {
            throw InferenceProblem.Malformed(
                $"raw_input_contents of the input '{tensor.Name}' has {bytes.Length} bytes; expected {(long)rowCount * tensor.RowBytes} for its shape");
        }

        rows.AddRaw(bytes.Span);
    }

    private static void AddContents(InputRows rows, InferTensorContents? contents, ModelTensor tensor, int rowCount)
    {
        if (contents is null)
            throw InferenceProblem.Malformed($"the input '{tensor.Name}' has no elements, neither contents nor raw_input_contents");

        bool isBytes = tensor.Datatype == Datatype.UInt8;
        int elements = isBytes ? contents.UintContents.Count : contents.Fp32Contents.Count;
        if (elements == 0)
            throw InferenceProblem.Malformed($"the contents of the input '{tensor.Name}' are not in {(isBytes ? "uint_contents" : "fp32_contents")}");
        InputCheck.Elements(tensor, rowCount, elements);
        if (isBytes)
        {
            foreach (uint value in contents.UintContents)
                rows.Add(value <= byte.MaxValue ? (byte)value : throw InferenceProblem.NoByte(tensor));
        }
        else
        {
            foreach (float value in contents.Fp32Contents)
                rows.Add(value);
        }
    }

    private static byte[] Join(InferenceResult result, int output)
    {
        if (result.Rows.Count == 1)
            return result.Rows[0][output];

        var joined = new byte[result.Elements(output).Sum(row => row.Length)];
        int length = 0;
        foreach (byte[] row in result.Elements(output))
        {
            row.CopyTo(joined, length);
            length += row.Length;
        }

        return joined;
    }

    private static InferTensorContents Contents(ModelTensor tensor, InferenceResult result, int output)
    {
        var contents = new InferTensorContents();
        foreach (byte[] row in result.Elements(output))
        {
            if (tensor.Datatype == Datatype.Int64)
                contents.Int64Contents.AddRange(MemoryMarshal.Cast<byte, long>(row).ToArray());
            else
                contents.Fp32Contents.AddRange(MemoryMarshal.Cast<byte, float>(row).ToArray());
        }

        return contents;
    }
}
