using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;
using SpikingDetector.Core;

namespace SpikingDetector.Inference;

/// <summary>Opens ONNX Runtime sessions on the device that was asked for.</summary>
internal static partial class SessionFactory
{
    private const string CudaProvider = "CUDAExecutionProvider";

    public static OpenedSession Open(ModelSource source, ModelSessionOptions options)
    {
        Check(options);
        if (!source.Exists)
            throw new InvalidInputException($"There is no file {source.Path}; expected an ONNX file that the export command wrote.");

        if (options.Device == ExecutionDevice.Cpu)
            return new OpenedSession(OpenOnCpu(source, options), ExecutionDevice.Cpu, null);

        try
        {
            return new OpenedSession(OpenOnCuda(source, options), ExecutionDevice.Cuda, null);
        }
        catch (DeviceUnavailableException exception) when (options.Device == ExecutionDevice.Auto)
        {
            return new OpenedSession(OpenOnCpu(source, options), ExecutionDevice.Cpu, exception.Message);
        }
    }

    private static void Check(ModelSessionOptions options)
    {
        var errors = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), errors, validateAllProperties: true))
            throw new InvalidInputException(errors[0].ErrorMessage!);
    }

    private static InferenceSession OpenOnCpu(ModelSource source, ModelSessionOptions options)
    {
        using SessionOptions native = CommonOptions(options.IntraOpThreads, options.SpinWhileWaiting);
        native.EnableCpuMemArena = options.KeepCpuMemory;
        try
        {
            return source.CreateSession(native);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidInputException(
                $"{source.Path} is not a usable ONNX file ({Sentence(exception)}); it may be cut short or of another kind: "
                + "copy it again or export the checkpoint again.",
                exception);
        }
    }

    private static InferenceSession OpenOnCuda(ModelSource source, ModelSessionOptions options)
    {
        if (!OnnxRuntime.Environment.GetAvailableProviders().Contains(CudaProvider))
        {
            throw new DeviceUnavailableException(
                "This build runs on the CPU only; for CUDA build it with -p:Accelerator=cuda.");
        }

        // Spinning threads of the host would only take time from the threads that feed the device.
        using SessionOptions native = CommonOptions(threads: 1, spin: false);
        try
        {
            AppendCuda(native, options);
            return source.CreateSession(native);
        }
        catch (OnnxRuntimeException exception)
        {
            // A file that no device can open is the file's fault.
            OpenOnCpu(source, options).Dispose();
            throw new DeviceUnavailableException(
                $"CUDA device {options.CudaDevice} cannot be used ({Sentence(exception)}); check the driver and the CUDA "
                + "and cuDNN libraries.",
                exception);
        }
    }

    /// <exception cref="OnnxRuntimeException">The library for CUDA cannot be loaded, or there is no such device.</exception>
    private static void AppendCuda(SessionOptions native, ModelSessionOptions options)
    {
        using var cuda = new OrtCUDAProviderOptions();
        var settings = new Dictionary<string, string>
        {
            ["device_id"] = options.CudaDevice.ToString(CultureInfo.InvariantCulture),
            // Trying out every algorithm anew for each batch size would take longer than it saves.
            ["cudnn_conv_algo_search"] = "HEURISTIC",
            // A membrane potential that is rounded to ten bits crosses its threshold at another step.
            ["use_tf32"] = "0",
        };
        if (options.CudaMemoryMiB > 0)
            settings["gpu_mem_limit"] = ((long)options.CudaMemoryMiB << 20).ToString(CultureInfo.InvariantCulture);
        cuda.UpdateOptions(settings);
        native.AppendExecutionProvider_CUDA(cuda);
    }

    private static SessionOptions CommonOptions(int threads, bool spin)
    {
        var native = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            // The graph is a chain: only the work inside a node can be shared.
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            // Errors come as exceptions; the rest is not for this program's readers.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        native.AddSessionConfigEntry("session.intra_op.allow_spinning", spin ? "1" : "0");
        return native;
    }

    /// <summary>What an exception says, without the place in ONNX Runtime's source and the codes that may stand before it.</summary>
    private static string Sentence(OnnxRuntimeException exception) =>
        Origin().Replace(exception.Message.ReplaceLineEndings(" "), "").Trim().TrimEnd('.');

    [GeneratedRegex(@"^\[ErrorCode:\w+\] (.*\[ONNXRuntimeError\] : \d+ : \w+ : )?")]
    private static partial Regex Origin();
}
