using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Serilog;
using SpikingDetector.Inference;
using SpikingDetector.Service.Batching;
using SpikingDetector.Service.Metrics;
using SpikingDetector.Service.Models;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Work;

namespace SpikingDetector.Service.OpenInference;

/// <summary>Runs a model on a request's rows, each of which has its turn like a picture of a request of its own.</summary>
internal sealed class InferenceRunner(
    IOptions<WorkOptions> work, ServiceMetrics metrics, TimeProvider time, IDiagnosticContext requestLog)
{
    /// <summary>The answer to all rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="request">The request; in use until the task ends.</param>
    /// <param name="aborted">The client has left, or its own deadline has passed.</param>
    /// <exception cref="ProblemException">The model's queue has no room for all rows, or the deadline has passed.</exception>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async Task<InferenceResult> RunAsync(ServedModel model, InferenceRequest request, CancellationToken aborted)
    {
        IReadOnlyList<InputBatch> rows = request.Rows.Finished;
        string[] names = [.. request.Outputs.Select(output => output.Tensor.Name)];
        using QueuePlaces places = model.Queue.Enter(rows.Count);
        using var deadline = new Deadline(TimeSpan.FromSeconds(work.Value.DeadlineSeconds), time, aborted);
        try
        {
            RunResult<byte[][]>[] runs = await Task.WhenAll(rows.Select(row => model.Queue.RunAsync(
                row, names, (outputs, index) => Read(outputs, index, request.Outputs), deadline.Token)));
            Log(model, runs);
            return new InferenceResult(
                model.Name, model.Version, request.Id, request.Outputs, Array.ConvertAll(runs, run => run.Value));
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw deadline.Problem;
        }
    }

    private void Log(ServedModel model, RunResult<byte[][]>[] runs)
    {
        foreach (RunResult<byte[][]> _ in runs)
            metrics.PictureAnswered(model.Name, model.Task);
        requestLog.Set("Model", model.Name);
        requestLog.Set("ModelVersion", model.Version);
        requestLog.Set("Rows", runs.Length);
        requestLog.Set("QueueMs", Math.Round(runs.Max(run => run.Waited).TotalMilliseconds, 2));
        requestLog.Set("InferenceMs", Math.Round(runs.Max(run => run.Inference).TotalMilliseconds, 2));
    }

    /// <summary>Copies one row of the outputs, which live only as long as the run.</summary>
    private static byte[][] Read(ModelOutputs outputs, int row, IReadOnlyList<AnsweredOutput> answered) =>
        [.. answered.Select(output => ReadRow(outputs, row, output.Tensor))];

    private static byte[] ReadRow(ModelOutputs outputs, int row, ModelTensor tensor)
    {
        ReadOnlySpan<byte> elements = tensor.Datatype == Datatype.Int64
            ? MemoryMarshal.AsBytes(outputs.Longs(tensor.Name))
            : MemoryMarshal.AsBytes(outputs.Floats(tensor.Name));
        return elements.Slice(row * tensor.RowBytes, tensor.RowBytes).ToArray();
    }
}
