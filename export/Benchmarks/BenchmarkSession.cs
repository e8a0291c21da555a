using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using SpikingDetector.Core;
using SpikingDetector.Inference;
using ModelMetadata = SpikingDetector.Inference.ModelMetadata;

namespace SpikingDetector.Export.Benchmarks;

/// <summary>An ONNX file, of this project or another, in plain ONNX Runtime on the CPU with all of its graph optimisations.</summary>
internal sealed class BenchmarkSession : IDisposable
{
    private readonly string _path;
    private readonly InferenceSession _session;
    private readonly RandomInput _input;
    private readonly RunOptions _run = new();
    private OrtValue? _values;

    private BenchmarkSession(string path, InferenceSession session, double loadMilliseconds)
    {
        _path = path;
        _session = session;
        LoadMilliseconds = loadMilliseconds;
        _input = RandomInput.Of(session, path);
    }

    /// <summary>Time that ONNX Runtime took to read and optimise the graph.</summary>
    public double LoadMilliseconds { get; }

    /// <summary>The batch that the graph is fixed to; null where it takes any.</summary>
    public int? FixedBatch => _input.FixedBatch;

    /// <summary>The precision that a file of this project says it has; null for other files.</summary>
    public string? Precision => _session.ModelMetadata.CustomMetadataMap.GetValueOrDefault(ModelMetadata.PrecisionKey);

    /// <summary>Loads a file.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="threads">Threads that share the work of a run, at least 1.</param>
    /// <param name="profilePrefix">How the name of ONNX Runtime's profile begins; no profile unless given.</param>
    /// <exception cref="InvalidInputException">There is no such file, it is no ONNX file, or its input is one that cannot be fed.</exception>
    public static BenchmarkSession Open(string path, int threads, string? profilePrefix = null)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"There is no file {path}; expected an ONNX file.");

        // The first use starts the runtime, which is not the first model's time.
        _ = OnnxRuntime.Environment;
        using SessionOptions options = Options(threads, profilePrefix);
        var watch = Stopwatch.StartNew();
        InferenceSession session;
        try
        {
            session = OnnxRuntime.Open(path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidInputException(
                $"{path} is not an ONNX file that ONNX Runtime can run on the CPU ({Sentence(exception)}).", exception);
        }

        double milliseconds = watch.Elapsed.TotalMilliseconds;
        try
        {
            return new BenchmarkSession(path, session, milliseconds);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Makes the random input of every later run.</summary>
    /// <exception cref="InvalidInputException">The graph is fixed to another batch.</exception>
    public void Feed(int batch)
    {
        _values?.Dispose();
        _values = _input.Fill(batch);
    }

    /// <summary>Runs once on what <see cref="Feed"/> made and returns the milliseconds that this took.</summary>
    /// <exception cref="InvalidInputException">ONNX Runtime fails.</exception>
    public double Run()
    {
        OrtValue values = _values ?? throw new InvalidOperationException("Feed makes the input first.");
        long start = Stopwatch.GetTimestamp();
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, [_input.Name], [values], _session.OutputNames);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidInputException($"{_path} fails on a random input ({Sentence(exception)}).", exception);
        }
    }

    /// <summary>Ends the profile and returns the file that ONNX Runtime wrote it to.</summary>
    public string EndProfiling() => _session.EndProfiling();

    public void Dispose()
    {
        _values?.Dispose();
        _run.Dispose();
        _session.Dispose();
    }

    private static SessionOptions Options(int threads, string? profilePrefix)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            // Errors come as exceptions.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };

        // A model's threads must not spin on the cores that the next one runs on.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        if (profilePrefix is not null)
        {
            options.ProfileOutputPathPrefix = profilePrefix;
            options.EnableProfiling = true;
        }

        return options;
    }

    private static string Sentence(OnnxRuntimeException exception) => exception.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
